/** How lists are asked for: the members of their queries, as schemas. */
import { z } from "zod";

const MOST = 1000;
const USUAL = 100;

const yes = z.enum(["1", "true", "0", "false"]).transform((text) => text === "1" || text === "true");

/** Whether something is said, as a member of a query. */
export const SAID_YES = yes.optional();

/** In digits alone: `1e3` and ` 1` are no numbers here. */
export const NUMBER = z
  .string()
  .regex(/^\d{1,15}$/, "it must be a number")
  .transform(Number);

export const PAGE_LIMIT = NUMBER.refine((limit) => limit >= 1 && limit <= MOST, `it must be from 1 to ${MOST}`).default(
  USUAL,
);

/** The members that every list takes. */
export const LIST_QUERY = { limit: PAGE_LIMIT, after: z.string().optional(), at: z.string().optional() };

/** A scope in a query; an empty one is the root. */
export const ON_SCOPE = z
  .string()
  .transform((scope) => (scope === "" ? null : scope))
  .optional();

type Said<Q> = { [K in keyof Q]: Exclude<Q[K], undefined> };

/** What is said of a query or a body: the library takes no `undefined`. */
export const said = <Q extends object>(query: Q): Said<Q> =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as Said<Q>;
