/** The history of abilities: every time at which a permission was gained or lost, with the entries that caused it. */

import { type Conditions, conditioned, conditionsKey } from "../evaluate/conditional-extents.ts";
import { allowedScopes, type Own, pathsByPermission } from "../evaluate/effective-permissions.ts";
import { type Because, because, refsOf } from "../evaluate/evidence.ts";
import { factsFor, type Unless } from "../evaluate/judged-paths.ts";
import { roleAlone } from "../evaluate/matrix.ts";
import { indexPolicy, type PolicyIndex } from "../evaluate/policy-index.ts";
import { type Asker, askerOf, holdingsOf, reachedFrom } from "../evaluate/walk.ts";
import { byBytes } from "../model/byte-order.ts";
import { byKind, type Change, keyFields, kindOf, replay } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import { withoutOwn } from "../model/names.ts";
import { emptyDraft, keyOf } from "../model/policy.ts";
import type { NamedEntry } from "../model/results.ts";
import type { AnyRow, Kind } from "../model/rows.ts";
import type { Scope } from "../model/scopes.ts";

/** A change with the parts of its audit entry that a history shows. */
export type RecordedChange = Pick<NamedEntry, "seq" | "revision" | "at" | "actor" | "reason" | "change" | "as">;

/** A permission that was gained or lost, with its extent. The fields are printed as JSON. */
export interface AbilityChange {
  readonly at: string;
  readonly revision: number;
  readonly turn: "gained" | "lost";
  readonly permission: string;
  readonly own: Own;
  readonly scope: Scope;
  readonly except: readonly Scope[];
  /** Under which conditions it holds; left out where there is none. */
  readonly when?: string;
  readonly unless?: readonly Unless[];
  /** The entries that caused it; empty if a window opened or closed. */
  readonly entries: readonly RecordedChange[];
  /** The path that began or ceased to hold. */
  readonly path: Because;
}

export type Subject = { readonly user: string } | { readonly role: string };

/** A name that the subject had from one revision until another one renamed it. */
interface NameInTime {
  readonly name: string;
  readonly from: number;
  readonly until: number;
}

/** An extent of a permission, as the owner or as anybody else: these two are gained and lost independently. */
interface Ability extends Conditions {
  readonly permission: string;
  readonly as: "owner" | "other";
  readonly scope: Scope;
  readonly except: readonly Scope[];
  readonly path: Because;
}

type State = ReadonlyMap<string, Ability>;

/**
 * Replays entries and returns every gain and loss, oldest first.
 * @param record the entries about structure and about the user, under all their names, in their order
 * @param permission only changes of this permission
 * @param now where to stop: windows that open or close later have not changed anything yet
 * @param formerNames the names that the subject had before, the latest first
 */
export function historyOf(
  record: readonly RecordedChange[],
  asked: Subject,
  permission: string | undefined,
  now: string,
  formerNames: readonly NameInTime[] = [],
): AbilityChange[] {
  const subjectIn = (inRevision: number): Subject => {
    const named = formerNames.find(({ from, until }) => from <= inRevision && inRevision < until);
    return named ? ("user" in asked ? { user: named.name } : { role: named.name }) : asked;
  };
  let subject = subjectIn(0);
  const draft = emptyDraft();
  const abilityChanges: AbilityChange[] = [];
  let state: State = new Map();
  let currentTime = "";
  let revision = 0;
  let index = indexPolicy(draft);
  const stateAt = (at: string) => stateOf(index, subject, at, permission);
  const advanceTo = (until: string) => {
    for (const at of boundaries(index, subject, currentTime, until))
      state = recordDifferences(
        state,
        stateAt(at),
        { at, revision, entriesByRow: new Map(), relevant: [] },
        abilityChanges,
      );
    if (until > currentTime) currentTime = until;
  };
  for (const entries of grouped(record, (entry) => entry.revision).values()) {
    const first = entries[0] as RecordedChange; // Every group has at least one entry.
    advanceTo(first.at);
    const roles = rolesReached(index, subject, currentTime);
    const before = subject;
    subject = subjectIn(first.revision);
    const relevant = entries.filter(({ change }) => [before, subject].some((one) => canAffect(change, roles, one)));
    replay(
      draft,
      entries.map(({ change }) => change),
      first.revision,
    );
    revision = first.revision;
    // Changes to roles that the subject does not reach take effect only with a change that makes it reach them.
    if (relevant.length === 0) continue;
    index = indexPolicy(draft);
    const entriesByRow = grouped(entries, ({ change }) => rowKey(kindOf(change), keyFields(change)));
    state = recordDifferences(
      state,
      stateAt(currentTime),
      { at: first.at, revision, entriesByRow, relevant },
      abilityChanges,
    );
  }
  advanceTo(now);
  return abilityChanges;
}

/** Times of the day are not times of a history: `context.time` stays unknown to conditions. */
const askerFor = (subject: Subject, at: string): Asker => ({
  ...("user" in subject ? askerOf(subject.user, at, {}) : roleAlone(subject.role, at)),
  timeless: true,
});

function stateOf(index: PolicyIndex, subject: Subject, at: string, permission: string | undefined): State {
  const state = new Map<string, Ability>();
  const exists = "user" in subject ? index.policy.user.has(subject.user) : index.policy.role.has(subject.role);
  if (!exists) return state;
  const wanted = permission && withoutOwn(permission);
  const asker = askerFor(subject, at);
  for (const [name, paths] of pathsByPermission(index, asker)) {
    if (wanted !== undefined && name !== wanted) continue;
    const facts = () => factsFor(index, asker, name, true);
    for (const as of ["owner", "other"] as const) {
      for (const { path, ...row } of allowedScopes(paths, as === "owner", facts)) {
        const { scope, except } = row;
        const ability = conditioned({ permission: name, as, scope, except, path: because(path) }, row);
        state.set(`${as} ${extentKey(ability)}`, ability);
      }
    }
  }
  return state;
}

const extentKey = (ability: Omit<Ability, "as" | "path">): string =>
  `${ability.permission} ${ability.scope ?? ""} ${ability.except.join(" ")}${conditionsKey(ability)}`;

/** Appends the differences between two states to `abilityChanges`, and returns the new state. */
function recordDifferences(
  before: State,
  after: State,
  transition: Transition,
  abilityChanges: AbilityChange[],
): State {
  const lost = [...before].flatMap(([key, ability]) => (after.has(key) ? [] : [ability]));
  const gained = [...after].flatMap(([key, ability]) => (before.has(key) ? [] : [ability]));
  for (const change of abilityChangesOf("lost", lost, transition)) abilityChanges.push(change);
  for (const change of abilityChangesOf("gained", gained, transition)) abilityChanges.push(change);
  return after;
}

/**
 * The time of a change of state, with the entries written then: all of them by the row that they are about, and those
 * that can affect an ability.
 */
interface Transition {
  readonly at: string;
  readonly revision: number;
  readonly entriesByRow: ReadonlyMap<string, readonly RecordedChange[]>;
  readonly relevant: readonly RecordedChange[];
}

/** The key of a row. The user is left out, since all assignments of a record are those of one user. */
const rowKey = (kind: Kind, key: AnyRow): string =>
  `${kind} ${keyOf(kind, kind === "assignment" ? { ...key, user: null } : key)}`;

/** Joins changes of the same extent: as owner and as anybody else together are one change `any`. */
function abilityChangesOf(
  turn: AbilityChange["turn"],
  abilities: readonly Ability[],
  transition: Transition,
): AbilityChange[] {
  return [...grouped(abilities, extentKey).values()]
    .map(([first, second]): AbilityChange => {
      const ability = (second ?? first) as Ability;
      const { permission, scope, except, path, as } = ability;
      const own = second ? "any" : as === "owner" ? "only" : "not";
      const { at, revision } = transition;
      const change = { at, revision, turn, permission, own, scope, except } as const;
      return { ...conditioned(change, ability), entries: causesOf(transition, path), path };
    })
    .sort((a, b) => byBytes(extentKey(a), extentKey(b)));
}

/** The entries about the rows of the path; if there are none, all entries that can affect an ability. */
function causesOf({ entriesByRow, relevant }: Transition, path: Because): readonly RecordedChange[] {
  const entriesOnPath = refsOf(path, null).flatMap(({ kind, key }) => entriesByRow.get(rowKey(kind, key)) ?? []);
  return entriesOnPath.length > 0 ? entriesOnPath : relevant;
}

/** True for changes to the subject, to `everyone`, to the catalogue, or to a role that the subject reaches. */
function canAffect(change: Change, roles: ReadonlySet<string>, subject: Subject): boolean {
  const ofRole = ({ role }: { readonly role: string }) => roles.has(role);
  const ofUser = ({ user }: { readonly user: string }) => "user" in subject && user === subject.user;
  return byKind(
    {
      permission: () => true,
      role: ofRole,
      user: ofUser,
      inheritance: ofRole,
      grant: ofRole,
      everyone: () => true,
      assignment: ofUser,
      constraint: () => false,
      policy: () => false,
      conditional: ofRole,
      attribute: () => false,
      former: () => false,
      identity: () => false,
      approval: () => false,
      "api-key": () => false,
    },
    change,
  );
}

/** Every role that the subject reaches, through open and closed windows. */
function rolesReached(index: PolicyIndex, subject: Subject, at: string): Set<string> {
  const asker = askerFor(subject, at);
  return new Set([...reachedFrom(index, holdingsOf(index, asker), asker)].map((reach) => reach.role));
}

/** The times in `(from, to]` at which a window of the subject opens or closes, in order. */
function boundaries(index: PolicyIndex, subject: Subject, from: string, to: string): string[] {
  const moments = holdingsOf(index, askerFor(subject, to)).flatMap((holding) => [holding.from, holding.until]);
  const withinInterval = moments.filter((moment): moment is string => moment !== null && moment > from && moment <= to);
  return [...new Set(withinInterval)].sort();
}
