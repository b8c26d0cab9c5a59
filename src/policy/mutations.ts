/** Every mutation that can be wished for: the edit that decides it, with the slice that the edit must see. */
import type { Named } from "../errors.ts";
import { checkRow, type Document } from "./document/facts.ts";
import { plan, reasonsOf } from "./document/plan.ts";
import { type Parted, whole } from "./document/read-stream.ts";
import {
  type AssignWish,
  assign,
  disinherit,
  type GrantWish,
  grant,
  inherit,
  revoke,
  ungrant,
  type Who,
} from "./edit/assign-and-grant.ts";
import { create, type Reshape, remove, rename, reshape, set } from "./edit/entities.ts";
import { type Change, kindOf, rowAfter } from "./model/change.ts";
import { parseNames, parseType } from "./model/constraint.ts";
import type { Slice, Wish } from "./model/mutation.ts";
import { withoutOwn } from "./model/names.ts";
import type { Rows } from "./model/policy.ts";
import type { Scope } from "./model/scopes.ts";

const usersOf = (who: Who): readonly string[] => (who === null ? [] : [who]);

/** A wish may come from a program, so what it brings is read by the rules that the command line reads by. */
function legal(changes: readonly Change[]): readonly Change[] {
  for (const change of changes) {
    const row = rowAfter(change, 0);
    if (row) checkRow(kindOf(change), row);
  }
  return changes;
}

export const assigning = (wish: AssignWish): Wish => ({
  slice: { users: usersOf(wish.who), roles: wish.roles, grants: "none" },
  decide: (policy) => legal(assign(policy, wish)),
});

export const revoking = (wish: { who: Who; roles: readonly string[]; scope: Scope; everywhere: boolean }): Wish => ({
  slice: { users: usersOf(wish.who), roles: wish.roles, grants: "none" },
  decide: (policy) => revoke(policy, wish),
});

export const granting = (wish: GrantWish): Wish => ({
  slice: grantSlice(wish),
  decide: (policy) => legal(grant(policy, wish)),
});

export const ungranting = (wish: GrantWish): Wish => ({
  slice: grantSlice(wish),
  decide: (policy) => ungrant(policy, wish),
});

/** A wildcard is judged against the whole catalogue, a plain permission against its own row. */
function grantSlice({ role, permissions, scope }: GrantWish): Slice {
  const wild = permissions.some((permission) => permission.includes("*"));
  const grants = { patterns: permissions, targets: [scope] };
  return { roles: [role], grants, permissions: wild ? "all" : permissions.map(withoutOwn) };
}

export const inheriting = (role: string, parents: readonly string[]): Wish => ({
  slice: { roles: "all", grants: "none" },
  decide: (policy) => inherit(policy, role, parents),
});

export const disinheriting = (role: string, parents: readonly string[]): Wish => ({
  slice: { roles: "all", grants: "none" },
  decide: (policy) => disinherit(policy, role, parents),
});

export const creating = <K extends Named>(kind: K, name: string, fields: Partial<Omit<Rows[K], K>>): Wish => ({
  slice: recordSlice(kind, [name]),
  decide: (policy) => legal(create(policy, kind, name, fields)),
});

export const setting = <K extends Named>(kind: K, name: string, fields: Partial<Omit<Rows[K], K>>): Wish => ({
  slice: recordSlice(kind, [name]),
  decide: (policy) => legal(set(policy, kind, name, fields)),
});

/** @param ifExists true to take an unknown name for one that is gone already. */
export const removing = (kind: Named, name: string, ifExists: boolean): Wish => ({
  slice: referringSlice(kind, [name]),
  decide: (policy) => (ifExists && !policy[kind].has(name) ? [] : remove(policy, kind, name)),
});

export const renaming = (kind: Named, from: string, to: string): Wish => ({
  slice: referringSlice(kind, [from, to]),
  decide: (policy) => legal(rename(policy, kind, from, to)),
});

/** A new constraint; names in any order and number. @param type one of `CONSTRAINT_TYPES` */
export const constraining = (
  constraint: string,
  type: string,
  { roles, limit, needs }: { roles: readonly string[]; limit: number | null; needs: readonly string[] | null },
): Wish => {
  const row = {
    type: parseType(type),
    roles: parseNames("roles", roles),
    limit,
    needs: needs && parseNames("needs", needs),
  };
  return creating("constraint", constraint, row);
};

/** Other roles or another limit for a constraint that is there; what is not said stays. */
export const reshaping = (constraint: string, shape: Reshape): Wish => ({
  slice: recordSlice("constraint", [constraint]),
  decide: (policy) => legal(reshape(policy, constraint, shape)),
});

/** A record's own row, and no more; a constraint's names hang together with the whole hierarchy. */
function recordSlice(kind: Named, names: readonly string[]): Slice {
  if (kind === "constraint") return { roles: "all", grants: "none" };
  if (kind === "user") return { users: names, grants: "none" };
  return kind === "role" ? { roles: names, grants: "none" } : { permissions: names, grants: "none" };
}

/** A record with whatever may refer to it: for a user its assignments, for structure all structure. */
function referringSlice(kind: Named, names: readonly string[]): Slice {
  if (kind === "user") return { users: names, grants: "none" };
  if (kind === "constraint") return recordSlice(kind, names);
  return { roles: "all", permissions: "all", holders: kind === "role" ? names : [] };
}

/** Brings the policy to a document; its own reasons stamp what they cause (rule 17). */
export function seeding(document: Document, prune: boolean): Wish {
  const named = new Set([
    ...document.facts.user.keys(),
    ...[...document.facts.assignment.values()].map(({ row }) => String(row.user)),
  ]);
  const everyUser = prune && (document.sections.has("users") || document.sections.has("roles"));
  return {
    slice: { roles: "all", permissions: "all", users: everyUser ? "all" : [...named] },
    decide: (policy) => plan(policy, document, prune),
    reasonOf: reasonsOf(document),
  };
}

/**
 * The same for documents whose people are set apart. They are decided part by part, with no more of the policy than they name; but
 * pruning, and a document that brings constraints or the guard, must see everything at once. What is decided is held no longer.
 */
export function seedingParts({ rest, people, again }: Parted, prune: boolean): Wish {
  const rules = rest.facts.constraint.size + rest.facts.policy.size > 0;
  if (prune || rules || people.length === 0) return seeding(whole({ rest, people }), prune);
  let held: Document | undefined = rest;
  const taken = (): Document => {
    const document = held ?? again();
    held = undefined;
    return document;
  };
  const { slice, reasonOf } = seeding(rest, false);
  return {
    slice,
    decide: (policy) => plan(policy, taken(), false),
    ...(reasonOf && { reasonOf }),
    more: {
      count: people.reduce((sum, { count }) => sum + count, 0),
      whole: () => seeding(whole({ rest: taken(), people }), false),
      *parts() {
        for (const some of people) for (const part of some.parts()) yield seedingPeople(part);
      },
    },
  };
}

function seedingPeople(document: Document): Wish {
  const named = (kind: "user" | "assignment", field: "user" | "role") =>
    [...document.facts[kind].values()].map(({ row }) => String(row[field]));
  const users = [...new Set([...named("user", "user"), ...named("assignment", "user")])];
  return {
    slice: { users, roles: [...new Set(named("assignment", "role"))], grants: "none" },
    decide: (policy) => plan(policy, document, false),
    reasonOf: reasonsOf(document),
  };
}
