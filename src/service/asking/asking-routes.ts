/** The routes by which a program away from the database asks what it would ask of a compiled policy. */
import { RbacError } from "../../index.ts";
import type { Route, RouteAnswer, RouteRequest } from "../http/route.ts";
import type { Serving } from "../http/serving.ts";
import { answerList, canEach, hasEach } from "./answers.ts";
import { isUnknownName } from "./each.ts";
import { checkMembers, questionsOf } from "./questions.ts";

/** All of them. They may be asked by callers with the right to read, and without a key on this machine. */
export function askingRoutes(serving: Serving): readonly Route[] {
  const { policy } = serving;
  return [
    route(serving, "can", DECIDES, "Whether users may do what: many questions, as of one revision.", async (asked) => {
      checkMembers(asked.body, ["questions", "each"]);
      const { each = false } = asked.body;
      if (typeof each !== "boolean") throw new RbacError(2, "VALUE_INVALID", "each is true or false");
      const questions = questionsOf(serving, asked);
      return { body: each ? { answers: await canEach(serving, questions) } : await answerList(serving, questions) };
    }),
    route(serving, "has", DECIDES, "Whether users hold roles: many questions.", async (asked) => {
      checkMembers(asked.body, ["questions"]);
      return { body: { answers: await hasEach(serving, questionsOf(serving, asked)) } };
    }),
    route(serving, "permissions", {}, "What a user may do, as rows.", async ({ body: { user, ...how } }) => ({
      body: { permissions: await policy.permissions(user as never, how) },
    })),
    route(serving, "filter", {}, "Which rows of a table a user may do it with, as SQL.", async ({ body }) => {
      const { user, permission, ...how } = body;
      return { body: await policy.filter(user as never, permission as never, how as never) };
    }),
    route(serving, "who-can", {}, "Who may do it, as rows.", async ({ body: { permission, ...how } }) => {
      const users = await policy.whoCan(permission as never, how);
      return { body: { users }, people: new Set(users.map(({ user }) => user)).size };
    }),
    route(serving, "user", {}, "Whether a user is disabled.", async ({ body }) => {
      checkMembers(body, ["user"]);
      return { body: await policy.user(body.user as never) };
    }),
  ];
}

/** Not `isLive`: the database answers about the past and with evidence, and the compiled policy may be behind it. */
const DECIDES = { decides: true } as const;

const route = (
  { counts }: Serving,
  name: string,
  kind: Pick<Route, "decides">,
  summary: string,
  answer: (asked: RouteRequest) => Promise<Omit<RouteAnswer, "status">>,
): Route => ({
  ...{ method: "POST", path: `/v1/${name}`, access: "loopback", right: "rbac:read", body: "json", ...kind },
  ...{ faults: "object", summary },
  answer: async (asked) => {
    try {
      return { status: 200, ...(await answer(asked)) };
    } catch (error) {
      if (error instanceof RbacError && isUnknownName(error)) counts.unknownName();
      throw error;
    }
  },
});
