/** The contract of guards: each case of the table over a real server of each framework. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Compiled, Rbac } from "../../src/index.ts";
import { describeWith } from "../support/needs.ts";
import { CASES } from "../support/web/cases.ts";
import { KITS, missingOf } from "../support/web/kits.ts";
import { policyDatabase } from "../support/web/policy.ts";
import { tried } from "../support/web/trial.ts";

let rbac: Rbac;
let policy: Compiled;
beforeAll(async () => {
  rbac = await policyDatabase();
  policy = await rbac.compile();
});
afterAll(() => rbac.close());

for (const kit of KITS)
  describeWith(missingOf(kit), kit.name, () => {
    describe("answers", () => {
      it.each(CASES)("$status: $name", async (one) => {
        const { answer, ran, errors } = await tried(kit, policy, one);
        const isRefusal = one.status !== 200 && one.status !== 500;
        const body: unknown = JSON.parse(answer.body);
        expect({ status: answer.status, body }).toEqual({
          status: one.status,
          body: one.body ?? (one.status === 200 ? { done: true } : body),
        });
        expect(answer.headers["www-authenticate"]).toBe(one.challenge);
        if (isRefusal) {
          expect(answer.headers["content-type"]).toBe("application/problem+json");
          expect(answer.headers["cache-control"]).toBe("no-store");
        }
        expect({ ran, errors: errors.length }).toEqual({
          ran: one.status === 200 ? 1 : 0,
          errors: one.status === 500 ? 1 : 0,
        });
      });
    });
  });
