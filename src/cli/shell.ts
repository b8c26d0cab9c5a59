/**
 * The world around a command: clock, environment, terminal, streams, exit code. Only this file reads it; tests pass a
 * shell of their own to `main`.
 */
import { statSync } from "node:fs";
import { userInfo } from "node:os";
import { setImmediate } from "node:timers/promises";
import { isatty } from "node:tty";
import type { Context } from "../contexts/current-context.ts";
import type { SignalHearing } from "../database/signals.ts";
import { EXIT } from "../errors.ts";

export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The time as RFC 3339 UTC with milliseconds. */
  now(): string;
  /** The name of the operating system's user, or `uid:N` where the system has no name for it. */
  osUser(): string;
  /** The id of the process's user; `undefined` where the system has none. */
  readonly userId: number | undefined;
  /** The working directory; `undefined` where it is gone. */
  folder(): string | undefined;
  /** The context that the files of settings, a flag or a variable choose; `env` has its settings already. */
  readonly context?: Context | undefined;
  /** True where the process's user owns the file, is root, or the file does not exist. */
  owns(path: string): boolean;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** True when a person can be asked: standard input and stderr are terminals, and `CI` is not set. */
  readonly interactive: boolean;
  /** Says what signals do from now on; at first the system ends the process at once. */
  hearSignals(how: SignalHearing): void;
  /**
   * Leaves the terminal to another program: an interrupt is for that one, and it is ended when this process ends.
   * @returns a function that takes the terminal back
   */
  lendTerminal(endBorrower: () => void): () => void;
  /**
   * Waits until a signal asks the process to end, for a server: a second one ends it at once.
   * @param reload for SIGHUP, which ends the process only where it says that the terminal is gone
   */
  askedToEnd(reload: () => void): Promise<void>;
  /** Ends the process at once with exit code 0, whatever it still waits for. */
  endNow(): void;
  /** Sets the exit code that the process ends with; a later call replaces it. */
  exitWith(code: number): void;
}

export interface OutputStream {
  readonly isTerminal: boolean;
  /** Columns of the terminal; `undefined` in a pipe. */
  readonly width: number | undefined;
  /** Lines of the terminal; `undefined` in a pipe. */
  readonly height: number | undefined;
  /** @param done hears that it was written, or why not */
  write(text: string, done?: (error?: Error | null) => void): void;
  /** Writes, and waits while the reader is slower. @returns false where the reader has gone. */
  drained(text: string): Promise<boolean>;
}

/** The shell of this process. */
export function systemShell(): Shell {
  const { env } = process;
  return {
    env,
    now: () => new Date().toISOString(),
    osUser,
    userId: process.getuid?.(),
    folder: workingFolder,
    owns: (path) => {
      const [uid, file] = [process.getuid?.(), statSync(path, { throwIfNoEntry: false })];
      return file === undefined || uid === undefined || uid === 0 || uid === file.uid;
    },
    stdout: outputStream(() => process.stdout),
    stderr: outputStream(() => process.stderr),
    // Not process.stdin.isTTY: touching process.stdin makes the pipe non-blocking, and a slow writer then fails us.
    get interactive() {
      return isatty(0) && isatty(2) && !env.CI && env.TERM !== "dumb"; // Prompts move the cursor.
    },
    hearSignals,
    lendTerminal,
    askedToEnd,
    endNow: () => {
      process.exit(0);
    },
    exitWith: (code) => {
      process.exitCode = code;
    },
  };
}

/** The signals that people and systems end a process with, and what it then ends with. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const listeners = new Map<NodeJS.Signals, () => void>();

let hearing: SignalHearing = "at once";
/** The exit code for a signal that waits, or that came too late. */
let unheard: number | undefined;

function hearSignals(how: SignalHearing): void {
  if (hearing === "too late" && how === "at once") return; // What is done stays done while it is told.
  hearing = how;
  if (how === "in turns" && unheard !== undefined) end(unheard);
  for (const [name, code] of Object.entries(SIGNALS)) {
    const signal = name as keyof typeof SIGNALS;
    const listener = listeners.get(signal) ?? listenerFor(signal, code);
    listeners.set(signal, listener);
    // A listener that stays is never put off and on again: a signal that had come in between turns would be lost by it.
    const isHeard = process.listeners(signal).includes(listener);
    // The system never ends the first process of a container by itself.
    const mustHear = how !== "at once" || process.pid === 1;
    if (mustHear && !isHeard) process.on(signal, listener);
    if (!mustHear && isHeard) process.off(signal, listener);
  }
}

/** What a second signal does not wait to learn. */
const IN_LAST_STEP = "rbac: ended in the last step: look whether it was done, as by rbac audit\n";

/** Ends the process; but while the last step of a change lasts, and behind it, only the second signal does. */
function listenerFor(signal: keyof typeof SIGNALS, code: number): () => void {
  return () => {
    if (isLent && signal === "SIGINT") return;
    const isDone = hearing === "too late" || process.exitCode !== undefined;
    if (unheard !== undefined && !isDone) process.stderr.write(IN_LAST_STEP);
    if (unheard !== undefined) end(isDone ? Number(process.exitCode ?? EXIT.yes) : code);
    if (!isDone && hearing !== "held") end(code);
    unheard = code;
  };
}

function end(code: number): never {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K"); // A line of progress may stand there.
  process.exit(code);
}

/** True while another program has the terminal. */
let isLent = false;

function lendTerminal(endBorrower: () => void): () => void {
  const ignored = () => {}; // While nobody listens, the system ends the process.
  isLent = true;
  process.on("SIGINT", ignored).once("exit", endBorrower);
  return () => {
    isLent = false;
    process.off("SIGINT", ignored).off("exit", endBorrower);
  };
}

function askedToEnd(reload: () => void): Promise<void> {
  const { promise, resolve } = deferred<void>();
  let isAsked = false;
  for (const [name, code] of Object.entries(SIGNALS)) {
    process.on(name, () => {
      if (name === "SIGHUP" && ![0, 1, 2].some((descriptor) => isatty(descriptor))) {
        reload();
        return;
      }
      if (isAsked) end(code);
      isAsked = true;
      resolve();
    });
  }
  return promise;
}

/** @param stream made at its first use, which takes milliseconds: many commands say nothing on stderr */
const outputStream = (stream: () => NodeJS.WriteStream): OutputStream => ({
  get isTerminal() {
    return Boolean(stream().isTTY);
  },
  get width() {
    return stream().isTTY ? stream().columns || undefined : undefined; // 0 where the terminal does not know it.
  },
  get height() {
    return stream().isTTY ? stream().rows || undefined : undefined;
  },
  write: (text, done) => {
    stream().write(text, done);
  },
  drained: (text) => drainedInto(stream(), text),
});

/** Writes, and waits while the reader is slower. @returns false where the reader has gone */
export async function drainedInto(to: NodeJS.WritableStream & { readonly destroyed?: boolean }, text: string) {
  if (to.destroyed) return false;
  if (to.write(text)) return setImmediate(true); // Without this pause a loop of writes would never hear a signal.
  const { promise, resolve } = deferred<boolean>();
  const [drained, gone] = [() => resolve(true), () => resolve(false)];
  // A reader that has gone never drains. First of all listeners, since one of oclif's throws the error.
  to.once("drain", drained).once("close", gone).prependOnceListener("error", gone);
  const isRead = await promise;
  to.off("drain", drained).off("close", gone).off("error", gone);
  return isRead;
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** In many containers the user has no entry in the system's list, and so no name. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid:${process.getuid?.() ?? "?"}`;
  }
}

function workingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
