/** What a question is given, and what it answers. */
import type { Database } from "../../database/database.ts";
import type { Choice } from "./choice.ts";

/** The argument that is asked for, and the command line so far. */
export interface Asked {
  readonly argument: string;
  /** What help says of it. */
  readonly description: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly flags: Readonly<Record<string, unknown>>;
  open(): Promise<Database>;
  /** Reads a text as the command line does for the argument, or for a flag. @throws Error that says what is wrong */
  parse(text: string, flag?: string): Promise<unknown>;
}

/** @throws UnknownName (exit 2) where the command line has a name that the policy lacks */
export type List = (asked: Asked) => Promise<readonly Choice[]>;

/** What goes onto the command line; no words where the argument is not needed. */
export interface Answer {
  readonly words: readonly string[];
  readonly flags?: readonly string[] | undefined;
}

/** @returns `undefined` where there is nothing to choose from */
export type ArgumentQuestion = (asked: Asked) => Promise<Answer | undefined>;
