/** A policy in which every argument has something to choose from, and what stands before an argument on the line. */
export const PROMPTED = `rbac: 1
permissions: { "posts:read": Read, "posts:delete": Delete, "posts:publish": Publish }
roles:
  reader: { grants: ["posts:read"] }
  editor:
    inherits: [reader]
    grants: ["posts:*", { permission: "posts:read", scope: acme }]
    denies: ["posts:delete"]
  admin: { inherits: [editor], grants: ["*:*"] }
  auditor: {}
users:
  alice: { roles: [reader, { role: auditor, scope: acme }, { role: editor, scope: -odd/x }] }
  root: { roles: [admin] }
  dora: { disabled: true }
everyone: [reader]
constraints:
  few: { kind: max_users, roles: [auditor], limit: 5 }
`;

/** A value that is there, for each argument behind which another one stands. */
const GIVEN: Readonly<Record<string, string>> = {
  user: "alice",
  role: "editor",
  permission: "posts:read",
  constraint: "few",
  kind: "ssd",
  from: "rbac.db",
};

type Args = Readonly<Record<string, { readonly name: string; readonly required?: boolean }>>;

/** For each argument that a command needs, the command line that ends before it. */
export const linesWithout = (commands: object): { argument: string; argv: string[] }[] =>
  Object.entries(commands as Record<string, { args?: Args }>).flatMap(([id, { args = {} }]) => {
    const needed = Object.values(args).flatMap(({ name, required }) => (required ? name : []));
    return needed.map((argument, at) => {
      const before = needed.slice(0, at).map((name) => GIVEN[name] ?? name);
      return { argument, argv: [...id.split(":"), ...before] };
    });
  });
