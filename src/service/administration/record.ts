/** The record of changes, over HTTP. */
import { z } from "zod";
import type { Route } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";
import { administered } from "./administered.ts";
import { NUMBER, PAGE_LIMIT, said } from "./queries.ts";
import { ENTRY } from "./rows.ts";

const READING = { method: "GET", right: "rbac:read" } as const;
const WORD = z.string().optional();

export const recordLists = ({ rbac }: Administering): readonly Route[] => [
  administered({
    ...{
      ...READING,
      path: "/v1/entries",
      summary: "The last entries of the record, oldest first; next is of those before.",
    },
    query: z.strictObject({
      ...{ limit: PAGE_LIMIT, before: NUMBER.optional(), by: WORD, user: WORD, role: WORD, kind: WORD },
      ...{ since: WORD, until: WORD },
    }),
    answer: z.object({ entries: z.array(ENTRY), next: z.int().nullable() }),
    handle: async ({ query: { limit, ...search } }) => {
      const found = await rbac.entries({ ...said(search), last: limit + 1 });
      const entries = found.slice(-limit);
      return { body: { entries, next: found.length > limit ? (entries[0]?.seq ?? null) : null } };
    },
  }),
  administered({
    ...{ ...READING, path: "/v1/head", summary: "The last entry of the record, as SEQ:HASH, to be kept elsewhere." },
    answer: z.object({ head: z.string() }),
    handle: async () => ({ body: { head: await rbac.head() } }),
  }),
  administered({
    ...{ ...READING, path: "/v1/changes", summary: "Whose answers may have changed since a revision or a time." },
    query: z.strictObject({ since: z.string() }),
    answer: z.looseObject({ revision: z.int() }),
    handle: async ({ query: { since } }) => {
      const body = await rbac.changes({ since: /^\d+$/.test(since) ? `@${since}` : since });
      return { body, revision: body.revision };
    },
  }),
];
