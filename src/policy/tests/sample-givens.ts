/**
 * Attributes with which conditions come out in different ways: for each path that they speak of, values around those
 * that it is compared with, and those that are declared of it.
 */
import { storedCondition } from "../conditions/condition.ts";
import { type AttributePath, atomsIn, isPath, isTime } from "../conditions/expression.ts";
import type { Attributes, Declaration } from "../conditions/given.ts";
import { dottedPath } from "../conditions/print.ts";
import { comparableAt } from "../conditions/values.ts";
import { type AskedPath, AskedPaths, peersOf } from "./asked-paths.ts";
import { addressesAround, isExact, isTimeText, listsOf, valuesAround } from "./sample-values.ts";

/** Attributes by path, such as `resource.published`; a root alone stands for one that is given and has none. */
export type SampleGiven = Readonly<Record<string, unknown>>;

export interface Samples {
  readonly givens: readonly SampleGiven[];
  /** True where there may be values that would tell more. */
  readonly isPartial: boolean;
}

/** With what the attributes come. */
interface AskedWith {
  /** Who asks, as `subject.user`. */
  readonly user: string | null;
  readonly permission: string;
  /** What is declared of the resource of the permission. */
  readonly declared: ReadonlyMap<string, Declaration>;
  /** RFC 3339 UTC. */
  readonly now: string;
}

const MOST = 200;
const DAY = 86_400_000;
const HOURS_TRIED = 3;

/** The samples with fewest attributes come first. */
export function samplesFor(conditions: readonly string[], asked: AskedWith): Samples {
  const paths = new AskedPaths();
  for (const condition of conditions) for (const atom of atomsIn(storedCondition(condition))) paths.add(atom);
  return new Sampling(paths, asked).samples();
}

class Sampling {
  readonly #paths: AskedPaths;
  readonly #asked: AskedWith;
  #isPartial = false;

  constructor(paths: AskedPaths, asked: AskedWith) {
    this.#paths = paths;
    this.#asked = asked;
  }

  samples(): Samples {
    let all: SampleGiven[] = [{}];
    const roots = new Set<string>();
    for (const asked of [...this.#paths.all]) {
      if (asked.has) roots.add(asked.path.root);
      const name = dottedPath(asked.path);
      if (name === "subject.user" || name === "action.permission") continue; // Said by the question.
      const values = this.#valuesOf(asked);
      const beside = all.filter((given) => !Object.keys(given).some((other) => isInside(name, other)));
      if (beside.length < all.length) this.#isPartial = true;
      const more = beside.flatMap((given) => values.map((value) => ({ ...given, [name]: value })));
      if (all.length + more.length > MOST) this.#isPartial = true;
      all = [...all, ...more].slice(0, MOST);
    }
    const emptied = [...roots].flatMap((root) =>
      all
        .filter((given) => !Object.keys(given).some((path) => path.startsWith(`${root}.`)))
        .map((given) => ({ ...given, [root]: {} })),
    );
    const size = (given: SampleGiven) => Object.keys(given).length;
    return { givens: [...all, ...emptied].sort((a, b) => size(a) - size(b)), isPartial: this.#isPartial };
  }

  /** Values that are read as what is declared; others would be as good as none, but for `has`. */
  #valuesOf(asked: AskedPath): unknown[] {
    const fitting = [...this.#plainValuesOf(asked), ...this.#listsOf(asked)].filter((value) =>
      this.#fits(asked.path, value),
    );
    const there = asked.has ? [true, "other", 1].filter((value) => !isTime(asked.path) || isTimeText(value)) : [];
    return unique([...fitting, ...there]);
  }

  #plainValuesOf(asked: AskedPath): unknown[] {
    const peers = [...peersOf(asked)];
    const lists = unique(peers.flatMap((peer) => [...peer.lists]));
    const areTimes = peers.some(({ path }) => isTime(path));
    const blocks = peers.flatMap((peer) => peer.blocks);
    const listed = lists.flatMap(({ items }) => items.flatMap((item) => (isPath(item) ? [] : [item.literal])));
    const literals = unique([...peers.flatMap((peer) => [...peer.literals]), ...listed]);
    const { values, isPartial } = valuesAround(literals, areTimes);
    if (isPartial || blocks.length > 1 || asked.within) this.#isPartial = true;
    return unique([
      ...[...peers, ...lists].flatMap(({ path }) => this.#declarationOf(path)?.values ?? []),
      ...values,
      ...blocks.flatMap(addressesAround),
      ...(asked.within ? this.#week() : []),
      ...(peers.length > 1 || lists.length > 0 ? this.#shared(peers, areTimes) : []),
    ]);
  }

  /** Values by which paths are equal to each other, and not. */
  #shared(peers: readonly AskedPath[], areTimes: boolean): readonly unknown[] {
    const { user, permission, now } = this.#asked;
    const types = peers.map(({ path }) => this.#declarationOf(path));
    const isOpen = (type: Declaration | undefined) => type !== undefined && type.type !== "bool" && !type.values;
    // Of several paths in order, not each order is tried.
    if (peers.length > 2 || peers.some(({ isOrdered }) => isOrdered)) this.#isPartial = true;
    if (peers.length > 1 && types.some(isOpen)) this.#isPartial = true;
    if (areTimes) return valuesAround([now], true).values;
    const isOfPermission = peers.some(({ path }) => dottedPath(path) === "action.permission");
    return [
      ...(types.some((type) => type?.type === "bool") ? [true, false] : []),
      ...(user === null ? [] : [user]),
      ...(isOfPermission ? [permission] : []),
      ...["other", "another", 1, 2],
    ];
  }

  #listsOf({ path, items }: AskedPath): readonly unknown[] {
    if (items.length === 0) return [];
    const sought = items.flatMap((item) => (isPath(item) ? this.#plainValuesOf(this.#paths.of(item)) : [item.literal]));
    const { values, isPartial } = listsOf(
      unique(sought).filter((item) => this.#fits(path, [item])),
      items.length,
    );
    if (isPartial) this.#isPartial = true;
    return values;
  }

  /** Each third hour of a week. */
  #week(): string[] {
    const start = Date.parse(this.#asked.now);
    return Array.from({ length: (7 * 24) / HOURS_TRIED }, (_, at) =>
      new Date(start + at * (HOURS_TRIED / 24) * DAY).toISOString(),
    );
  }

  #declarationOf({ root, names }: AttributePath): Declaration | undefined {
    return root === "resource" ? this.#asked.declared.get(names.join(".")) : undefined;
  }

  /** True where a value of a path is read: it is of the type that is declared, and a time where one is needed. */
  #fits(path: AttributePath, value: unknown): boolean {
    if (isTime(path)) return isTimeText(value);
    if (![value].flat().every(isExact)) return false;
    if (path.root !== "resource" || this.#asked.declared.size === 0) return true;
    const resource = path.names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    const given = { resource: resource as Attributes };
    const { user, permission, now, declared } = this.#asked;
    return comparableAt(path, { given, user, permission, at: now, declared, isList: false }) !== undefined;
  }
}

/** True where one of two paths leads into what the other one leads to. */
const isInside = (one: string, other: string): boolean => one.startsWith(`${other}.`) || other.startsWith(`${one}.`);

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
