/**
 * Reads times and durations as people write them. The result is RFC 3339 UTC text with milliseconds, which
 * sorts by time.
 */
import { wrong } from "../../errors.ts";
import { quote } from "./names.ts";

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d))?$/;
const DURATION = /^([+-]?)(\d{1,9})([smhdw])$/;
const MILLISECONDS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

/** The direction of a duration: only forward, only back, or by its sign, which is then required (rule 12). */
export type Direction = "forward" | "back" | "signed";

/** Durations as each direction has them written, for errors. */
const WRITTEN: Readonly<Record<Direction, string>> = { forward: "8h or 7d", back: "8h or 7d", signed: "-7d or +7d" };

/**
 * Reads a date (00:00Z) or an RFC 3339 time with a zone.
 * @param alsoRead what else may be written in its place, for the error
 * @throws RbacError `TIME_INVALID` (exit 2).
 */
export function parseInstant(text: string, alsoRead = ""): string {
  const match = INSTANT.exec(text);
  if (match) {
    const [, date = "", time = "00:00:00", fraction = "", zone = "Z"] = match;
    const value = new Date(`${date}T${time}.${`${fraction}000`.slice(0, 3)}${zone.toUpperCase()}`);
    if (realDate(date) && inRange(value)) return value.toISOString();
  }
  const zoned = "2027-01-31 or 2027-01-31T09:00:00Z, with its zone";
  throw wrong("TIME_INVALID", `${quote(text)} is not a time: write ${zoned}${alsoRead}`);
}

/** False for dates such as February 30th, which JavaScript reads as a day in March. */
function realDate(date: string): boolean {
  const value = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(value.getTime()) && value.toISOString().startsWith(date);
}

/** True for the years 0000 to 9999. */
const inRange = (value: Date): boolean => value.getTime() >= -62167219200000 && value.getTime() <= 253402300799999;

/**
 * Reads a time: an instant, or a duration counted from `now` in the given direction.
 * @throws RbacError `TIME_INVALID` (exit 2).
 */
export function parseMoment(text: string, now: string, direction: Direction): string {
  const match = DURATION.exec(text);
  if (!match) return parseInstant(text, `, or ${WRITTEN[direction]}`);
  const [, sign = "", count = "", unit = ""] = match;
  if (direction === "signed" && sign === "") {
    throw wrong("TIME_INVALID", `${quote(text)} needs a sign: +${text} for later, -${text} for earlier`);
  }
  const allowed = direction === "forward" ? "+" : "-";
  if (direction !== "signed" && sign !== "" && sign !== allowed) {
    throw wrong("TIME_INVALID", `${quote(text)} points the wrong way here: leave the sign out`);
  }
  const back = direction === "back" || sign === "-";
  const value = new Date(Date.parse(now) + (back ? -1 : 1) * Number(count) * (MILLISECONDS[unit] as number));
  if (!inRange(value)) throw wrong("TIME_INVALID", `${quote(text)} leads out of the calendar`);
  return value.toISOString();
}

/** Reads a duration without a sign, such as `30s`, as milliseconds. @throws RbacError `TIME_INVALID` (exit 2). */
export function parseDuration(text: string): number {
  const [, sign, count, unit = ""] = DURATION.exec(text) ?? [];
  if (sign === "") return Number(count) * (MILLISECONDS[unit] as number);
  throw notDuration(text);
}

const notDuration = (text: string) => wrong("TIME_INVALID", `${quote(text)} is not a duration: write 8h, 30m, 7d`);

/** True when a window `[from, until)` lies behind a time. */
export const hasEnded = ({ until }: { readonly until: string | null }, at: string): boolean =>
  until !== null && until <= at;

/**
 * Reads the window of an assignment. `for` counts from `from`, or from now. A window that is over before it is given
 * would leave a row that nobody holds.
 * @throws RbacError `TIME_INVALID`, `WINDOW_PAST` (exit 2).
 */
export function windowOf(
  written: { readonly from?: string; readonly until?: string; readonly for?: string },
  now: string,
): { from: string | null; until: string | null } {
  const from = written.from === undefined ? null : parseMoment(written.from, now, "forward");
  const until = written.until === undefined ? null : parseMoment(written.until, now, "forward");
  if (written.for === undefined) return notOver({ from, until }, now);
  if (!DURATION.test(written.for)) throw notDuration(written.for);
  return notOver({ from, until: parseMoment(written.for, from ?? now, "forward") }, now);
}

function notOver(window: { from: string | null; until: string | null }, now: string): typeof window {
  const { from, until } = window;
  const neverOpens = from !== null && until !== null && from >= until; // Refused where the row is made.
  if (neverOpens || !hasEnded(window, now)) return window;
  throw wrong("WINDOW_PAST", `a window until ${until} has ended already`);
}

/** The time that a question is about: a time, or the time just after a revision (rule 11). */
export type Moment = { readonly at: string } | { readonly revision: number };

/** Reads `@12`, an instant, or a duration with its sign. @throws RbacError `TIME_INVALID` (exit 2). */
export function parseAsked(text: string, now: string): Moment {
  const revision = revisionIn(text);
  return revision === undefined ? { at: parseMoment(text, now, "signed") } : { revision };
}

/**
 * Reads an end of a period: `@12`, an instant, or a duration back from `now`.
 * @throws RbacError `TIME_INVALID` (exit 2).
 */
export function parseEnd(text: string, now: string): Moment {
  const revision = revisionIn(text);
  return revision === undefined ? { at: parseMoment(text, now, "back") } : { revision };
}

/** The number in `@12`; `undefined` for another text. */
function revisionIn(text: string): number | undefined {
  const digits = /^@(\d{1,15})$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Reads a period of the audit record: times, or revisions written `@12`; both ends are included.
 * @throws RbacError (exit 2).
 */
export function parsePeriod(since: string | undefined, until: string | undefined, now: string) {
  const end = (text: string | undefined): { at?: string; revision?: number } => (text ? parseEnd(text, now) : {});
  const [from, to] = [end(since), end(until)];
  return { since: from.at, until: to.at, fromRevision: from.revision, toRevision: to.revision };
}
