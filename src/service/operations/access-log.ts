/**
 * The access log: a line for each request, with who asked. It names who read about people; it has no header, no query
 * and no body, and so no secret.
 */
import { AppendFile } from "../../decisions/append-file.ts";
import { listenToEndings } from "../../decisions/endings.ts";
import type { EndedRequest } from "../http/ended-request.ts";

/** Where lines go. */
export interface LinesOut {
  /** How much is not written yet. */
  readonly waitingBytes: number;
  /**
   * @param onLost hears, later, that they could not be written and do not wait
   * @returns why they could not be written: they wait, or with `waitingBytes` 0 they are lost
   */
  append(lines: string, onLost: () => void): string | undefined;
  reopen(): void;
  close(): void;
}

/** So many characters are written at once, at the latest after so many milliseconds. */
const BATCH = 65_536;
const WAIT = 1000;
/** As many characters wait for a file that cannot be written. */
const MOST = 4 * 1024 * 1024;

export class AccessLog {
  readonly #out: LinesOut;
  readonly #onDropped: () => void;
  readonly #stopListening: () => void;
  #lines = "";
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param onDropped hears of each line that was not written */
  constructor(out: LinesOut, onDropped: () => void) {
    this.#out = out;
    this.#onDropped = onDropped;
    this.#stopListening = listenToEndings(this);
  }

  add(answered: EndedRequest, at: Date): void {
    if (this.#lines.length + this.#out.waitingBytes > MOST) {
      this.#onDropped();
      return;
    }
    this.#lines += `${JSON.stringify(lineOf(answered, at))}\n`;
    this.#count += 1;
    if (this.#lines.length >= BATCH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), WAIT).unref();
  }

  /** Writes what waits. What cannot be written waits for the next time. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines === "" && this.#out.waitingBytes === 0) return;
    const [lines, count] = [this.#lines, this.#count];
    [this.#lines, this.#count] = ["", 0];
    const onLost = () => {
      for (let line = 0; line < count; line += 1) this.#onDropped();
    };
    const fault = this.#out.append(lines, onLost);
    if (fault !== undefined && this.#out.waitingBytes === 0) onLost();
  }

  /** Goes on in the file that has the name now. */
  reopen(): void {
    this.flush();
    try {
      this.#out.reopen();
    } catch {
      // The next line tries again.
    }
  }

  close(): void {
    this.flush();
    this.#stopListening();
    this.#out.close();
  }
}

/** Fields that say nothing are left out. */
function lineOf({ id, method, route, status, milliseconds, caller, address, people }: EndedRequest, at: Date): object {
  const { principal, by, key } = caller;
  return {
    at: at.toISOString(),
    id,
    method,
    route,
    status,
    ms: Number(milliseconds.toFixed(3)),
    principal,
    ...(by !== null && { by }),
    ...(key !== undefined && { key }),
    address,
    ...(people !== undefined && { people }),
  };
}

/** A file that lines are appended to. @throws RbacError `FILE_UNWRITABLE`, `FILE_INVALID` (exit 2) */
export const linesInto = (file: string): LinesOut => new AppendFile(file);
