/**
 * Many questions of one process at once: each is answered as if it were asked alone, and never by what stood before it
 * was asked.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { open, type Rbac } from "../../src/index.ts";
import { cli, freshDb } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";

const USERS = 300;
const scopes = [undefined, "acme", "acme/1", "beta"];
const permissions = ["posts:read", "posts:write", "docs:read"];
const DOCUMENT = {
  rbac: 1,
  permissions,
  roles: {
    reader: { grants: ["posts:read"] },
    writer: { inherits: ["reader"], grants: ["posts:write", { permission: "docs:read", scope: "acme" }] },
    barred: { denies: [{ permission: "posts:read", scope: "acme/1" }] },
  },
  users: Object.fromEntries(
    Array.from({ length: USERS }, (_, at) => [
      `u${at}`,
      { roles: [["reader"], ["writer"], ["reader", "barred"], [{ role: "writer", scope: "acme" }], []][at % 5] },
    ]),
  ),
};

let [db, rbac]: [string, Rbac | undefined] = ["", undefined];
beforeAll(async () => {
  db = freshDb();
  const { code, stderr } = await cli(["seed", fileWith(JSON.stringify(DOCUMENT)), "--quiet"], { db });
  if (code !== 0) throw new Error(stderr);
  rbac = await open(db, { actor: "test" });
});
afterAll(() => rbac?.close());

it("are answered each as alone", async () => {
  const asked = Array.from({ length: USERS * 3 }, (_, at) => {
    const on = scopes[at % scopes.length];
    return [`u${at % USERS}`, permissions[at % permissions.length] as string, on === undefined ? {} : { on }] as const;
  });
  const at = "2026-06-01T00:00:00.000Z";
  const together = await Promise.all(asked.map(([user, permission, how]) => rbac?.can(user, permission, how)));
  for (const [place, [user, permission, how]] of asked.entries()) {
    const alone = await rbac?.can(user, permission, how);
    expect({ ...together[place], at }).toEqual({ ...alone, at });
  }
});

it("do not fail for one that names what is not there", async () => {
  const names = ["u1", "u1O", "u6", "nobody at all"];
  const told = await Promise.allSettled(names.map((user) => rbac?.can(user, "posts:write")));
  expect(told).toMatchObject([
    { value: { allowed: true } },
    { reason: { code: "USER_NOT_FOUND", suggestions: expect.arrayContaining(["u10"]) } },
    { value: { allowed: true } },
    { reason: { code: "USER_NOT_FOUND" } },
  ]);
});

it("see what was committed before they were asked, while others are under way", async () => {
  for (let round = 0; round < 40; round++) {
    const others = Array.from({ length: 100 }, (_, at) => rbac?.can(`u${at}`, "posts:read"));
    const gives = round % 2 === 0;
    await (gives ? rbac?.assign("u0", "writer") : rbac?.revoke("u0", "writer"));
    const more = Array.from({ length: 100 }, (_, at) => rbac?.can(`u${at}`, "docs:read"));
    expect((await rbac?.can("u0", "posts:write"))?.allowed).toBe(gives);
    await Promise.all([...others, ...more]);
  }
});
