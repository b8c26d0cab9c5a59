/** Grants on conditions, and with patterns left out: given, taken away, copied, renamed, and taken back (rules 31, 32). */
import { describe, expect, it } from "vitest";
import { mutation } from "../../src/index.ts";
import { conditionalRow } from "../../src/policy/model/conditional-digest.ts";
import { cli, json } from "../support/cli.ts";
import { seeded } from "../support/documents.ts";
import { errorOf, inMemory } from "../support/library.ts";

const PUBLISHED = "resource.published";
const POLICY = {
  rbac: 1 as const,
  permissions: ["posts:read", "posts:write", "posts:delete", "roles:write", "docs:read"],
  roles: {
    reader: {},
    writer: { inherits: ["reader"], grants: ["posts:write"] },
    conditional: { grants: [{ permission: "posts:read", when: PUBLISHED }] },
    local: { grants: [{ permission: "posts:read", scope: "acme", when: PUBLISHED }] },
    most: { grants: [{ permission: "posts:*", but: ["posts:delete", "posts:x.*"] }] },
    both: { grants: [{ permission: "posts:*", but: ["posts:delete"], when: PUBLISHED }] },
    barred: { denies: [{ permission: "posts:read", when: "!resource.published" }] },
    plain: { grants: ["posts:read"] },
    heir: { inherits: ["conditional"] },
  },
  users: { alice: { roles: ["reader"] } },
};

describe("a grant is named by what it leaves out and by its condition, too", () => {
  it("is added once, however it is written; a second one beside it is an or", async () => {
    const db = await seeded(POLICY);
    const added = await json(`grant reader posts:read --when 'resource.published == true'`, { db });
    expect(added).toMatchObject({
      changed: true,
      changes: [{ kind: "conditional.add", role: "reader", after: { but: [], when: PUBLISHED } }],
    });
    const again = await cli(`grant reader posts:read --when ' (resource.published) '`, { db });
    expect(again.stderr).toContain('granted there already by "reader": "posts:read" when resource.published');
    expect(await json("grant reader posts:read --when resource.mine", { db })).toMatchObject({ changed: true });
    expect(await json("grant reader posts:read", { db })).toMatchObject({ changes: [{ kind: "grant.add" }] });
  });

  it("is told as it is granted, and the command that is shown repeats it", async () => {
    const db = await seeded(POLICY);
    const line = `grant reader 'posts:*' --on acme --but posts:write --but posts:delete --when 'resource.by == "o\\'neil"'`;
    const words = line.replace("\\'", "");
    const { stdout } = await cli(words, { db });
    expect(stdout).toContain(
      '+ grant reader allow posts:* acme but posts:delete and posts:write when resource.by == "oneil"',
    );
    const { stdout: record } = await cli("audit --last 1", { db });
    const shown = `grant reader 'posts:*' --on acme --but posts:delete --but posts:write --when 'resource.by == "oneil"'`;
    expect(record).toContain(`rbac ${shown}`);
    expect(await json(`un${shown}`, { db })).toMatchObject({ changes: [{ kind: "conditional.remove" }] });
    expect(await json(shown, { db })).toMatchObject({ changed: true });
  });

  it.each([
    ["posts:read --when resource.published --deny --but posts:write", "--but and --deny contradict"],
    ["'posts:*' --but posts:read:own", '"posts:read:own" cannot be left out: but has no :own'],
    ["'posts:*' --but posts:raed", 'there is no permission "posts:raed"; did you mean "posts:read"?'],
    ["'posts:*' --but 'x*'", "a * stands for a whole part"],
    ["posts:read --when 'resource.published &&'", "is no condition"],
    ["posts:read --when 'true'", "is no condition"],
    ["posts:read --when ''", "the value is empty"],
    ["'posts:*' --but ''", "the value is empty"],
    [`'posts:*' ${Array.from({ length: 65 }, (_, at) => `--but 'x${at}:*'`).join(" ")}`, "at most 64 patterns, not 65"],
  ])("grant reader %s is refused", async (line, words) => {
    const db = await seeded(POLICY);
    for (const command of ["grant", "ungrant"]) {
      const { code, stderr } = await cli(`${command} reader ${line}`, { db });
      expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
    }
  });

  it("may leave out what covers nothing by a wildcard, and all that it gives", async () => {
    const db = await seeded(POLICY);
    const patterns = Array.from({ length: 64 }, (_, at) => `--but 'x${at}:*'`).join(" ");
    expect(await json(`grant reader 'posts:*' ${patterns}`, { db })).toMatchObject({ changed: true });
    expect(await json("grant reader 'posts:*' --but '*'", { db })).toMatchObject({ changed: true });
  });
});

describe("ungrant never takes away a grant that is not named whole", () => {
  it.each([
    [
      "conditional posts:read",
      '"conditional" has posts:read by its grant when resource.published: say --when resource.published',
    ],
    ["conditional 'posts:*'", '"conditional" has a part of posts:* by posts:read when resource.published'],
    [
      "conditional posts:read --when resource.mine",
      "by its grant when resource.published: say --when resource.published",
    ],
    ["local posts:read", "by its grant on acme when resource.published: say --on acme --when resource.published"],
    [
      "most 'posts:*'",
      "a part of posts:* by its grant but posts:delete and posts:x.*: say --but posts:delete --but 'posts:x.*'",
    ],
    ["most posts:read", '"most" has posts:read by posts:* but posts:delete and posts:x.*'],
    ["both 'posts:*' --when resource.published", "say --but posts:delete --when resource.published"],
    ["both 'posts:*' --but posts:delete", "say --but posts:delete --when resource.published"],
    ["plain posts:read --when resource.published", '"plain" has posts:read by its grant: leave --when and --but out'],
    ["plain posts:read --when resource.published --on acme", "by its grant everywhere: leave --when and --but out"],
    ["heir posts:read", '"heir" inherits posts:read from "conditional" when resource.published'],
    ["barred posts:read --deny", '"barred" is denied posts:read by its grant when !resource.published: say --when'],
  ])("ungrant %s", async (line, words) => {
    const db = await seeded(POLICY);
    const { code, stderr } = await cli(`ungrant ${line}`, { db });
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
    expect(await json("audit --since @2", { db })).toMatchObject({ entries: [] });
  });

  it("the way that is named is one that goes", async () => {
    for (const [line, way] of [
      ["local posts:read", "--on acme --when resource.published"],
      ["most 'posts:*'", "--but posts:delete --but 'posts:x.*'"],
      ["barred posts:read --deny", "--when '!resource.published'"],
    ]) {
      const db = await seeded(POLICY);
      expect((await cli(`ungrant ${line}`, { db })).stderr).toContain(`say ${way}`);
      expect(await json(`ungrant ${line} ${way}`, { db })).toMatchObject({ changes: [{ kind: "conditional.remove" }] });
    }
  });

  it.each([
    ["what is left out is not given", "most posts:delete"],
    ["a pattern less all that the other one gives", "most 'posts:*' --but posts:read --but posts:write"],
    ["nothing is given there", "local posts:read --on beta"],
    ["it is denied, not granted", "barred posts:read"],
  ])("%s: no change", async (_, line) => {
    expect(await json(`ungrant ${line}`, { db: await seeded(POLICY) })).toMatchObject({ changed: false });
  });

  it("where a right still stands by one, a notice says so", async () => {
    const db = await seeded(POLICY);
    await cli("grant conditional posts:read", { db });
    const { code, stderr } = await cli("ungrant conditional posts:read", { db });
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining("still has posts:read by its grant when resource.published"),
    ]);
    await cli("grant plain posts:read --when resource.mine", { db });
    const other = await cli("ungrant plain posts:read --when resource.mine", { db });
    expect([other.code, other.stderr]).toEqual([
      0,
      expect.stringContaining('"plain" still has posts:read by its grant'),
    ]);
  });
});

describe("what becomes of it when a name changes or goes", () => {
  const row = (permission: string, but: readonly string[], when: string | null = null) => {
    const { digest } = conditionalRow({ role: "x", effect: "allow", permission, scope: null }, { but, when });
    return { permission, digest, after: { but, when } };
  };

  it("a permission that is renamed is renamed in what is left out, in one revision that can be undone", async () => {
    const db = await seeded(POLICY);
    const { changes, revision } = await json("permission rename posts:delete posts:remove", { db });
    expect(changes).toContainEqual(
      expect.objectContaining({
        kind: "conditional.add",
        role: "most",
        ...row("posts:*", ["posts:remove", "posts:x.*"]),
      }),
    );
    expect(await json("grant most 'posts:*' --but posts:remove --but 'posts:x.*'", { db })).toMatchObject({
      changed: false,
    });
    expect(await json(`undo ${revision}`, { db })).toMatchObject({ changed: true });
    expect(await json("grant most 'posts:*' --but posts:delete --but 'posts:x.*'", { db })).toMatchObject({
      changed: false,
    });
  });

  it("a role that is renamed, and a copy of one, has its conditional grants", async () => {
    const db = await seeded(POLICY);
    await cli("role rename both two", { db });
    await cli("role clone two three", { db });
    for (const role of ["two", "three"])
      expect(await json(`grant ${role} 'posts:*' --but posts:delete --when ${PUBLISHED}`, { db })).toMatchObject({
        changed: false,
      });
    expect(await json("role clone two three", { db })).toMatchObject({ changed: false });
    await cli("grant three posts:read --when resource.mine", { db });
    expect((await cli("role clone two three", { db })).code).toBe(3);
  });

  it("goes with its role, and with the permission that it gives", async () => {
    const db = await seeded(POLICY);
    expect(await json("role delete both --yes", { db })).toMatchObject({
      changes: [{ kind: "conditional.remove" }, { kind: "role.remove" }],
    });
    const { changes } = await json("permission delete posts:read --yes", { db });
    const gone = (changes as { kind: string; role?: string }[]).filter(({ kind }) => kind === "conditional.remove");
    expect(gone.map(({ role }) => role).sort()).toEqual(["barred", "conditional", "local"]);
  });

  it("keeps the permission that it leaves out", async () => {
    const db = await seeded(POLICY);
    const { code, stderr } = await cli("permission delete posts:delete --yes", { db });
    const words = '"both" is granted posts:* but posts:delete when resource.published: ungrant it first';
    expect([code, stderr]).toEqual([3, expect.stringContaining(words)]);
    await cli("ungrant both 'posts:*' --but posts:delete --when resource.published", { db });
    expect((await cli("permission delete posts:delete --yes", { db })).stderr).toContain('"most" is granted posts:*');
    await cli("role delete most --yes", { db });
    expect((await cli("permission delete posts:delete --yes", { db })).code).toBe(0);
  });

  it("undo: a grant that is taken back, and one that is given again", async () => {
    const db = await seeded(POLICY);
    await cli("grant reader posts:read --when resource.mine", { db });
    expect(await json("undo 2", { db })).toMatchObject({ changes: [{ kind: "conditional.remove" }] });
    await cli("ungrant conditional posts:read --when resource.published", { db });
    expect(await json("undo 4", { db })).toMatchObject({ changes: [{ kind: "conditional.add" }] });
    await cli("role rename conditional other", { db });
    const { code, stderr } = await cli("undo 4", { db });
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/revision \d changed conditional conditional allow posts:read when resource/),
    ]);
  });
});

describe("by a program", () => {
  it("options when and but; the refusal has what to say instead as data", async () => {
    await using rbac = await inMemory(POLICY);
    const { changes } = await rbac.grant("reader", "posts:*", {
      but: "posts:delete",
      when: "resource.published == true",
    });
    expect(changes).toMatchObject([{ kind: "conditional.add", after: { but: ["posts:delete"], when: PUBLISHED } }]);
    const refusal = await errorOf(rbac.ungrant("local", "posts:read"));
    expect(refusal).toMatchObject({
      code: "HELD_OTHERWISE",
      hint: { option: "grant", grant: { on: "acme", but: [], when: PUBLISHED } },
    });
    await rbac.change([mutation.ungrant("reader", "posts:*", { but: ["posts:delete"], when: PUBLISHED })]);
    expect(await rbac.ungrant("reader", "posts:*")).toMatchObject({ changed: false });
  });

  it.each([
    [{ when: "" }, "VALUE_EMPTY"],
    [{ when: undefined }, "VALUE_EMPTY"],
    [{ when: 1 }, "VALUE_INVALID"],
    [{ when: "resource" }, "CONDITION_INVALID"],
    [{ but: [] }, "VALUE_EMPTY"],
    [{ but: null }, "VALUE_INVALID"],
    [{ but: "posts:read", deny: true }, "BUT_INVALID"],
    [{ but: "posts:read:own" }, "BUT_INVALID"],
    [{ condition: "resource.x" }, "OPTION_UNKNOWN"],
  ])("%j is refused, for a grant and at once", async (how, code) => {
    await using rbac = await inMemory(POLICY);
    expect(await errorOf(rbac.grant("reader", "posts:*", how as never))).toMatchObject({ code, exitCode: 2 });
    expect(await errorOf(() => mutation.grant("reader", "posts:*", how as never))).toMatchObject({ code, exitCode: 2 });
  });

  it("null is no condition, said aloud", async () => {
    await using rbac = await inMemory(POLICY);
    expect(await rbac.grant("reader", "posts:read", { when: null })).toMatchObject({
      changes: [{ kind: "grant.add" }],
    });
  });
});
