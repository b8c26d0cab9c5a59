// Small random policies with constraints, and random ways to change them.

import fc from "fast-check";
import type { PlainConstraint, PlainDocument, PlainHolding, PlainUser } from "./oracle.ts";
import { documents } from "./random-policies.ts";

/** Legal documents with one to four constraints; whether those hold is left to chance. */
export const constrained = (): fc.Arbitrary<PlainDocument> =>
  documents().chain((document) => constraintsFor(document).map((constraints) => ({ ...document, constraints })));

/** Two documents of which the second is the first after some changes: to people, to the structure, to constraints. */
export const changed = (): fc.Arbitrary<readonly [PlainDocument, PlainDocument]> =>
  constrained().chain((first) =>
    fc
      .record({
        other: documents(),
        constraints: fc.option(constraintsFor(first), { freq: 3 }),
        taken: fc.subarray(["users", "everyone", "roles", "disabled"] as const, { minLength: 1, maxLength: 2 }),
        users: fc.subarray(Object.keys(first.users ?? {})),
        backwards: fc.boolean(),
      })
      .map(({ other, constraints, taken, users, backwards }) => {
        const second = {
          ...first,
          ...(taken.includes("users") && { users: mixed(first, other, users) }),
          ...(taken.includes("disabled") && { users: toggled(first, users) }),
          ...(taken.includes("everyone") && { everyone: known(first, other.everyone ?? []) }),
          ...(taken.includes("roles") && { roles: loosened(first, users.length) }),
          ...(constraints && { constraints: { ...first.constraints, ...constraints } }),
        };
        const pair = [first, unchained(second)] as const;
        return backwards ? ([pair[1], pair[0]] as const) : pair;
      }),
  );

const known = ({ roles = {} }: PlainDocument, names: readonly string[]): string[] =>
  names.filter((name) => Object.hasOwn(roles, name));

/** Some users as another document has them, with those of their roles that there are. */
function mixed(first: PlainDocument, other: PlainDocument, names: readonly string[]): Record<string, PlainUser> {
  const roleOf = (entry: string | PlainHolding) => (typeof entry === "string" ? entry : entry.role);
  const ofOther = (name: string): PlainUser => {
    const { roles = [], ...user } = other.users?.[name] ?? {};
    return { ...user, roles: roles.filter((entry) => known(first, [roleOf(entry)]).length > 0) };
  };
  return { ...first.users, ...Object.fromEntries(names.map((name) => [name, ofOther(name)])) };
}

function toggled({ users = {} }: PlainDocument, names: readonly string[]): Record<string, PlainUser> {
  const of = (name: string): PlainUser => ({ ...users[name], disabled: !users[name]?.disabled });
  return { ...users, ...Object.fromEntries(names.map((name) => [name, of(name)])) };
}

/** The roles without what one of them inherits. */
function loosened({ roles = {} }: PlainDocument, number: number): NonNullable<PlainDocument["roles"]> {
  const names = Object.keys(roles);
  const name = names[number % names.length] ?? "";
  return { ...roles, [name]: { ...roles[name], inherits: [] } };
}

/** Everything that a role inherits, itself included. */
export function inheritedBy({ roles = {} }: PlainDocument, role: string): string[] {
  const found = [role];
  for (const name of found) found.push(...(roles[name]?.inherits ?? []).filter((parent) => !found.includes(parent)));
  return found;
}

/** Without the ssd sets that no policy may have: two of their roles on one chain. */
function unchained(document: PlainDocument): PlainDocument {
  const chained = ({ kind, roles }: PlainConstraint) =>
    kind === "ssd" && roles.some((a) => roles.some((b) => a !== b && inheritedBy(document, a).includes(b)));
  const left = Object.entries(document.constraints ?? {}).filter(([, constraint]) => !chained(constraint));
  return { ...document, constraints: Object.fromEntries(left) };
}

function constraintsFor(document: PlainDocument): fc.Arbitrary<Record<string, PlainConstraint>> {
  const roles = Object.keys(document.roles ?? {});
  const some = (least: number) =>
    fc.shuffledSubarray(roles, { minLength: least, maxLength: Math.min(roles.length, 3) });
  const one = fc.record({
    kind: fc.constantFrom("ssd", "ssd", "dsd", "max_users", "min_users", "prerequisite"),
    several: some(2),
    number: fc.nat(2),
  });
  const constraint = one.map(({ kind, several, number }): PlainConstraint => {
    const [first = "", ...rest] = several;
    switch (kind) {
      case "max_users":
        return { kind, roles: [first], limit: number };
      case "min_users":
        return { kind, roles: [first], limit: 1 + (number % 2) };
      case "prerequisite":
        return number === 2 ? { kind, roles: rest, needs: [first] } : { kind, roles: [first], needs: rest };
      default:
        return { kind, roles: several, limit: number === 2 ? several.length : 2 };
    }
  });
  return fc.array(constraint, { minLength: 1, maxLength: 4 }).map((list) => {
    const constraints = Object.fromEntries(list.map((made, at) => [`c${at}`, made]));
    return unchained({ ...document, constraints }).constraints ?? {};
  });
}
