/** People who hold nothing, who hold something while they are disabled, or who are in the policy twice. */
import { by } from "../../model/byte-order.ts";
import { grouped } from "../../model/group-by.ts";
import { quote } from "../../model/names.ts";
import { hasEnded } from "../../model/times.ts";
import { namesInWords } from "./grant-findings.ts";
import type { Rule } from "./rule.ts";

export const USER_WITHOUT_ROLE: Rule = {
  id: "user-without-role",
  severity: "note",
  isOff: true,
  title: "an enabled user who holds no role, where what everyone holds allows nothing",
  help:
    "They may do nothing. Off unless it is asked for: in many a policy somebody who is new, or who has left, has no " +
    "role, and is meant to have none.",
  *find({ index, tables }) {
    const grantsSomething = (role: string) => [...tables.reach(role)].some((reached) => index.grants.has(reached));
    if ([...index.policy.everyone.keys()].some(grantsSomething)) return;
    for (const { user, disabled } of index.policy.user.values())
      if (!disabled && !index.assignments.has(user))
        yield { subject: { kind: "user", key: { user } }, message: "they hold no role" };
  },
};

export const DISABLED_WITH_ROLES: Rule = {
  id: "disabled-with-roles",
  severity: "note",
  title: "a disabled user who still holds roles",
  help:
    "They may do nothing now, and all of it at once when somebody enables them again. Take the roles from those who " +
    "have left; skip the finding, with a reason and an end, for those who come back.",
  *find({ index, at }) {
    for (const { user, disabled } of index.policy.user.values()) {
      if (!disabled) continue;
      const open = (index.assignments.get(user) ?? []).filter((row) => !hasEnded(row, at));
      const roles = [...new Set(open.map(({ role }) => role))];
      if (roles.length === 0) continue;
      yield { subject: { kind: "user", key: { user } }, message: `they are disabled, and hold ${namesInWords(roles)}` };
    }
  },
};

export const DUPLICATE_EMAIL: Rule = {
  id: "duplicate-email",
  severity: "note",
  title: "two users with one e-mail address",
  help:
    "They may be one person under two names, whose rights then are more than any review of either shows. Case is " +
    "ignored.",
  *find({ index }) {
    const users = [...index.policy.user.values()].filter(({ email }) => email !== null);
    for (const [email, same] of grouped(users, (user) => (user.email as string).toLowerCase())) {
      const [first, ...others] = same.sort(by(({ user }) => user));
      for (const { user } of others)
        yield {
          subject: { kind: "user", key: { user } },
          message: `${quote(email)} is the address of ${quote(first?.user as string)}, too`,
          apart: email,
        };
    }
  },
};
