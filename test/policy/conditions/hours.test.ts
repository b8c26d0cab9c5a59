// within: hours of a week on the clocks of a zone (rule 34), by example and against the platform's own zone data.

import { describe, expect, it } from "vitest";
import { parseCondition, truthOf } from "../../../src/policy/conditions/condition.ts";
import { factsOf } from "../../support/conditions/facts.ts";
import { type Chance, chanceOf, SEED } from "../../support/store/random-databases.ts";

process.stdout.write(`hours: RBAC_SEED=${SEED}\n`);

const ask = (hours: string, at: string) =>
  truthOf(parseCondition(`within(context.time, ${JSON.stringify(hours)})`), factsOf({ at }));

// The first of February 2027 is a Monday.
describe("hours of a week", () => {
  it.each([
    ["09:00-17:00 UTC", "2027-02-01T09:00:00.000Z", true],
    ["09:00-17:00 UTC", "2027-02-01T08:59:59.999Z", false],
    ["09:00-17:00 UTC", "2027-02-01T16:59:59.999Z", true],
    ["09:00-17:00 UTC", "2027-02-01T17:00:00.000Z", false],
    ["09:00-17:00 UTC", "2027-02-07T12:00:00.000Z", true],
    ["Mon-Fri 09:00-17:00 UTC", "2027-02-05T12:00:00.000Z", true],
    ["Mon-Fri 09:00-17:00 UTC", "2027-02-06T12:00:00.000Z", false],
    ["Sat,Sun 09:00-17:00 UTC", "2027-02-07T12:00:00.000Z", true],
    ["Sat,Sun 09:00-17:00 UTC", "2027-02-08T12:00:00.000Z", false],
    ["Fri-Mon 09:00-17:00 UTC", "2027-02-07T12:00:00.000Z", true],
    ["Fri-Mon 09:00-17:00 UTC", "2027-02-09T12:00:00.000Z", false],
    ["Mon,Wed-Thu 09:00-17:00 UTC", "2027-02-04T12:00:00.000Z", true],
    ["Mon,Wed-Thu 09:00-17:00 UTC", "2027-02-02T12:00:00.000Z", false],
    ["Mon-Mon 00:00-24:00 UTC", "2027-02-01T23:59:59.999Z", true],
    ["Mon-Mon 00:00-24:00 UTC", "2027-02-02T00:00:00.000Z", false],
    ["09:00-12:00,13:00-17:00 UTC", "2027-02-01T12:30:00.000Z", false],
    ["09:00-12:00,13:00-17:00 UTC", "2027-02-01T13:00:00.000Z", true],
    ["23:00-00:00 UTC", "2027-02-01T23:30:00.000Z", true],
    ["23:00-00:00 UTC", "2027-02-02T00:00:00.000Z", false],
  ])("%s at %s", (hours, at, expected) => expect(ask(hours, at)).toBe(expected));

  it.each([
    ["Fri 22:00-06:00 UTC", "2027-02-05T22:00:00.000Z", true],
    ["Fri 22:00-06:00 UTC", "2027-02-06T05:59:00.000Z", true],
    ["Fri 22:00-06:00 UTC", "2027-02-06T06:00:00.000Z", false],
    ["Fri 22:00-06:00 UTC", "2027-02-05T05:00:00.000Z", false],
    ["Sun 22:00-06:00 UTC", "2027-02-08T03:00:00.000Z", true],
    ["Mon-Fri 22:00-06:00 UTC", "2027-02-01T03:00:00.000Z", false],
  ])("a night belongs to the day it begins: %s at %s", (hours, at, expected) => expect(ask(hours, at)).toBe(expected));

  // Berlin skips 02:00 to 03:00 on March 28th 2027, a Sunday, and has it twice on October 31st, a Sunday.
  it.each([
    ["02:00-03:00 Europe/Berlin", "2027-03-28T00:59:00.000Z", false],
    ["02:00-03:00 Europe/Berlin", "2027-03-28T01:00:00.000Z", false],
    ["01:00-02:00 Europe/Berlin", "2027-03-28T00:59:59.999Z", true],
    ["03:00-04:00 Europe/Berlin", "2027-03-28T01:00:00.000Z", true],
    ["02:00-03:00 Europe/Berlin", "2027-10-31T00:30:00.000Z", true],
    ["02:00-03:00 Europe/Berlin", "2027-10-31T01:30:00.000Z", true],
    ["02:00-03:00 Europe/Berlin", "2027-10-31T02:00:00.000Z", false],
    ["Sat 22:00-02:30 Europe/Berlin", "2027-10-31T00:29:00.000Z", true],
    ["Sat 22:00-02:30 Europe/Berlin", "2027-10-31T00:30:00.000Z", false],
    ["Sat 22:00-02:30 Europe/Berlin", "2027-10-31T01:15:00.000Z", true], // 02:15 for the second time.
    ["Mon 00:00-01:00 Pacific/Kiritimati", "2027-01-31T10:30:00.000Z", true],
    ["02:00-02:30 Australia/Lord_Howe", "2027-10-02T15:30:00.000Z", false], // Clocks go on by half an hour.
    ["02:30-03:00 Australia/Lord_Howe", "2027-10-02T15:30:00.000Z", true],
  ])("an hour that clocks skip or repeat: %s at %s", (hours, at, expected) => expect(ask(hours, at)).toBe(expected));

  it("of any year that can be written", () => {
    expect(ask("00:00-24:00 Europe/Berlin", "0000-01-01T00:00:00.000Z")).toBe(true);
    expect(ask("Fri 12:00-13:00 UTC", "9999-12-31T12:00:00.000Z")).toBe(true);
  });
});

describe("what are no hours", () => {
  const form = 'write hours such as "Mon-Fri 09:00-17:00 Europe/Berlin"';

  it.each([
    ["", `"": ${form}`],
    ["09:00-17:00", `"09:00-17:00": ${form}`],
    ["Mon-Fri 09:00-17:00", '"Mon-Fri 09:00-17:00" ends with no time zone: write one such as Europe/Berlin or UTC'],
    ["09:00-17:00 +02:00", '"09:00-17:00 +02:00" ends with no time zone: write one such as Europe/Berlin or UTC'],
    ["09:00-17:00 Europe/Berlim", 'there is no time zone "Europe/Berlim": write one such as Europe/Berlin or UTC'],
    ["9:00-17:00 UTC", `"9:00-17:00" are no hours: ${form}`],
    ["09:00-24:01 UTC", `"09:00-24:01" are no hours: ${form}`],
    ["24:00-09:00 UTC", `"24:00-09:00" are no hours: ${form}`],
    ["09:00 UTC", `"09:00" are no hours: ${form}`],
    ["09:00-17:00, UTC", `"" are no hours: ${form}`],
    ["09:00-09:00 UTC", '"09:00-09:00" begins when it ends: the whole day is 00:00-24:00'],
    ["mon 09:00-17:00 UTC", '"mon" are no days: write Mon Tue Wed Thu Fri Sat Sun, as in Mon-Fri or Sat,Sun'],
    [
      "Mon-Wed-Fri 09:00-17:00 UTC",
      '"Mon-Wed-Fri" are no days: write Mon Tue Wed Thu Fri Sat Sun, as in Mon-Fri or Sat,Sun',
    ],
    ["Mon-Day 09:00-17:00 UTC", '"Mon-Day" are no days: write Mon Tue Wed Thu Fri Sat Sun, as in Mon-Fri or Sat,Sun'],
    ["Mon, 09:00-17:00 UTC", '"" are no days: write Mon Tue Wed Thu Fri Sat Sun, as in Mon-Fri or Sat,Sun'],
    ["Mon  09:00-17:00 UTC", `"Mon  09:00-17:00 UTC": ${form}`],
  ])("%s", (hours, expected) => {
    expect(() => ask(hours, "2027-02-01T09:00:00.000Z")).toThrow(`is no condition: ${expected} at character 22`);
  });
});

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

interface Drawn {
  readonly text: string;
  /** All minutes of the week, from Monday 00:00, that belong to it. */
  readonly minutes: ReadonlySet<number>;
}

/** Random hours, and each of their minutes counted. */
function draw(chance: Chance): Drawn {
  const days = Array.from({ length: chance.below(3) }, () => [chance.below(7), chance.below(7)] as const);
  const ranges = Array.from({ length: 1 + chance.below(2) }, () => {
    const from = chance.below(48) * 30;
    return [from, (from + 30 * (1 + chance.below(47))) % 1440] as const;
  });
  const clock = (minute: number) => new Date(minute * 60_000).toISOString().slice(11, 16);
  const minutes = new Set<number>();
  for (let day = 0; day < 7; day++) {
    const isOn = ([first, last]: readonly [number, number]) =>
      first <= last ? first <= day && day <= last : day >= first || day <= last;
    if (days.length > 0 && !days.some(isOn)) continue;
    for (const [from, to] of ranges) {
      for (let minute = from; minute !== to; minute = (minute + 1) % 1440) {
        minutes.add(((minute < from ? day + 1 : day) % 7) * 1440 + minute);
      }
    }
  }
  const written = days.map(([first, last]) => (first === last ? DAYS[first] : `${DAYS[first]}-${DAYS[last]}`)).join();
  const hours = ranges.map(([from, to]) => `${clock(from)}-${clock(to)}`).join();
  return { text: [written, hours].filter(Boolean).join(" "), minutes };
}

/** What the platform says that the clocks of a zone show: a minute of the week. */
function platformOf(timeZone: string): (milliseconds: number) => number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  });
  return (milliseconds) => {
    const [day, month, year, hour, minute] = format.format(milliseconds).split(/\D+/).map(Number) as number[];
    const weekday = (new Date(Date.UTC(Number(year), Number(month) - 1, day)).getUTCDay() + 6) % 7;
    return weekday * 1440 + Number(hour) * 60 + Number(minute);
  };
}

const FROM = Date.UTC(1990, 0, 1);
const TO = Date.UTC(2041, 0, 1);
const DAY = 86_400_000;

/** The moments of a year at which clocks change: by days, then by halves. */
function changes(shown: (at: number) => number, year: number): number[] {
  const offset = (at: number) => (shown(at) * 60_000 - (at - Date.UTC(1970, 0, 5)) + 700 * 53 * DAY) % (7 * DAY);
  const found: number[] = [];
  for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += DAY) {
    let [low, high] = [day, day + DAY];
    if (offset(low) === offset(high)) continue;
    while (high - low > 60_000) {
      const middle = Math.floor((low + high) / 120_000) * 60_000;
      if (offset(middle) === offset(low)) low = middle;
      else high = middle;
    }
    found.push(high);
  }
  return found;
}

it("all zones, 1990 to 2040: random moments, and those around every change of a year, as the platform's clocks", () => {
  const chance = chanceOf(SEED + 20);
  const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")];
  let [asked, changed] = [0, 0];
  for (const zone of zones) {
    const shown = platformOf(zone);
    const { text, minutes } = draw(chance);
    const condition = parseCondition(`within(context.time, "${text} ${zone}")`);
    const moments = Array.from({ length: 40 }, () => FROM + Math.floor((chance.below(1e9) / 1e9) * (TO - FROM)));
    for (const change of changes(shown, 1990 + chance.below(51))) {
      changed++;
      for (const minute of [-61, -60, -31, -30, -1, 0, 1, 29, 30, 59, 60, 61]) moments.push(change + minute * 60_000);
      moments.push(change - 1, change + 1);
    }
    for (const moment of moments) {
      asked++;
      const at = new Date(moment).toISOString();
      expect(truthOf(condition, factsOf({ at })), `${text} ${zone} at ${at}`).toBe(minutes.has(shown(moment)));
    }
  }
  process.stdout.write(`hours: ${asked} moments in ${zones.length} zones, around ${changed} changes of clocks\n`);
  expect(changed).toBeGreaterThan(100);
});
