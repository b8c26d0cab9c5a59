/** The world around a command: clock, environment, terminal, streams. Read here and nowhere else. */
import { userInfo } from "node:os";
import { isatty } from "node:tty";

export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** RFC 3339 UTC with milliseconds. */
  now(): string;
  /** The name of the operating system's user, or `uid:N` where it has none. */
  osUser(): string;
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
    if (!to.write(text)) await new Promise((done) => to.once("drain", done));
  },
});

/** A user without an entry in the system's list, as in many containers, has no name to be recorded under. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid:${process.getuid?.() ?? "?"}`;
  }
}
