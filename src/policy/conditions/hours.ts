/** Hours of a week in a time zone, for `within`: `Mon-Fri 09:00-17:00 Europe/Berlin`. */
import { quote } from "../model/names.ts";
import { Fault } from "./fault.ts";

export interface Hours {
  /** Which days count, Monday first. */
  readonly days: readonly boolean[];
  /** Minutes of the day, `[from, to)`; where `to` is not later than `from`, the range ends on the next day. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
  readonly zone: string;
}

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const FORM = 'write hours such as "Mon-Fri 09:00-17:00 Europe/Berlin"';
const WEEK = 7 * 86_400;

/** Reads `[DAYS ]HH:MM-HH:MM[,HH:MM-HH:MM…] ZONE`. @throws Fault for another form. */
export function hoursOf(text: string, at: number): Hours {
  const words = text.split(" ");
  const [zone = "", ranges = "", days] = words.reverse();
  if (words.length < 2 || words.length > 3) throw new Fault(`${quote(text)}: ${FORM}`, at);
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(zone)) {
    throw new Fault(`${quote(text)} ends with no time zone: write one such as Europe/Berlin or UTC`, at);
  }
  return { days: daysOf(days, at), ranges: ranges.split(",").map((range) => rangeOf(range, at)), zone };
}

/** `Mon-Fri`, `Sat,Sun`, `Fri-Mon`; all days where none is written. */
function daysOf(text: string | undefined, at: number): boolean[] {
  if (text === undefined) return DAYS.map(() => true);
  const days = DAYS.map(() => false);
  for (const part of text.split(",")) {
    const [first = -1, last = first, more] = part.split("-").map((day) => DAYS.indexOf(day));
    if (first < 0 || last < 0 || more !== undefined) {
      throw new Fault(`${quote(part)} are no days: write Mon Tue Wed Thu Fri Sat Sun, as in Mon-Fri or Sat,Sun`, at);
    }
    for (let day = first; ; day = (day + 1) % 7) {
      days[day] = true;
      if (day === last) break;
    }
  }
  return days;
}

function rangeOf(text: string, at: number): { from: number; to: number } {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(text);
  if (!match) throw new Fault(`${quote(text)} are no hours: ${FORM}`, at);
  const [, hour, minute, toHour = "24", toMinute = "00"] = match;
  const [from, to] = [Number(hour) * 60 + Number(minute), Number(toHour) * 60 + Number(toMinute)];
  if (from === to) throw new Fault(`${quote(text)} begins when it ends: the whole day is 00:00-24:00`, at);
  return { from, to };
}

/** True where the clocks of a zone show one of the hours; `undefined` where the zone is not known here. */
export function isWithin({ days, ranges, zone }: Hours, milliseconds: number): boolean | undefined {
  const clock = clockOf(zone);
  if (clock === undefined) return undefined;
  const second = clock.secondOfWeek(milliseconds);
  const [day, minute] = [Math.floor(second / 86_400), Math.floor((second % 86_400) / 60)];
  const [today, yesterday] = [days[day] === true, days[(day + 6) % 7] === true];
  return ranges.some(({ from, to }) =>
    from < to ? today && from <= minute && minute < to : (today && minute >= from) || (yesterday && minute < to),
  );
}

/** True for a time zone that the platform knows. */
export const isKnownZone = (zone: string): boolean => clockOf(zone) !== undefined;

/** The clocks that were asked for; `undefined` for a zone that is not known. Made when needed: they are dear. */
const clocks = new Map<string, Clock | undefined>();

function clockOf(zone: string): Clock | undefined {
  if (!clocks.has(zone)) {
    if (clocks.size >= 1000) clocks.clear();
    clocks.set(zone, clockFor(zone));
  }
  return clocks.get(zone);
}

function clockFor(timeZone: string): Clock | undefined {
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
    return new Clock(format);
  } catch {
    return undefined;
  }
}

/** What the clocks of a zone show. Asking the platform takes microseconds, so what it said of an hour is kept. */
class Clock {
  readonly #format: Intl.DateTimeFormat;
  /** By hours since 1970: how far clocks are ahead of UTC in all of that hour, or `null` where they change in it. */
  readonly #offsets = new Map<number, number | null>();

  constructor(format: Intl.DateTimeFormat) {
    this.#format = format;
  }

  /** Seconds since Monday, 00:00. */
  secondOfWeek(milliseconds: number): number {
    const hour = Math.floor(milliseconds / 3_600_000);
    const offset = this.#offsetIn(hour) ?? this.#offsetAt(milliseconds);
    return modulo(utcSecondOfWeek(milliseconds) + offset, WEEK);
  }

  #offsetIn(hour: number): number | null {
    const known = this.#offsets.get(hour);
    if (known !== undefined) return known;
    const first = this.#offsetAt(hour * 3_600_000);
    const offset = first === this.#offsetAt(hour * 3_600_000 + 3_599_999) ? first : null;
    if (this.#offsets.size >= 1000) this.#offsets.clear();
    this.#offsets.set(hour, offset);
    return offset;
  }

  /** Seconds by which clocks are ahead of UTC, without whole weeks. */
  #offsetAt(milliseconds: number): number {
    const [day = "", time = ""] = this.#format.format(milliseconds).split(" ");
    const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
    const shown = DAYS.indexOf(day.slice(0, 3)) * 86_400 + hours * 3600 + minutes * 60 + seconds;
    return shown - utcSecondOfWeek(milliseconds);
  }
}

/** The first of January 1970 was a Thursday. */
const utcSecondOfWeek = (milliseconds: number): number => modulo(Math.floor(milliseconds / 1000) + 3 * 86_400, WEEK);

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
