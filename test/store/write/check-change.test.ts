/** The one door: whoever decides changes, no row gets in that an export could not bring back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { RbacError } from "../../../src/errors.ts";
import { toJsonDocument } from "../../../src/output/views/document.ts";
import { added, type Change, changeOf } from "../../../src/policy/model/change.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import { WHOLE_POLICY } from "../../../src/policy/model/mutation.ts";
import { blog } from "../../support/blog.ts";

let database: Database;
beforeAll(async () => {
  database = await Database.open(await blog(), "write");
});
afterAll(() => database.close());

const stamp = { actor: "web", osUser: "web", at: "2026-11-29T00:00:00.000Z", reason: null };

/** A mutation that a program made up. */
const madeUp = (...changes: Change[]): Mutation => ({ needs: WHOLE_POLICY, decide: () => changes });

const user = (name: string, fields: object = {}) =>
  added("user", { user: name, email: null, name: null, disabled: false, ...fields });
const assignment = (fields: object) =>
  added("assignment", { user: "alice", role: "idle", scope: null, from: null, until: null, ...fields });
const constraint = (fields: object) =>
  added("constraint", { constraint: "c", type: "ssd", roles: ["idle", "reader"], limit: 2, needs: null, ...fields });

const conditional = (fields: object) => {
  const row = { role: "idle", effect: "allow" as const, permission: "posts:*", scope: null, but: [], when: null };
  return added("conditional", { ...row, digest: "0".repeat(64), ...fields });
};

const FAULTY: Readonly<Record<string, readonly [Change, string]>> = {
  "a permission that is none": [
    added("permission", { permission: "NOT A PERMISSION:", description: null }),
    "PERMISSION_INVALID",
  ],
  "a permission as its owner": [
    added("permission", { permission: "posts:read:own", description: null }),
    "PERMISSION_INVALID",
  ],
  "a user with a character that cannot be seen": [user("bad\u200bname"), "NAME_INVALID"],
  "a user whose name is not in its normal form": [user("Zoe\u0308"), "VALUE_INVALID"],
  "a user with an empty e-mail address": [user("erin", { email: "" }), "TEXT_INVALID"],
  "a user who is disabled by a number": [user("erin", { disabled: 1 }), "VALUE_INVALID"],
  "a role with a line break": [added("role", { role: "chief", description: "one\ntwo" }), "TEXT_INVALID"],
  "a constraint of one role with limit 99": [constraint({ roles: ["idle"], limit: 99 }), "CONSTRAINT_INVALID"],
  "a constraint of roles that are not sorted": [constraint({ roles: ["reader", "idle"] }), "VALUE_INVALID"],
  "a constraint of a type that is none": [constraint({ type: "other" }), "CONSTRAINT_INVALID"],
  "a grant of a pattern that is none": [
    added("grant", { role: "idle", effect: "allow", permission: "posts:**", scope: null }),
    "PERMISSION_INVALID",
  ],
  "a grant of neither allow nor deny": [
    added("grant", { role: "idle", effect: "perhaps" as "allow", permission: "posts:*", scope: null }),
    "EFFECT_INVALID",
  ],
  "an assignment on a scope that is none": [assignment({ scope: "acme//x" }), "SCOPE_INVALID"],
  "an assignment that never begins": [
    assignment({ from: "2027-01-01T00:00:00.000Z", until: "2026-01-01T00:00:00.000Z" }),
    "WINDOW_EMPTY",
  ],
  "an assignment until a time without milliseconds": [assignment({ until: "2027-01-01T00:00:00Z" }), "VALUE_INVALID"],
  "a conditional grant without a condition": [conditional({}), "VALUE_INVALID"],
  "a conditional grant with the digest of another": [conditional({ when: "resource.published" }), "VALUE_INVALID"],
  "a conditional grant with a digest that is none": [conditional({ when: "resource.a", digest: "0" }), "VALUE_INVALID"],
  "a conditional grant whose condition is a number": [conditional({ when: 7 }), "VALUE_INVALID"],
  "an attribute of a resource that is none": [
    added("attribute", { resource: "posts:", attribute: "published", type: "bool", values: null }),
    "NAME_INVALID",
  ],
  "a setting that is none": [added("policy", { setting: "lenient" as "guarded" }), "SETTING_UNKNOWN"],
};

describe("a row that no document can state", () => {
  const exported = async () => toJsonDocument((await database.policy(WHOLE_POLICY)).policy);

  it.each(Object.entries(FAULTY))("%s is refused, and nothing is changed", async (_, [change, code]) => {
    const [before, head] = [await exported(), await database.record.head()];
    for (const act of ["change", "preview"] as const) {
      const error: unknown = await database[act](stamp, madeUp(user("erin"), change)).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(RbacError);
      expect(error).toMatchObject({ code, exitCode: 2 });
    }
    expect([await exported(), await database.record.head()]).toEqual([before, head]);
  });

  it("is refused after a thousand good ones, too", async () => {
    const many = Array.from({ length: 3000 }, (_, at) => user(`u${at}`));
    await expect(database.change(stamp, madeUp(...many, user("u 1 ")))).rejects.toMatchObject({ code: "NAME_INVALID" });
  });

  it("is refused as the new side of an update", async () => {
    const alice = { user: "alice", email: "alice@example.com", name: null, disabled: false };
    const update = changeOf("user", alice, { ...alice, name: "\u202e" }) as Change;
    await expect(database.change(stamp, madeUp(update))).rejects.toMatchObject({ code: "TEXT_INVALID" });
  });
});
