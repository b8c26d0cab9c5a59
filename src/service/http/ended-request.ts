/** What became of a request, for logs and counts. */
import type { Caller } from "./route.ts";

export interface EndedRequest {
  readonly id: string;
  /** As it was sent. */
  readonly method: string;
  /** The path of the route, not of the request, which may say anything; `null` where there is no such route. */
  readonly route: string | null;
  readonly status: number;
  readonly milliseconds: number;
  readonly caller: Caller;
  readonly address: string;
  /** How many people the answer names. */
  readonly people?: number | undefined;
  readonly decides: boolean;
}
