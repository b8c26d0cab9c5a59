/** Answers by Node's own server, by which Express, Fastify and Koa send theirs. */
import type { Reply } from "../framework.ts";

type Send = (...what: unknown[]) => unknown;

/** What is used of a `ServerResponse`. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  getHeaderNames(): string[];
  removeHeader(name: string): void;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** The methods through which every answer goes out. */
type Sending = { writeHead: Send; write: Send; end: Send };

export function send(response: NodeResponse, { status, headers, body }: Reply): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}

/**
 * Has the answer judged as it begins to go out; where it may not, another goes out in its place, and what the handler
 * still writes is dropped.
 */
export function judgeAnswer(response: NodeResponse, verdictOn: (status: number) => Reply | undefined): void {
  const sending = response as unknown as Sending;
  const { writeHead, write, end } = sending;
  const restore = () => Object.assign(sending, { writeHead, write, end });

  /** True where the answer was replaced. */
  const isReplaced = (status: unknown): boolean => {
    restore();
    const verdict = verdictOn(typeof status === "number" ? status : response.statusCode);
    if (!verdict || response.headersSent) return false;
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    send(response, verdict);
    Object.assign(sending, { writeHead: () => response, write: drop(true), end: drop(response) });
    return true;
  };
  sending.writeHead = (...how) => (isReplaced(how[0]) ? response : writeHead.apply(response, how));
  sending.write = (...chunk) => (isReplaced(undefined) ? drop(true)(...chunk) : write.apply(response, chunk));
  sending.end = (...chunk) => (isReplaced(undefined) ? drop(response)(...chunk) : end.apply(response, chunk));
}

/** Takes what is written, and says that it is done. */
const drop =
  (result: unknown): Send =>
  (...what) => {
    const done = what.find((argument) => typeof argument === "function") as (() => void) | undefined;
    if (done) process.nextTick(done);
    return result;
  };
