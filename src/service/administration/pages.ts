/** How lists are asked for in parts. */
import { z } from "zod";

const MOST = 1000;
const USUAL = 100;

/** The members of a query that every list takes. */
export const LIST_QUERY = {
  limit: z.coerce.number().int().min(1).max(MOST).default(USUAL),
  after: z.string().optional(),
  at: z.string().optional(),
};

/** Without what is not said: the library takes no `undefined`. */
export const listOptionsOf = <Q extends object>(query: Q): { [K in keyof Q]: Exclude<Q[K], undefined> } =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as never;
