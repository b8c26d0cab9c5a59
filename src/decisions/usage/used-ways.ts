/**
 * Finds the ways by which the present policy allows what a log says was allowed. All of them count as used: to remove
 * what lies on none takes no yes away. Where the log lacks values, what may have been a way counts as one.
 */
import { deniedOutright, grantsFor } from "../../policy/evaluate/decide.ts";
import { factsFor, residualOfPath } from "../../policy/evaluate/judged-paths.ts";
import type { PolicyIndex } from "../../policy/evaluate/policy-index.ts";
import { type Asker, pathsThrough, type Reach, reached } from "../../policy/evaluate/walk.ts";
import { isOwn, withoutOwn } from "../../policy/model/names.ts";
import { covers } from "../../policy/model/scopes.ts";
import type { AskedAgain } from "../review/asked-again.ts";
import { Uses } from "./uses.ts";
import { type ScopedWay, toRole, type Ways, wayOf } from "./ways.ts";

/** Somebody, while no window of theirs opens or closes. */
interface KnownAsker {
  readonly asker: Asker;
  readonly reaches: readonly Reach[];
  readonly isDenied: boolean;
  readonly ways: Map<string, Ways>;
  isSessionUsed: boolean;
}

/** What became of an allowed decision: used ways, maybe used ones, none any more, or a name that is not there now. */
export type UseFound = "used" | "open" | "denied" | "gone";

/** So many askers are known at once. */
const MOST_ASKERS = 20_000;

export class UsedWays {
  readonly uses = new Uses();
  readonly #index: PolicyIndex;
  /** Names that were users, which no stranger may have. */
  readonly #gone: ReadonlySet<string>;
  readonly #askers = new Map<string, KnownAsker>();
  readonly #bounds = new Map<string, readonly string[]>();

  constructor(index: PolicyIndex, gone: ReadonlySet<string>) {
    this.#index = index;
    this.#gone = gone;
  }

  /** Finds the ways of an allowed decision. @param at the time for which was asked */
  find(asked: AskedAgain, at: string): UseFound {
    if (!this.#isThere(asked)) return "gone";
    const known = this.#asker(asked, at);
    if (known.isDenied) return "denied";
    const { allows, denies } = this.#ways(known, asked);
    const truth = this.#judge({ ...known.asker, at }, asked);
    let [isSure, isSureOfDenies] = [true, true];
    for (const way of denies) {
      if (!covers(way.scope, asked.scope)) continue;
      const isTrue = truth(way);
      if (isTrue === true) return "denied";
      if (isTrue === undefined) isSureOfDenies = false;
    }
    const found = allows.filter((way) => {
      const isTrue = covers(way.scope, asked.scope) ? truth(way) : false;
      if (isTrue === undefined) isSure = false;
      return isTrue !== false;
    });
    if (found.length === 0) return "denied";
    for (const way of found) this.#use(way, asked);
    this.uses.name([...asked.activate, ...asked.assume, ...(asked.isRole ? [asked.topic] : [])]);
    if (!known.isSessionUsed && asked.activate.length > 0) this.#useSession(known, asked);
    for (const ways of isSure ? [found] : found.map((way) => [way])) this.uses.need(ways);
    return isSure && isSureOfDenies ? "used" : "open";
  }

  #isThere({ user, topic, isRole, activate, assume, existing, strangers }: AskedAgain): boolean {
    const { policy } = this.#index;
    if (!(isRole ? policy.role.has(topic) : policy.permission.has(withoutOwn(topic)))) return false;
    for (const role of [...activate, ...assume]) if (!policy.role.has(role)) return false;
    if (user === null || policy.user.has(user)) return true;
    return !existing && !this.#gone.has(user) && (strangers || policy.policy.has("strangers"));
  }

  #asker({ user, activate, assume }: AskedAgain, at: string): KnownAsker {
    const session = activate.length + assume.length === 0 ? "" : JSON.stringify([activate, assume]);
    const key = `${user ?? ""}\n${user === null}\n${this.#phase(user, at)}\n${session}`;
    const known = this.#askers.get(key);
    if (known) return known;
    const stranger = user !== null && !this.#index.policy.user.has(user);
    const asker: Asker = { user, at, activate, assume, ...(stranger && { stranger }) };
    const reaches = [...reached(this.#index, asker)];
    const isDenied = deniedOutright(this.#index, asker) !== undefined;
    const made = { asker, reaches, isDenied, ways: new Map(), isSessionUsed: false };
    if (this.#askers.size >= MOST_ASKERS) this.#askers.clear();
    this.#askers.set(key, made);
    return made;
  }

  /** How many of the moments at which windows of a user open or close lie behind. */
  #phase(user: string | null, at: string): number {
    const assignments = this.#index.assignments.get(user ?? "");
    if (user === null || !assignments) return 0;
    let bounds = this.#bounds.get(user);
    if (!bounds) {
      bounds = assignments.flatMap(({ from, until }) => [from, until]).filter((bound) => bound !== null);
      this.#bounds.set(user, bounds);
    }
    return bounds.reduce((count, bound) => count + Number(bound <= at), 0);
  }

  #ways({ ways, reaches, asker }: KnownAsker, { topic, isRole, owner, user }: AskedAgain): Ways {
    const own = !isRole && (isOwn(topic) || (owner !== null && owner === user));
    const key = `${isRole} ${own} ${topic}`;
    const known = ways.get(key);
    if (known) return known;
    const made = isRole ? toRole(reaches, topic, asker.user) : this.#toPermission(reaches, topic, own, asker.user);
    ways.set(key, made);
    return made;
  }

  #toPermission(reaches: readonly Reach[], topic: string, own: boolean, user: string | null): Ways {
    const paths = [...pathsThrough(reaches, grantsFor(this.#index, withoutOwn(topic), own))];
    const of = (effect: string) =>
      paths.flatMap((path) => (path.effect === effect ? [wayOf(path.reach, path, path.scope, user)] : []));
    return { allows: of("allow"), denies: of("deny") };
  }

  /** Returns a function that tells whether a way counts; `undefined` where the log does not say enough. */
  #judge(asker: Asker, { topic, isRole, given, lacksTime }: AskedAgain): (way: ScopedWay) => boolean | undefined {
    let facts: ReturnType<typeof factsFor> | undefined;
    return ({ path, isConditional }) => {
      if (!isConditional || !path || isRole) return true;
      if (lacksTime) return undefined;
      facts ??= factsFor(this.#index, { ...asker, ...(given && { given }) }, withoutOwn(topic));
      const residual = residualOfPath(path, facts);
      return typeof residual === "boolean" ? residual : undefined;
    };
  }

  #use(way: ScopedWay, { topic }: AskedAgain): void {
    if (way.isUsed) return;
    way.isUsed = true;
    this.uses.add(way, withoutOwn(topic));
  }

  /** A session needs the roles that it activates, whichever of them allows. */
  #useSession(known: KnownAsker, { activate }: AskedAgain): void {
    known.isSessionUsed = true;
    for (const reach of known.reaches) {
      if (!activate.includes(reach.role)) continue;
      const way = wayOf(reach, null, reach.holding.scope, known.asker.user);
      this.uses.add(way, reach.role);
      this.uses.need([way]);
    }
  }
}
