/** Rule 31: ungrant says where a right stands in another way, before and after it takes a grant away. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutation } from "../../../src/index.ts";
import { ungrant } from "../../../src/policy/edit/grants.ts";
import { decide } from "../../../src/policy/evaluate/decide.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import type { Grant } from "../../../src/policy/model/policy.ts";
import { ungranting } from "../../../src/policy/mutations.ts";
import { cli, json } from "../../support/cli.ts";
import { AT, errorOf, policyFrom, seeded } from "../../support/documents.ts";
import { inMemory, errorOf as refusalOf } from "../../support/library.ts";
import { ASKED_SCOPES, catalogueOf, documents } from "../../support/random-policies.ts";

const STANDING = {
  rbac: 1 as const,
  permissions: ["posts:read", "posts:publish", "users:read"],
  roles: {
    author: { grants: ["posts:publish", { permission: "users:read", scope: "acme/1" }] },
    editor: { inherits: ["author"], grants: [{ permission: "posts:read", scope: "acme" }] },
    chief: { inherits: ["editor"] },
    owner: { grants: ["posts:read:own"] },
    admin: { grants: ["*:*"], denies: ["users:read"] },
    local: { grants: [{ permission: "posts:*", scope: "acme" }] },
    intern: { denies: ["posts:publish", { permission: "posts:*", scope: "acme" }] },
    pupil: { inherits: ["intern"] },
  },
};

it.each([
  ["admin posts:publish", '"admin" has posts:publish by *:*'],
  ["admin posts:publish --on acme", '"admin" has posts:publish by *:* everywhere'],
  ["local posts:publish", '"local" has posts:publish by posts:* on acme'],
  ["author posts:publish --on acme", '"author" has posts:publish by its grant everywhere: leave --on out'],
  ["editor posts:read", '"editor" has posts:read by its grant on acme: say --on acme'],
  ["editor posts:*", '"editor" has a part of posts:* by posts:read on acme'],
  ["owner posts:read", '"owner" has a part of posts:read by posts:read:own'],
  ["author posts:publish:own", '"author" has posts:publish:own by posts:publish'],
  ["editor posts:publish", '"editor" inherits posts:publish from "author"'],
  ["chief posts:publish", '"chief" inherits posts:publish from "author"'],
  ["chief users:read --on acme", '"chief" inherits users:read from "author" on acme/1'],
  ["editor *:publish", '"editor" inherits a part of *:publish from "author", by posts:publish'],
  ["intern posts:read --deny", '"intern" is denied posts:read by posts:* on acme'],
  ["intern posts:publish --deny --on acme/1", '"intern" is denied posts:publish by its grant everywhere: leave'],
  ["pupil posts:publish --deny", '"pupil" inherits the deny of posts:publish from "intern"'],
])("ungrant %s: there is nothing to take away, and the right stands", async (line, words) => {
  const db = await seeded(STANDING);
  const { code, stderr } = await cli(`ungrant ${line}`, { db });
  expect([code, stderr]).toEqual([2, expect.stringContaining(`there is no such grant: ${words}`)]);
  expect(await json("audit --since @2", { db })).toMatchObject({ entries: [] });
});

it.each([
  ["where nothing stands", "author posts:read"],
  ["where it stands beside the scope", "editor posts:read --on beta"],
  ["where a deny takes it away", "admin users:read"],
  ["where it is denied, not granted", "intern posts:publish"],
])("%s it is no change", async (_, line) => {
  expect(await json(`ungrant ${line}`, { db: await seeded(STANDING) })).toMatchObject({ changed: false });
});

describe("a grant is taken away", () => {
  it.each([
    ["and a part stands", "author *:publish", '"author" still has a part of *:publish by posts:publish'],
    ["and is inherited", "editor posts:publish", '"editor" still inherits posts:publish from "author"'],
    ["and stays denied", "intern posts:read --deny", '"intern" is still denied posts:read by posts:* on acme'],
  ])("%s: a notice, also of a dry run", async (_, line, words) => {
    const db = await seeded(STANDING);
    expect((await cli(`grant ${line}`, { db })).code).toBe(0);
    for (const flag of ["--dry-run", ""]) {
      const { code, stderr } = await cli(`ungrant ${line} ${flag}`, { db });
      expect([code, stderr]).toEqual([0, expect.stringContaining(words)]);
    }
  });

  it("and nothing is left: no notice; what goes in the same call does not stand", async () => {
    const db = await seeded(STANDING);
    expect((await cli("ungrant author posts:publish", { db })).stderr).not.toContain("still");
    expect((await cli("grant author posts:*", { db })).code).toBe(0);
    const both = await json("ungrant author posts:publish posts:*", { db });
    expect(both).toMatchObject({ changed: true, changes: [{ permission: "posts:*" }] });
  });

  it("by a program: the refusal has the option, the result the notices", async () => {
    await using rbac = await inMemory(STANDING);
    const refusal = await refusalOf(rbac.ungrant("editor", "posts:read"));
    expect(refusal).toMatchObject({ code: "HELD_OTHERWISE", exitCode: 2, hint: { option: "on", value: "acme" } });
    await rbac.grant("admin", "posts:publish");
    const { notices } = await rbac.change([mutation.ungrant("admin", "posts:publish")]);
    expect(notices).toEqual(['"admin" still has posts:publish by *:*']);
    expect(await rbac.ungrant("author", "posts:publish")).not.toHaveProperty("notices");
  });
});

it("names the same way, in whatever order a database has the rows", () => {
  const inherits = ["admin", "zealot", "beta"];
  const grants = [{ permission: "*", scope: "acme" }];
  const request = { role: "editor", permissions: ["posts:read"], effect: "allow" as const, scope: null };
  const refusals = [inherits, [...inherits].reverse(), ["zealot", "admin", "beta"]].map((order) => {
    const parents = Object.fromEntries(order.map((role) => [role, { grants }]));
    const policy = policyFrom({
      rbac: 1,
      permissions: ["posts:read"],
      roles: { ...parents, editor: { inherits: order } },
    });
    return errorOf(() => ungrant(policy, request)).message;
  });
  const words = 'there is no such grant: "editor" inherits posts:read from "admin", by * on acme';
  expect(refusals).toEqual([words, words, words]);
});

it("is refused exactly where the role alone may do some of it, below the scope", () => {
  const counts = { refused: 0, unchanged: 0 };
  const asked = documents().chain((document) =>
    fc.record({
      document: fc.constant({ ...document, everyone: [], users: {} }),
      role: fc.constantFrom(...Object.keys(document.roles ?? {})),
      permission: fc.constantFrom(...catalogueOf(document)),
      own: fc.boolean(),
      scope: fc.constantFrom(...ASKED_SCOPES),
    }),
  );
  const alike = (asks: typeof asked extends fc.Arbitrary<infer T> ? T : never) => {
    const policy = policyFrom(asks.document);
    const permission = `${asks.permission}${asks.own ? ":own" : ""}`;
    const request = { role: asks.role, permissions: [permission], effect: "allow" as const, scope: asks.scope };
    const grants = [...policy.grant].filter(([, row]: [string, Grant]) => {
      return (
        row.role !== asks.role || row.permission !== permission || row.scope !== asks.scope || row.effect === "deny"
      );
    });
    const without = { ...policy, grant: new Map(grants) };
    const below = ASKED_SCOPES.filter((target) => asks.scope === null || `${target}/`.startsWith(`${asks.scope}/`));
    const asker = { user: null, owner: null, at: AT, activate: [], assume: [asks.role] };
    const forms = asks.own ? [permission] : [permission, `${permission}:own`];
    const index = indexPolicy(without);
    const stands = below.some((scope) =>
      forms.some((form) => decide(index, { ...asker, permission: form, scope }).allowed),
    );
    if (stands) expect(errorOf(() => ungrant(without, request)).code).toBe("HELD_OTHERWISE");
    else expect(ungrant(without, request)).toEqual([]);
    expect(ungranting(request).notices?.(without)).toHaveLength(stands ? 1 : 0);
    counts[stands ? "refused" : "unchanged"] += 1;
  };
  fc.assert(fc.property(asked, alike), { numRuns: 1000 });
  expect(Math.min(counts.refused, counts.unchanged)).toBeGreaterThan(100);
});

it.each([
  [
    "author posts:publsh",
    "PERMISSION_NOT_FOUND",
    'there is no permission "posts:publsh"; did you mean "posts:publish"',
  ],
  ["author posts:publsh:own", "PERMISSION_NOT_FOUND", 'there is no permission "posts:publsh"'],
  ["author posts:publish posts:raed", "PERMISSION_NOT_FOUND", 'there is no permission "posts:raed"'],
  ["author pots:*", "PATTERN_COVERS_NOTHING", 'the pattern "pots:*" covers no permission of the catalogue'],
  ["admin posts:publsh", "PERMISSION_NOT_FOUND", 'there is no permission "posts:publsh"'],
])("ungrant %s: what no grant can name is misspelt, and nothing is taken away", async (line, code, words) => {
  const db = await seeded(STANDING);
  const { code: exit, stderr, stdout } = await cli(`ungrant ${line} --json`, { db });
  expect([exit, JSON.parse(stdout).error.code, stderr]).toEqual([2, code, expect.stringContaining(words)]);
  expect(await json("audit --since @2", { db })).toMatchObject({ entries: [] });
});
