/** What a room of the service offers: routes, each of which makes an answer of a request that was read. */

import type { ZodType } from "zod";
import type { Soon } from "../../web/soon.ts";
import type { GoesOn } from "./open-answer.ts";

/** Who sends a request. */
export interface Caller {
  /** The user whose key, token or certificate came with the request; `null` where nobody said who they are. */
  readonly principal: string | null;
  readonly by: "key" | "token" | "certificate" | null;
  /** The id of the key, for the access log. */
  readonly key?: string;
}

/** A request within the limits, of somebody who may make it. */
export interface RouteRequest {
  /** The object of the body; empty where the route takes none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What stands in the path where the route has a `:name`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly caller: Caller;
  /** The one that came with the request, or one that was made for it. */
  readonly requestId: string;
}

export interface RouteAnswer {
  readonly status: number;
  /** What is sent as JSON; a text is sent as it is, by the `content-type` of the headers. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many people it names, for the access log. */
  readonly people?: number;
  /** What goes on being written behind the headers, in place of the body. */
  readonly goesOn?: GoesOn;
}

/**
 * Who may ask: everybody; whoever asks on this machine, and callers with the right; or only callers with it.
 */
type Access = "everybody" | "loopback" | "callers";

/** The parts of a request and its answer. The parts of the path are text. */
interface RouteShape {
  readonly query?: ZodType;
  readonly body?: ZodType;
  /** The body of its answer with a status below 300. */
  readonly answer?: ZodType;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As hono has it: `/v1/users/:user`. */
  readonly path: string;
  /** True where what it answers are decisions: how long they take is told by `/metrics`. */
  readonly decides?: boolean;
  readonly access: Access;
  /** The right of the policy that a caller must hold at the root (rule 24); `null` where none is asked for. */
  readonly right: string | null;
  readonly body: "json" | "none";
  /** How a fault is told: as the message alone (AuthZEN), or as `{"error":{"code","message",…}}`. */
  readonly faults: "message" | "object";
  /**
   * True where the compiled policy answers, which then stands at the revision of the answer. Else the server looks for
   * a later revision before it asks who calls.
   */
  readonly isLive?: boolean;
  /** True where it changes the policy: what was done is told, whatever the caller may afterwards. */
  readonly changes?: boolean;
  /** True where it is answered also while the database is away, to whoever needs no key. */
  readonly withoutDatabase?: boolean;
  /** True where its answers go on: what is asked by HEAD would have no end. */
  readonly streams?: boolean;
  /** What it takes and answers, for the description of the interface, by the schemas that it is read with. */
  readonly shape?: RouteShape;
  /** What it is for, in one sentence, for the description of the interface. */
  readonly summary: string;
  /** @throws HttpFault, RbacError */
  answer(asked: RouteRequest): Soon<RouteAnswer>;
}
