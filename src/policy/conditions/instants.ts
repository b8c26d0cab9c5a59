/** Times as attributes have them: RFC 3339, compared as instants. */

/** What was read before: the times in conditions and those of questions come again and again. */
const known = new Map<string, string | undefined>();

/** RFC 3339 as UTC with nine decimals, which sorts by time; `undefined` for other text, which no time is. */
export function instantOf(text: string): string | undefined {
  if (text.length > 40) return undefined; // Longer than any time.
  if (!known.has(text)) {
    if (known.size >= 4096) known.clear();
    known.set(text, read(text));
  }
  return known.get(text);
}

function read(text: string): string | undefined {
  const time = /^(\d{4}-\d\d-\d\d)[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?(.{1,6})$/.exec(text);
  if (!time || !/^(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/.test(time[4] as string)) return undefined;
  const [, date = "", clock = "", fraction = "", zone = ""] = time;
  const day = Date.parse(`${date}T00:00:00Z`);
  // JavaScript reads February 30th as a day in March.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return undefined;
  const seconds = new Date(Date.parse(`${date}T${clock}${zone.toUpperCase()}`)).toISOString();
  // A zone may lead out of the years that four digits write.
  return seconds.length === 24 ? `${seconds.slice(0, 19)}.${fraction.padEnd(9, "0")}` : undefined;
}

/** The milliseconds since 1970 of what `instantOf` returned. */
export const millisecondsOf = (instant: string): number => Date.parse(`${instant.slice(0, 23)}Z`);
