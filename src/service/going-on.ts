/** Answers that go on, on the way of a request: they are counted and logged once they have ended. */
import { HttpFault } from "./http/fault.ts";
import type { OpenAnswer } from "./http/open-answer.ts";
import type { RouteAnswer } from "./http/route.ts";
import type { OpenStreams } from "./listening/open-streams.ts";
import type { Received, Sending } from "./listening/received.ts";

/** Writes an answer that goes on. It never throws. */
export type Goes = (sending: Sending, headers: Readonly<Record<string, string>>) => Promise<void>;

interface Around {
  readonly streams: OpenStreams;
  counts(): boolean;
  /** Hears what the answer came to. */
  ended(answer: RouteAnswer): void;
  /** Hears of what went wrong. */
  failed(error: unknown): void;
}

/** @throws HttpFault where it cannot begin: 405 for HEAD, which would have no end; 503 */
export function goingOn(answer: RouteAnswer, received: Received, around: Around): Goes | undefined {
  if (!answer.goesOn) return undefined;
  const { streams } = around;
  if (received.asked === "HEAD") throw new HttpFault(405, "METHOD_NOT_ALLOWED", "this takes GET", { allow: "GET" });
  if (streams.isEnding) throw new HttpFault(503, "ENDING", "the server ends: ask another", { "retry-after": "1" });
  const writing = answer.goesOn.begin();
  return async (sending, headers) => {
    const write = (out: OpenAnswer) => writing.write(out);
    try {
      await streams.run(sending, { status: answer.status, headers, counts: () => around.counts() }, write);
    } catch (error) {
      around.failed(error);
    }
    around.ended({ ...answer, people: writing.people });
  };
}
