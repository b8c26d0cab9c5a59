/** A file that whole lines are appended to, by this process and perhaps others: never truncated, and made again. */
import { closeSync, fstatSync, type Stats, statSync, writeSync } from "node:fs";
import { RbacError, wrong } from "../errors.ts";
import { openToAppend, refuseDatabase } from "./open-to-append.ts";

const NEWLINE = 10;

export class AppendFile {
  readonly path: string;
  #file: number;
  #stats: Stats;
  /** What is to be written first: the rest of what was written in part. */
  #rest: Uint8Array = NOTHING;
  /** The beginning of the line that `#rest` goes on with, and how long the file was then. */
  #begun: Uint8Array = NOTHING;
  #size = 0;

  /** Opens it, or makes it for its owner alone. @throws RbacError `FILE_UNWRITABLE`, `FILE_INVALID` (exit 2). */
  constructor(path: string) {
    this.path = path;
    try {
      refuseDatabase(path);
      this.#file = openToAppend(path);
      this.#stats = fstatSync(this.#file);
    } catch (cause) {
      throw cause instanceof RbacError ? cause : wrong("FILE_UNWRITABLE", faultOf(path, cause), { cause });
    }
  }

  /** How many lines wait for the rest of them to be written. */
  get waiting(): number {
    return linesIn(this.#rest);
  }

  get waitingBytes(): number {
    return this.#rest.length;
  }

  /**
   * Appends lines, behind what waits. Where it fails, what is left waits for the next call.
   * @returns why it failed, in words; `undefined` where all is written
   */
  append(lines: string): string | undefined {
    try {
      this.#followPath();
      if (this.#rest.length > 0) this.#write(this.#restNow());
    } catch (cause) {
      this.#rest = joined(this.#rest, Buffer.from(lines));
      return faultOf(this.path, cause);
    }
    try {
      this.#write(Buffer.from(lines));
    } catch (cause) {
      return faultOf(this.path, cause);
    }
    return undefined;
  }

  /** Goes on in the file that has the path now, as after a rotation. @throws what the system says. */
  reopen(): void {
    const file = openToAppend(this.path);
    closeSync(this.#file);
    this.#file = file;
    this.#stats = fstatSync(file);
    // The old file has the beginning of a line, which is whole again in the new one.
    this.#rest = joined(this.#begun, this.#rest);
    this.#begun = NOTHING;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Where the file was moved away or removed, what is written to it would be lost, or lie in the file of yesterday. */
  #followPath(): void {
    if (!this.#stats.isFile()) return;
    const now = statSync(this.path, { throwIfNoEntry: false });
    if (now?.ino !== this.#stats.ino || now.dev !== this.#stats.dev) this.reopen();
  }

  /** The rest of a line, or all of it where another process has written behind its beginning. */
  #restNow(): Uint8Array {
    if (this.#begun.length === 0 || fstatSync(this.#file).size === this.#size) return this.#rest;
    const whole = joined(Buffer.from("\n"), joined(this.#begun, this.#rest));
    this.#begun = NOTHING;
    return whole;
  }

  #write(bytes: Uint8Array): void {
    let at = 0;
    try {
      while (at < bytes.length) at += writeSync(this.#file, bytes, at);
      [this.#rest, this.#begun] = [NOTHING, NOTHING];
    } catch (cause) {
      if (at > 0 && this.#stats.isFile()) {
        const cut = bytes.lastIndexOf(NEWLINE, at - 1) + 1;
        this.#begun = joined(cut === 0 ? this.#begun : NOTHING, bytes.slice(cut, at));
        this.#size = fstatSync(this.#file).size;
      }
      this.#rest = bytes.slice(at);
      throw cause;
    }
  }
}

const NOTHING = new Uint8Array(0);

const joined = (first: Uint8Array, second: Uint8Array): Uint8Array =>
  first.length === 0 ? second : Buffer.concat([first, second]);

function linesIn(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}

const WORDS: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder",
  ENOENT: "there is no such folder",
  ENOTDIR: "what should be its folder is none",
  EACCES: "it may not be written",
  EROFS: "its file system may only be read",
};

function faultOf(path: string, cause: unknown): string {
  const { code = "" } = cause as { readonly code?: string };
  return `cannot write ${path}: ${WORDS[code] ?? code}`;
}
