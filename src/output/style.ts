/**
 * How text is dressed for whoever reads it: colours by what they mean, times as exact as they need them, words that
 * they understand. None of it carries a meaning alone: in a pipe the text says the same.
 */

export interface Style {
  good(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
  /** A time of RFC 3339 in UTC: to the second on a terminal, as it is in a pipe. */
  time(at: string): string;
  /** The word for people on a terminal; in a pipe the one that was there first, since scripts may look for it. */
  word(inPipe: string, onTerminal: string): string;
}

/** Where text is shown. */
export interface Terminal {
  /** Width of the terminal in columns; `undefined` in a pipe. */
  readonly width: number | undefined;
  readonly style: Style;
}

const unchanged = (text: string): string => text;

/** What a pipe gets. */
export const PLAIN: Style = {
  good: unchanged,
  bad: unchanged,
  faint: unchanged,
  strong: unchanged,
  time: unchanged,
  word: unchanged,
};

const toSecond = (at: string): string => at.replace(/(T\d\d:\d\d:\d\d)\.\d+(?=Z$)/, "$1");

const ON_TERMINAL: Style = { ...PLAIN, time: toSecond, word: (_, onTerminal) => onTerminal };

/** The style for a stream: NO_COLOR and FORCE_COLOR decide on colours, else whether it is a terminal with colours. */
export async function styleFor(terminal: boolean, env: Readonly<Record<string, string | undefined>>): Promise<Style> {
  const dress = terminal ? ON_TERMINAL : PLAIN;
  if (!wantsColor(terminal, env)) return dress;
  const { Ansis } = await import("ansis");
  const ansis = new Ansis(1);
  return { ...dress, good: ansis.green, bad: ansis.red, faint: ansis.dim, strong: ansis.bold };
}

function wantsColor(terminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return terminal && env.TERM !== "dumb";
}
