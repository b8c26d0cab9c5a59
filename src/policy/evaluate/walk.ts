/** The walk: from holdings, along inheritance, to grants. Every answer of the tool is derived from it. */

import { wrong } from "../../errors.ts";
import type { Given } from "../conditions/given.ts";
import { byBytes } from "../model/byte-order.ts";
import type { AnyGrant, Inheritance } from "../model/policy.ts";
import type { Effect } from "../model/rows.ts";
import { deeper, type Scope } from "../model/scopes.ts";
import { hasEnded } from "../model/times.ts";
import type { PolicyIndex } from "./policy-index.ts";

/** Who asks, and when. `user: null` is somebody who holds only the assumed roles and those of `everyone`. */
export interface Asker {
  readonly user: string | null;
  /** RFC 3339 UTC with milliseconds. */
  readonly at: string;
  /** Roles of the session: only paths through them allow (rule 6). Empty for no session. */
  readonly activate: readonly string[];
  /** Roles that the asker holds for this question only (rule 7). */
  readonly assume: readonly string[];
  /** The attributes that come with the question; left out, nothing is given. */
  readonly given?: Given;
  /** True for a user whom the policy does not know, and who may be answered: a stranger with a name (rule 30). */
  readonly stranger?: boolean;
  /** True to refuse a user whom the policy does not know, though it admits strangers. */
  readonly existing?: boolean;
  /** True to answer a user whom the policy does not know as if it admitted strangers. */
  readonly strangers?: boolean;
  /** True to ignore `everyone`, for a question about a role by itself (rule 5). */
  readonly alone?: boolean;
  /** True to leave `context.time` unknown to conditions: for what is asked of more than one moment. */
  readonly timeless?: boolean;
  /** True to ignore inheritance: only the grants of the held roles themselves count. */
  readonly direct?: boolean;
}

/**
 * Creates an asker from flags or options; a missing part of the session is empty.
 * @throws RbacError `USAGE` (exit 2) for one who may be a stranger, and may not.
 */
export function askerOf(
  user: string | null,
  at: string,
  session: {
    readonly activate?: readonly string[];
    readonly assume?: readonly string[];
    readonly existing?: boolean;
    readonly strangers?: boolean;
    readonly given?: Given | undefined;
  },
): Asker {
  const { activate = [], assume = [], existing = false, strangers = false, given } = session;
  if (existing && strangers)
    throw wrong("USAGE", "say existing or strangers, not both: one refuses what the other admits");
  const asker = { user, at, activate, assume, existing };
  // Spreads cost more than a decision, and most questions have neither.
  return strangers || given ? { ...asker, ...(strangers && { strangers }), ...(given && { given }) } : asker;
}

export type HeldBy = "assigned" | "everyone" | "assumed";

export interface Holding {
  readonly held: HeldBy;
  readonly role: string;
  readonly scope: Scope;
  readonly from: string | null;
  readonly until: string | null;
  /** The revision that wrote the row; `null` for an assumed role. */
  readonly revision: number | null;
}

/** A role reached from a holding. `via` leads back to the held role, so a path is built only when it is shown. */
export interface Reach {
  readonly holding: Holding;
  readonly role: string;
  readonly via: { readonly from: Reach; readonly edge: Inheritance } | null;
  /** True for the shortest way to the role that the session permits to allow; without a session, the shortest. */
  readonly allows: boolean;
  /** True for the shortest way to the role: a session never narrows what denies. */
  readonly denies: boolean;
}

/** A reach and a grant at its end. It holds on the deeper of the two scopes (rule 2). */
export interface Path {
  readonly effect: Effect;
  readonly reach: Reach;
  readonly grant: AnyGrant;
  readonly scope: Scope;
}

/** True when the window `[from, until)` is open at a time (rule 10). */
export const isOpen = (window: { from: string | null; until: string | null }, at: string): boolean =>
  (window.from === null || window.from <= at) && (window.until === null || at < window.until);

/** What a window is at a time: `ended` lies behind it, `pending` before it. */
export type WindowState = "open" | "ended" | "pending";

export function stateAt(window: { from: string | null; until: string | null }, at: string): WindowState {
  if (isOpen(window, at)) return "open";
  return hasEnded(window, at) ? "ended" : "pending";
}

/** All holdings of somebody, open or not: assignments, then `everyone`, then assumed roles. */
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

/** Every role reached from holdings, breadth first with parents in byte order: the first way is the shortest. */
export function* reachedFrom(index: PolicyIndex, holdings: Iterable<Holding>, asker: Asker): Iterable<Reach> {
  const session = asker.activate.length > 0 ? new Set([...asker.activate, ...asker.assume]) : null;
  const edgesFrom = (role: string) => (asker.direct ? [] : (index.inherits.get(role) ?? []));
  for (const holding of holdings) yield* reachedFromOne(edgesFrom, holding, session);
}

/** The roles reached from the holdings that are open at the asker's time. */
export const reached = (index: PolicyIndex, asker: Asker): Iterable<Reach> =>
  reachedFrom(
    index,
    holdingsOf(index, asker).filter((holding) => isOpen(holding, asker.at)),
    asker,
  );

/**
 * Each role has two states: reached at all, and reached through a role of the session. Each state is entered once,
 * so the walk is linear in roles and edges, whatever the number of paths. It also ends on a cycle, which only
 * somebody who writes to the tables directly could create.
 */
function* reachedFromOne(
  edgesFrom: (role: string) => readonly Inheritance[],
  holding: Holding,
  session: ReadonlySet<string> | null,
): Iterable<Reach> {
  const entered = new Set<string>();
  const enteredInSession = new Set<string>();
  const enter = (role: string, via: Reach["via"]): Reach | undefined => {
    const inSession = session === null || session.has(role) || (via?.from.allows ?? false);
    const denies = !entered.has(role);
    const allows = inSession && !enteredInSession.has(role);
    if (!denies && !allows) return undefined;
    entered.add(role);
    if (inSession) enteredInSession.add(role);
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

/** The paths from reached roles through their grants, as far as the scopes of both fit together. */
export function* pathsThrough(
  reaches: Iterable<Reach>,
  grantsOf: (role: string) => Iterable<AnyGrant>,
): Iterable<Path> {
  for (const reach of reaches) {
    for (const grant of grantsOf(reach.role)) {
      if (!(grant.effect === "allow" ? reach.allows : reach.denies)) continue;
      const scope = deeper(reach.holding.scope, grant.scope);
      if (scope !== undefined) yield { effect: grant.effect, reach, grant, scope };
    }
  }
}

/** The inheritance edges from the held role to the reached role, in this order. */
export function edgesOf(reach: Reach): Inheritance[] {
  const edges: Inheritance[] = [];
  for (let current = reach; current.via; current = current.via.from) edges.push(current.via.edge);
  return edges.reverse();
}
