/** Answers by Node's own server, by which Express, Fastify and Koa send theirs. */
import type { Reply } from "../framework.ts";

type Send = (...what: unknown[]) => unknown;

/** What is used of a `ServerResponse`. */
export interface NodeResponse {
  statusCode: number;
  statusMessage: string;
  readonly headersSent: boolean;
  getHeaderNames(): string[];
  removeHeader(name: string): void;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** The methods through which every answer goes out. */
type Sending = { writeHead: Send; write: Send; end: Send };

/** Sends a reply, where nothing was sent yet: a time-out of the application may have answered. */
export function send(response: NodeResponse, reply: Reply): void {
  if (response.headersSent) return;
  prepare(response, reply);
  response.end(reply.body);
}

function prepare(response: NodeResponse, { status, headers }: Reply): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/**
 * Has the answer judged as it begins to go out; where it may not, another goes out in its place, and what the handler
 * still writes is dropped. The methods stay as they are laid on here: others may have laid theirs over them since.
 */
export function judgeAnswer(response: NodeResponse, verdictOn: (status: number) => Reply | undefined): void {
  const sending = response as unknown as Sending;
  const { writeHead, write, end } = sending;
  let state: "open" | "passed" | "replaced" = "open";

  /** True where the answer was replaced. */
  const isReplaced = (status: unknown): boolean => {
    if (state !== "open") return state === "replaced";
    state = "passed";
    const verdict = verdictOn(Number(status ?? response.statusCode));
    if (!verdict || response.headersSent) return false;
    state = "replaced";
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.statusMessage = "";
    prepare(response, verdict);
    writeHead.call(response, verdict.status);
    end.call(response, verdict.body);
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
