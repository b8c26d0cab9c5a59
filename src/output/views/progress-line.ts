/** The words of a progress line. */

import type { ProgressStep } from "../../progress.ts";
import { countText } from "../count-text.ts";
import { sanitize } from "../sanitize.ts";

/** Nobody can tell how long it takes before a step has gone on for a while, and some of it is done. */
const FORESEEN_AFTER_MS = 3000;
const FORESEEN_FROM = 0.05;

/** A step as a person reads it. @param lasted how long it has gone on, in milliseconds */
export function stepText({ step, unit, done, total }: ProgressStep, lasted: number): string {
  const shown = sanitize(step);
  if (total === undefined) return done === undefined ? shown : `${shown} ${countText(done)} ${unit}`;
  if (done === undefined) return `${shown} ${countText(total)} ${unit}`;
  const isForeseen = lasted >= FORESEEN_AFTER_MS && done >= total * FORESEEN_FROM;
  const left = isForeseen ? (lasted * (total - done)) / done / 1000 : 0;
  return `${shown} ${countText(done)} of ${countText(total)} ${unit}${left < 1 ? "" : `, ${timeText(left)} left`}`;
}

/** Seconds, rounded up to what somebody who waits wants to know: `8 s`, `40 s`, `3 min`. */
function timeText(seconds: number): string {
  if (seconds <= 10) return `${Math.ceil(seconds)} s`;
  return seconds <= 90 ? `${Math.ceil(seconds / 10) * 10} s` : `${Math.ceil(seconds / 60)} min`;
}

/** Text that stays in one line of a terminal: only there it can be erased. */
export function fitted(text: string, columns: number): string {
  let [shown, width] = ["", 0];
  for (const letter of text) {
    width += letter <= "~" ? 1 : 2;
    if (width >= columns) return `${shown}…`;
    shown += letter;
  }
  return shown;
}
