/** The world around a command: clock, environment, terminal, streams. Read here and nowhere else. */
import { statSync } from "node:fs";
import { userInfo } from "node:os";
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
  /** Writes, and waits where the reader is slower than we are. */
  drained(text: string): Promise<void>;
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
    if (to.destroyed || to.write(text)) return;
    const { promise, resolve } = settled();
    for (const event of ["drain", "close", "error"]) to.once(event, resolve); // A reader that has gone drains nothing.
    await promise;
    for (const event of ["drain", "close", "error"]) to.off(event, resolve);
  },
});

function settled(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
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
