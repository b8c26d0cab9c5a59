/**
 * Keeps changed wildcards symbolic: of all that one covers, only the permissions that other grants in play tell apart
 * are looked at one by one; the others are alike, and one of them stands for all.
 */
import { byBytes } from "../model/byte-order.ts";
import { patternContains } from "../model/patterns.ts";

/** For people: few enough to be read. */
const LISTED = 20;

/** Permissions to which the same happens, since the same grants cover them. */
export interface Alike {
  /** The name; or the pattern by which a row tells of them. */
  readonly label: string;
  readonly count: number;
  /** One of them, for all. */
  readonly sample: string;
  members(): readonly string[];
}

/** Permissions that the same wide patterns cover. */
interface Cell {
  readonly label: string;
  readonly members: string[];
}

interface Cells {
  readonly all: readonly Cell[];
  readonly of: ReadonlyMap<string, Cell>;
}

/** So many arrangements of wide patterns are remembered. */
const REMEMBERED = 8;

export class Wildcards {
  readonly #covered: (pattern: string) => readonly string[];
  readonly #known = new Map<string, Cells>();

  /** A pattern that stands for no more permissions than this is listed by their names. */
  readonly listed: number;

  /** @param covered the permissions that a pattern covers, in either policy */
  constructor(covered: (pattern: string) => readonly string[], listed = LISTED) {
    this.#covered = covered;
    this.listed = listed;
  }

  /** True for a pattern that a row may have in place of names. */
  isWide(pattern: string): boolean {
    return pattern.includes("*") && this.#covered(pattern).length > this.listed;
  }

  /** The permissions that some patterns cover, each by itself. */
  namesOf(patterns: Iterable<string>): Set<string> {
    const names = new Set<string>();
    for (const pattern of patterns) for (const name of this.#covered(pattern)) names.add(name);
    return names;
  }

  /**
   * The permissions that some changed patterns cover, alike ones together.
   * @param inPlay the patterns of all grants that play a part, and what they leave out
   */
  split(changed: ReadonlySet<string>, inPlay: ReadonlySet<string>, isEachApart: boolean): Alike[] {
    const wide = [...changed].filter((pattern) => this.isWide(pattern)).sort(byBytes);
    const named = this.namesOf([...changed].filter((pattern) => !wide.includes(pattern)));
    if (wide.length === 0) return [...named].map((name) => alone(name, name));
    const widePlayers = [...new Set([...wide, ...[...inPlay].filter((pattern) => this.isWide(pattern))])].sort(byBytes);
    const cells = this.#cellsOf(wide, widePlayers);
    const players = new Set(widePlayers);
    const apart = isEachApart
      ? new Set(cells.of.keys())
      : this.namesOf([...inPlay].filter((pattern) => !players.has(pattern)));
    for (const name of named) apart.add(name);
    const left = new Map(cells.all.map((cell) => [cell, cell.members.length]));
    const found: Alike[] = [];
    for (const name of apart) {
      const cell = cells.of.get(name);
      if (cell) left.set(cell, (left.get(cell) as number) - 1);
      if (cell || named.has(name)) found.push(alone(name, cell?.label ?? name));
    }
    for (const [{ label, members }, count] of left) {
      const sample = count === 0 ? undefined : members.find((name) => !apart.has(name));
      if (sample === undefined) continue;
      found.push({ label, count, sample, members: () => members.filter((name) => !apart.has(name)) });
    }
    return found;
  }

  #cellsOf(wide: readonly string[], players: readonly string[]): Cells {
    const key = JSON.stringify([wide, players]);
    const known = this.#known.get(key) ?? this.#arranged(wide, players);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, known);
    return known;
  }

  #arranged(wide: readonly string[], players: readonly string[]): Cells {
    const signatures = new Map<string, string[]>();
    for (const pattern of players)
      for (const name of this.#covered(pattern)) {
        const signature = signatures.get(name);
        if (signature) signature.push(pattern);
        else signatures.set(name, [pattern]);
      }
    const changed = new Set(wide);
    const labels = players.filter((pattern) => wide.some((one) => patternContains(one, pattern))).sort(narrowestFirst);
    const cells = new Map<string, Cell>();
    const of = new Map<string, Cell>();
    for (const [name, signature] of signatures) {
      if (!signature.some((pattern) => changed.has(pattern))) continue;
      const key = signature.join("\n");
      const cell = cells.get(key) ?? {
        label: labels.find((label) => signature.includes(label)) as string,
        members: [],
      };
      cells.set(key, cell);
      cell.members.push(name);
      of.set(name, cell);
    }
    return { all: [...cells.values()], of };
  }
}

const alone = (name: string, label: string): Alike => ({ label, count: 1, sample: name, members: () => [name] });

/** The more letters, the narrower; what is contained in another has more of them, or as many and more parts. */
const narrowestFirst = (a: string, b: string): number => literal(b) - literal(a) || byBytes(a, b);
const literal = (pattern: string): number => pattern.replaceAll("*", "").length;
