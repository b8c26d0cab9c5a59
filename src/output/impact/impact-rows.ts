/** What is gained and lost, by permission: each row with its times and its cause, and all people of whom it is true. */
import type { Impact, ImpactRow } from "../../policy/impact/values.ts";
import { byBytes } from "../../policy/model/byte-order.ts";
import type { Change } from "../../policy/model/change.ts";
import { type ImpactSpan, spanName, spansBy } from "./impact-spans.ts";

/** What people gain or lose alike. */
export interface ShownRow extends ImpactSpan {
  /** How many people; `null` for strangers. */
  readonly people: number | null;
  /** The first of them, in byte order. */
  readonly users: readonly string[];
}

/**
 * Gains first, then what comes soonest, then what concerns most people.
 * @param most names of each row
 * @param changes whose impact it is
 */
export function shownRows({ outcomes, strangers }: Impact, most: number, changes: readonly Change[]): ShownRow[] {
  const { spanOf, spansOf } = spansBy(changes);
  const rows = new Map<string, Gathered>();
  const rowOf = (span: ImpactSpan): Gathered => {
    const key = keyOf(span);
    const known = rows.get(key) ?? new Gathered(span, most);
    rows.set(key, known);
    return known;
  };
  // Many outcomes share a row: where nothing is different later, it need not be looked up by its words.
  const shared = { gain: new Map<ImpactRow, Gathered>(), lose: new Map<ImpactRow, Gathered>() };
  for (const outcome of outcomes) {
    const { users, gains, losses, later } = outcome;
    if (later.length > 0) for (const span of spansOf(outcome)) rowOf(span).add(users);
    else
      for (const happens of ["gain", "lose"] as const)
        for (const row of happens === "gain" ? gains : losses) {
          const known = shared[happens].get(row) ?? rowOf(spanOf(happens, row));
          shared[happens].set(row, known);
          known.add(users);
        }
  }
  const ofStrangers = spansOf(strangers).map((span): ShownRow => ({ ...span, people: null, users: [] }));
  const ofPeople = [...rows.values()].map((row): ShownRow => ({ ...row.span, people: row.people, users: row.first() }));
  return [...ofPeople.sort(byWeight), ...ofStrangers.sort(byWeight)];
}

/** Names are cut to the first ones only now and then. */
const TRIMMED = 100;

/** A row with its people: of very many only the first names are kept. */
class Gathered {
  readonly span: ImpactSpan;
  readonly #most: number;
  #names: string[] = [];
  /** The last of the first names, where there are enough. */
  #last: string | undefined;
  people = 0;

  constructor(span: ImpactSpan, most: number) {
    this.span = span;
    this.#most = most;
  }

  /** @param users in byte order */
  add(users: readonly string[]): void {
    this.people += users.length;
    for (const name of users.length > this.#most ? users.slice(0, this.#most) : users) {
      if (this.#last !== undefined && byBytes(name, this.#last) >= 0) break;
      this.#names.push(name);
    }
    if (this.#names.length > 2 * this.#most + TRIMMED) {
      this.#names = this.first();
      this.#last = this.#names.at(-1) ?? "";
    }
  }

  first(): string[] {
    return this.#names.toSorted(byBytes).slice(0, this.#most);
  }
}

function byWeight(a: ShownRow, b: ShownRow): number {
  return (
    byBytes(a.happens, b.happens) ||
    byBytes(a.from ?? "", b.from ?? "") ||
    (b.people ?? 0) - (a.people ?? 0) ||
    byBytes(a.row.permission, b.row.permission)
  );
}

const keyOf = (span: ImpactSpan): string => `${spanName(span)}\n${span.from}\n${span.until}\n${span.because}`;
