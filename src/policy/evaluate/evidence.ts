/** Evidence: the paths behind a decision, as they are printed, and the rows that they consist of. */
import { byBytes } from "../model/byte-order.ts";
import { type Conditional, isConditional, type RowRef } from "../model/policy.ts";
import type { AnyRow, Effect } from "../model/rows.ts";
import type { Scope } from "../model/scopes.ts";
import { edgesOf, type HeldBy, type Path, type Reach } from "./walk.ts";

/**
 * A path as evidence: the holding, the roles along inheritance, the grant. Each row has the revision that wrote it.
 * The fields are printed as JSON.
 */
export interface Because {
  readonly effect: Effect;
  readonly held: HeldBy;
  readonly assignment: {
    readonly role: string;
    readonly scope: Scope;
    readonly from: string | null;
    readonly until: string | null;
    readonly revision: number | null;
  };
  readonly roles: readonly string[];
  readonly inheritance: readonly { readonly role: string; readonly inherits: string; readonly revision: number }[];
  /** `null` in the answer to `has`, which is about a role. */
  readonly grant: {
    readonly role: string;
    readonly permission: string;
    readonly scope: Scope;
    readonly revision: number;
    /** Of a conditional grant: what tells it from others, the patterns that it leaves out, its condition. */
    readonly digest?: string;
    readonly but?: readonly string[];
    readonly when?: string | null;
  } | null;
  /** The scope on which the path holds. */
  readonly scope: Scope;
}

/** A role that is held, as evidence of the answer to `has`. */
export const evidenceOfRole = (reach: Reach): Because => ({
  ...evidenceOf(reach),
  effect: "allow",
  grant: null,
  scope: reach.holding.scope,
});

/** A path as evidence of a decision. */
export function because(path: Path): Because {
  const { role, permission, scope, revision } = path.grant;
  const more = isConditional(path.grant) ? conditionalPart(path.grant) : undefined;
  return {
    ...evidenceOf(path.reach),
    effect: path.effect,
    grant: { role, permission, scope, revision, ...more },
    scope: path.scope,
  };
}

const conditionalPart = ({ digest, but, when }: Conditional) => ({ digest, but, when });

function evidenceOf(reach: Reach) {
  const { held, role, scope, from, until, revision } = reach.holding;
  const edges = edgesOf(reach);
  return {
    held,
    assignment: { role, scope, from, until, revision },
    roles: [role, ...edges.map((edge) => edge.inherits)],
    inheritance: edges.map(({ role: heir, inherits, revision: edgeRevision }) => ({
      role: heir,
      inherits,
      revision: edgeRevision,
    })),
  };
}

/** The rows that a path consists of, from the assignment to the grant, to look up the entries that wrote them. */
export function refsOf(path: Because, user: string | null): RowRef[] {
  const { role, scope, revision } = path.assignment;
  const refs: RowRef[] = [];
  const kind = path.held === "everyone" ? "everyone" : "assignment";
  const key: AnyRow = kind === "everyone" ? { role } : { user, role, scope };
  if (revision !== null) refs.push({ kind, key, revision });
  for (const { revision: edgeRevision, ...edge } of path.inheritance)
    refs.push({ kind: "inheritance", key: edge, revision: edgeRevision });
  if (path.grant) {
    const { role: granting, permission, scope: on, digest, revision: written } = path.grant;
    const grant = { role: granting, permission, scope: on, effect: path.effect };
    if (digest === undefined) refs.push({ kind: "grant", key: grant, revision: written });
    else refs.push({ kind: "conditional", key: { ...grant, digest }, revision: written });
  }
  return refs;
}

/** How a row of a list shows a path: its roles, the pattern of its grant, and its end. */
interface PathSummary {
  readonly path: Path;
  readonly roles: readonly string[];
  readonly grant: string;
  readonly until: string | null;
}

export const summaryOf = (path: Path): PathSummary => ({
  path,
  roles: path.reach.via
    ? [path.reach.holding.role, ...edgesOf(path.reach).map((edge) => edge.inherits)]
    : [path.reach.holding.role],
  grant: path.grant.permission,
  until: path.reach.holding.until,
});

/** The path to show for a row: the one that lasts longest, since its end is the end of the permission. */
export function longest(paths: readonly Path[]): PathSummary {
  const endOf = (path: Path) => path.reach.holding.until ?? "~";
  const latestEnd = paths.map(endOf).sort().at(-1);
  const compare = (a: PathSummary, b: PathSummary) =>
    a.roles.length - b.roles.length || byBytes(a.roles.join("\0"), b.roles.join("\0")) || byBytes(a.grant, b.grant);
  return paths
    .filter((path) => endOf(path) === latestEnd)
    .map(summaryOf)
    .reduce((best, other) => (compare(other, best) < 0 ? other : best));
}
