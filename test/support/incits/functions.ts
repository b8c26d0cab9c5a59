/**
 * Every function of INCITS 359, with the command lines and the library call that do it: the table of
 * docs/conformance.md, and what functions.test.ts runs. Lines and calls are run as they stand here, each on a fresh
 * copy of `POLICY`.
 */
import type { PlainDocument } from "../oracle.ts";
import { separation } from "./separation.ts";

const constraints = {
  "four-eyes": { kind: "ssd", roles: ["approver", "auditor", "cashier"], limit: 2 },
  "one-hat": { kind: "dsd", roles: ["author", "publisher", "reviewer"], limit: 2 },
};

/** What the standard knows, and nothing else: no scope, window, deny, or role of everyone. */
export const POLICY: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:write", "posts:publish", "bills:pay"],
  roles: {
    reader: { grants: ["posts:read"] },
    author: { inherits: ["reader"], grants: ["posts:write"] },
    editor: { inherits: ["author"], grants: ["posts:publish", "bills:pay"] },
    ...{ reviewer: {}, publisher: {}, approver: {}, cashier: {}, auditor: {}, clerk: {} },
  },
  users: {
    alice: { roles: ["editor", "reviewer", "clerk"] },
    bob: { roles: ["author"] },
    carol: { roles: ["cashier"] },
    dave: {},
  },
  constraints,
};

/** A line with the exit code that it ends with. */
export type Ends = readonly [line: string, code: number];

export interface StandardFunction {
  /** Where the standard has it. */
  readonly section: string;
  readonly name: string;
  /** What does it, one line after the other; the last one answers. */
  readonly lines: readonly string[];
  /** The same as calls of the library, where it has them. */
  readonly library: readonly string[];
  /** The changes that the lines make, for a function that changes. */
  readonly changes?: readonly string[];
  /** What the last line answers, for one that asks: of a list (or a value) of its JSON, one field of each row. */
  readonly answer?: readonly [list: string, field: string | null, expected: unknown];
  /** How other lines end then. */
  readonly afterwards?: readonly Ends[];
  /** What is refused, or answered with a no, on the policy as it is. */
  readonly refuses?: readonly Ends[];
}

const CORE: readonly StandardFunction[] = [
  {
    section: "6.1.1",
    name: "AddUser",
    lines: ["user create erin"],
    library: ['create("user", "erin")'],
    changes: ["user.add erin"],
    afterwards: [["has erin reader", 1]],
    refuses: [["user create alice --name Another", 3]],
  },
  {
    section: "6.1.1",
    name: "DeleteUser",
    lines: ["user delete bob --yes"],
    library: ['delete("user", "bob")'],
    changes: ["assignment.remove bob author", "user.remove bob"],
    afterwards: [["can bob posts:read --activate author", 2]],
    refuses: [["user delete zoe --yes", 2]],
  },
  {
    section: "6.1.1",
    name: "AddRole",
    lines: ["role create guest"],
    library: ['create("role", "guest")'],
    changes: ["role.add guest"],
    afterwards: [["has alice guest", 1]],
    refuses: [["role create editor --description Another", 3]],
  },
  {
    section: "6.1.1",
    name: "DeleteRole",
    lines: ["role delete clerk --yes"],
    library: ['delete("role", "clerk")'],
    changes: ["assignment.remove alice clerk", "role.remove clerk"],
    afterwards: [["can alice posts:read --activate clerk", 2]],
    refuses: [
      ["role delete guest --yes", 2],
      ["role delete cashier --yes", 3],
    ],
  },
  {
    section: "6.1.1, 6.3, 6.3.2",
    name: "AssignUser",
    lines: ["assign dave author"],
    library: ['assign("dave", "author")'],
    changes: ["assignment.add dave author"],
    afterwards: [["can dave posts:write", 0]],
    refuses: [
      ["assign zoe author --existing", 2],
      ["assign dave guest", 2],
      ["assign carol auditor", 3],
    ],
  },
  {
    section: "6.1.1",
    name: "DeassignUser",
    lines: ["revoke bob author"],
    library: ['revoke("bob", "author")'],
    changes: ["assignment.remove bob author"],
    afterwards: [["can bob posts:write", 1]],
    refuses: [
      ["revoke zoe author", 2],
      ["revoke alice author", 2],
    ],
  },
  {
    section: "6.1.1",
    name: "GrantPermission",
    lines: ["grant author posts:publish"],
    library: ['grant("author", "posts:publish")'],
    changes: ["grant.add author posts:publish"],
    afterwards: [["can bob posts:publish", 0]],
    refuses: [
      ["grant author posts:shred", 2],
      ["grant guest posts:read", 2],
    ],
  },
  {
    section: "6.1.1",
    name: "RevokePermission",
    lines: ["ungrant author posts:write"],
    library: ['ungrant("author", "posts:write")'],
    changes: ["grant.remove author posts:write"],
    afterwards: [["can bob posts:write", 1]],
    refuses: [["ungrant guest posts:read", 2]],
  },
  {
    section: "6.1.2, 6.2.1.2, 6.4",
    name: "CreateSession",
    lines: ["can alice posts:write --activate author"],
    library: ['can("alice", "posts:write", { activate: ["author"] })'],
    answer: ["decisions", "reason", ["allow"]],
    refuses: [
      ["can bob posts:read --activate editor", 1],
      ["can zoe posts:read --activate author", 2],
      ["can bob posts:read --activate guest", 2],
    ],
  },
  {
    section: "6.1.2",
    name: "DeleteSession",
    lines: ["can alice posts:publish"],
    library: ['can("alice", "posts:publish")'],
    answer: ["decisions", "reason", ["allow"]],
    refuses: [["can alice posts:publish --activate author", 1]],
  },
  {
    section: "6.1.2, 6.2.1.2, 6.4",
    name: "AddActiveRole",
    lines: ["can alice posts:write --activate clerk --activate author"],
    library: ['can("alice", "posts:write", { activate: ["clerk", "author"] })'],
    answer: ["decisions", "reason", ["allow"]],
    refuses: [
      ["can alice posts:write --activate clerk", 1],
      ["can bob posts:read --activate author --activate editor", 1],
    ],
  },
  {
    section: "6.1.2",
    name: "DropActiveRole",
    lines: ["can alice posts:write --activate clerk"],
    library: ['can("alice", "posts:write", { activate: ["clerk"] })'],
    answer: ["decisions", "reason", ["none"]],
  },
  {
    section: "6.1.2",
    name: "CheckAccess",
    lines: ["can alice posts:write --activate editor"],
    library: ['can("alice", "posts:write", { activate: ["editor"] })'],
    answer: ["decisions", "allowed", [true]],
    refuses: [
      ["can alice posts:publish --activate author", 1],
      ["can alice posts:shred --activate editor", 2],
    ],
  },
  {
    section: "6.1.3",
    name: "AssignedUsers",
    lines: ["user list --role author"],
    library: [],
    answer: ["users", "user", ["bob"]],
    refuses: [["user list --role guest", 2]],
  },
  {
    section: "6.1.3",
    name: "AssignedRoles",
    lines: ["user show alice"],
    library: [],
    answer: ["assignments", "role", ["clerk", "editor", "reviewer"]],
    refuses: [["user show zoe", 2]],
  },
  {
    section: "6.1.4, 6.2.1.4",
    name: "RolePermissions",
    lines: ["permissions --role author --direct", "permissions --role author"],
    library: [],
    answer: ["permissions", "permission", ["posts:read", "posts:write"]],
    refuses: [["permissions --role guest", 2]],
  },
  {
    section: "6.1.4, 6.2.1.4",
    name: "UserPermissions",
    lines: ["permissions bob --direct", "permissions bob"],
    library: ['permissions("bob")'],
    answer: ["permissions", "permission", ["posts:read", "posts:write"]],
    refuses: [["permissions zoe", 2]],
  },
  {
    section: "6.1.4",
    name: "SessionRoles",
    lines: ["role list --held-by alice --activate author"],
    library: [],
    answer: ["roles", "role", ["author", "reader"]],
    refuses: [["has alice editor --activate author", 1]],
  },
  {
    section: "6.1.4",
    name: "SessionPermissions",
    lines: ["permissions alice --activate author"],
    library: ['permissions("alice", { activate: ["author"] })'],
    answer: ["permissions", "permission", ["posts:read", "posts:write"]],
    refuses: [["permissions alice --activate guest", 2]],
  },
  {
    section: "6.1.4, 6.2.1.4",
    name: "RoleOperationsOnObject",
    lines: ["permissions --role editor --resource posts"],
    library: [],
    answer: ["permissions", "permission", ["posts:publish", "posts:read", "posts:write"]],
    refuses: [["permissions --role editor --resource pages", 2]],
  },
  {
    section: "6.1.4, 6.2.1.4",
    name: "UserOperationsOnObject",
    lines: ["permissions alice --resource bills"],
    library: ['permissions("alice", { resource: "bills" })'],
    answer: ["permissions", "permission", ["bills:pay"]],
    refuses: [["permissions zoe --resource bills", 2]],
  },
];

const HIERARCHY: readonly StandardFunction[] = [
  {
    section: "6.2.1.1, 6.3.2",
    name: "AddInheritance",
    lines: ["role inherit clerk reader"],
    library: ['inherit("clerk", "reader")'],
    changes: ["inheritance.add clerk reader"],
    afterwards: [["can alice posts:read --activate clerk", 0]],
    refuses: [
      ["role inherit reader editor", 3],
      ["role inherit reader reader", 3],
      ["role inherit guest reader", 2],
    ],
  },
  {
    section: "6.2.1.1",
    name: "DeleteInheritance",
    lines: ["role disinherit editor author"],
    library: ['disinherit("editor", "author")'],
    changes: ["inheritance.remove editor author"],
    afterwards: [["can alice posts:read", 1]],
    refuses: [["role disinherit editor guest", 2]],
  },
  {
    section: "6.2.1.1",
    name: "AddAscendant",
    lines: ["role create chief", "role inherit chief editor"],
    library: ['create("role", "chief")', 'inherit("chief", "editor")'],
    changes: ["role.add chief", "inheritance.add chief editor"],
    afterwards: [["can dave posts:read --assume chief", 0]],
    refuses: [
      ["role create editor --description Another", 3],
      ["role inherit chief editor", 2],
    ],
  },
  {
    section: "6.2.1.1",
    name: "AddDescendant",
    lines: ["role create guest", "role inherit reader guest"],
    library: ['create("role", "guest")', 'inherit("reader", "guest")'],
    changes: ["role.add guest", "inheritance.add reader guest"],
    afterwards: [["has alice guest", 0]],
    refuses: [
      ["role create editor --description Another", 3],
      ["role inherit reader guest", 2],
    ],
  },
  {
    section: "6.2.1.3",
    name: "AuthorizedUsers",
    lines: ["user list --holding author"],
    library: [],
    answer: ["users", "user", ["alice", "bob"]],
    refuses: [["user list --holding guest", 2]],
  },
  {
    section: "6.2.1.3",
    name: "AuthorizedRoles",
    lines: ["role list --held-by alice"],
    library: [],
    answer: ["roles", "role", ["author", "clerk", "editor", "reader", "reviewer"]],
    refuses: [["role list --held-by zoe", 2]],
  },
];

export const FUNCTIONS: readonly StandardFunction[] = [
  ...CORE,
  ...HIERARCHY,
  ...separation("Ssd", {
    section: "6.3",
    checked: "6.3, 6.3.2",
    set: { name: "four-eyes", members: ["approver", "auditor", "cashier"] },
    created: ["clerk", "publisher"],
    bound: [["assign carol auditor", 3]],
    freed: ["assign carol auditor", 0],
    broken: ["constraint create impossible ssd clerk reviewer --limit 2", 3],
  }),
  ...separation("Dsd", {
    section: "6.4",
    checked: "6.4",
    set: { name: "one-hat", members: ["author", "publisher", "reviewer"] },
    created: ["clerk", "reader"],
    bound: [
      ["can alice posts:write --activate author --activate reviewer", 1],
      ["can alice posts:write --activate author", 0],
    ],
    freed: ["can alice posts:write --activate author --activate reviewer", 0],
    broken: ["constraint create impossible dsd clerk --limit 2", 2],
  }),
];

const code = (text: string): string => `\`${text}\``;

/** The table, row by row, as the document has it; what is not offered is at its end. */
export const ROWS: readonly (readonly string[])[] = [
  ...FUNCTIONS.map(({ section, name, lines, library }) => [
    section,
    name,
    lines.map((line) => code(`rbac ${line}`)).join(", "),
    library.map((call) => code(call)).join(", ") || "–",
  ]),
  ["6.2.2, 6.3.3", "AddInheritance in a limited hierarchy", "not offered", "–"],
];
