/** Rights by number: what grants say, whoever has them. Says which of a policy's rights are as wide as which. */
import { byBytes } from "../../model/byte-order.ts";
import { isOwn, patternsCovering, withoutOwn } from "../../model/names.ts";
import { coversNoName, isNoWider, type PatternLess } from "../../model/patterns.ts";
import { type AnyGrant, conditionOf, isConditional } from "../../model/policy.ts";
import type { Effect } from "../../model/rows.ts";
import { ancestorsOf, type Scope } from "../../model/scopes.ts";

const NONE: readonly number[] = [];

/** The names that a grant is about, its `:own` aside. */
export const namesOfGrant = (grant: AnyGrant): PatternLess => ({
  pattern: withoutOwn(grant.permission),
  but: isConditional(grant) ? grant.but : [],
});

/** True for a grant of nothing: what it leaves out is all of it. */
export const leavesNothing = (grant: AnyGrant): boolean => isConditional(grant) && coversNoName(namesOfGrant(grant));

const placeOf = (effect: Effect, permission: string, scope: Scope, when: string | null): string =>
  `${effect}\0${permission}\0${scope ?? ""}\0${when ?? ""}`;

export class Rights {
  /** By number, one of the grants that say it. */
  readonly #grants: AnyGrant[] = [];
  readonly #numbers = new Map<string, number>();
  /** Nearly all grants are plain allows that hold everywhere: by permission, without the cost of a longer text. */
  readonly #plain = new Map<string, number>();
  /** Those of one effect, pattern, scope and condition: they differ in what they leave out. */
  readonly #byPlace = new Map<string, number[]>();
  readonly #permissions = new Set<string>();
  readonly #covering = new Map<string, readonly string[]>();
  readonly #wider: (readonly number[] | undefined)[] = [];
  readonly #denying: (readonly number[] | undefined)[] = [];

  /** The number of what a grant says; it is new when it is first asked about. */
  numberOf(grant: AnyGrant): number {
    const { effect, permission, scope } = grant;
    const isPlain = effect === "allow" && scope === null && !isConditional(grant);
    const number = isPlain ? this.#plain.get(permission) : undefined;
    if (number !== undefined) return number;
    const made = this.#numberOf(grant);
    if (isPlain) this.#plain.set(permission, made);
    return made;
  }

  #numberOf(grant: AnyGrant): number {
    const { effect, permission, scope } = grant;
    const place = placeOf(effect, permission, scope, conditionOf(grant));
    const text = isConditional(grant) ? `${place}\0${grant.digest}` : place;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#grants.push(grant) - 1;
    this.#numbers.set(text, number);
    this.#permissions.add(permission);
    const there = this.#byPlace.get(place);
    if (there) there.push(number);
    else this.#byPlace.set(place, [number]);
    return number;
  }

  get count(): number {
    return this.#grants.length;
  }

  /** One of the grants that say it. */
  grantOf(right: number): AnyGrant {
    return this.#grants[right] as AnyGrant;
  }

  /**
   * The other rights that are as wide in pattern, `:own`, scope and condition, the narrowest first. Of some that are
   * just as wide as each other, each has those before it: so whoever drops all that have another drops none for good.
   * To be asked when all rights have their number.
   */
  wider(right: number): readonly number[] {
    const known = this.#wider[right] ?? this.#findWider(right);
    this.#wider[right] = known;
    return known;
  }

  /** The denies without a condition that take away all of an allow. */
  denying(right: number): readonly number[] {
    const known = this.#denying[right] ?? this.#findDenying(right);
    this.#denying[right] = known;
    return known;
  }

  #findWider(right: number): readonly number[] {
    const grant = this.grantOf(right);
    const when = conditionOf(grant);
    const names = namesOfGrant(grant);
    const found: number[] = [];
    for (const other of this.#at(grant.effect, grant, when === null ? [null] : [null, when])) {
      if (other === right || !isNoWider(names, namesOfGrant(this.grantOf(other)))) continue;
      if (!this.#isEqual(right, other) || this.#isBefore(other, right)) found.push(other);
    }
    return found.length === 0 ? NONE : found;
  }

  #findDenying(right: number): readonly number[] {
    const grant = this.grantOf(right);
    if (grant.effect === "deny") return NONE;
    const found = [...this.#at("deny", grant, [null])];
    return found.length === 0 ? NONE : found;
  }

  /** The rights whose pattern contains that of a grant, on its scope or above, under one of some conditions. */
  *#at(effect: Effect, { permission, scope }: AnyGrant, conditions: readonly (string | null)[]): Iterable<number> {
    const scopes = ancestorsOf(scope);
    for (const pattern of this.#patternsCovering(permission))
      for (const above of scopes)
        for (const when of conditions) yield* this.#byPlace.get(placeOf(effect, pattern, above, when)) ?? NONE;
  }

  #patternsCovering(permission: string): readonly string[] {
    const known = this.#covering.get(permission);
    if (known) return known;
    const all = patternsCovering(withoutOwn(permission), isOwn(permission));
    const found = all.filter((pattern) => this.#permissions.has(pattern));
    this.#covering.set(permission, found);
    return found;
  }

  /** @param other no narrower */
  #isEqual(right: number, other: number): boolean {
    const [one, two] = [this.grantOf(right), this.grantOf(other)];
    const isSamePlace = one.scope === two.scope && conditionOf(one) === conditionOf(two);
    return (
      isSamePlace && isOwn(one.permission) === isOwn(two.permission) && isNoWider(namesOfGrant(two), namesOfGrant(one))
    );
  }

  /** Plain before conditional, then by pattern and digest: the same on every database. */
  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.grantOf(one), this.grantOf(other)];
    const digest = (grant: AnyGrant) => (isConditional(grant) ? grant.digest : "");
    return (byBytes(digest(a), digest(b)) || byBytes(a.permission, b.permission)) < 0;
  }
}
