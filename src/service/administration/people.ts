/** Users and what they may, over HTTP. */
import { z } from "zod";
import { detailsOf } from "../../database/details.ts";
import { whyJson } from "../../output/views/why.ts";
import { userOf } from "../../policy/evaluate/entity-details.ts";
import type { Route } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";
import { administered } from "./administered.ts";
import { LIST_QUERY, ON_SCOPE, SAID_YES, said } from "./queries.ts";
import { ASSIGNMENT, page, USER } from "./rows.ts";

const READING = { method: "GET", right: "rbac:read" } as const;

export const peopleLists = ({ rbac, policy }: Administering): readonly Route[] => [
  administered({
    ...{ ...READING, path: "/v1/users", summary: "The users with what they are assigned, in byte order." },
    query: z.strictObject({ ...LIST_QUERY, match: z.string().optional(), role: z.string().optional(), all: SAID_YES }),
    answer: page({ users: z.array(USER) }),
    handle: async ({ query }) => {
      const body = await rbac.users(said(query));
      return { body, revision: body.revision, people: body.users.length };
    },
  }),
  administered({
    ...{ ...READING, path: "/v1/users/:user", summary: "A user with the assignments; all: also what has ended." },
    query: z.strictObject({ all: SAID_YES }),
    answer: z.looseObject({ user: z.string(), disabled: z.boolean(), revision: z.int() }),
    handle: async ({ params: { user = "" }, query: { all = false } }) => {
      const windows = { at: new Date().toISOString(), all };
      const needed = { users: [user], grants: "none" } as const;
      const { found, stamps, revision } = await policy.beside((database) =>
        detailsOf(database, ["user", user], needed, (rows) => userOf(rows, user, windows)),
      );
      return { body: { ...found, ...stamps, revision }, revision, people: 1 };
    },
  }),
  administered({
    ...{ ...READING, path: "/v1/users/:user/permissions", summary: "What a user may do, with the paths to it." },
    query: z.strictObject({ on: ON_SCOPE, at: z.string().optional(), resource: z.string().optional() }),
    answer: z.object({ permissions: z.array(z.looseObject({ permission: z.string() })) }),
    handle: async ({ params: { user = "" }, query }) => ({
      body: { permissions: await rbac.permissions(user, said(query)) },
      people: 1,
    }),
  }),
  administered({
    ...{ ...READING, path: "/v1/assignments", summary: "The assignments, in the order of user, role and scope." },
    query: z.strictObject({
      ...{ ...LIST_QUERY, on: ON_SCOPE, all: SAID_YES },
      ...{ user: z.string().optional(), role: z.string().optional() },
    }),
    answer: page({ assignments: z.array(ASSIGNMENT) }),
    handle: async ({ query }) => {
      const body = await rbac.assignments(said(query));
      return { body, revision: body.revision, people: new Set(body.assignments.map(({ user }) => user)).size };
    },
  }),
  administered({
    ...{ ...READING, path: "/v1/why", summary: "Why a user may do it, or what is missing: the answer of rbac why." },
    query: z.strictObject({ user: z.string(), permission: z.string(), on: ON_SCOPE, at: z.string().optional() }),
    answer: z.object({ allowed: z.boolean(), revision: z.int(), decisions: z.array(z.looseObject({})) }),
    handle: async ({ query: { user, permission, ...how } }) => {
      const explained = await rbac.why(user, permission, said(how));
      return { body: whyJson(explained), revision: explained.revision, people: 1 };
    },
  }),
];
