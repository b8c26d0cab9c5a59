/** Counts people to whom a change does nothing, since they have what it takes, or had what it gives, otherwise. */
import { byBytes } from "../model/byte-order.ts";
import { withoutOwn } from "../model/names.ts";
import { patternContains, patternsIntersection } from "../model/patterns.ts";
import type { Causes } from "./causes.ts";
import type { HeldThen } from "./compare-people.ts";
import { membersOf } from "./members.ts";
import type { PersonThen } from "./people.ts";
import type { Sides } from "./sides.ts";
import type { GainsAndLosses, ImpactRow, Kept } from "./values.ts";

/** So many roles are told by which people keep something, those of most people first. */
const ROLES_TOLD = 10;

export class KeptCounts {
  readonly #sides: Sides;
  readonly #causes: Causes;
  readonly #first = new Map<string, readonly string[]>();
  readonly #counts = new Map<number, { people: number; readonly through: Map<string, number> }>();

  constructor(sides: Sides, causes: Causes) {
    this.#sides = sides;
    this.#causes = causes;
  }

  add(person: PersonThen, [before, after]: readonly [HeldThen, HeldThen], rows: GainsAndLosses): void {
    if (!before.isThere || !after.isThere) return;
    const touched = new Map<number, { readonly patterns: Set<string>; readonly isNew: boolean }>();
    for (const { cause, grant, isNew } of this.#causes.possible(person, [before, after])) {
      if (grant.effect === "deny") continue;
      const known = touched.get(cause.change) ?? { patterns: new Set<string>(), isNew };
      known.patterns.add(withoutOwn(grant.permission));
      touched.set(cause.change, known);
    }
    const happens = [...rows.gains, ...rows.losses];
    for (const [change, { patterns, isNew }] of touched) {
      if (happens.some((row) => isUnder(row, patterns))) continue;
      const through = this.#rolesWith([...patterns].sort(byBytes), isNew ? before : after);
      if (through.length > 0) this.#count(change, through);
    }
  }

  all(): Kept[] {
    return [...this.#counts]
      .sort(([a], [b]) => a - b)
      .map(([change, { people, through }]) => ({
        change,
        people,
        through: [...through]
          .sort(([a, few], [b, many]) => many - few || byBytes(a, b))
          .slice(0, ROLES_TOLD)
          .map(([role]) => role),
      }));
  }

  #count(change: number, through: readonly string[]): void {
    const known = this.#counts.get(change) ?? { people: 0, through: new Map<string, number>() };
    this.#counts.set(change, known);
    known.people += 1;
    for (const role of through) known.through.set(role, (known.through.get(role) ?? 0) + 1);
  }

  /** In byte order: the order of a catalogue depends on the database. */
  #firstUnder(pattern: string): string | undefined {
    const known = this.#first.get(pattern) ?? [...this.#sides.covered(pattern)].sort(byBytes).slice(0, 1);
    this.#first.set(pattern, known);
    return known[0];
  }

  /** The held roles that allow, somewhere, the first permission that some patterns cover. */
  #rolesWith(patterns: readonly string[], { side, holdings }: HeldThen): string[] {
    const [first] = patterns.flatMap((pattern) => this.#firstUnder(pattern) ?? []);
    if (first === undefined) return [];
    const allows = (role: string): boolean =>
      side
        .grantsOf(role)
        .some(
          ({ effect, permission }) =>
            effect === "allow" && patternsIntersection(withoutOwn(permission), first) !== undefined,
        );
    const roles = [...new Set(holdings.map(({ role }) => role))];
    return roles.filter((role) => [...side.reach(role).keys()].some(allows));
  }
}

/** True where some patterns cover any of the permissions of a row. */
function isUnder(row: ImpactRow, patterns: ReadonlySet<string>): boolean {
  if (patterns.has(row.permission)) return true;
  const wild = [...patterns].filter((pattern) => pattern.includes("*"));
  if (wild.some((pattern) => patternContains(pattern, row.permission))) return true;
  const isMet = [...patterns].some((pattern) => patternsIntersection(pattern, row.permission) !== undefined);
  return (
    row.count !== undefined &&
    isMet &&
    membersOf(row).some((name) => patterns.has(name) || wild.some((pattern) => patternContains(pattern, name)))
  );
}
