/**
 * The impact of changes, computed from people as they come, page by page: whoever holds a role that changes, and
 * whoever the changes speak of (rule 37). It is one engine for a policy in memory and for a database.
 */
import { byBytes } from "../model/byte-order.ts";
import type { Change } from "../model/change.ts";
import type { Policy } from "../model/policy.ts";
import { Causes } from "./causes.ts";
import { PeopleComparison } from "./compare-people.ts";
import { KeptCounts } from "./kept.ts";
import { NewHolders } from "./new-holders.ts";
import { Outcomes } from "./outcomes.ts";
import { PeopleChanges, type PersonThen, STRANGER, type Standing, unchanged } from "./people.ts";
import { type PlainCase, PlainPeople } from "./plain-people.ts";
import { PlainRoles } from "./plain-roles.ts";
import { RoleChanges } from "./role-changes.ts";
import { type Sides, sidesOf } from "./sides.ts";
import type { GainsAndLosses, Impact, ImpactOnPerson, ImpactOptions, LaterDifference } from "./values.ts";
import { Wildcards } from "./wildcards.ts";

/** How the engine works, beside what it says. */
export interface EngineOptions extends ImpactOptions {
  /** True to compare everybody in the general form, for a test that holds the fast one against it. */
  readonly general?: boolean;
  /** Up to how many permissions of a pattern are listed by name. */
  readonly listed?: number;
}

export class ImpactEngine {
  readonly roles: RoleChanges;
  readonly people: PeopleChanges;
  readonly #at: string;
  readonly #sides: Sides;
  readonly #general: PeopleComparison;
  readonly #plain: PlainPeople | undefined;
  readonly #causes: Causes | undefined;
  readonly #kept: KeptCounts | undefined;
  readonly #outcomes = new Outcomes();
  readonly #newHolders: NewHolders;

  /**
   * @param before at least what the changes may touch of structure
   * @param at RFC 3339 UTC
   */
  constructor(before: Policy, changes: readonly Change[], at: string, options: EngineOptions = {}) {
    const { expand = false, holdersOf = [], causes = false, general = false, listed } = options;
    this.#at = at;
    this.#sides = sidesOf(before, changes);
    this.roles = new RoleChanges(this.#sides, changes);
    this.people = new PeopleChanges(changes);
    const wildcards = new Wildcards(this.#sides.covered, listed);
    this.#general = new PeopleComparison(this.#sides, this.roles, wildcards, expand);
    const everyone = [...this.#sides.before.policy.everyone.keys()];
    this.#plain = general
      ? undefined
      : new PlainPeople(
          new PlainRoles(this.#sides, this.roles, wildcards),
          everyone,
          expand ? Number.POSITIVE_INFINITY : wildcards.listed,
        );
    this.#causes = causes ? new Causes(changes, this.roles) : undefined;
    this.#kept = this.#causes && new KeptCounts(this.#sides, this.#causes);
    this.#newHolders = new NewHolders(this.#sides, holdersOf, at);
  }

  /** Those of some people whom the changes touch by the roles that they hold, and of whom no change speaks. */
  add(page: Iterable<Standing>): void {
    for (const standing of page) {
      if (this.people.names.has(standing.user)) continue;
      if (standing.disabled) this.#newHolders.add(unchanged(standing));
      else if (!this.#addPlain(standing) && this.#isTouched(standing)) this.#add(unchanged(standing));
    }
  }

  /** Those of whom changes speak, once everybody else was added. @param standing who of them is there before */
  impact(standing: ReadonlyMap<string, Standing>): Impact {
    const people = [...this.people.people(standing)];
    for (const person of people.sort((a, b) => byBytes(a.user as string, b.user as string))) this.#add(person);
    const strangers = this.#differenceOf(STRANGER, this.#general.at(STRANGER, this.#at));
    return {
      ...this.#outcomes.all(),
      strangers: this.#explained(strangers, STRANGER),
      kept: this.#kept?.all() ?? [],
      newHolders: this.#newHolders.all(),
    };
  }

  #isTouched({ held }: Standing): boolean {
    return this.roles.everybody || held.some(({ role }) => this.roles.affected.has(role));
  }

  /** Adds somebody who is in both policies alike by the fast form. @returns false where only the general form can */
  #addPlain(standing: Standing): boolean {
    const people = this.#plain;
    const plain = people?.of(standing);
    if (!people || !plain) return false;
    const person = unchanged(standing);
    this.#newHolders.add(person);
    const { number } = plain;
    if (number !== undefined) {
      if (!this.#outcomes.isNumbered(number))
        this.#outcomes.setNumbered(number, this.#explainedPlain(people, plain, person));
      this.#outcomes.addNumbered(standing.user, number, plain);
    }
    if (plain.mayKeep) this.#kept?.add(person, this.#general.both(person, this.#at), people.rows(plain));
    return true;
  }

  #explainedPlain(people: PlainPeople, plain: PlainCase, person: PersonThen): GainsAndLosses {
    if (!this.#causes) return people.rows(plain);
    const explained = people.explained(plain);
    return explained ?? this.#causes.explained(people.rows(plain), person, this.#general.both(person, this.#at));
  }

  #add(person: PersonThen): void {
    this.#newHolders.add(person);
    const now = this.#general.at(person, this.#at);
    const difference = this.#differenceOf(person, now);
    this.#outcomes.addByRows(person.user as string, difference, now, () => this.#explained(difference, person));
    this.#kept?.add(person, this.#general.both(person, this.#at), difference);
  }

  /** What happens to somebody at the moment and later. */
  #differenceOf(person: PersonThen, now: GainsAndLosses): ImpactOnPerson {
    let last = now;
    const later: LaterDifference[] = [];
    for (const moment of boundsOf(person, this.#at)) {
      const then = this.#general.at(person, moment);
      if (!isSame(then, last)) later.push({ at: moment, ...then });
      last = then;
    }
    return { ...now, later };
  }

  #explained(difference: ImpactOnPerson, person: PersonThen): ImpactOnPerson {
    const causes = this.#causes;
    if (!causes) return difference;
    const at = (moment: string, rows: GainsAndLosses) =>
      causes.explained(rows, person, this.#general.both(person, moment));
    const { gains, losses, later } = difference;
    return {
      ...at(this.#at, { gains, losses }),
      later: later.map(({ at: moment, ...then }) => ({ at: moment, ...at(moment, then) })),
    };
  }
}

const isSame = (a: GainsAndLosses, b: GainsAndLosses): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** The moments behind another one at which windows of somebody open or close, in order. */
function boundsOf({ before, after }: PersonThen, at: string): string[] {
  const held = [...(before?.held ?? []), ...(before === after ? [] : (after?.held ?? []))];
  const bounds = held.flatMap(({ from, until }) => [from, until]);
  return [...new Set(bounds.filter((moment) => moment !== null && moment > at) as string[])].sort(byBytes);
}
