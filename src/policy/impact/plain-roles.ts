/**
 * Roles whose grants that play a part all allow, always, anywhere, and whoever owns what: the permissions that may
 * change are numbers, and what a role has of them is a list.
 */
import { RoleWords } from "../arrays/role-words.ts";
import { byBytes } from "../model/byte-order.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import { type AnyGrant, isConditional } from "../model/policy.ts";
import { closure, heirsIn } from "../model/role-graph.ts";
import type { ChangedGrant, RoleChanges } from "./role-changes.ts";
import type { PolicySide, Sides } from "./sides.ts";
import type { ImpactRow } from "./values.ts";
import type { Wildcards } from "./wildcards.ts";

/** A row of what a role gains or loses, with its cause. */
export interface Explained {
  readonly row: ImpactRow;
  readonly by: ChangedGrant;
}

/** The place of a role that is not plain, and of one that has none of the permissions. */
export const [NOT_PLAIN, IDLE] = [-1, 0];

/** Flags of a role: the one wide pattern before, after, and changed; anything on one side only; changes of several. */
export const [WIDE_BEFORE, WIDE_AFTER, WIDE_CHANGED, CHANGED, SEVERAL] = [1, 2, 4, 8, 16];

/** What a role has of the permissions that may change, itself or by inheritance. */
export interface PlainRole {
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** The numbers that each change touches, where they are several, and not the one wide pattern. */
  readonly byChange: readonly (readonly number[])[];
  /** The best of the causes of each. */
  readonly gains: ReadonlyMap<number, Explained>;
  readonly losses: ReadonlyMap<number, Explained>;
}

interface Reached {
  readonly numbers: readonly number[];
  readonly isWide: boolean;
}

const NO_NUMBERS: readonly number[] = [];
const NO_CAUSES: ReadonlyMap<number, Explained> = new Map();
const NOTHING: Reached = { numbers: NO_NUMBERS, isWide: false };

const ANYWHERE = { own: "any", scope: null, except: [] } as const;
/** With more permissions nearly every role has some, and it is not worth to look for those that have none. */
const MOST_FOR_BUSY = 10_000;
const BEFORE = 1;
const AFTER = 2;

export class PlainRoles {
  /** False where something changes for which only the general form has words. */
  readonly isUsable: boolean;
  /** A row for each permission that may change, by its number; numbers are in byte order. */
  readonly rows: readonly ImpactRow[];
  /** The row of the one pattern that covers many; `undefined` where there is none. */
  readonly wide: ImpactRow | undefined;
  /** How many permissions it covers. */
  readonly wideCount: number = 0;
  /** 1 for each permission that it covers. */
  readonly isCovered: Uint8Array;
  /** What roles have of the permissions, where these exist. */
  readonly words = new RoleWords();
  readonly #exists: Uint8Array;
  /** 1 for each permission that may change not by the wide pattern alone. */
  readonly #isApart: Uint8Array;
  readonly #sides: Sides;
  readonly #changes: RoleChanges;
  readonly #wildcards: Wildcards;
  readonly #numbers: ReadonlyMap<string, number>;
  /** By role its place among the words. */
  readonly #places = new Map<string, number>();
  readonly #roles = new Map<number, PlainRole>();
  readonly #own = new Map<PolicySide, Map<string, Reached | null>>();
  readonly #ofPattern = new Map<string, readonly number[] | undefined>();
  /** The roles that have any of the permissions; found when one is first asked about. */
  #busy: ReadonlySet<string> | undefined;

  constructor(sides: Sides, changes: RoleChanges, wildcards: Wildcards) {
    this.#sides = sides;
    this.#changes = changes;
    this.#wildcards = wildcards;
    const patterns = new Set<string>();
    for (const role of changes.affected)
      for (const { grant } of changes.of(role)) patterns.add(withoutOwn(grant.permission));
    const [wide, ...others] = [...patterns].filter((pattern) => wildcards.isWide(pattern));
    this.isUsable =
      others.length === 0 &&
      changes.everyone.size + changes.declared.size === 0 &&
      (wide === undefined || changes.catalogue.size === 0);
    const names = this.isUsable ? [...wildcards.namesOf([...patterns, ...changes.catalogue.keys()])].sort(byBytes) : [];
    this.rows = names.map((permission) => ({ permission, ...ANYWHERE }));
    this.#numbers = new Map(names.map((name, at) => [name, at]));
    this.isCovered = new Uint8Array(names.length);
    this.#isApart = new Uint8Array(names.length).fill(wide === undefined ? 1 : 0);
    const [old, now] = [sides.before.policy.permission, sides.after.policy.permission];
    this.#exists = Uint8Array.from(names, (name) => (old.has(name) ? BEFORE : 0) | (now.has(name) ? AFTER : 0));
    if (wide === undefined || !this.isUsable) return;
    this.wide = { permission: wide, ...ANYWHERE };
    this.wideCount = sides.covered(wide).length;
    for (const name of sides.covered(wide)) this.isCovered[this.#numbers.get(name) as number] = 1;
    patterns.delete(wide);
    for (const name of wildcards.namesOf(patterns)) this.#isApart[this.#numbers.get(name) as number] = 1;
  }

  existedBefore(number: number): boolean {
    return ((this.#exists[number] as number) & BEFORE) !== 0;
  }

  existsAfter(number: number): boolean {
    return ((this.#exists[number] as number) & AFTER) !== 0;
  }

  /** The place of a role among the words, or `NOT_PLAIN`, or `IDLE`. */
  of(role: string): number {
    const known = this.#places.get(role);
    if (known !== undefined) return known;
    if (this.rows.length <= MOST_FOR_BUSY) this.#busy ??= this.#busyRoles();
    const made = this.#busy?.has(role) === false ? IDLE : this.#made(role);
    this.#places.set(role, made);
    return made;
  }

  /** The role of a place. */
  at(place: number): PlainRole {
    return this.#roles.get(place) as PlainRole;
  }

  #made(role: string): number {
    const before = this.#reached(this.#sides.before, role);
    const isSame = !this.#changes.affected.has(role);
    const after = isSame ? before : this.#reached(this.#sides.after, role);
    if (!before || !after) return NOT_PLAIN;
    if (isSame && before === NOTHING) return IDLE;
    const sides = { before: before.numbers, after: after.numbers };
    const flags = (before.isWide ? WIDE_BEFORE : 0) | (after.isWide ? WIDE_AFTER : 0);
    if (isSame) return this.#kept(flags, { ...sides, byChange: [], gains: NO_CAUSES, losses: NO_CAUSES }, NO_NUMBERS);
    const changes = this.#changes.of(role);
    const numbersOf = new Map<number, number[]>();
    const [gains, losses] = [new Map<number, Explained>(), new Map<number, Explained>()];
    for (const by of changes) {
      const numbers = this.#numbersOf(by.grant.permission) ?? NO_NUMBERS;
      if (numbers.length === 0) continue;
      numbersOf.set(by.cause.change, [...(numbersOf.get(by.cause.change) ?? []), ...numbers]);
      const best = by.isNew ? gains : losses;
      for (const at of numbers)
        if (!best.has(at)) best.set(at, { row: { ...(this.rows[at] as ImpactRow), because: by.cause }, by });
    }
    const touched = [...numbersOf.values()];
    const isSingle = (numbers: readonly number[]) => numbers.every((number) => number === numbers[0]);
    const byChange = touched.filter((numbers) => !isSingle(numbers));
    const isWideChanged = changes.some(({ grant }) => withoutOwn(grant.permission) === this.wide?.permission);
    return this.#kept(
      flags | CHANGED | (isWideChanged ? WIDE_CHANGED : 0) | (byChange.length > 0 ? SEVERAL : 0),
      { ...sides, byChange, gains, losses },
      touched.filter(isSingle).map(([number]) => number as number),
    );
  }

  /** @param single the numbers of changes that touch one permission each */
  #kept(flags: number, role: PlainRole, single: readonly number[]): number {
    const place = this.words.add(
      flags,
      role.before.filter((number) => this.#isApart[number] === 1 && this.existedBefore(number)),
      role.after.filter((number) => this.#isApart[number] === 1 && this.existsAfter(number)),
      single,
    );
    this.#roles.set(place, role);
    return place;
  }

  #reached(side: PolicySide, role: string): Reached | null {
    const reach = side.reach(role);
    if (reach.size === 1) return this.#ownOf(side, role);
    const numbers = new Set<number>();
    let isWide = false;
    for (const reached of reach.keys()) {
      const own = this.#ownOf(side, reached);
      if (!own) return null;
      isWide ||= own.isWide;
      for (const at of own.numbers) numbers.add(at);
    }
    return numbers.size === 0 && !isWide ? NOTHING : { numbers: [...numbers], isWide };
  }

  #ownOf(side: PolicySide, role: string): Reached | null {
    const ofSide = this.#own.get(side) ?? new Map<string, Reached | null>();
    this.#own.set(side, ofSide);
    const known = ofSide.get(role);
    if (known !== undefined) return known;
    const names = side.namesOf(role);
    const made = names ? this.#named(names) : this.#grantedBy(side.grantsOf(role));
    ofSide.set(role, made);
    return made;
  }

  #named(names: readonly string[]): Reached {
    const found: number[] = [];
    for (const name of names) {
      const number = this.#numbers.get(name);
      if (number !== undefined) found.push(number);
    }
    return found.length === 0 ? NOTHING : { numbers: found, isWide: false };
  }

  #grantedBy(grants: readonly AnyGrant[]): Reached | null {
    const found: number[] = [];
    let isWide = false;
    for (const grant of grants) {
      const { effect, permission, scope } = grant;
      const number = this.#numbers.get(permission);
      if (number === undefined && !permission.includes("*") && !isOwn(permission)) continue;
      const numbers = number === undefined ? this.#numbersOf(permission) : [number];
      if (numbers?.length === 0) continue;
      if (isConditional(grant) || effect === "deny" || scope !== null || isOwn(permission)) return null;
      if (numbers) for (const at of numbers) found.push(at);
      else if (permission === this.wide?.permission) isWide = true;
      else return null;
    }
    return found.length === 0 && !isWide ? NOTHING : { numbers: found, isWide };
  }

  /** The numbers of what a pattern covers; `undefined` for one that covers many of which some may change. */
  #numbersOf(pattern: string): readonly number[] | undefined {
    if (this.#ofPattern.has(pattern)) return this.#ofPattern.get(pattern);
    const plain = withoutOwn(pattern);
    const covered = plain.includes("*") ? this.#sides.covered(plain) : [plain];
    const numbers = covered.flatMap((name) => this.#numbers.get(name) ?? NO_NUMBERS);
    const found = numbers.length > 0 && this.#wildcards.isWide(plain) ? undefined : numbers;
    this.#ofPattern.set(pattern, found);
    return found;
  }

  /** The roles that grant any of the permissions, and their heirs; those that newly do are affected. */
  #busyRoles(): Set<string> {
    const { before, after } = this.#sides;
    const granting = [...this.#changes.affected];
    for (const grants of [before.policy.grant, before.policy.conditional])
      for (const { role, permission } of grants.values())
        if (this.#numbersOf(permission)?.length !== 0) granting.push(role);
    return new Set([before, after].flatMap(({ policy }) => [...closure(granting, heirsIn(policy))]));
  }
}
