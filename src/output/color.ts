/** Colours by what they mean. Colour alone never carries a meaning: without it the text is the same. */

export interface Colors {
  good(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

const unchanged = (text: string): string => text;

export const NO_COLORS: Colors = { good: unchanged, bad: unchanged, faint: unchanged, strong: unchanged };

/** The colours for a stream: NO_COLOR and FORCE_COLOR decide, else whether it is a terminal with colours. */
export async function colorsFor(terminal: boolean, env: Readonly<Record<string, string | undefined>>): Promise<Colors> {
  if (!wantsColor(terminal, env)) return NO_COLORS;
  const { Ansis } = await import("ansis");
  const ansis = new Ansis(1);
  return { good: ansis.green, bad: ansis.red, faint: ansis.dim, strong: ansis.bold };
}

function wantsColor(terminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return terminal && env.TERM !== "dumb";
}
