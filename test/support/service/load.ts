/** Requests over connections that stay open, as a program of few instructions sends them: to measure the other end. */
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export interface LoadRequest {
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LoadAnswer {
  readonly status: number;
  readonly body: string;
}

/** A request as bytes. */
export function requestBytes({ path, body, headers = {} }: LoadRequest): Buffer {
  const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = Buffer.byteLength(body);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${own.join("")}\r\n${body}`,
  );
}

/** A connection on which one request follows the other. */
export class LoadLine {
  readonly #socket: Socket;
  #received = "";
  #waiting: { resolve(answer: LoadAnswer): void; reject(error: Error): void } | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: "127.0.0.1" }).setEncoding("latin1").setNoDelay(true);
    this.#socket.on("data", (text: string) => this.#read(text));
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("close", () => this.#fail(new Error("the connection was closed")));
  }

  send(request: Buffer): Promise<LoadAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  #read(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? [];
    const isWhole =
      length === undefined
        ? this.#received.endsWith("\r\n0\r\n\r\n")
        : this.#received.length >= end + 4 + Number(length);
    if (!isWhole) return;
    const answer = { status: Number(head.slice(9, 12)), body: this.#received.slice(end + 4) };
    this.#received = "";
    const { resolve } = this.#waiting ?? {};
    this.#waiting = undefined;
    resolve?.(answer);
  }
}

/** Sends requests in turn, so many at once, each line the next after an answer. */
export async function inTurns(
  lines: readonly LoadLine[],
  requests: readonly Buffer[],
  check: (answer: LoadAnswer, at: number) => void,
): Promise<void> {
  let next = 0;
  const work = async (line: LoadLine) => {
    while (next < requests.length) {
      const at = next;
      next += 1;
      check(await line.send(requests[at] as Buffer), at);
    }
  };
  await Promise.all(lines.map(work));
}

/**
 * Sends requests at a rate, whether or not earlier ones are answered; what finds no line free waits for one.
 * @returns milliseconds from when each was due to its answer, sorted
 */
export async function atRate(
  lines: readonly LoadLine[],
  requests: readonly Buffer[],
  perSecond: number,
  check: (answer: LoadAnswer, at: number) => void,
): Promise<number[]> {
  const took: number[] = [];
  const started = performance.now();
  let next = 0;
  const dueAt = (at: number) => started + (at * 1000) / perSecond;
  const work = async (line: LoadLine) => {
    while (next < requests.length) {
      const at = next;
      if (performance.now() < dueAt(at)) {
        await wait(1);
        continue;
      }
      next += 1;
      check(await line.send(requests[at] as Buffer), at);
      took.push(performance.now() - dueAt(at));
    }
  };
  await Promise.all(lines.map(work));
  return took.sort((a, b) => a - b);
}
