/** All access, as an audit needs it: for each person, permission and held role, where it allows, and by which rows. */
import { by, byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { type AnyGrant, type HeldAssignment, isConditional, type RowRef } from "../model/policy.ts";
import type { Scope } from "../model/scopes.ts";
import { conditioned, dependOnUser } from "./conditional-extents.ts";
import { type Extent, type ExtentWithPath, extentsWithPaths, pathsByPermission } from "./effective-permissions.ts";
import { factsFor } from "./judged-paths.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { type Asker, askerOf, type HeldBy, isOpen, type Path } from "./walk.ts";
import { type Assignee, holdingKey } from "./who-can.ts";

/** What somebody may do through one role that they hold; `from` and `until` are the window of the assignment. */
interface HeldAccess extends Extent {
  readonly permission: string;
  /** The role that is assigned to them, or that everyone holds. */
  readonly role: string;
  readonly held: HeldBy;
  readonly from: string | null;
}

/** A row of all access, with what is told of the row that assigns the role, and of the grant. */
export interface AccessRow<Told> extends HeldAccess {
  readonly user: string;
  readonly by: { readonly assigned: Told; readonly granted: Told };
}

/** Which held roles are listed. What denies counts by whatever role it is held. */
type KeepsHolding = (role: string, held: HeldBy) => boolean;

/** So many rows of people with different holdings are kept at most. */
const MOST_KEPT = 50_000;

/**
 * Returns a function that lists what somebody may do, by permission, held role and scope. The rows of one held role are
 * those of rule 5 where it alone allows, and every deny of the person takes away: together they cover what the person
 * may do. People with the same holdings have the same rows, which are found once.
 * @param index all that their roles lead to; its people are not read
 */
export function accessIn(
  index: PolicyIndex,
  at: string,
  keeps: KeepsHolding,
): (assignee: Assignee) => AccessRow<RowRef>[] {
  const rowsByHoldings = new Map<string, readonly SharedRow[]>();
  let kept = 0;
  return ({ user, disabled, held }) => {
    if (disabled) return [];
    const open = held.filter((assignment) => isOpen(assignment, at));
    const key = open.map(holdingKey).join("");
    let rows = rowsByHoldings.get(key);
    if (!rows) {
      if (kept > MOST_KEPT) rowsByHoldings.clear();
      const asker = askerOf(user, at, {});
      const paths = openPaths(index, asker, open);
      rows = sharedRows(index, asker, open, keeps, paths);
      if (![...paths.values()].some(dependOnUser)) {
        kept = rowsByHoldings.size === 0 ? rows.length : kept + rows.length;
        rowsByHoldings.set(key, rows);
      }
    }
    return rows.map((row) => accessRow(row, user, open));
  };
}

/** A row as all have it who hold the same. */
interface SharedRow {
  readonly access: HeldAccess;
  /** The place of the assignment among the holdings; the row of `everyone` where no assignment gives it. */
  readonly assigned: number | RowRef;
  readonly granted: RowRef;
}

type PathsByPermission = ReadonlyMap<string, readonly Path[]>;

function openPaths(index: PolicyIndex, asker: Asker, open: readonly HeldAssignment[]): PathsByPermission {
  const user = String(asker.user);
  // The revisions are not part of what is shared, so any number will do.
  const assignments = new Map([[user, open.map((assignment) => ({ user, revision: 0, ...assignment }))]]);
  return pathsByPermission({ ...index, assignments }, asker);
}

function sharedRows(
  index: PolicyIndex,
  asker: Asker,
  open: readonly HeldAssignment[],
  keeps: KeepsHolding,
  paths: PathsByPermission,
): SharedRow[] {
  return [...paths.keys()].sort(byBytes).flatMap((permission) => {
    const ofPermission = paths.get(permission) as readonly Path[];
    const facts = () => factsFor(index, asker, permission, true);
    const denies = ofPermission.filter(({ effect }) => effect === "deny");
    const allows = ofPermission.filter(
      ({ effect, reach: { holding } }) => effect === "allow" && keeps(holding.role, holding.held),
    );
    return [...grouped(allows, roleAndHeld)]
      .sort(by(([key]) => key))
      .flatMap(([, ofRole]) => extentsWithPaths([...ofRole, ...denies], facts))
      .map((extent) => sharedRow(permission, extent, open));
  });
}

const roleAndHeld = ({ reach: { holding } }: Path): string => `${holding.role}\0${holding.held}`;

/** Lists the fields, since spreads would cost more than all other work for a list. */
function sharedRow(permission: string, extent: ExtentWithPath, open: readonly HeldAssignment[]): SharedRow {
  const { own, scope, except, roles, grant, until, path } = extent;
  const { role, held, from, scope: heldOn, revision } = path.reach.holding;
  return {
    access: conditioned({ permission, role, held, own, scope, except, roles, grant, from, until }, extent),
    assigned:
      held === "assigned"
        ? open.findIndex((assignment) => assignment.role === role && assignment.scope === heldOn)
        : { kind: "everyone", key: { role }, revision: Number(revision) },
    granted: refOfGrant(path.grant),
  };
}

function refOfGrant(grant: AnyGrant): RowRef {
  const { role, effect, permission, scope, revision } = grant;
  const key = { role, effect, permission, scope };
  return isConditional(grant)
    ? { kind: "conditional", key: { ...key, digest: grant.digest }, revision }
    : { kind: "grant", key, revision };
}

function accessRow(
  { access, assigned, granted }: SharedRow,
  user: string,
  open: readonly HeldAssignment[],
): AccessRow<RowRef> {
  const { permission, role, held, own, scope, except, roles, grant, from, until } = access;
  const holding = typeof assigned === "number" ? assignmentRef(user, open[assigned] as HeldAssignment) : assigned;
  const refs = { assigned: holding, granted };
  const row = { user, permission, role, held, own, scope, except, roles, grant, from, until, by: refs };
  return conditioned(row, access);
}

function assignmentRef(user: string, { role, scope, revision = 0 }: HeldAssignment): RowRef {
  return { kind: "assignment", key: { user, role, scope }, revision };
}

/** What a row is found by, in the order of rows: where a list goes on. */
export interface AccessKey {
  readonly user: string;
  readonly permission: string;
  readonly role: string;
  readonly held: string;
  readonly scope: Scope;
  readonly own: string;
  readonly when?: string;
}

/** Whether a row stands behind another one of the same user. Names hold no control characters. */
export const isBehind = (row: AccessKey, other: AccessKey): boolean => byBytes(placeOf(row), placeOf(other)) > 0;

const placeOf = ({ permission, role, held, scope, own, when = "" }: AccessKey): string =>
  [permission, role, held, scope ?? "", own, when].join("\0");
