/**
 * A second judge of rule 24, by brute force: it knows nothing of changes, compares two whole policies, and follows
 * every single way from a holder to a grant. What a way allows is the set of all the points that it covers, one by one.
 * It shares no code with src.
 */
import type { PlainDocument, PlainGrant, PlainHolding } from "../oracle.ts";

export type State = PlainDocument;

/** What every policy of the matrix speaks of, and beside each a name that none of them speaks of. */
const RESOURCES = ["posts", "docs", "rbac", "zz"];
const KINDS = [
  "user",
  "role",
  "permission",
  "inheritance",
  "grant",
  "everyone",
  "assignment",
  "constraint",
  "policy",
  "api-key",
];
const ACTIONS = ["read", "write", "pin", "wrote", "see", "escalate", ...KINDS, "zz"];
const SCOPES = [null, "acme", "acme/1", "acme/1/zz", "acme/zz", "acmeX", "beta", "zz"];

type Scope = string | null;
type Points = ReadonlySet<string>;

const within = (scope: Scope, above: Scope) =>
  above === null || scope === above || (scope ?? "").startsWith(`${above}/`);
const deeper = (a: Scope, b: Scope): Scope | undefined => (within(a, b) ? a : within(b, a) ? b : undefined);

/** Every (permission, scope, as owner or not) that a pattern covers on a scope. */
function pointsOf(pattern: string, scope: Scope): Points {
  const [resource, action, own] = pattern.split(":");
  const points = new Set<string>();
  for (const r of resource === "*" ? RESOURCES : [resource])
    for (const a of action === "*" ? ACTIONS : [action])
      for (const s of [scope, ...SCOPES].filter((below) => within(below, scope)))
        for (const as of own ? ["owner"] : ["owner", "other"]) points.add(`${r}:${a} ${s} ${as}`);
  return points;
}

/** The same, less what some patterns cover in either form. */
function pointsLess(pattern: string, scope: Scope, but: readonly string[]): Points {
  const left = new Set(but.flatMap((one) => [...pointsOf(one, scope)]));
  return new Set([...pointsOf(pattern, scope)].filter((point) => !left.has(point)));
}

/** One way from a holder to a grant: by what rows, to what effect, over which points. */
interface Way {
  readonly rows: string;
  /** Whose way it is, if it begins with what somebody is assigned. */
  readonly whose: string | undefined;
  readonly effect: "allow" | "deny";
  readonly permission: string;
  readonly scope: Scope;
  readonly points: Points;
  /** The condition of the grant. */
  readonly when: string | undefined;
}

interface Hold {
  readonly by: string;
  readonly whose?: string;
  readonly role: string;
  readonly scope: Scope;
}

const plainGrant = (grant: string | PlainGrant): PlainGrant =>
  typeof grant === "string" ? { permission: grant } : grant;
const plainHolding = (held: string | PlainHolding): PlainHolding => (typeof held === "string" ? { role: held } : held);

const memory = new Map<string, Points>();

function* ways({ roles = {} }: State, hold: Hold, via: readonly string[] = []): Iterable<Way> {
  const role = roles[hold.role];
  if (!role || via.includes(hold.role)) return;
  for (const [effect, list] of [
    ["allow", role.grants ?? []],
    ["deny", role.denies ?? []],
  ] as const) {
    for (const { permission, scope: narrow = null, when, but = [] } of list.map(plainGrant)) {
      const scope = deeper(hold.scope, narrow);
      if (scope === undefined) continue;
      const rows = JSON.stringify([hold.by, ...via, hold.role, effect, permission, narrow, when, but]);
      const key = JSON.stringify([permission, scope, but]);
      const points = memory.get(key) ?? pointsLess(permission, scope, [but].flat());
      memory.set(key, points);
      yield { rows, whose: hold.whose, effect, permission, scope, points, when };
    }
  }
  for (const parent of role.inherits ?? []) yield* ways(state(roles), { ...hold, role: parent }, [...via, hold.role]);
}
const state = (roles: State["roles"]): State => ({ rbac: 1, ...(roles && { roles }) });

/** What a user is assigned that is open at a moment; what everyone holds. */
const assigned = ({ users = {} }: State, user: string, at: number): Hold[] =>
  (users[user]?.roles ?? [])
    .map(plainHolding)
    .filter(({ from = "0000-01-01", until = "9999-01-01" }) => Date.parse(from) <= at && at < Date.parse(until))
    .map(({ role, scope = null }) => ({ by: `${user} ${scope}`, whose: user, role, scope }));
const common = ({ everyone = [] }: State): Hold[] => everyone.map((role) => ({ by: "everyone", role, scope: null }));

const isAble = ({ users = {} }: State, user: string): boolean =>
  users[user] !== undefined && users[user]?.disabled !== true;

/** The ways of one user at a moment; none for who is unknown or disabled. */
const waysOf = remembered((policy, user, at) => {
  const holds = isAble(policy, user) ? [...assigned(policy, user, at), ...common(policy)] : [];
  return holds.flatMap((hold) => [...ways(policy, hold)]);
});

/** Every row that can be given and taken, with its kind and scope. */
const rowsOf = remembered((policy) => {
  const rows = new Map<string, { kind: string; scope: Scope }>();
  const add = (kind: string, scope: Scope, ...fields: unknown[]) =>
    rows.set(JSON.stringify([kind, ...fields]), { kind, scope });
  const { permissions = [], roles = {}, users = {}, everyone = [], constraints = {}, guarded, strangers } = policy;
  const catalogue = Array.isArray(permissions) ? permissions.map((name) => [name, ""]) : Object.entries(permissions);
  for (const entry of catalogue) add("permission", null, entry);
  for (const [role, { description, inherits = [], grants = [], denies = [] }] of Object.entries(roles)) {
    add("role", null, role, description);
    for (const parent of inherits) add("inheritance", null, role, parent);
    for (const grant of grants.map(plainGrant)) add("grant", grant.scope ?? null, role, "allow", grant);
    for (const grant of denies.map(plainGrant)) add("grant", grant.scope ?? null, role, "deny", grant);
  }
  for (const [user, { roles: held = [], ...fields }] of Object.entries(users)) {
    add("user", null, user, fields);
    for (const holding of held.map(plainHolding)) add("assignment", holding.scope ?? null, user, holding);
  }
  for (const role of everyone) add("everyone", null, role);
  for (const entry of Object.entries(constraints)) add("constraint", null, entry);
  if (guarded) add("policy", null, "guarded");
  if (strangers) add("policy", null, "strangers");
  return rows;
});

/** Policies are asked about again and again: what was found of one is remembered. */
function remembered<T>(
  find: (policy: State, user: string, at: number) => T,
): (policy: State, at: number, user?: string) => T {
  const known = new WeakMap<State, Map<string, T>>();
  return (policy, at, user = "") => {
    const found = known.get(policy) ?? new Map<string, T>();
    known.set(policy, found);
    const key = `${at} ${user}`;
    if (!found.has(key)) found.set(key, find(policy, user, at));
    return found.get(key) as T;
  };
}

/**
 * Every way that whoever comes to hold a role would have; that of everyone; what is assigned; and what those who are
 * able have.
 */
const alive = remembered((policy, _, at) => {
  const found: Way[] = [];
  for (const role of Object.keys(policy.roles ?? {})) found.push(...ways(policy, { by: "role", role, scope: null }));
  for (const hold of common(policy)) found.push(...ways(policy, hold));
  for (const user of Object.keys(policy.users ?? {})) {
    for (const hold of assigned(policy, user, at)) found.push(...ways(policy, hold));
    for (const way of waysOf(policy, at, user)) found.push({ ...way, rows: `${user} ${way.rows}` });
  }
  return new Map(found.map((way) => [way.rows, way]));
});

/** Every deny that is written down for somebody, able or not. */
const written = remembered((policy, _, at) => {
  const roles = Object.keys(policy.roles ?? {}).map((role) => ({ by: "role", role, scope: null }));
  const users = Object.keys(policy.users ?? {}).flatMap((user) => assigned(policy, user, at));
  const found = [...roles, ...common(policy), ...users].flatMap((hold) => [...ways(policy, hold)]);
  return new Map(found.filter(({ effect }) => effect === "deny").map((way) => [way.rows, way]));
});

/** Now, and every moment to come at which a window of either policy turns. */
function momentsOf(policies: readonly State[], now: number): number[] {
  const held = policies.flatMap(({ users = {} }) =>
    Object.values(users).flatMap(({ roles = [] }) => roles.map(plainHolding)),
  );
  const times = held.flatMap(({ from, until }) =>
    [from, until].flatMap((time) => (time === undefined ? [] : [Date.parse(time)])),
  );
  return [now, ...times.filter((time) => time > now)];
}

/** True for an allow that counts whenever a right does: always, or on the very same condition. */
const isAlways = (when: string | undefined, on: string | undefined) => when === undefined || when === on;

const meets = (a: Points, b: Points) => [...a].some((point) => b.has(point));
const contains = (a: Points, b: Points) => [...b].every((point) => a.has(point));

/** A renaming, which is judged as one change of what it renames. */
export interface Renaming {
  readonly kind: "user" | "role" | "permission" | "constraint";
  readonly from: string;
  readonly to: string;
}

/** The policy with the new name wherever the old one stood. */
export function renamed(policy: State, { kind, from, to }: Renaming): State {
  const name = (old: string) =>
    old === from ? to : kind === "permission" && old === `${from}:own` ? `${to}:own` : old;
  const isKey: Readonly<Record<string, string>> = { user: "users", role: "roles", constraint: "constraints" };
  const texts: Readonly<Record<string, readonly string[]>> = {
    role: ["inherits", "roles", "everyone", "role", "needs"],
    permission: ["grants", "denies", "permission", "permissions", "but"],
  };
  const walk = (value: unknown, under: string): unknown => {
    if (typeof value === "string") return texts[kind]?.includes(under) ? name(value) : value;
    if (Array.isArray(value)) return value.map((one) => walk(one, under));
    if (value === null || typeof value !== "object") return value;
    const isNamed = under === isKey[kind] || (kind === "permission" && under === "permissions");
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        isNamed ? name(key) : key,
        walk(one, under === "permissions" ? "" : key),
      ]),
    );
  };
  return walk(policy, "") as State;
}

/**
 * Why rule 24 does not let somebody turn one policy into another; `undefined` when it does.
 * @param was with a renaming, the policy before it under the new name
 */
export function refusal(
  actor: string,
  before: State,
  after: State,
  now: number,
  { was = before, renaming }: { readonly was?: State; readonly renaming?: Renaming | undefined } = {},
): string | undefined {
  const mine = waysOf(before, now, actor);
  const holds = (wanted: Points, on?: string) =>
    mine.some(({ effect, points, when }) => effect === "allow" && isAlways(when, on) && contains(points, wanted)) &&
    !mine.some(({ effect, points }) => effect === "deny" && meets(points, wanted));
  if (renaming && before.guarded && !holds(pointsOf(`rbac:${renaming.kind}`, null))) return `rbac:${renaming.kind}`;
  const [had, has] = [rowsOf(was, now), rowsOf(after, now)];
  const gone = [...had].filter(([row]) => !has.has(row));
  const come = [...has].filter(([row]) => !had.has(row));
  for (const [row, { kind, scope }] of before.guarded ? [...gone, ...come] : []) {
    if (!holds(pointsOf(`rbac:${kind}`, scope))) return `rbac:${kind} on ${scope} for ${row}`;
    const [, , effect] = JSON.parse(row);
    const needs = kind === "policy" || (kind === "grant" && effect === "deny" && has.has(row));
    if (needs && !holds(pointsOf("rbac:escalate", scope))) return `rbac:escalate on ${scope} for ${row}`;
  }
  const isLeft = (user: string | undefined) => user === undefined || after.strangers || after.users?.[user];
  for (const at of momentsOf([before, after], now)) {
    const [lived, lives] = [alive(was, at), alive(after, at)];
    const [deniedBefore, deniedAfter] = [written(was, at), written(after, at)];
    const given = [...lives.values()].filter(({ effect, rows }) => effect === "allow" && !lived.has(rows));
    const taken = [...lived.values()].filter(({ effect, rows }) => effect === "allow" && !lives.has(rows));
    const lifted = [...deniedBefore.values()].filter(({ rows, whose }) => !deniedAfter.has(rows) && isLeft(whose));
    for (const { rows, points, scope, effect, when } of before.guarded ? [...given, ...taken, ...lifted] : []) {
      // Who is rid of a deny may gain all that it covers: nobody knows when its condition holds.
      const on = effect === "allow" ? when : undefined;
      if (!holds(points, on) && !holds(pointsOf("rbac:escalate", scope))) return `what ${rows} turns`;
    }
    const root = (user: string) => {
      const [all, wanted] = [waysOf(after, at, user), pointsOf("rbac:escalate", null)];
      const allowed = all.some(
        ({ effect, points, when }) => effect === "allow" && when === undefined && contains(points, wanted),
      );
      return allowed && !all.some(({ effect, points }) => effect === "deny" && meets(points, wanted));
    };
    if (after.guarded && !Object.keys(after.users ?? {}).some(root)) return "nobody escalates";
  }
  return undefined;
}

/** Of each condition whether it is true, false or unknown. */
type World = Readonly<Record<string, boolean | undefined>>;

/** All worlds of some conditions; one where there are none. */
function worldsOf(conditions: ReadonlySet<string>): World[] {
  let worlds: World[] = [{}];
  for (const when of conditions)
    worlds = worlds.flatMap((world) => [true, false, undefined].map((truth) => ({ ...world, [when]: truth })));
  return worlds;
}

const conditionsOf = remembered(
  (policy, user, at) => new Set(waysOf(policy, at, user).flatMap(({ when }) => when ?? [])),
);

/**
 * Everything that somebody may do at a moment in a world, point by point: what is allowed and not denied. An allow
 * counts only where its condition is true, a deny unless it is false.
 */
const ableInWorld = remembered((policy, asked, at) => {
  const [user, world] = JSON.parse(asked) as [string, Readonly<Record<string, boolean | null>>];
  const all = waysOf(policy, at, user).filter(({ effect, when }) => {
    const truth = when === undefined ? true : world[when];
    return effect === "allow" ? truth === true : truth !== false;
  });
  const able = new Set(all.filter(({ effect }) => effect === "allow").flatMap(({ points }) => [...points]));
  for (const { effect, points } of all) if (effect === "deny") for (const point of points) able.delete(point);
  return able;
});

/** Of a world only what matters to the user is remembered, so that most users are judged once. */
function abilities(policy: State, at: number, user: string, world: World): Points {
  const ofUser = [...conditionsOf(policy, at, user)].map((when) => [when, world[when] ?? null]);
  return ableInWorld(policy, at, JSON.stringify([user, Object.fromEntries(ofUser)]));
}

/**
 * What anybody may do after a change, now or ever, that they could not before and that whoever made it could not do,
 * nor escalate to, in the same world: an escalation. It must be empty after every change that was let through.
 */
export function escalations(actor: string, before: State, after: State, now: number, was = before): string[] {
  if (!before.guarded) return [];
  const found: string[] = [];
  for (const at of momentsOf([before, after], now)) {
    for (const user of Object.keys(after.users ?? {})) {
      const sides = [conditionsOf(before, now, actor), conditionsOf(was, at, user), conditionsOf(after, at, user)];
      for (const world of worldsOf(new Set(sides.flatMap((some) => [...some])))) {
        const mine = abilities(before, now, actor, world);
        const may = (point: string) =>
          mine.has(point) || mine.has(point.replace(/^\S+/, "rbac:escalate").replace(/owner$/, "other"));
        const could = abilities(was, at, user, world);
        for (const point of abilities(after, at, user, world))
          if (!could.has(point) && !may(point)) found.push(`${user} ${point} ${JSON.stringify(world)}`);
      }
    }
  }
  return found;
}
