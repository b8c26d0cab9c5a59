/** The route of events: who listens since when, and how many may. */
import { z } from "zod";
import { type Change, kindOf, parseKind } from "../../policy/model/change.ts";
import { HttpFault } from "../http/fault.ts";
import type { GoesOn } from "../http/open-answer.ts";
import type { Caller, Route, RouteRequest } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";
import { EntryEvents } from "./entry-events.ts";
import { follow, type Listener, type Pace } from "./following.ts";
import { Watch } from "./watch.ts";

const PACE: Pace = { look: 250, judge: 5000, alive: 15_000 };
const RIGHT = "rbac:read";

/** The most who listen at once, and the most of one principal. */
const MOST = 100;
const MOST_OF_ONE = 10;

const REVISION = z.string().regex(/^\d{1,15}$/, "a revision is a whole number, 0 or more");
const QUERY = z.strictObject({
  since: REVISION.optional(),
  kinds: z.string().optional(),
  user: z.string().min(1).optional(),
});

const HEADERS = {
  "content-type": "text/event-stream",
  "x-accel-buffering": "no", // Proxies that gather answers would keep events.
};

export function eventRoutes(by: Administering, pace = PACE): readonly Route[] {
  const places = new Places();
  const around = { by, pace, right: RIGHT, watch: new Watch(by, pace.look) };
  const goesOn = (listening: Listener): GoesOn => ({
    begin: () => {
      const leave = places.take(listening.caller);
      return {
        get people() {
          return listening.events.people;
        },
        write: (out) => follow(out, listening, around).catch(unlessRefused).finally(leave),
      };
    },
  });
  return [
    {
      method: "GET",
      path: "/v1/events",
      summary: "The changes of the policy as server-sent events, each revision one, as they are committed.",
      access: "callers",
      right: RIGHT,
      body: "none",
      faults: "object",
      streams: true,
      shape: { query: QUERY },
      answer: (asked) => ({ status: 200, body: "", headers: HEADERS, goesOn: goesOn(listeningOf(asked)) }),
    },
  ];
}

/** Whoever may listen no more is told when they ask again. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof HttpFault)) throw error;
}

class Places {
  readonly #taken = new Map<string | null, number>();
  #all = 0;

  /** @returns gives it back @throws HttpFault 503 */
  take({ principal }: Caller): () => void {
    const own = this.#taken.get(principal) ?? 0;
    if (own >= MOST_OF_ONE) throw full(`${MOST_OF_ONE} listen already as ${JSON.stringify(principal)}`);
    if (this.#all >= MOST) throw full(`${MOST} listen already`);
    this.#add(principal, 1);
    return () => this.#add(principal, -1);
  }

  #add(principal: string | null, count: number): void {
    this.#all += count;
    const own = (this.#taken.get(principal) ?? 0) + count;
    if (own > 0) this.#taken.set(principal, own);
    else this.#taken.delete(principal);
  }
}

const full = (message: string): HttpFault =>
  new HttpFault(503, "TOO_MANY_LISTENERS", `${message}: try again later`, { "retry-after": "5" });

/** @throws HttpFault 400, RbacError (exit 2) for a kind that there is not */
function listeningOf({ query, headers, caller }: RouteRequest): Listener {
  const members: Record<string, string> = {};
  for (const [name, value] of query) {
    if (Object.hasOwn(members, name)) throw invalid(`the query says ${JSON.stringify(name)} twice`);
    members[name] = value;
  }
  const read = QUERY.safeParse(members);
  if (!read.success) throw invalid(`the query: ${read.error.issues[0]?.message}`);
  const { since, kinds, user } = read.data;
  const last = headers["last-event-id"];
  if (last !== undefined && !REVISION.safeParse(last).success)
    throw invalid("the header last-event-id is no revision: a whole number, 0 or more");
  const from = last === undefined ? since : String(last);
  const events = new EntryEvents(fitting(kinds?.split(",").map(parseKind), user?.normalize("NFC")));
  return { caller, since: from === undefined ? undefined : Number(from), events };
}

const fitting =
  (kinds: readonly string[] | undefined, user: string | undefined) =>
  (change: Change): boolean =>
    (kinds === undefined || kinds.includes(kindOf(change)) || kinds.includes(change.kind)) &&
    (user === undefined || ("user" in change && change.user === user));

const invalid = (message: string): HttpFault => new HttpFault(400, "REQUEST_INVALID", message);
