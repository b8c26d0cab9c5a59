/** What a signal does to a process in each part of long work. */
import { turn } from "./event-turn.ts";

/**
 * What a signal does. In turns of the event loop it ends the process, which removes its drafts and chooses its exit
 * code; at once the system ends it, also in the middle of work without turns. Held, it waits for what comes of the last
 * step of a change; and once that is done it is too late for it to say otherwise.
 */
export type SignalHearing = "in turns" | "at once" | "held" | "too late";

let hear: ((how: SignalHearing) => void) | undefined;

/** Says how this process begins to hear its signals in a way. A library leaves them to its program. */
export function hearSignalsBy(change: (how: SignalHearing) => void): void {
  hear = change;
}

/**
 * Hears signals that have come, and were not heard in a turn: they would be forgotten. The first turn may end the loop
 * that work is a part of, behind the place where it looks for signals; the second is a whole one.
 */
async function hearAll(): Promise<void> {
  await turn();
  await turn();
}

/** From now on a signal ends the process at once: nothing is to be removed any more. */
export async function endAtOnce(): Promise<void> {
  await hearAll();
  hear?.("at once");
}

/** Does work that makes no turns of the event loop, and may take long; it must leave nothing behind that matters. */
export async function withoutTurns<T>(act: () => T | Promise<T>): Promise<T> {
  const change = hear;
  if (!change) return act();
  await endAtOnce();
  try {
    return await act();
  } finally {
    change("in turns");
  }
}

/** Says that the last step begins; it may be said again in the same work. */
export type LastStep = () => Promise<void>;

/**
 * Does work whose last step cannot be taken back: a commit, or a draft that takes its place. A signal after `last`
 * waits for what comes of it: either nothing was changed, and the signal ends the process, or the work counts as done.
 * @param isDraft true where it may be left at any time: then a signal ends the process in the last step, too
 */
export async function withLastStep<T>(act: (last: LastStep) => Promise<T>, isDraft = false): Promise<T> {
  let isLast = false;
  const last = async () => {
    if (hear && isDraft) await hearAll();
    isLast = true;
    hear?.(isDraft ? "at once" : "held");
  };
  try {
    const done = await act(last);
    if (isLast) hear?.(isDraft ? "in turns" : "too late");
    return done;
  } catch (error) {
    if (isLast) hear?.("in turns");
    throw error;
  }
}
