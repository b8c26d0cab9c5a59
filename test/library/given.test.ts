/** Attributes in the library: what is unsaid is absent, what cannot be read is an error, and nothing is kept. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Given, Rbac } from "../../src/index.ts";
import { errorOf, inMemory } from "../support/library.ts";

let rbac: Rbac;
beforeAll(async () => {
  rbac = await inMemory({
    rbac: 1,
    permissions: ["posts:read"],
    roles: { reader: { grants: [{ permission: "posts:read", when: "resource.published && !has(resource.barred)" }] } },
    users: { alice: { roles: ["reader"] } },
  } as never);
});
afterAll(() => rbac.close());

const PUBLISHED: Given = { resource: { published: true } };

it("can, why, permissions and whoCan take them", async () => {
  expect(await rbac.can("alice", "posts:read", { given: PUBLISHED })).toMatchObject({ allowed: true });
  const why = await rbac.why("alice", "posts:read", { given: { resource: { published: false } } });
  expect(why.near.misses).toMatchObject([{ obstacles: ["condition"] }]);
  expect(why.near.misses.map(why.atomsOf)).toMatchObject([
    [
      { text: "resource.published", holds: false, values: { "resource.published": false } },
      { text: "has(resource.barred)", holds: false },
    ],
  ]);
  // In a list what is not given is unknown, so that it may be barred.
  const left = [{ permission: "posts:read", when: "!has(resource.barred)" }];
  expect(await rbac.permissions("alice", { given: PUBLISHED })).toMatchObject(left);
  expect(await rbac.whoCan("posts:read", { given: PUBLISHED })).toMatchObject([{ user: "alice", when: left[0]?.when }]);
  expect(await rbac.whoCan("posts:read", { given: { resource: { published: false } } })).toEqual([]);
});

it("undefined and null are absent; a root that is there is complete", async () => {
  for (const published of [undefined, null]) {
    const { reason, when } = await rbac.can("alice", "posts:read", { given: { resource: { published } } });
    expect([reason, when]).toEqual(["condition", "resource.published"]);
  }
  const { when } = await rbac.can("alice", "posts:read", { given: {} });
  expect(when).toBe("resource.published && !has(resource.barred)");
  const barred = await rbac.can("alice", "posts:read", { given: { resource: { published: true, barred: 0 } } });
  expect(barred.reason).toBe("none");
});

it("what cannot be read is an error, and never a no", async () => {
  const odd = [
    { resource: { at: new Date() } },
    { post: {} },
    { resource: { n: Number.NaN } },
    { subject: { user: "x" } },
  ];
  for (const given of odd) {
    for (const call of [rbac.can, rbac.why].map((asking) => asking.bind(rbac)))
      expect(await errorOf(call("alice", "posts:read", { given: given as never }))).toMatchObject({
        code: "GIVEN_INVALID",
        exitCode: 2,
      });
  }
  const inherited = Object.create({ published: true });
  expect((await errorOf(rbac.can("alice", "posts:read", { given: { resource: inherited } }))).code).toBe(
    "GIVEN_INVALID",
  );
  expect((await errorOf(rbac.has("alice", "reader", { given: PUBLISHED } as never))).code).toBe("OPTION_UNKNOWN");
  expect((await errorOf(rbac.can("alice", "posts:read", { attributes: {} } as never))).suggestions).toEqual(["given"]);
});
