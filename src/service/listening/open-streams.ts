/** Answers that go on, each on a connection of its own, which is closed behind it. */
import type { OpenAnswer } from "../http/open-answer.ts";
import type { Sending } from "./received.ts";

/** Milliseconds within which a reader must take what was written. */
const PATIENCE = 30_000;
/** Milliseconds that readers have for what waits when the server ends. */
const LAST = 500;

interface Opening {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether what the caller showed at the beginning still counts. */
  counts(): boolean;
}

export class OpenStreams {
  readonly #patience: number;
  readonly #ends = new Set<() => void>();
  #isEnding = false;

  constructor(patience = PATIENCE) {
    this.#patience = patience;
  }

  get count(): number {
    return this.#ends.size;
  }

  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Ends all at once, in order: what is written whole is read whole. */
  endAll(): void {
    this.#isEnding = true;
    for (const end of [...this.#ends]) end();
  }

  /** Sends the headers, and then what is written. @returns once it is over. @throws what `write` throws */
  async run(sending: Sending, opening: Opening, write: (out: OpenAnswer) => Promise<void>): Promise<void> {
    const ended = new AbortController();
    const end = () => ended.abort();
    this.#ends.add(end);
    sending.once("close", end);
    if (sending.destroyed) end(); // Whoever asked has left before there was an answer.
    sending.shouldKeepAlive = false;
    sending.writeHead(opening.status, opening.headers).flushHeaders();
    try {
      await write({
        get isOpen() {
          return !ended.signal.aborted && opening.counts();
        },
        ended: ended.signal,
        write: (text) => this.#written(sending, text, ended.signal),
      });
    } finally {
      this.#ends.delete(end);
      this.#finish(sending);
    }
  }

  #finish(sending: Sending): void {
    sending.end();
    if (sending.destroyed) return;
    const late = setTimeout(() => sending.req.socket.destroy(), this.#isEnding ? LAST : this.#patience);
    sending.once("close", () => clearTimeout(late));
  }

  /** What waits for a reader is no more than one text beside what the socket takes. */
  async #written(sending: Sending, text: string, ended: AbortSignal): Promise<void> {
    if (ended.aborted || sending.write(text)) return;
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => sending.req.socket.destroy(), this.#patience);
      const goOn = () => {
        clearTimeout(late);
        sending.off("drain", goOn);
        ended.removeEventListener("abort", goOn);
        resolve();
      };
      sending.once("drain", goOn);
      ended.addEventListener("abort", goOn, { once: true });
    });
  }
}
