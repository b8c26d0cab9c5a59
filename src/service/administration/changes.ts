/** A route that changes the policy, as the caller. */
import { type ZodType, z } from "zod";
import type { Rbac } from "../../index.ts";
import { changeBy, type WishedRight } from "../changing/changing.ts";
import { HttpFault } from "../http/fault.ts";
import type { Route, RouteRequest } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";
import { type AdministrationRequest, administered } from "./administered.ts";
import { ON_SCOPE, SAID_YES, said } from "./queries.ts";
import { OUTCOME } from "./rows.ts";

/** The members that the query of every change takes. */
const CHANGE_QUERY = { preview: SAID_YES, reason: z.string().optional() };

const PLAIN = z.strictObject(CHANGE_QUERY);
const WITH_SCOPE = z.strictObject({ ...CHANGE_QUERY, on: ON_SCOPE });

interface Query {
  readonly preview?: boolean | undefined;
  readonly reason?: string | undefined;
  readonly on?: string | null | undefined;
}

/** How the library is told to write. */
export interface WriteHow {
  readonly expectRevision: number;
  readonly dryRun: boolean;
  readonly reason?: string;
}

type Outcome = Awaited<ReturnType<Rbac["change"]>>;

interface ChangeRoute<B extends ZodType> extends Pick<Route, "path" | "summary"> {
  readonly method: "PUT" | "DELETE" | "POST";
  readonly body?: B;
  /** Whether its query takes a scope. */
  readonly takesScope?: boolean;
  /** What a caller must hold whatever is there: nobody else learns that. */
  wished(asked: AdministrationRequest<Query, z.output<B>>): WishedRight;
  change(rbac: Rbac, asked: AdministrationRequest<Query, z.output<B>>, how: WriteHow): Promise<Outcome>;
}

export function changeRoute<B extends ZodType>(administering: Administering, of: ChangeRoute<B>): Route {
  const { method, path, summary, body, takesScope = false, wished, change } = of;
  return administered({
    ...{ method, path, summary, right: null, changes: true },
    query: takesScope ? WITH_SCOPE : PLAIN,
    ...(body && { body }),
    answer: OUTCOME,
    handle: async (asked) => {
      const { caller, headers, query } = asked;
      const { preview: dryRun = false, reason } = query;
      const outcome = await changeBy(
        administering,
        caller,
        { wished: [wished(asked as never)], expectRevision: expectedIn(headers) },
        (rbac, { expectRevision }) =>
          change(rbac, asked as never, { expectRevision, dryRun, ...said({ reason }) } as WriteHow),
      );
      return { body: outcome, revision: outcome.revision };
    },
  });
}

/**
 * The revision at which a change is to be made, by the header `If-Match` (RFC 9110, section 13.1.1): `*` is any.
 * @throws HttpFault 400 for what is no revision: a list, or a weak tag, says nothing about one
 */
function expectedIn(headers: RouteRequest["headers"]): number | undefined {
  const { "if-match": header } = headers;
  if (header === undefined || header === "*") return undefined;
  const [, revision] = /^"(\d{1,15})"$/.exec(String(header)) ?? [];
  if (revision !== undefined) return Number(revision);
  throw new HttpFault(400, "REQUEST_INVALID", 'if-match takes a revision in quotes, as "41", or *');
}
