/** A guarded policy, and what the guard says of mutations of it: what the tests of rule 24 share. */
import { expect } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { RbacError } from "../../../src/errors.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { apply } from "../../../src/policy/model/change.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import { KINDS } from "../../../src/policy/model/records.ts";
import { assigning, granting, revoking, ungranting } from "../../../src/policy/mutations.ts";
import { refuseBeyondRights } from "../../../src/policy/rules/guard.ts";
import { AT, policyFrom, read } from "../documents.ts";
import type { PlainDocument, PlainGrant, PlainRole, PlainUser } from "../oracle.ts";

export const PERMISSIONS = [
  "posts:comments:write",
  "po.sts:write",
  "posts:read",
  "posts:write",
  "docs:read",
  "rbac:escalate",
  ...KINDS.map((kind) => `rbac:${kind}`),
];
export const NAMED = KINDS.map((kind) => `rbac:${kind}`);

/** A guarded policy: root may everything, dana may make every kind of change and what `hers` says. */
export function guarded(
  hers: PlainRole = {},
  more: { roles?: Record<string, PlainRole>; users?: Record<string, PlainUser>; everyone?: string[] } = {},
): PlainDocument {
  return {
    rbac: 1,
    guarded: true,
    permissions: PERMISSIONS,
    roles: {
      admin: { grants: ["*:*"] },
      delegate: { grants: NAMED },
      hers,
      target: {},
      idle: {},
      ...more.roles,
    },
    users: { root: { roles: ["admin"] }, dana: { roles: ["delegate", "hers"] }, alice: {}, ...more.users },
    everyone: more.everyone ?? [],
  };
}

/** Why the guard refuses a mutation, or nothing. */
export function refusalOf(document: PlainDocument, mutation: Mutation, actor = "dana"): string {
  const before = policyFrom(document);
  const changes = mutation.decide(before);
  expect(changes).not.toEqual([]);
  try {
    refuseBeyondRights(before, apply(before, changes), changes, actor, AT);
    return "";
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    expect([error.code, error.exitCode]).toEqual(["GUARDED", 3]);
    return error.message;
  }
}

export const to = (who: string | null, role: string, scope: string | null = null, until: string | null = null) =>
  assigning({ who, roles: [role], scope, from: null, until, replace: true, existing: false });
export const from = (who: string | null, role: string, scope: string | null = null) =>
  revoking({ who, roles: [role], scope, everywhere: false });
export const grant = (
  role: string,
  permission: string,
  scope: string | null = null,
  effect: "allow" | "deny" = "allow",
) => granting({ role, permissions: [permission], effect, scope });
export const ungrant = (
  role: string,
  permission: string,
  scope: string | null = null,
  effect: "allow" | "deny" = "allow",
) => ungranting({ role, permissions: [permission], effect, scope });
export const unguard = seeding(read({ rbac: 1, guarded: false }), true);

/** A database in memory that holds a document, and what becomes of a mutation there. */
export async function inMemory(document: PlainDocument) {
  const database = await Database.scratch(AT);
  const does = async (actor: string, mutation: Mutation, at = AT, options = {}): Promise<string> => {
    try {
      await database.change({ actor, osUser: "tests", at, reason: null }, mutation, options);
      return "done";
    } catch (error) {
      if (error instanceof RbacError) return error.code;
      throw error;
    }
  };
  expect(await does("root", seeding(read(document), false))).toBe("done");
  return { database, does };
}

/** A grant on a scope. */
export const on = (permission: string, scope: string): PlainGrant => ({ permission, scope });
