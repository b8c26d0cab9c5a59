/** Runs the program that shows long output, such as less, as the reader of what would go to the terminal. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { sanitize } from "../output/sanitize.ts";
import { drainedInto, type Shell } from "./shell.ts";

/** Where the texts of an answer go, one after the other. */
export interface Outlet {
  /** @returns false where the reader has gone: then nothing more is wanted */
  put(text: string): Promise<boolean>;
  /** Waits until the reader has done with what was put. */
  end(): Promise<void>;
}

/** Leave at once what fits the screen, show colours, and leave the text there afterwards. */
const LESS = "FRX";

/**
 * Starts a pager, given as the program and its arguments.
 * @returns `undefined` where it cannot be started, which is said on stderr
 */
export async function startPager(
  [program = "", ...words]: readonly string[],
  shell: Shell,
): Promise<Outlet | undefined> {
  const env = { LESS, ...shell.env };
  const child = spawn(program, words, { stdio: ["pipe", "inherit", "inherit"], env });
  try {
    await once(child, "spawn");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    shell.stderr.write(`${sanitize(`the pager ${program} cannot be started (${code}): printed without it`)}\n`);
    return undefined;
  }
  const ended = once(child, "close");
  const takeBack = shell.lendTerminal(() => child.kill());
  child.stdin.on("error", () => {}); // A pager that was quit is a reader that has gone, which `drainedInto` tells.
  return {
    put: (text) => drainedInto(child.stdin, text),
    end: async () => {
      child.stdin.end();
      await ended;
      takeBack();
    },
  };
}
