/** `compare` as scripts and people see it, and as programs call it. */
import { expect, it } from "vitest";
import { open } from "../../src/index.ts";
import { answer, blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";

const ROW = { own: "any", scope: null, except: [], until: null };
const READS = { permission: "posts:read", ...ROW, roles: ["editor", "reader"], grant: "posts:read" };
const PUBLISHES = { permission: "posts:publish", ...ROW, roles: ["editor"], grant: "posts:publish" };
const DELETES = {
  permission: "posts:delete",
  ...ROW,
  own: "not",
  scope: "acme",
  roles: ["moderator"],
  grant: "posts:delete",
};

it("is in JSON the rows of each side, and exit 1", async () => {
  const { code, json } = await answer("compare alice bob", await blog());
  // As the owner everybody may delete, so bob may more only where the post is of somebody else.
  expect([code, json]).toEqual([1, { left: [PUBLISHES, READS], right: [DELETES], revision: 1 }]);
});

it("is a table for people, with how many rows each has", async () => {
  const { code, stdout, stderr } = await cli("compare --roles editor reader", { db: await blog() });
  expect([code, stderr]).toEqual([1, "only editor: 1, only reader: 0\n"]);
  expect(stdout).toMatch(/^only +permission +own .*\neditor +posts:publish +any .*\n$/);
});

it("is exit 0 for two who may do the same, at the time that is asked about", async () => {
  const db = await blog();
  expect(await cli("compare alice carol", { db })).toEqual({
    code: 0,
    stdout: "",
    stderr: "equal: alice and carol may do the same\n",
  });
  expect((await cli("compare alice carol --at 2999-01-02", { db })).code).toBe(1);
});

it("is the same in the library, of users and roles", async () => {
  await using rbac = await open(await blog(), { mode: "read" });
  expect(await rbac.compare({ user: "alice" }, { user: "bob" })).toEqual({
    left: [PUBLISHES, READS],
    right: [DELETES],
    revision: 1,
  });
  expect((await rbac.compare({ user: "alice" }, { role: "editor" })).left.map(({ permission }) => permission)).toEqual([
    "posts:delete",
  ]);
  await expect(rbac.compare({ user: "alice" }, { user: "bbo" })).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
  await expect(rbac.compare({ user: "alice" }, {} as never)).rejects.toMatchObject({ code: "VALUE_INVALID" });
});
