/** Roles, permissions, constraints and the whole policy, over HTTP. */
import { z } from "zod";
import { detailsOf } from "../../database/details.ts";
import { constraintsOf, roleOf } from "../../policy/evaluate/entity-details.ts";
import type { Route } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";
import { administered } from "./administered.ts";
import { LIST_QUERY, said } from "./queries.ts";
import { PERMISSION, page, ROLE } from "./rows.ts";

const READING = { method: "GET", right: "rbac:read" } as const;
const MATCHED = z.strictObject({ ...LIST_QUERY, match: z.string().optional() });

export const policyLists = ({ rbac, policy }: Administering): readonly Route[] => [
  administered({
    ...{ ...READING, path: "/v1/roles", summary: "The roles with their parents, in byte order." },
    query: MATCHED,
    answer: page({ roles: z.array(ROLE) }),
    handle: async ({ query }) => {
      const body = await rbac.roles(said(query));
      return { body, revision: body.revision };
    },
  }),
  administered({
    ...{ ...READING, path: "/v1/roles/:role", summary: "A role with its grants and neighbours." },
    answer: z.looseObject({ role: z.string(), revision: z.int() }),
    handle: async ({ params: { role = "" } }) => {
      // Without its holders, who may be many: those are listed by /v1/assignments?role=.
      const windows = { at: new Date().toISOString(), all: false };
      const { found, stamps, revision } = await policy.beside((database) =>
        detailsOf(database, ["role", role], { roles: "all" }, (rows) => roleOf(rows, role, windows)),
      );
      const { users: _users, assignments: _assignments, ...own } = found;
      return { body: { ...own, ...stamps, revision }, revision };
    },
  }),
  administered({
    ...{ ...READING, path: "/v1/permissions", summary: "The permissions that there are, in byte order." },
    query: MATCHED,
    answer: page({ permissions: z.array(PERMISSION) }),
    handle: async ({ query }) => {
      const body = await rbac.catalogue(said(query));
      return { body, revision: body.revision };
    },
  }),
  administered({
    ...{ ...READING, path: "/v1/constraints", summary: "The constraints, in byte order." },
    answer: z.object({ constraints: z.array(z.looseObject({ constraint: z.string() })), revision: z.int() }),
    handle: async () => {
      const { revision, policy: rows } = await policy.beside((database) =>
        database.policy({ constraints: true, grants: "none" }),
      );
      return { body: { constraints: constraintsOf(rows), revision }, revision };
    },
  }),
  administered({
    ...{ ...READING, path: "/v1/violations", summary: "Where constraints are broken, now or later." },
    answer: z.object({ violations: z.array(z.looseObject({})) }),
    handle: async () => ({ body: { violations: await rbac.violations() } }),
  }),
  administered({
    ...{ ...READING, path: "/v1/export", summary: "The whole policy, as a document that seed takes." },
    query: z.strictObject({ at: z.string().optional() }),
    answer: z.looseObject({ rbac: z.int() }),
    handle: async ({ query }) => ({ body: await rbac.export(said(query)) }),
  }),
];
