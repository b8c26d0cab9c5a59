/** Who or what is there at every moment from one on: windows swept once, in the order in which they open and close. */
import type { Scope } from "../model/scopes.ts";

/** A role that somebody holds, or somebody who holds a role: `id` tells which. */
export interface TimedHolding {
  readonly id: string;
  readonly scope: Scope;
  readonly from: string | null;
  readonly until: string | null;
}

/** What is there at one moment: an id for as long as one of its windows is open. */
export class OpenHoldings {
  readonly #windows = new Map<string, number>();

  get size(): number {
    return this.#windows.size;
  }

  has(id: string): boolean {
    return this.#windows.has(id);
  }

  ids(): Iterable<string> {
    return this.#windows.keys();
  }

  turn(id: string, by: 1 | -1): void {
    const open = (this.#windows.get(id) ?? 0) + by;
    if (open === 0) this.#windows.delete(id);
    else this.#windows.set(id, open);
  }
}

/** What is there at a moment, and what would have been there without the changes. */
export interface SweepMoment {
  readonly at: string;
  readonly present: OpenHoldings;
  readonly otherwise: OpenHoldings;
}

/** Every moment at which something turns, beginning with `now`. What it yields is alive: it turns with the next moment. */
export function* sweep(
  marks: readonly TimedHolding[],
  otherwise: readonly TimedHolding[],
  now: string,
): Iterable<SweepMoment> {
  const sides = { present: new OpenHoldings(), otherwise: new OpenHoldings() };
  const turns = [...turnsOf(marks, sides.present, now), ...turnsOf(otherwise, sides.otherwise, now)];
  turns.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  let at = now;
  for (const turn of turns) {
    if (turn.at > at) {
      yield { at, ...sides };
      at = turn.at;
    }
    turn.side.turn(turn.id, turn.by);
  }
  yield { at, ...sides };
}

interface Turn {
  readonly at: string;
  readonly side: OpenHoldings;
  readonly id: string;
  readonly by: 1 | -1;
}

function* turnsOf(marks: readonly TimedHolding[], side: OpenHoldings, now: string): Iterable<Turn> {
  for (const { id, from, until } of marks) {
    if (until !== null && until <= now) continue;
    yield { at: from === null || from < now ? now : from, side, id, by: 1 };
    if (until !== null) yield { at: until, side, id, by: -1 };
  }
}
