/** A request as it comes in: its body is gathered within the limit before anything is done with it. */
import { randomBytes } from "node:crypto";
import { IncomingMessage, type ServerResponse } from "node:http";
import { HttpFault } from "../http/fault.ts";
import type { RequestLine } from "./target.ts";

export class Received extends IncomingMessage {
  /** Where it was sent to; `undefined` where that cannot be read, which `fault` then says. */
  line: RequestLine | undefined;
  /** The body; `undefined` where it is empty. */
  bytes: Buffer | undefined;
  /** What is wrong with how it came. */
  fault: HttpFault | undefined;
  /** The method, as it was sent. */
  asked = "";
  /** When it came, in milliseconds of `performance.now`. */
  begun = 0;
}

/** An answer to a request that was received so. */
export type Sending = ServerResponse<Received>;

const tooLarge = (most: number): HttpFault =>
  new HttpFault(413, "BODY_TOO_LARGE", `the body has more than the ${most} bytes that are read at most`);

/** True where a body may follow the headers. */
export const mayHaveBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";

/** True for a body that says that it is larger than may be. */
export const isTooLarge = ({ headers }: IncomingMessage, most: number): boolean =>
  Number(headers["content-length"] ?? 0) > most;

/**
 * Gathers the body, then goes on; of a body that is too large at once, and what is left of it is not kept.
 * @param most bytes
 */
export function gather(received: Received, most: number, goOn: () => void): void {
  if (isTooLarge(received, most)) {
    received.fault ??= tooLarge(most);
    goOn();
    return;
  }
  let chunks: Buffer[] | undefined;
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > most) {
      received.off("data", onData).off("end", onEnd).pause();
      received.fault ??= tooLarge(most);
      goOn();
      return;
    }
    if (chunks) chunks.push(chunk);
    else if (received.bytes) chunks = [received.bytes, chunk];
    else received.bytes = chunk;
  };
  const onEnd = (): void => {
    if (chunks) received.bytes = Buffer.concat(chunks);
    goOn();
  };
  received.on("data", onData).on("end", onEnd);
}

/** What a header may hold and a log line can show. A log of decisions keeps as many characters. */
const FIT = /^[!-~]{1,128}$/;

const prefix = randomBytes(9).toString("base64url");
let made = 0;

/** @param given the header x-request-id; it is not taken where it is unfit to be sent back or logged */
export function requestIdOf(given: string | readonly string[] | undefined): string {
  if (typeof given === "string" && FIT.test(given)) return given;
  made += 1;
  return `${prefix}-${made.toString(36)}`;
}
