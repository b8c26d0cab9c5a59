/** The world around a command: clock, environment, terminal, streams. Read here and nowhere else. */
import { statSync } from "node:fs";
import { userInfo } from "node:os";
import { setImmediate } from "node:timers/promises";
import { isatty } from "node:tty";

export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** RFC 3339 UTC with milliseconds. */
  now(): string;
  /** The name of the operating system's user, or `uid:N` where it has none. */
  osUser(): string;
  /** True where this process may say that a file is its user's: it belongs to them, or they are root; or there is no such file. */
  owns(path: string): boolean;
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** True when a person can be asked: standard input and stderr are terminals, and nothing says that this is CI. */
  readonly interactive: boolean;
}

interface Stream {
  readonly isTerminal: boolean;
  readonly width: number | undefined;
  write(text: string): void;
  /** Writes, and waits where the reader is slower than we are. @returns false where nobody reads any more. */
  drained(text: string): Promise<boolean>;
}

export function systemShell(): Shell {
  const { env } = process;
  return {
    env,
    now: () => new Date().toISOString(),
    osUser,
    owns: (path) => {
      const [uid, file] = [process.getuid?.(), statSync(path, { throwIfNoEntry: false })];
      return file === undefined || uid === undefined || uid === 0 || uid === file.uid;
    },
    stdout: stream(process.stdout),
    stderr: stream(process.stderr),
    // Not by process.stdin: to touch that is to make the pipe non-blocking, and a slow writer would then fail the reader.
    interactive: isatty(0) && Boolean(process.stderr.isTTY) && !env.CI,
  };
}

const stream = (to: NodeJS.WriteStream): Stream => ({
  isTerminal: Boolean(to.isTTY),
  width: to.isTTY ? to.columns : undefined,
  write: (text) => {
    to.write(text);
  },
  drained: async (text) => {
    if (to.destroyed) return false;
    if (to.write(text)) return setImmediate(true); // What never waits hears no signal.
    const { promise, resolve } = settled();
    const [drained, gone] = [() => resolve(true), () => resolve(false)];
    to.once("drain", drained).once("close", gone).once("error", gone); // A reader that has gone drains nothing.
    const isRead = await promise;
    to.off("drain", drained).off("close", gone).off("error", gone);
    return isRead;
  },
});

function settled(): { promise: Promise<boolean>; resolve: (isRead: boolean) => void } {
  let resolve: (isRead: boolean) => void = () => {};
  const promise = new Promise<boolean>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** A user without an entry in the system's list, as in many containers, has no name to be recorded under. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid:${process.getuid?.() ?? "?"}`;
  }
}
