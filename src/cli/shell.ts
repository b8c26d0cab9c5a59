/**
 * The world around a command: clock, environment, terminal, streams, exit code. Only this file reads it; tests pass a
 * shell of their own to `main`.
 */
import { statSync } from "node:fs";
import { userInfo } from "node:os";
import { setImmediate } from "node:timers/promises";
import { isatty } from "node:tty";
import type { SignalHearing } from "../database/signals.ts";

export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The time as RFC 3339 UTC with milliseconds. */
  now(): string;
  /** The name of the operating system's user, or `uid:N` where the system has no name for it. */
  osUser(): string;
  /** True where the process's user owns the file, is root, or the file does not exist. */
  owns(path: string): boolean;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** True when a person can be asked: standard input and stderr are terminals, and `CI` is not set. */
  readonly interactive: boolean;
  /** Whether signals end the process in a turn of the event loop or, as they do at first, at once. */
  hearSignals(how: SignalHearing): void;
  /** Sets the exit code that the process ends with; a later call replaces it. */
  exitWith(code: number): void;
}

export interface OutputStream {
  readonly isTerminal: boolean;
  /** Columns of the terminal; `undefined` in a pipe. */
  readonly width: number | undefined;
  write(text: string): void;
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
    owns: (path) => {
      const [uid, file] = [process.getuid?.(), statSync(path, { throwIfNoEntry: false })];
      return file === undefined || uid === undefined || uid === 0 || uid === file.uid;
    },
    stdout: outputStream(() => process.stdout),
    stderr: outputStream(() => process.stderr),
    // Not process.stdin.isTTY: touching process.stdin makes the pipe non-blocking, and a slow writer then fails us.
    get interactive() {
      return isatty(0) && isatty(2) && !env.CI;
    },
    hearSignals,
    exitWith: (code) => {
      process.exitCode = code;
    },
  };
}

/** The signals that people and systems end a process with, and what it then ends with. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const listeners = new Map<NodeJS.Signals, () => void>();

function hearSignals(how: SignalHearing): void {
  for (const [name, code] of Object.entries(SIGNALS)) {
    const signal = name as keyof typeof SIGNALS;
    const listener = listeners.get(signal) ?? listenerFor(code);
    listeners.set(signal, listener);
    process.off(signal, listener);
    // The system never ends the first process of a container by itself.
    if (how === "in turns" || process.pid === 1) process.on(signal, listener);
  }
}

/** Ends the process; but once its work is done and its exit code set, only the second signal cuts off what it says. */
function listenerFor(code: number): () => void {
  let isHeard = false;
  return () => {
    if (process.exitCode === undefined || isHeard) process.exit(code);
    isHeard = true;
  };
}

/** @param stream made at its first use, which takes milliseconds: many commands say nothing on stderr */
const outputStream = (stream: () => NodeJS.WriteStream): OutputStream => ({
  get isTerminal() {
    return Boolean(stream().isTTY);
  },
  get width() {
    return stream().isTTY ? stream().columns : undefined;
  },
  write: (text) => {
    stream().write(text);
  },
  drained: async (text) => {
    const to = stream();
    if (to.destroyed) return false;
    if (to.write(text)) return setImmediate(true); // Without this pause a loop of writes would never hear a signal.
    const { promise, resolve } = deferred();
    const [drained, gone] = [() => resolve(true), () => resolve(false)];
    to.once("drain", drained).once("close", gone).once("error", gone); // A reader that has gone never drains.
    const isRead = await promise;
    to.off("drain", drained).off("close", gone).off("error", gone);
    return isRead;
  },
});

function deferred(): { promise: Promise<boolean>; resolve: (isRead: boolean) => void } {
  let resolve: (isRead: boolean) => void = () => {};
  const promise = new Promise<boolean>((done) => {
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
