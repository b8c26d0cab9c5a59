/** Prompts for a person: only on a terminal, always on stderr, never inside a transaction. */
import { EXIT, RbacError, refused } from "../errors.ts";

/** One choice of a list. `name` is shown and must be sanitized already; `value` is returned. */
export interface Choice {
  readonly name: string;
  readonly value: string;
}

/** Lets a person pick one value by typing a part of its name. @throws RbacError `INTERRUPTED` (exit 130) on Ctrl-C. */
export async function choose(message: string, choices: readonly Choice[]): Promise<string> {
  const source = (term: string | undefined) =>
    choices.filter(({ name }) => name.toLowerCase().includes((term ?? "").toLowerCase()));
  const { answer } = await ask({ type: "search", name: "answer", message, source });
  return String(answer);
}

/**
 * Asks yes or no; the default is no.
 * @throws RbacError `NOT_CONFIRMED` (exit 3) on no, `INTERRUPTED` (exit 130) on Ctrl-C
 */
export async function confirm(message: string): Promise<void> {
  const { answer } = await ask({ type: "confirm", name: "answer", message, default: false });
  if (answer !== true) throw refused("NOT_CONFIRMED", "not confirmed, nothing was changed");
}

async function ask(question: object): Promise<{ readonly answer?: unknown }> {
  const { createPromptModule } = await import("inquirer");
  const prompt = createPromptModule({ output: process.stderr });
  try {
    return (await prompt([question as never])) as { answer?: unknown };
  } catch (cause) {
    if ((cause as Error).name !== "ExitPromptError") throw cause;
    throw new RbacError(EXIT.interrupted, "INTERRUPTED", "interrupted, nothing was changed", { cause });
  }
}
