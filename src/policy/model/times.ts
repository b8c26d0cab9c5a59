/** Moments and durations as people write them. A moment is RFC 3339 UTC text with milliseconds; such texts compare in order. */
import { wrong } from "../../errors.ts";
import { quote } from "./names.ts";

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d))?$/;
const DURATION = /^([+-]?)(\d{1,9})([smhdw])$/;
const MILLISECONDS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

/** Where a duration points: only forward, only back, or as its sign says, which it then needs (rule 12). */
export type Direction = "forward" | "back" | "signed";

/** Reads a date (00:00Z) or an RFC 3339 time with a zone. @throws RbacError `TIME_INVALID` (exit 2). */
export function parseInstant(text: string): string {
  const match = INSTANT.exec(text);
  if (match) {
    const [, date = "", time = "00:00:00", fraction = "", zone = "Z"] = match;
    const value = new Date(`${date}T${time}.${`${fraction}000`.slice(0, 3)}${zone.toUpperCase()}`);
    if (realDate(date) && inRange(value)) return value.toISOString();
  }
  throw wrong("TIME_INVALID", `${quote(text)} is not a time: write 2027-01-31 or 2027-01-31T09:00:00Z, with its zone`);
}

/** The 30th of February is no day, though JavaScript would read it as one in March. */
function realDate(date: string): boolean {
  const value = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(value.getTime()) && value.toISOString().startsWith(date);
}

const inRange = (value: Date): boolean => value.getTime() >= -62167219200000 && value.getTime() <= 253402300799999;

/** Reads a moment: an instant, or a duration counted from `now` in the given direction. @throws RbacError `TIME_INVALID` (exit 2). */
export function parseMoment(text: string, now: string, direction: Direction): string {
  const match = DURATION.exec(text);
  if (!match) return parseInstant(text);
  const [, sign = "", count = "", unit = ""] = match;
  if (direction === "signed" && sign === "") {
    throw wrong("TIME_INVALID", `${quote(text)} needs a sign: +${text} for later, -${text} for earlier`);
  }
  const only = direction === "forward" ? "+" : "-";
  if (direction !== "signed" && sign !== "" && sign !== only) {
    throw wrong("TIME_INVALID", `${quote(text)} points the wrong way here: leave the sign out`);
  }
  const back = direction === "back" || sign === "-";
  const value = new Date(Date.parse(now) + (back ? -1 : 1) * Number(count) * (MILLISECONDS[unit] ?? 0));
  if (!inRange(value)) throw wrong("TIME_INVALID", `${quote(text)} leads out of the calendar`);
  return value.toISOString();
}

/** Reads a duration without a sign, such as `30s`, as milliseconds. @throws RbacError `TIME_INVALID` (exit 2). */
export function parseDuration(text: string): number {
  const [, sign, count, unit = ""] = DURATION.exec(text) ?? [];
  if (sign === "") return Number(count) * (MILLISECONDS[unit] ?? 0);
  throw notDuration(text);
}

const notDuration = (text: string) => wrong("TIME_INVALID", `${quote(text)} is not a duration: write 8h, 30m, 7d`);

/** The window of an assignment, from what was asked: `for` counts from `from`, or from now. @throws RbacError (exit 2). */
export function windowOf(
  asked: { readonly from?: string; readonly until?: string; readonly for?: string },
  now: string,
): { from: string | null; until: string | null } {
  const from = asked.from === undefined ? null : parseMoment(asked.from, now, "forward");
  const until = asked.until === undefined ? null : parseMoment(asked.until, now, "forward");
  if (asked.for === undefined) return { from, until };
  if (!DURATION.test(asked.for)) throw notDuration(asked.for);
  return { from, until: parseMoment(asked.for, from ?? now, "forward") };
}

/** A moment to answer for: a time, or the moment just after a revision (rule 11). */
export type Moment = { readonly at: string } | { readonly revision: number };

/** Reads `@12`, an instant, or a duration with its sign. @throws RbacError `TIME_INVALID` (exit 2). */
export function parseAsked(text: string, now: string): Moment {
  const revision = /^@(\d{1,15})$/.exec(text)?.[1];
  return revision === undefined ? { at: parseMoment(text, now, "signed") } : { revision: Number(revision) };
}

/** A period of the record: moments, or revisions written `@12`, both ends included. @throws RbacError (exit 2). */
export function parsePeriod(since: string | undefined, until: string | undefined, now: string) {
  const revision = (text: string | undefined) => /^@(\d{1,15})$/.exec(text ?? "")?.[1];
  const end = (text: string | undefined) =>
    revision(text) === undefined
      ? { at: text && parseMoment(text, now, "back") }
      : { revision: Number(revision(text)) };
  const [from, to] = [end(since), end(until)];
  return { since: from.at, until: to.at, fromRevision: from.revision, toRevision: to.revision };
}
