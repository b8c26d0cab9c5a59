/** What can be taken away: roles from a user or from everyone, grants from a role. */
import { scopeWords } from "../../output/shell-words.ts";
import { by } from "../../policy/model/byte-order.ts";
import type { Scope } from "../../policy/model/scopes.ts";
import type { Asked, List } from "./asked.ts";
import type { Choice } from "./choice.ts";
import { listFrom, nameIn } from "./lists.ts";

/** A row of the policy as the commands name it: by a value, a scope, and whether it denies. */
interface Takeable {
  readonly value: string;
  readonly scope: Scope;
  readonly isDeny: boolean;
}

/** Rows that fit the flags of the command line, each with the flags that it needs besides. */
function choicesOf(rows: readonly Takeable[], { on, everywhere, deny }: Asked["flags"]): Choice[] {
  const choices = rows
    .filter(({ scope, isDeny }) => (on === undefined || scope === on) && (!deny || isDeny))
    .map(({ value, scope, isDeny }) => {
      const where = everywhere ? null : scope;
      return {
        value,
        shown: `${isDeny ? "deny " : ""}${value}${where === null ? "" : ` on ${where}`}`,
        flags: [
          ...(isDeny && !deny ? ["--deny"] : []),
          ...(where === null || on !== undefined ? [] : scopeWords(where)),
        ],
      };
    });
  const unique = new Map(choices.map((choice) => [choice.shown, choice]));
  return [...unique.values()].sort(by(({ shown }) => shown));
}

const assignedRoles: List = listFrom(
  ({ args }) => ({ users: [String(args.user)], roles: "none", grants: "none" }),
  (policy, { args, flags }) => {
    nameIn(policy, "user", args.user);
    const rows = [...policy.assignment.values()].map(({ role, scope }) => ({ value: role, scope, isDeny: false }));
    return choicesOf(rows, flags);
  },
);

const rolesOfEveryone: List = listFrom(
  () => ({ roles: "all", grants: "none" }),
  ({ everyone }) => [...everyone.keys()].map((value) => ({ value })),
);

/** The roles that a user is assigned, each on its scope; with --everyone those that everyone holds. */
export const heldRoles: List = (asked) => (asked.flags.everyone ? rolesOfEveryone : assignedRoles)(asked);

/** The grants of a role itself, each on its scope. */
export const grantsOfRole: List = listFrom(
  ({ args }) => ({ roles: [String(args.role)] }),
  (policy, { args, flags }) => {
    const role = nameIn(policy, "role", args.role);
    const own = [...policy.grant.values()].filter((grant) => grant.role === role);
    const rows = own.map(({ permission, scope, effect }) => ({ value: permission, scope, isDeny: effect === "deny" }));
    return choicesOf(rows, flags);
  },
);
