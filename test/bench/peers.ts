/** The peers that npm offers, each holding the same policy in its own way and answering the same questions. */
import type { Ask } from "./measure.ts";
import type { BenchPolicy } from "./policy.ts";

export interface Peer {
  readonly name: string;
  /** The module to load, and the package of `test/interop` that it is of. */
  readonly module: string;
  readonly package: string;
  /** What it cannot do that the questions would need in earnest. */
  readonly lacks: string;
  load(module: never, policy: Rows): Ask | Promise<Ask>;
}

/** The policy in the words that all peers share: wildcards written out, since most have none. */
export class Rows {
  readonly permissions: string[] = [];
  readonly parents = new Map<string, string[]>();
  readonly grants = new Map<string, string[]>();
  readonly roles = new Map<string, string[]>();

  constructor(policy: BenchPolicy) {
    const byResource = new Map<string, string[]>();
    for (const [kind, row] of policy.rows()) {
      const role = String(row.role);
      if (kind === "permission") {
        const permission = String(row.permission);
        this.permissions.push(permission);
        push(byResource, resourceOf(permission), permission);
      } else if (kind === "role") {
        this.parents.set(role, []);
        this.grants.set(role, []);
      } else if (kind === "inheritance") push(this.parents, role, String(row.inherits));
      else if (kind === "grant") {
        const permission = String(row.permission);
        const covered = permission.endsWith(":*") ? (byResource.get(resourceOf(permission)) ?? []) : [permission];
        for (const one of covered) push(this.grants, role, one);
      } else if (kind === "assignment") push(this.roles, String(row.user), role);
    }
  }

  /** The roles that a user reaches. */
  reached(user: string): ReadonlySet<string> {
    const reached = new Set(this.roles.get(user));
    for (const role of reached) for (const parent of this.parents.get(role) ?? []) reached.add(parent);
    return reached;
  }
}

const resourceOf = (permission: string): string => permission.slice(0, permission.indexOf(":"));
const actionOf = (permission: string): string => permission.slice(permission.indexOf(":") + 1);

function push(lists: Map<string, string[]>, key: string, item: string): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/** For peers that know roles and no users: one of the user's own roles must answer yes. */
async function anyRole(
  roles: readonly string[] | undefined,
  can: (role: string) => Promise<boolean>,
): Promise<boolean> {
  for (const role of roles ?? []) if (await can(role)) return true;
  return false;
}

interface Casbin {
  newModelFromString(text: string): unknown;
  StringAdapter: new (text: string) => unknown;
  newEnforcer(model: unknown, adapter: unknown): Promise<{ enforce(...words: string[]): Promise<boolean> }>;
}

const CASBIN_MODEL = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act
`;

async function casbin({ newModelFromString, StringAdapter, newEnforcer }: Casbin, rows: Rows): Promise<Ask> {
  const lines: string[] = [];
  for (const [role, grants] of rows.grants)
    for (const permission of grants) lines.push(`p, ${role}, ${resourceOf(permission)}, ${actionOf(permission)}`);
  for (const links of [rows.parents, rows.roles])
    for (const [from, to] of links) for (const role of to) lines.push(`g, ${from}, ${role}`);
  const enforcer = await newEnforcer(newModelFromString(CASBIN_MODEL), new StringAdapter(lines.join("\n")));
  return (user, permission) => enforcer.enforce(user, resourceOf(permission), actionOf(permission));
}

interface Casl {
  createMongoAbility(rules: readonly { action: string; subject: string }[]): {
    can(action: string, subject: string): boolean;
  };
}

/** An ability for each question, as a request builds it. */
function casl({ createMongoAbility }: Casl, rows: Rows): Ask {
  const rules = new Map(
    [...rows.grants].map(([role, grants]) => [
      role,
      grants.map((permission) => ({ action: actionOf(permission), subject: resourceOf(permission) })),
    ]),
  );
  return (user, permission) => {
    const own = [...rows.reached(user)].flatMap((role) => rules.get(role) ?? []);
    return createMongoAbility(own).can(actionOf(permission), resourceOf(permission));
  };
}

interface AccessControl {
  AccessControl: new (
    grants: object,
  ) => { can(roles: readonly string[]): { readAny(resource: string): { readonly granted: boolean } } };
}

/**
 * Its actions are create, read, update and delete only, so each permission is a resource that is read; names hold no
 * colon.
 */
const named = (permission: string): string => permission.replace(":", "_");

function accessControl({ AccessControl: Control }: AccessControl, rows: Rows): Ask {
  const list: object[] = [];
  for (const [role, grants] of rows.grants) {
    for (const permission of grants)
      list.push({ role, resource: named(permission), action: "read:any", attributes: "*" });
    const parents = rows.parents.get(role) ?? [];
    if (parents.length > 0) list.push({ role, $extend: parents });
  }
  const control = new Control(list);
  return (user, permission) => control.can(rows.roles.get(user) ?? []).readAny(named(permission)).granted;
}

interface EasyRbac {
  create(roles: object): { can(role: string, operation: string): Promise<boolean> };
}

function easyRbac({ create }: EasyRbac, rows: Rows): Ask {
  const roles = [...rows.grants].map(([role, can]) => [role, { can, inherits: rows.parents.get(role) ?? [] }]);
  const control = create(Object.fromEntries(roles));
  return (user, permission) => anyRole(rows.roles.get(user), (role) => control.can(role, permission));
}

interface NpmRbac {
  RBAC: new (
    options: object,
  ) => {
    init(): Promise<unknown>;
    can(role: string, action: string, resource: string): Promise<boolean>;
  };
}

async function npmRbac({ RBAC }: NpmRbac, rows: Rows): Promise<Ask> {
  const permissions: Record<string, string[]> = {};
  for (const permission of rows.permissions) {
    const resource = resourceOf(permission);
    permissions[resource] = [...(permissions[resource] ?? []), actionOf(permission)];
  }
  const grants = [...rows.grants].map(([role, own]) => [
    role,
    [
      ...own.map((permission) => `${actionOf(permission)}_${resourceOf(permission)}`),
      ...(rows.parents.get(role) ?? []),
    ],
  ]);
  const control = new RBAC({ roles: [...rows.grants.keys()], permissions, grants: Object.fromEntries(grants) });
  await control.init();
  return (user, permission) =>
    anyRole(rows.roles.get(user), (role) => control.can(role, actionOf(permission), resourceOf(permission)));
}

interface Cedar {
  preparsePolicySet(id: string, policies: object): { readonly type: string };
  statefulIsAuthorized(call: object): { readonly response?: { readonly decision: string } };
}

/** Entities are given with each call: the user with the roles that they reach. */
function cedar({ preparsePolicySet, statefulIsAuthorized }: Cedar, rows: Rows): Ask {
  const policies: string[] = [];
  for (const [role, grants] of rows.grants)
    for (const permission of grants)
      policies.push(
        `permit(principal in Role::"${role}", action == Action::"${actionOf(permission)}", resource == Resource::"${resourceOf(permission)}");`,
      );
  preparsePolicySet("bench", { staticPolicies: policies.join("\n") });
  const entity = (type: string, id: string, parents: Iterable<string>) => ({
    uid: { type, id },
    attrs: {},
    parents: [...parents].map((parent) => ({ type: "Role", id: parent })),
  });
  return (user, permission) => {
    const roles = [...rows.reached(user)].map((role) => entity("Role", role, rows.parents.get(role) ?? []));
    const answer = statefulIsAuthorized({
      principal: { type: "User", id: user },
      action: { type: "Action", id: actionOf(permission) },
      resource: { type: "Resource", id: resourceOf(permission) },
      context: {},
      preparsedPolicySetId: "bench",
      entities: [entity("User", user, rows.roles.get(user) ?? []), ...roles],
    });
    return answer.response?.decision === "allow";
  };
}

const NO_RECORD = "no database, no record, no past";

export const PEERS: readonly Peer[] = [
  {
    name: "node-casbin",
    module: "casbin",
    package: "casbin",
    lacks: "a database by an adapter from another package; no record, no past; an unknown name is a no",
    load: casbin,
  },
  {
    name: "CASL",
    module: "@casl/ability",
    package: "@casl/ability",
    lacks: `no roles, no users; ${NO_RECORD}`,
    load: casl,
  },
  {
    name: "accesscontrol",
    module: "accesscontrol",
    package: "accesscontrol",
    lacks: `no users, four actions, a deny of one role does not beat the allow of another; ${NO_RECORD}`,
    load: accessControl,
  },
  {
    name: "easy-rbac",
    module: "easy-rbac",
    package: "easy-rbac",
    lacks: `no users, no denies; ${NO_RECORD}`,
    load: easyRbac,
  },
  {
    name: "rbac (npm)",
    module: "rbac",
    package: "rbac",
    lacks: "no users, no denies; a database by a storage that one writes; no record, no past",
    load: npmRbac,
  },
  {
    name: "Cedar (wasm)",
    module: "@cedar-policy/cedar-wasm/nodejs",
    package: "@cedar-policy/cedar-wasm",
    lacks: `entities are given with each question; ${NO_RECORD}`,
    load: cedar,
  },
];
