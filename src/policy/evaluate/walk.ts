/** The one walk: from what somebody holds, along inheritance, to grants. Every answer of the tool is read off it. */

import { byBytes } from "../model/byte-order.ts";
import type { Effect, Grant, Inheritance } from "../model/policy.ts";
import { deeper, type Scope } from "../model/scopes.ts";
import type { PolicyIndex } from "./policy-index.ts";

/** Who asks, and when. `user: null` is somebody with just the assumed roles, and those of everyone. */
export interface Asker {
  readonly user: string | null;
  /** RFC 3339 UTC with milliseconds. */
  readonly at: string;
  /** Roles that narrow what allows (rule 6); empty for no session. */
  readonly activate: readonly string[];
  /** Roles held for this question only (rule 7). */
  readonly assume: readonly string[];
  /** True to leave `everyone` out, for a question about roles alone (rule 5). */
  readonly alone?: boolean;
  /** True to follow no inheritance: what the held roles grant themselves. */
  readonly direct?: boolean;
}

/** Somebody who asks at a moment, with the session that flags or options describe. */
export const askerOf = (
  user: string | null,
  at: string,
  session: { readonly activate?: readonly string[]; readonly assume?: readonly string[] },
): Asker => ({ user, at, activate: session.activate ?? [], assume: session.assume ?? [] });

export type HeldBy = "assigned" | "everyone" | "assumed";

export interface Holding {
  readonly held: HeldBy;
  readonly role: string;
  readonly scope: Scope;
  readonly from: string | null;
  readonly until: string | null;
  /** The revision that wrote it; `null` for an assumed role. */
  readonly revision: number | null;
}

/** A role reached from a holding; `via` leads back to the held role, so a path costs nothing until it is shown. */
export interface Reach {
  readonly holding: Holding;
  readonly role: string;
  readonly via: { readonly from: Reach; readonly edge: Inheritance } | null;
  /** The shortest way here that a session lets allow; without a session, the shortest way here. */
  readonly allows: boolean;
  /** The shortest way here of all: what denies is never narrowed. */
  readonly denies: boolean;
}

/** A path: a holding, roles along inheritance, a grant; it holds at the deeper of the two scopes (rule 2). */
export interface Path {
  readonly effect: Effect;
  readonly reach: Reach;
  readonly grant: Grant;
  readonly scope: Scope;
}

/** True when a window `[from, until)` is open (rule 10). */
export const isOpen = (window: { from: string | null; until: string | null }, at: string): boolean =>
  (window.from === null || window.from <= at) && (window.until === null || at < window.until);

/** Everything somebody holds, open or not: assignments, then `everyone`, then what is assumed. */
export function holdingsOf(index: PolicyIndex, asker: Asker): Holding[] {
  const endless = { scope: null, from: null, until: null };
  const assigned = asker.user === null ? [] : (index.assignments.get(asker.user) ?? []);
  const everyone = asker.alone ? [] : [...index.policy.everyone.values()].sort((a, b) => byBytes(a.role, b.role));
  return [
    ...assigned.map(({ role, scope, from, until, revision }) => ({
      held: "assigned" as const,
      role,
      scope,
      from,
      until,
      revision,
    })),
    ...everyone.map(({ role, revision }) => ({ held: "everyone" as const, role, ...endless, revision })),
    ...[...new Set(asker.assume)].map((role) => ({ held: "assumed" as const, role, ...endless, revision: null })),
  ];
}

/** Every role reached from holdings: breadth first, children in byte order, so the first way to a role is the shortest. */
export function* reachedFrom(index: PolicyIndex, holdings: Iterable<Holding>, asker: Asker): Iterable<Reach> {
  const session = asker.activate.length > 0 ? new Set([...asker.activate, ...asker.assume]) : null;
  const edges = (role: string) => (asker.direct ? [] : (index.inherits.get(role) ?? []));
  for (const holding of holdings) yield* reachedFromOne(edges, holding, session);
}

/** The roles reached by what is open at the time asked about. */
export const reached = (index: PolicyIndex, asker: Asker): Iterable<Reach> =>
  reachedFrom(
    index,
    holdingsOf(index, asker).filter((holding) => isOpen(holding, asker.at)),
    asker,
  );

/**
 * A role counts twice: reached at all, and reached through a role of the session. Each state is entered once, so the walk
 * is linear in roles and edges however many paths there are, and a cycle written behind our back cannot hold it.
 */
function* reachedFromOne(
  edgesFrom: (role: string) => readonly Inheritance[],
  holding: Holding,
  session: ReadonlySet<string> | null,
): Iterable<Reach> {
  const seen = new Set<string>();
  const seenThrough = new Set<string>();
  const enter = (role: string, via: Reach["via"]): Reach | undefined => {
    const through = session === null || session.has(role) || (via?.from.allows ?? false);
    const denies = !seen.has(role);
    const allows = through && !seenThrough.has(role);
    if (!denies && !allows) return undefined;
    seen.add(role);
    if (through) seenThrough.add(role);
    return { holding, role, via, allows, denies };
  };
  const queue: Reach[] = [];
  const start = enter(holding.role, null);
  if (start) queue.push(start);
  for (let next = 0; next < queue.length; next++) {
    const from = queue[next] as Reach;
    yield from;
    for (const edge of edgesFrom(from.role)) {
      const reach = enter(edge.inherits, { from, edge });
      if (reach) queue.push(reach);
    }
  }
}

/** The paths that the reached roles open through the given grants. */
export function* pathsThrough(reaches: Iterable<Reach>, grantsOf: (role: string) => Iterable<Grant>): Iterable<Path> {
  for (const reach of reaches) {
    for (const grant of grantsOf(reach.role)) {
      if (!(grant.effect === "allow" ? reach.allows : reach.denies)) continue;
      const scope = deeper(reach.holding.scope, grant.scope);
      if (scope !== undefined) yield { effect: grant.effect, reach, grant, scope };
    }
  }
}

/** The inheritance edges from the held role to the reached one. */
export function edgesOf(reach: Reach): Inheritance[] {
  const edges: Inheritance[] = [];
  for (let at = reach; at.via; at = at.via.from) edges.push(at.via.edge);
  return edges.reverse();
}
