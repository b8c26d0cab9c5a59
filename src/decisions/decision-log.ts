/**
 * Writes decisions to a file. Lines are gathered for a moment, then written at once and without waiting: nothing is on
 * its way that a signal could lose, and no line of another process lies within one.
 */
import { randomBytes } from "node:crypto";
import { type RbacError, unavailable } from "../errors.ts";
import { AppendFile } from "./append-file.ts";
import { listenToEndings } from "./endings.ts";
import { type DroppedLine, LINE_VERSION } from "./line.ts";

/** So many characters are written at once, at the latest after so many milliseconds. */
const BATCH = 65_536;
const WAIT = 1_000;
/** As many characters wait for a file that cannot be written. */
const MOST = 4 * 1024 * 1024;

/** What happens to a decision: it is a yes, a no, or an error. */
export type AnswerSort = "allow" | "deny" | "error";

export interface LogOptions {
  readonly file: string;
  /** The share of each that is logged, from 0 to 1. */
  readonly shares: Readonly<Record<AnswerSort, number>>;
  /** The names of attributes whose values are logged. */
  readonly logGiven: ReadonlySet<string>;
  /** What becomes of an answer that cannot be logged. */
  readonly full: "drop" | "deny";
}

export class DecisionLog {
  readonly options: LogOptions;
  readonly #file: AppendFile;
  /** The field that says which share of allowed decisions is logged. */
  readonly #share: string;
  readonly #stopListening: () => void;
  /** What tells the lines of this process from those of others. */
  readonly #prefix = randomBytes(9).toString("base64url");
  #count = 0;
  #lines: string[] = [];
  #size = 0;
  /** Why the file could not be written when it was last tried. */
  #fault: string | undefined;
  #dropped = 0;
  /** How many of them the file does not tell yet. */
  #untold = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @throws RbacError `FILE_UNWRITABLE`, `FILE_INVALID` (exit 2). */
  constructor(options: LogOptions) {
    this.options = options;
    this.#file = new AppendFile(options.file);
    this.#share = options.shares.allow === 1 ? "" : `,"share":${options.shares.allow}`;
    this.#stopListening = listenToEndings(this);
  }

  /** How many decisions were not logged that should have been. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether one is logged: a matter of chance where only a share of them is. */
  keeps(outcome: AnswerSort): boolean {
    const share = this.options.shares[outcome];
    return share === 1 || (share > 0 && Math.random() < share);
  }

  /**
   * Logs a decision.
   * @param said the fields of its line
   * @returns the id of its line; `undefined` where it was dropped
   * @throws RbacError `DECISION_UNLOGGED` (exit 4) where it can be neither logged nor dropped.
   */
  add(said: string): string | undefined {
    if (this.#fault !== undefined && this.options.full === "deny") this.flush();
    if (this.#isClosed || this.#size + this.#file.waitingBytes >= MOST || this.#isRefusing) return this.#drop();
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count.toString(36)}`;
    this.#put(`{"v":${LINE_VERSION},"id":"${id}",${said}${this.#share}}\n`);
    if (this.#size >= BATCH && this.#fault === undefined) this.flush();
    return id;
  }

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isClosed || (this.#size === 0 && this.#file.waitingBytes === 0)) return;
    const lines = this.#lines.join("");
    [this.#lines, this.#size] = [[], 0];
    this.#hear(this.#file.append(lines));
    if (this.#fault === undefined && this.#untold > 0) {
      const line: DroppedLine = { v: LINE_VERSION, at: new Date().toISOString(), dropped: this.#untold };
      this.#untold = 0;
      this.#hear(this.#file.append(`${JSON.stringify(line)}\n`));
    }
    if (this.#fault !== undefined) this.#wait();
  }

  /** Writes what waits, and goes on in the file that has the name now. */
  reopen(): void {
    this.flush();
    try {
      this.#file.reopen();
    } catch {
      // The old file is gone on with; the next line tries again, and tells.
    }
  }

  /** Writes what waits, and closes the file. What cannot be written is dropped. */
  close(): void {
    if (this.#isClosed) return;
    this.flush();
    clearTimeout(this.#timer);
    this.#dropped += this.#lines.length + this.#file.waiting;
    this.#isClosed = true;
    this.#stopListening();
    this.#file.close();
  }

  get #isRefusing(): boolean {
    return this.#fault !== undefined && this.options.full === "deny";
  }

  #put(line: string): void {
    this.#lines.push(line);
    this.#size += line.length;
    this.#wait();
  }

  #wait(): void {
    this.#timer ??= setTimeout(() => this.flush(), WAIT).unref();
  }

  #drop(): undefined {
    if (this.options.full === "deny" && !this.#isClosed) throw unlogged(this.#fault);
    this.#dropped += 1;
    this.#untold += 1;
    return undefined;
  }

  /** A program hears once that its log stands still, wherever it looks for warnings. */
  #hear(fault: string | undefined): void {
    if (fault !== undefined && this.#fault === undefined)
      process.emitWarning(`decisions are not logged: ${fault}`, { type: "RbacWarning", code: "DECISION_UNLOGGED" });
    this.#fault = fault;
  }
}

const unlogged = (fault = "it is closed"): RbacError =>
  unavailable("DECISION_UNLOGGED", `the decision cannot be logged, and so is not given: ${fault}`, { retry: true });
