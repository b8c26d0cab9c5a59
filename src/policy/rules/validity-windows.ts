/** Sweeps windows in time order, to know at every time from now on which holdings are open. */
import type { Scope } from "../model/scopes.ts";

/** A role that a user holds, or a user who holds a role: `id` is the name of the role or of the user. */
export interface TimedHolding {
  readonly id: string;
  readonly scope: Scope;
  readonly from: string | null;
  readonly until: string | null;
}

/** The ids that have an open window, with the number of their open windows. */
export class OpenHoldings {
  readonly #openWindows = new Map<string, number>();

  get size(): number {
    return this.#openWindows.size;
  }

  has(id: string): boolean {
    return this.#openWindows.has(id);
  }

  ids(): Iterable<string> {
    return this.#openWindows.keys();
  }

  add(id: string, delta: 1 | -1): void {
    const openCount = (this.#openWindows.get(id) ?? 0) + delta;
    if (openCount === 0) this.#openWindows.delete(id);
    else this.#openWindows.set(id, openCount);
  }
}

/** The open holdings at a time, with the changes and without them. */
export interface SweepMoment {
  readonly at: string;
  readonly present: OpenHoldings;
  readonly withoutChange: OpenHoldings;
}

/**
 * Yields `now` and every later time at which a window opens or closes, in order. The yielded sets are updated in
 * place: read them before the next step.
 */
export function* sweep(
  present: readonly TimedHolding[],
  withoutChange: readonly TimedHolding[],
  now: string,
): Iterable<SweepMoment> {
  const sides = { present: new OpenHoldings(), withoutChange: new OpenHoldings() };
  const events = [...eventsOf(present, sides.present, now), ...eventsOf(withoutChange, sides.withoutChange, now)];
  events.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  let at = now;
  for (const event of events) {
    if (event.at > at) {
      yield { at, ...sides };
      at = event.at;
    }
    event.side.add(event.id, event.delta);
  }
  yield { at, ...sides };
}

interface WindowEvent {
  readonly at: string;
  readonly side: OpenHoldings;
  readonly id: string;
  readonly delta: 1 | -1;
}

function* eventsOf(holdings: readonly TimedHolding[], side: OpenHoldings, now: string): Iterable<WindowEvent> {
  for (const { id, from, until } of holdings) {
    if (until !== null && until <= now) continue;
    yield { at: from === null || from < now ? now : from, side, id, delta: 1 };
    if (until !== null) yield { at: until, side, id, delta: -1 };
  }
}
