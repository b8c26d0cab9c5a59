/** Constraints, and policies that they are declared in: what the tests of rules 20 to 22 share. */
import { violationsOf } from "../../src/policy/rules/constraint-violations.ts";
import { AT, policyFrom } from "./documents.ts";
import type { PlainConstraint, PlainDocument, PlainHolding, PlainUser } from "./oracle.ts";

export const FRIDAY = "2040-06-15T12:00:00.000Z";
export const SUNDAY = "2040-06-17T12:00:00.000Z";

export const apart: PlainConstraint = { kind: "ssd", roles: ["auditor", "cashier"], limit: 2 };
export const last: PlainConstraint = { kind: "min_users", roles: ["admin"], limit: 1 };
export const two: PlainConstraint = { kind: "max_users", roles: ["admin"], limit: 2 };
export const trained: PlainConstraint = { kind: "prerequisite", roles: ["operator"], needs: ["certified"] };

export const roles = {
  ...{ admin: {}, auditor: {}, cashier: {}, certified: {}, operator: {}, approver: {} },
  ...{ chief: { inherits: ["cashier"] }, owner: { inherits: ["admin"] } },
};

/** Users by what they hold, a text for a role everywhere and always. */
export type People = Record<string, PlainUser["roles"] | PlainUser>;

export const policy = (constraints: Record<string, PlainConstraint>, people: People, everyone: string[] = []) =>
  ({
    rbac: 1,
    roles,
    users: Object.fromEntries(
      Object.entries(people).map(([name, of = []]) => [name, Array.isArray(of) ? { roles: of } : of]),
    ) as Record<string, PlainUser>,
    everyone,
    constraints,
  }) satisfies PlainDocument;

export const on = (role: string, scope: string, window: Partial<PlainHolding> = {}) => ({ role, scope, ...window });
export const until = (role: string, end: string) => ({ role, until: end });
export const from = (role: string, begin: string) => ({ role, from: begin });

/** What is broken, as `user scope since roles`, of one constraint. */
export const broken = (constraint: PlainConstraint, people: People, everyone: string[] = []): string[] =>
  violationsOf(policyFrom(policy({ it: constraint }, people, everyone)), AT).map(({ users, scope, at, roles: held }) =>
    [users.join("+") || "nobody", scope ?? "everywhere", at === AT ? "now" : at, held.join("+")].join(" "),
  );
