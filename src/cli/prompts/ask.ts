/** Prompts for a person: only on a terminal, always on stderr, never inside a transaction. The one file of inquirer. */
import { EXIT, RbacError, refused } from "../../errors.ts";
import { sanitize } from "../../output/sanitize.ts";
import type { Choice, Searched } from "./choice.ts";
import { ROWS, rowsFor } from "./search.ts";

/** Lets a person pick one of a list by typing a part of it. @returns `undefined` for `enough`. */
export function choose(message: string, searched: Searched & { readonly enough: string }): Promise<Choice | undefined>;
export function choose(message: string, searched: Searched): Promise<Choice>;
export async function choose(message: string, searched: Searched): Promise<Choice | undefined> {
  return (await ask({ type: "search", message, source: rowsFor(searched), pageSize: ROWS })) ?? undefined;
}

/** Reads a text. @param check throws what is wrong with a text, which is then asked for again with the reason shown */
export function typeText(
  message: string,
  check: (text: string) => Promise<unknown>,
  initial?: string,
): Promise<string> {
  const validate = async (text: string): Promise<true | string> => {
    if (text === "") return "type something, or leave with Esc";
    const fault = await check(text).then(
      () => undefined,
      (error: Error) => error.message,
    );
    return fault === undefined || sanitize(fault);
  };
  return ask({ type: "input", message, validate, default: initial });
}

/**
 * Asks yes or no; the default is no.
 * @throws RbacError `NOT_CONFIRMED` (exit 3) on no
 */
export async function confirm(message: string): Promise<void> {
  if (!(await ask<boolean>({ type: "confirm", message, default: false })))
    throw refused("NOT_CONFIRMED", "not confirmed, nothing was changed");
}

/**
 * Asks for a name to be typed, which nobody does by habit.
 * @throws RbacError `NOT_CONFIRMED` (exit 3) on anything else
 */
export async function confirmByName(message: string, name: string): Promise<void> {
  if ((await ask<string>({ type: "input", message })).normalize("NFC").trim() !== name)
    throw refused("NOT_CONFIRMED", "not confirmed, nothing was changed");
}

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

/** Keys to leave with, besides Ctrl-C, which inquirer knows itself. */
const isLeaving = (key: Key | undefined): boolean => key?.name === "escape" || (key?.name === "d" && key.ctrl === true);

/** The errors of inquirer for a prompt that was left. */
const LEFT: readonly unknown[] = ["AbortPromptError", "ExitPromptError"];

/** @throws RbacError `INTERRUPTED` (exit 130) when a person leaves. */
async function ask<T>(question: object): Promise<T> {
  const { createPromptModule } = await import("inquirer");
  const leaving = new AbortController();
  const onKey = (_: unknown, key?: Key) => {
    if (isLeaving(key)) leaving.abort();
  };
  const prompt = createPromptModule({ output: process.stderr, signal: leaving.signal });
  process.stdin.on("keypress", onKey);
  try {
    const { answer } = (await prompt([{ ...question, name: "answer" } as never])) as { answer: T };
    return answer;
  } catch (cause) {
    if (!LEFT.includes((cause as Error).name)) throw cause;
    throw new RbacError(EXIT.interrupted, "INTERRUPTED", "interrupted, nothing was changed", { cause });
  } finally {
    process.stdin.off("keypress", onKey);
  }
}
