/**
 * How text is dressed for whoever reads it: colours by what they mean, and times as exact as they need them. Neither
 * carries a meaning alone: in a pipe the text says the same.
 */

export interface Style {
  good(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
  /** A time of RFC 3339 in UTC: to the second on a terminal, as it is in a pipe. */
  time(at: string): string;
}

const unchanged = (text: string): string => text;

/** What a pipe gets. */
export const PLAIN: Style = {
  good: unchanged,
  bad: unchanged,
  faint: unchanged,
  strong: unchanged,
  time: unchanged,
};

const toSecond = (at: string): string => at.replace(/(T\d\d:\d\d:\d\d)\.\d+(?=Z$)/, "$1");

/** The style for a stream: NO_COLOR and FORCE_COLOR decide on colours, else whether it is a terminal with colours. */
export async function styleFor(terminal: boolean, env: Readonly<Record<string, string | undefined>>): Promise<Style> {
  const time = terminal ? toSecond : unchanged;
  if (!wantsColor(terminal, env)) return { ...PLAIN, time };
  const { Ansis } = await import("ansis");
  const ansis = new Ansis(1);
  return { good: ansis.green, bad: ansis.red, faint: ansis.dim, strong: ansis.bold, time };
}

function wantsColor(terminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return terminal && env.TERM !== "dumb";
}
