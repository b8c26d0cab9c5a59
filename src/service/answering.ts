/** The way of a request through the server: who asks, what is asked, the answer, and whether it may still be sent. */
import { after, type Soon } from "../web/soon.ts";
import { RETRY_AFTER, toldOf } from "./fault-answers.ts";
import { type Goes, goingOn } from "./going-on.ts";
import type { Callers, Credentials } from "./http/callers.ts";
import type { EndedRequest } from "./http/ended-request.ts";
import { HttpFault } from "./http/fault.ts";
import type { Caller, Route, RouteAnswer, RouteRequest } from "./http/route.ts";
import { readObject } from "./json-object.ts";
import { isLocalRequest } from "./listening/local.ts";
import type { OpenStreams } from "./listening/open-streams.ts";
import { type Received, requestIdOf } from "./listening/received.ts";

/** What answers are made with. */
export interface Answering {
  readonly callers: Callers;
  /** True where whoever asks on this machine needs no key. */
  readonly opensLocally: boolean;
  /** Milliseconds that an answer may take. */
  readonly timeout: number;
  /** @throws HttpFault 503 where the database that answers is not there any more */
  requireDatabase(): void;
  /** Hears what became of each request. */
  ended(answered: EndedRequest): void;
  /** Hears what whoever runs the server should know. @param id of the request */
  trouble(error: unknown, id: string): void;
  certificateOf(received: Received): Credentials["certificate"];
  readonly streams: OpenStreams;
}

const NOBODY: Caller = { principal: null, by: null };

/** What is asked of a route, besides the request: which parts of the path are named. */
export type Params = Readonly<Record<string, string>>;

/** An answer as text, with all of its headers. */
export interface TextAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What is written in place of the text. */
  readonly goes?: Goes;
}

/** Answers one request. It never throws, and nothing of what goes wrong is in the answer. */
export function answerRequest(route: Route, received: Received, params: Params, by: Answering): Soon<TextAnswer> {
  const state = { caller: NOBODY };
  const id = requestIdOf(received.headers["x-request-id"]);
  const ended = (answer: RouteAnswer) => by.ended(answeredOf(route, received, answer, id, state.caller));
  const end = (answer: RouteAnswer): TextAnswer => {
    if (answer.goesOn) return goOn(answer);
    const reply = replyOf(answer, id);
    ended(answer);
    return reply;
  };
  const goOn = (answer: RouteAnswer): TextAnswer => {
    const counts = () => state.caller.by !== "certificate" || by.certificateOf(received) !== undefined;
    const failed = (error: unknown) => {
      const { trouble } = toldOf(error, route);
      if (trouble !== undefined) by.trouble(trouble, id);
    };
    const goes = goingOn(answer, received, { streams: by.streams, counts, ended, failed });
    return { ...replyOf(answer, id), ...(goes && { goes }) };
  };
  const fail = (error: unknown): TextAnswer => {
    const { answer, trouble } = toldOf(error, route);
    if (trouble !== undefined) by.trouble(trouble, id);
    return end(answer);
  };
  try {
    const answer = judged(route, received, { params, id, state }, by);
    return answer instanceof Promise ? withinTime(answer, by.timeout).then(end).catch(fail) : end(answer);
  } catch (error) {
    return fail(error);
  }
}

/** What is waited for, or a fault after so many milliseconds: the work itself goes on, and nobody hears of it. */
function withinTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new HttpFault(503, "TIMEOUT", "the answer takes too long: ask for less", { "retry-after": RETRY_AFTER }));
    }, milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

interface OnTheWay {
  readonly params: Params;
  readonly id: string;
  readonly state: { caller: Caller };
}

function judged(route: Route, received: Received, way: OnTheWay, by: Answering): Soon<RouteAnswer> {
  if (received.fault) throw received.fault;
  if (route.access === "everybody") return route.answer(askedOf(route, received, way));
  if (!route.withoutDatabase) by.requireDatabase();
  const credentials = credentialsOf(received, by);
  if (route.access === "loopback" && isAnonymous(credentials)) return route.answer(askedOf(route, received, way));
  const admit = () =>
    after(by.callers.identify(credentials), (caller) => {
      way.state.caller = caller;
      return route.right === null ? undefined : by.callers.requireRight(caller, route.right);
    });
  const looked = route.isLive ? undefined : by.callers.look();
  return after(looked, () =>
    after(admit(), () =>
      after(route.answer(askedOf(route, received, way)), (answer) =>
        route.changes === true || by.callers.isCurrent(way.state.caller) ? answer : after(admit(), () => answer),
      ),
    ),
  );
}

const isAnonymous = ({ authorization, certificate, isLocal }: Credentials): boolean =>
  isLocal && authorization === undefined && certificate === undefined;

function credentialsOf(received: Received, by: Answering): Credentials {
  const { authorization } = received.headers;
  const isLocal = by.opensLocally && authorization === undefined && isLocalRequest(received);
  return { authorization, certificate: by.certificateOf(received), address: addressOf(received), isLocal };
}

const addressOf = ({ socket }: Received): string => socket.remoteAddress ?? "";

function askedOf(route: Route, received: Received, { params, id, state }: OnTheWay): RouteRequest {
  const { "content-type": type, "content-encoding": encoding } = received.headers;
  const body = route.body === "json" ? readObject(received.bytes, type, encoding) : NO_MEMBERS;
  return { body, params, query: queryOf(received), headers: received.headers, caller: state.caller, requestId: id };
}

const NO_MEMBERS: RouteRequest["body"] = Object.freeze({});

const queryOf = ({ line }: Received): URLSearchParams => (line?.query ? new URLSearchParams(line.query) : NO_QUERY);

const NO_QUERY = new URLSearchParams();

function replyOf({ status, body, headers }: RouteAnswer, id: string): TextAnswer {
  const always = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-request-id": id,
  };
  return {
    status,
    text: typeof body === "string" ? body : JSON.stringify(body),
    headers: headers ? { ...always, ...headers } : always,
  };
}

function answeredOf(
  route: Route,
  received: Received,
  { status, people }: RouteAnswer,
  id: string,
  caller: Caller,
): EndedRequest {
  return {
    id,
    method: received.asked,
    route: route.path === "" ? null : route.path,
    status,
    milliseconds: performance.now() - received.begun,
    caller,
    address: addressOf(received),
    people,
    decides: route.decides === true,
  };
}

/** A route that only says what is wrong with a request. */
export const refusing = (path: string, faults: Route["faults"], fault: () => HttpFault): Route => ({
  method: "GET",
  path,
  access: "everybody",
  right: null,
  body: "none",
  faults,
  summary: "",
  answer: () => {
    throw fault();
  },
});
