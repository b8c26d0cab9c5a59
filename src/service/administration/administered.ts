/** A route of administration: what it takes is read by its schemas, from which it is described as well. */
import { type ZodError, type ZodType, z } from "zod";
import { HttpFault } from "../http/fault.ts";
import type { Caller, Route, RouteRequest } from "../http/route.ts";

/** A request that was read. */
export interface AdministrationRequest<Q, B> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  readonly headers: RouteRequest["headers"];
}

/** What is sent may be of values that nobody may change, and have more members where a schema leaves that open. */
type Sent<T> = T extends readonly (infer Item)[]
  ? readonly Sent<Item>[]
  : T extends object
    ? string extends keyof T
      ? object
      : { readonly [K in keyof T]: Sent<T[K]> }
    : T;

/** What a route answers. */
interface Answered<A> {
  readonly body: Sent<A>;
  /** The revision that it is of: its entity tag. */
  readonly revision?: number;
  /** How many people it names, for the access log. */
  readonly people?: number;
}

interface Administered<Q extends ZodType, B extends ZodType, A extends ZodType>
  extends Pick<Route, "method" | "path" | "summary" | "right" | "changes"> {
  readonly query?: Q;
  readonly body?: B;
  /** The body of an answer; nothing else is sent. */
  readonly answer: A;
  handle(asked: AdministrationRequest<z.output<Q>, z.output<B>>): Promise<Answered<z.input<A>>>;
}

const NO_QUERY = z.strictObject({});

export function administered<Q extends ZodType, B extends ZodType, A extends ZodType>(
  of: Administered<Q, B, A>,
): Route {
  const { method, path, summary, right, changes = false, query = NO_QUERY, body, answer, handle } = of;
  return {
    ...{ method, path, summary, right, changes, access: "callers", faults: "object" },
    body: body ? "json" : "none",
    shape: { query, ...(body && { body }), answer },
    answer: async (asked) => {
      const { params, caller, headers } = asked;
      const read = {
        query: readBy(query, membersOf(asked.query), "the query") as z.output<Q>,
        body: (body ? readBy(body, asked.body, "the body") : {}) as z.output<B>,
      };
      const { revision, people, body: sent } = await handle({ params, caller, headers, ...read });
      return {
        ...{ status: 200, body: sent },
        ...(people !== undefined && { people }),
        ...(revision !== undefined && { headers: { etag: `"${revision}"` } }),
      };
    },
  };
}

/** @throws HttpFault 400 for a member that is said twice */
function membersOf(query: URLSearchParams): Record<string, string> {
  const members: Record<string, string> = {};
  for (const [name, value] of query) {
    if (Object.hasOwn(members, name)) throw invalid(`the query says ${JSON.stringify(name)} twice`);
    members[name] = value;
  }
  return members;
}

/** @throws HttpFault 400, with the first thing that is wrong */
function readBy<T extends ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw invalid(faultIn(read.error, what));
}

function faultIn({ issues }: ZodError, what: string): string {
  const [issue] = issues;
  const place = issue && issue.path.length > 0 ? `${what}, ${issue.path.join(".")}` : what;
  return `${place}: ${issue?.message ?? "it cannot be read"}`;
}

const invalid = (message: string): HttpFault => new HttpFault(400, "REQUEST_INVALID", message);
