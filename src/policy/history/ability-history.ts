/** What somebody could do when: every moment a permission was gained or lost, with what caused it. */

import { type Because, because, refsOf } from "../evaluate/decide.ts";
import { allowedScopes, type Own, pathsByPermission } from "../evaluate/effective-permissions.ts";
import { roleAlone } from "../evaluate/matrix.ts";
import { indexPolicy, type PolicyIndex } from "../evaluate/policy-index.ts";
import { type Asker, askerOf, holdingsOf, reachedFrom } from "../evaluate/walk.ts";
import { byBytes } from "../model/byte-order.ts";
import { type Change, keyFields, kindOf, replay } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import { withoutOwn } from "../model/names.ts";
import { type AnyRow, emptyDraft, type Kind, keyOf } from "../model/policy.ts";
import type { Scope } from "../model/scopes.ts";

/** A change as it was recorded. */
export interface RecordedChange {
  readonly seq: number;
  readonly revision: number;
  readonly at: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly change: Change;
}

/** A permission gained or lost at a moment, on a scope, for good or as the owner. */
export interface AbilityChange {
  readonly at: string;
  readonly revision: number;
  readonly turn: "gained" | "lost";
  readonly permission: string;
  readonly own: Own;
  readonly scope: Scope;
  readonly except: readonly Scope[];
  /** The entries that caused it; none where a window opened or closed by itself. */
  readonly entries: readonly RecordedChange[];
  /** The path that began or ended to hold. */
  readonly path: Because;
}

export type Subject = { readonly user: string } | { readonly role: string };

/** Where somebody may do something as the owner, and where as anybody else: two abilities, that turn each for itself. */
interface Ability {
  readonly permission: string;
  readonly as: "owner" | "other";
  readonly scope: Scope;
  readonly except: readonly Scope[];
  readonly path: Because;
}

type State = ReadonlyMap<string, Ability>;

/**
 * Replays a record and tells every turn, oldest first.
 * @param record the entries about structure and about the user, in their order
 * @param now where to stop: windows that open or close later have not turned anything yet
 */
export function historyOf(
  record: readonly RecordedChange[],
  subject: Subject,
  permission: string | undefined,
  now: string,
): AbilityChange[] {
  const draft = emptyDraft();
  const turns: AbilityChange[] = [];
  let state: State = new Map();
  let clock = "";
  let revision = 0;
  let index = indexPolicy(draft);
  const look = (at: string) => stateOf(index, subject, at, permission);
  const pass = (until: string) => {
    for (const at of boundaries(index, subject, clock, until))
      state = turned(state, look(at), { at, revision, made: new Map(), relevant: [] }, turns);
    if (until > clock) clock = until;
  };
  for (const entries of grouped(record, (entry) => entry.revision).values()) {
    const first = entries[0] as RecordedChange; // A group has at least the one that began it.
    pass(first.at);
    const roles = rolesReached(index, subject, clock);
    const relevant = entries.filter(({ change }) => touches(change, roles, subject));
    replay(
      draft,
      entries.map(({ change }) => change),
      first.revision,
    );
    revision = first.revision;
    if (relevant.length === 0) continue; // What is not reached yet may wait for the change that reaches it.
    index = indexPolicy(draft);
    const made = grouped(entries, ({ change }) => rowKey(kindOf(change), keyFields(change)));
    state = turned(state, look(clock), { at: first.at, revision, made, relevant }, turns);
  }
  pass(now);
  return turns;
}

const askerFor = (subject: Subject, at: string): Asker =>
  "user" in subject ? askerOf(subject.user, at, {}) : roleAlone(subject.role, at);

function stateOf(index: PolicyIndex, subject: Subject, at: string, permission: string | undefined): State {
  const state = new Map<string, Ability>();
  const known = "user" in subject ? index.policy.user.has(subject.user) : index.policy.role.has(subject.role);
  if (!known) return state;
  const wanted = permission && withoutOwn(permission);
  for (const [name, paths] of pathsByPermission(index, askerFor(subject, at))) {
    if (wanted !== undefined && name !== wanted) continue;
    for (const as of ["owner", "other"] as const) {
      for (const { scope, except, path } of allowedScopes(paths, as === "owner")) {
        state.set(`${as} ${placeKey({ permission: name, scope, except })}`, {
          permission: name,
          as,
          scope,
          except,
          path: because(path),
        });
      }
    }
  }
  return state;
}

const placeKey = ({ permission, scope, except }: Pick<Ability, "permission" | "scope" | "except">): string =>
  `${permission} ${scope ?? ""} ${except.join(" ")}`;

/** Notes what differs between two states, and passes the new one on. */
function turned(before: State, after: State, moment: Moment, turns: AbilityChange[]): State {
  const gone = [...before].flatMap(([key, ability]) => (after.has(key) ? [] : [ability]));
  const come = [...after].flatMap(([key, ability]) => (before.has(key) ? [] : [ability]));
  turns.push(...turnsOf("lost", gone, moment), ...turnsOf("gained", come, moment));
  return after;
}

/** When something turned, and what was recorded then: by the row it is about, and whatever could turn anything. */
interface Moment {
  readonly at: string;
  readonly revision: number;
  readonly made: ReadonlyMap<string, readonly RecordedChange[]>;
  readonly relevant: readonly RecordedChange[];
}

/** A row by its key; the record is about one user, so a path need not say which. */
const rowKey = (kind: Kind, key: AnyRow): string =>
  `${kind} ${keyOf(kind, kind === "assignment" ? { ...key, user: null } : key)}`;

/** Both abilities of one place that turn together are one turn, whoever owns the target. */
function turnsOf(turn: AbilityChange["turn"], abilities: readonly Ability[], moment: Moment): AbilityChange[] {
  return [...grouped(abilities, placeKey).values()]
    .map(([first, second]): AbilityChange => {
      const { permission, scope, except, path, as } = (second ?? first) as Ability;
      const own = second ? "any" : as === "owner" ? "only" : "not";
      const { at, revision } = moment;
      return { at, revision, turn, permission, own, scope, except, entries: causes(moment, path), path };
    })
    .sort((a, b) => byBytes(placeKey(a), placeKey(b)));
}

/** The entries about the rows of the path itself; where it stands on other rows than those, all that could turn anything. */
function causes({ made, relevant }: Moment, path: Because): readonly RecordedChange[] {
  const about = refsOf(path, null).flatMap(({ kind, key }) => made.get(rowKey(kind, key)) ?? []);
  return about.length > 0 ? about : relevant;
}

/** Whether a change can turn anything: about the user, about everyone, about the catalogue, or about a role that is reached. */
function touches(change: Change, roles: ReadonlySet<string>, subject: Subject): boolean {
  const kind = kindOf(change);
  if (kind === "permission" || kind === "everyone") return true;
  if ("user" in change) return "user" in subject && change.user === subject.user;
  return "role" in change && roles.has(change.role);
}

/** Every role that the subject reaches, through windows that are open or not. */
function rolesReached(index: PolicyIndex, subject: Subject, at: string): Set<string> {
  const asker = askerFor(subject, at);
  return new Set([...reachedFrom(index, holdingsOf(index, asker), asker)].map((reach) => reach.role));
}

/** The moments in `(from, to]` at which a window of the subject opens or closes. */
function boundaries(index: PolicyIndex, subject: Subject, from: string, to: string): string[] {
  const moments = holdingsOf(index, askerFor(subject, to)).flatMap((holding) => [holding.from, holding.until]);
  const passed = moments.filter((moment): moment is string => moment !== null && moment > from && moment <= to);
  return [...new Set(passed)].sort();
}
