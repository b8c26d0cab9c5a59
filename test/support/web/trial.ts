/** One route with a need, on a real server, and what becomes of a request. */
import type { PolicyHandle } from "../../../src/web/policy-handle.ts";
import type { Case } from "./case.ts";
import type { AnyGuard, Handler, Kit, Plan, Running } from "./kit.ts";
import { type Answered, type Asked, ask } from "./requests.ts";

/** A guard whose users say in headers who they are. */
export function guardOf(kit: Kit, policy: PolicyHandle, options: object = {}): AnyGuard {
  return kit.guarding(policy, {
    user: (c: object) => {
      const name = kit.header(c, "x-user");
      return name === "null" ? null : name;
    },
    claims: (c: object) => JSON.parse(kit.header(c, "x-claims") ?? "{}"),
    ...options,
  });
}

export const as = (user: string | null, more: Asked = {}): Asked => ({
  ...more,
  headers: { ...more.headers, "x-user": String(user) },
});

/** Runs an application while something is done with it. */
export async function running<T>(kit: Kit, plan: Plan, use: (app: Running) => Promise<T>): Promise<T> {
  const app = await kit.start(plan);
  try {
    return await use(app);
  } finally {
    await app.close();
  }
}

/** The answer to the request of a case, and whether the handler ran. */
export async function tried(
  kit: Kit,
  policy: PolicyHandle,
  { guard = {}, need, route = "/", as: user, asked = {} }: Case,
): Promise<{ readonly answer: Answered; readonly ran: number; readonly errors: readonly unknown[] }> {
  const g = guardOf(kit, policy, guard);
  let ran = 0;
  const handler: Handler = () => {
    ran += 1;
    return { done: true };
  };
  const needs = [need({ g, header: kit.header, param: kit.param })].flat();
  return running(kit, { routes: [{ path: route, needs, handler }] }, async ({ port, errors }) => {
    const answer = await ask(port, user === undefined ? asked : as(user, asked));
    return { answer, ran, errors };
  });
}
