/** Roles over HTTP. */
import { z } from "zod";
import type { Route } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";
import { administered } from "./administered.ts";
import { LIST_QUERY, listOptionsOf } from "./pages.ts";

const ROLE = z.strictObject({
  role: z.string(),
  description: z.string().nullable(),
  inherits: z.array(z.string()),
});

export const roleLists = ({ rbac }: Administering): Route[] => [
  administered({
    method: "GET",
    path: "/v1/roles",
    summary: "The roles with their parents, in byte order.",
    right: "rbac:read",
    query: z.strictObject({ ...LIST_QUERY, match: z.string().optional() }),
    answer: z.object({ roles: z.array(ROLE), next: z.string().nullable() }),
    handle: async ({ query }) => ({ body: await rbac.roles(listOptionsOf(query)) }),
  }),
];
