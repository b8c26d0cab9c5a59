/** The rows of somebody that a plain JOIN reads rightly, over all time from a moment on; and how many are left out. */
import { dependOnUser } from "../policy/evaluate/conditional-extents.ts";
import { type Extent, extents, type Own, pathsByPermission } from "../policy/evaluate/effective-permissions.ts";
import { factsFor } from "../policy/evaluate/judged-paths.ts";
import type { PolicyIndex } from "../policy/evaluate/policy-index.ts";
import { type Asker, askerOf, type Path } from "../policy/evaluate/walk.ts";
import { type Assignee, holdingKey } from "../policy/evaluate/who-can.ts";
import type { HeldAssignment } from "../policy/model/policy.ts";
import { type Span, spansOf } from "./spans.ts";

/** A row that holds on its scope and all below it, in its span, whatever the attributes. */
interface JoinRow extends Span {
  readonly permission: string;
  /** Empty text for the root. */
  readonly scope: string;
  readonly own: Own;
}

/** Rows of one permission that a JOIN would read as more than they are. */
export interface OmittedRows {
  readonly permission: string;
  readonly reason: "when" | "unless" | "except";
  readonly count: number;
}

export interface Joinable {
  readonly rows: readonly JoinRow[];
  readonly omitted: readonly OmittedRows[];
}

/** So many rows of people with different holdings are kept at most. */
const MOST_KEPT = 50_000;

/**
 * Returns a function that finds the rows of an assignee. Who is disabled has none.
 * @param index all that their roles lead to; its people are not read
 * @param at from when on; what has ended then gives no rows, but no row is said of the time before
 * @param roles the roles that lead to anything
 */
export function joinableIn(
  index: PolicyIndex,
  at: string,
  roles: ReadonlySet<string>,
): (assignee: Assignee) => Joinable {
  const byHoldings = new Map<string, Joinable>();
  let kept = 0;
  return ({ user, disabled, held }) => {
    if (disabled) return { rows: [], omitted: [] };
    const holdings = held.filter((assignment) => roles.has(assignment.role));
    const key = holdings.map(holdingKey).join("");
    const known = byHoldings.get(key);
    if (known) return known;
    const { isShared, ...found } = joinableOf(index, user, holdings, at);
    if (!isShared) return found;
    if (kept > MOST_KEPT) {
      byHoldings.clear();
      kept = 0;
    }
    kept += found.rows.length + found.omitted.length + 1;
    byHoldings.set(key, found);
    return found;
  };
}

/** `isShared` is false where the rows are of this user alone, since a condition speaks of who asks. */
function joinableOf(
  index: PolicyIndex,
  user: string,
  held: readonly HeldAssignment[],
  at: string,
): Joinable & { isShared: boolean } {
  // The revisions are not part of a row, so any number will do.
  const assignments = new Map([[user, held.map((assignment) => ({ user, revision: 0, ...assignment }))]]);
  const found = new RowsOverTime();
  let isShared = true;
  for (const span of spansOf(held, at)) {
    // Of the time itself nothing is known to conditions, for a row is read at any time of its span.
    const asker: Asker = { ...askerOf(user, span.at, {}), timeless: true };
    const paths = pathsByPermission({ ...index, assignments }, asker);
    if ([...paths.values()].some(dependOnUser)) isShared = false;
    for (const [permission, ofPermission] of paths)
      found.add(permission, extentsOf(index, asker, permission, ofPermission), span);
  }
  return { ...found.joinable(), isShared };
}

const extentsOf = (index: PolicyIndex, asker: Asker, permission: string, paths: readonly Path[]): Extent[] =>
  extents(paths, () => factsFor(index, asker, permission, true));

/** Gathers rows span by span; one that goes on from a span to the next is one row. */
class RowsOverTime {
  readonly #open = new Map<string, { -readonly [F in keyof JoinRow]: JoinRow[F] }>();
  readonly #rows: JoinRow[] = [];
  readonly #omitted = new Map<string, { permission: string; reason: OmittedRows["reason"]; rows: Set<string> }>();

  add(permission: string, found: readonly Extent[], { from, until }: Span): void {
    for (const extent of found) {
      const [scope, { own }] = [extent.scope ?? "", extent];
      const reason = reasonToOmit(extent);
      if (reason) {
        this.#omit(permission, reason, JSON.stringify([scope, own, extent.except, extent.when, extent.unless]));
        continue;
      }
      const key = `${permission}\0${scope}\0${own}`;
      const before = this.#open.get(key);
      if (before?.until === from) before.until = until;
      else {
        const row = { permission, scope, own, from, until };
        this.#open.set(key, row);
        this.#rows.push(row);
      }
    }
  }

  #omit(permission: string, reason: OmittedRows["reason"], row: string): void {
    const key = `${permission}\0${reason}`;
    const before = this.#omitted.get(key);
    if (before) before.rows.add(row);
    else this.#omitted.set(key, { permission, reason, rows: new Set([row]) });
  }

  joinable(): Joinable {
    const omitted = [...this.#omitted.values()].map(({ rows, ...of }) => ({ ...of, count: rows.size }));
    return { rows: this.#rows, omitted };
  }
}

/** Why a JOIN would read a row as more than it is; `undefined` where it does not. */
function reasonToOmit({ when, unless, except }: Extent): OmittedRows["reason"] | undefined {
  if (when !== undefined) return "when";
  if (unless !== undefined) return "unless";
  return except.length > 0 ? "except" : undefined;
}
