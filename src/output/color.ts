/** Colours by what they mean. Meaning never hangs on colour alone: without colour the text is the same. */

export interface Colors {
  good(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

const same = (text: string): string => text;

export const NO_COLORS: Colors = { good: same, bad: same, faint: same, strong: same };

/** The inks for a stream: NO_COLOR and FORCE_COLOR decide, else whether it is a terminal that has colours. */
export async function colorsFor(terminal: boolean, env: Readonly<Record<string, string | undefined>>): Promise<Colors> {
  if (!wantsColour(terminal, env)) return NO_COLORS;
  const { Ansis } = await import("ansis");
  const ansis = new Ansis(1);
  return { good: ansis.green, bad: ansis.red, faint: ansis.dim, strong: ansis.bold };
}

function wantsColour(terminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return terminal && env.TERM !== "dumb";
}
