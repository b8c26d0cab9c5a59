/** The table of questions: what a person is asked for an argument that was left out. */
import { nearest } from "../../policy/model/name-suggestions.ts";
import { isOwn } from "../../policy/model/names.ts";
import type { ArgumentQuestion, List } from "./asked.ts";
import { constrainedRoles, constraintTypes } from "./constraint.ts";
import {
  constraints,
  disabledUsers,
  enabledUsers,
  keys,
  parents,
  permissions,
  possibleParents,
  roles,
  users,
} from "./lists.ts";
import { chooseOne, type Other, typed } from "./question.ts";
import { recentRevisions } from "./revisions.ts";
import { chooseSeveral } from "./several.ts";
import { grantsOfRole, heldRoles } from "./takeable.ts";

/** Among more names the near ones would not be found between two keys; a question before the change names them. */
const MOST_COMPARED = 10_000;

const newUser: Other = async (term, { parse }, choices) => {
  const names = choices.map(({ value }) => value);
  if (names.includes(term)) return undefined;
  await parse(term);
  const near = names.length > MOST_COMPARED ? [] : nearest(term, names);
  const note = near.length > 0 ? `"${term}" is new; near to it: ${near.join(", ")}` : `"${term}" is new`;
  return { value: term, shown: `new user "${term}"`, note };
};

/** A pattern, or the form of a permission for owners: no catalogue has these. */
const pattern: Other = async (term, { parse }) => {
  if (!term.includes("*") && !isOwn(term)) return undefined;
  await parse(term);
  return { value: term, shown: `pattern ${term}` };
};

const revisions: Other = async (term) =>
  /^\d+(\.\.\d+)?$/.test(term) ? { value: term, shown: `revision ${term}` } : undefined;

/** With the flag the argument may be left out. */
const unless =
  (flag: string, question: ArgumentQuestion): ArgumentQuestion =>
  async (asked) =>
    asked.flags[flag] ? { words: [] } : question(asked);

const comparable: List = (asked) => (asked.flags.roles ? roles : users)(asked);

const role = chooseOne("Which role?", roles);
const several = { another: "Which other role?" };

/** Of arguments with these names, but for those of the table below. */
const BY_ARGUMENT: Readonly<Record<string, ArgumentQuestion>> = {
  user: chooseOne("Which user?", users),
  role,
  roles: chooseSeveral("Which role?", roles, several),
  permission: chooseOne("Which permission?", permissions),
  permissions: chooseSeveral("Which permission?", permissions, { another: "Which other permission?" }),
  constraint: chooseOne("Which constraint?", constraints),
};

/** By the id of a command and the argument. What neither table has is typed. */
const BY_COMMAND: Readonly<Record<string, Readonly<Record<string, ArgumentQuestion>>>> = {
  "api-key:revoke": { ids: chooseSeveral("Which API key?", keys, { another: "Which other API key?" }) },
  "api-key:rotate": { id: chooseOne("Which API key?", keys) },
  assign: { user: chooseOne("Which user?", users, { other: newUser, ifNone: typed("Name of the new user:") }) },
  compare: { a: chooseOne("Which one?", comparable), b: chooseOne("Which other one?", comparable) },
  "config:use": { context: typed("Name of the context:") },
  "constraint:create": {
    constraint: typed("Name of the new constraint:"),
    kind: chooseOne("Which type?", constraintTypes),
    roles: constrainedRoles,
  },
  grant: {
    permissions: chooseSeveral("Which permission or pattern?", permissions, {
      another: "Which other permission or pattern?",
      other: pattern,
    }),
  },
  "permission:create": { permission: typed("Name of the new permission, such as posts:publish:") },
  revoke: { roles: unless("ended", chooseSeveral("Which role is revoked?", heldRoles, several)) },
  "role:create": { role: typed("Name of the new role:") },
  "role:disinherit": { roles: chooseSeveral("Which role is no longer inherited?", parents, several) },
  "role:inherit": {
    role: chooseOne("Which role inherits?", roles),
    roles: chooseSeveral("From which role does it inherit?", possibleParents, several),
  },
  undo: { revision: chooseOne("Which revision is undone?", recentRevisions, { other: revisions }) },
  ungrant: {
    permissions: chooseSeveral("Which grant is taken away?", grantsOfRole, { another: "Which other grant?" }),
  },
  "user:create": { user: typed("Name of the new user:") },
  "user:disable": { user: chooseOne("Which user?", enabledUsers) },
  "user:enable": { user: chooseOne("Which user?", disabledUsers) },
  "user:offboard": { user: chooseOne("Who leaves?", users) },
};

/** The question for an argument of a command. */
export const questionFor = (command: string, argument: string): ArgumentQuestion =>
  BY_COMMAND[command]?.[argument] ?? BY_ARGUMENT[argument] ?? typed();
