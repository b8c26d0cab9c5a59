/** Questions with attributes, as they are typed: `--given`, batches, tests of documents, and what is said of them. */
import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { cli, json } from "../support/cli.ts";
import { beside } from "../support/databases.ts";
import { fileWith, seeded } from "../support/documents.ts";
import type { PlainDocument } from "../support/oracle.ts";

const POSTS: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:update", "posts:delete"],
  roles: {
    reader: { grants: [{ permission: "posts:read", when: "resource.published" }] },
    editor: {
      grants: [{ permission: "posts:*", but: ["posts:delete"], when: "subject.team == resource.team" }],
      denies: [{ permission: "posts:update", scope: "acme/x", when: "resource.locked" }],
    },
    night: { grants: [{ permission: "posts:delete", when: 'context.time >= "2026-06-01T22:00:00Z"' }] },
    boss: { grants: ["posts:*"] },
  },
  users: { alice: { roles: ["editor"] }, bob: {}, carol: { roles: ["boss"] }, nina: { roles: ["night"] } },
  everyone: ["reader"],
  strangers: true,
};
const TEAM = "--given subject.team=a --given resource.team=a";

let db: string;
beforeAll(async () => {
  db = await seeded(POSTS);
});
const ask = (line: string) => cli(line, { db });

describe("can", () => {
  it.each([
    ["can bob posts:read", 1, "no\nonly when resource.published\n"],
    [
      "can bob posts:read --given resource.published=true",
      0,
      "yes\nas everyone reader, which grants posts:read when resource.published\n",
    ],
    ["can bob posts:read --given resource.published=false", 1, "no\nnothing that bob holds allows posts:read\n"],
    ["can bob posts:read --given resource.published=yes", 1, "no\nonly when resource.published\n"],
    ["can bob posts:read --expect no", 0, "no\nonly when resource.published\n"],
    ["can --stranger posts:read --given resource.published=true", 0, undefined],
    ["can zoe posts:read --given resource.published=true", 0, undefined],
    ["can zoe posts:read", 1, undefined],
    [
      "can nobody posts:update --assume editor --given subject.team=a",
      1,
      "no\nonly when subject.team == resource.team\n",
    ],
    ["can carol posts:read --activate editor", 1, undefined],
    ["can alice posts:read --activate editor", 1, "no\nonly when subject.team == resource.team\n"],
    [`can alice posts:delete ${TEAM}`, 1, "no\nnothing that alice holds allows posts:delete\n"],
    [`can alice posts:update --on acme/x ${TEAM}`, 1, "no\nonly when !resource.locked\n"],
    [`can alice posts:update --on acme/x ${TEAM} --given resource.locked=false`, 0, undefined],
    [
      `can alice posts:update ${TEAM}`,
      0,
      "yes\nyes, unless resource.locked on acme/x\nassigned editor, which grants posts:* but posts:delete when subject.team == resource.team\n",
    ],
    [
      "can bob posts:read posts:update --any",
      1,
      "no\nposts:read: no, only when resource.published\nposts:update: no, nothing that bob holds allows posts:update\n",
    ],
    ["can nina posts:delete --at 2998-01-01", 0, undefined],
    ["can nina posts:delete --given context.time=2026-06-01T23:59:59+02:00", 1, undefined],
    ["can nina posts:delete --given context.time=2026-06-02T00:00:00+02:00", 0, undefined],
  ])("%s: exit %i", async (line, code, text) => {
    const answer = await ask(line);
    expect(answer).toMatchObject({ code, ...(text !== undefined && { stdout: text }) });
  });

  it("as JSON says what is left to know", async () => {
    const { decisions } = await json("can bob posts:read", { db });
    expect(decisions).toMatchObject([{ allowed: false, reason: "condition", when: "resource.published" }]);
    const yes = await json(`can alice posts:update ${TEAM}`, { db });
    expect(yes.decisions).toMatchObject([{ allowed: true, unless: [{ scope: "acme/x", when: "resource.locked" }] }]);
  });

  it("reads a file of attributes, and nothing of them may be said again", async () => {
    const nested = fileWith('{"resource":{"published":true}}', "given.json");
    const paths = fileWith("resource.published: true\ncontext: { ip: '::1' }\n", "given.yaml");
    for (const file of [nested, paths]) {
      expect((await ask(`can bob posts:read --given @${file}`)).code).toBe(0);
      expect((await ask(`can bob posts:read --given @${file} --given resource.published=true`)).code).toBe(2);
    }
    expect((await ask(`can bob posts:read --given @${nested} --given resource.team=a`)).code).toBe(0);
  });

  it.each<[string, string, string | RegExp]>([
    ["resourse.published=true", "GIVEN_INVALID", /did you mean "resource"\?/],
    ["resource.published", "GIVEN_INVALID", /write it as resource.published=true/],
    ["resource.published=", "VALUE_EMPTY", /unset/],
    ["subject.user=root", "GIVEN_INVALID", /the user who asks/],
    ["''", "VALUE_EMPTY", /empty/],
    ["@nowhere.json", "FILE_UNREADABLE", /no such file/],
    ["@", "FILE_UNREADABLE", /./],
  ])("refuses --given %s: %s", async (text, code, message) => {
    const { code: exit, stdout } = await ask(`can bob posts:read --given ${text} --json`);
    const { error } = JSON.parse(stdout);
    expect([exit, error.code]).toEqual([2, code]);
    expect(error.message).toMatch(message);
  });

  it("refuses files that hold no attributes, by their name", async () => {
    const files = [
      ["[]", "a.json", /a.json: what is given must be an object/],
      ["rbac: 1", "b.yaml", /b.yaml: "rbac" is of nothing that has attributes/],
      ['{"resource":{"a":1,"a":2}}', "c.json", /twice/],
      ["user,role\n", "d.csv", /neither JSON nor YAML/],
      ["  \n", "e.json", /is empty/],
      [`{"resource":{"a":"${"x".repeat(1 << 20)}"}}`, "f.json", /1048576 bytes/],
    ] as const;
    for (const [text, name, message] of files) {
      const { code, stderr } = await ask(`can bob posts:read --given @${fileWith(text, name)}`);
      expect([name, code]).toEqual([name, 2]);
      expect(stderr).toMatch(message);
    }
  });
});

describe("the past is asked with the conditions of the past", () => {
  it("@N, and a time before the grant", async () => {
    const own = await seeded(POSTS);
    await cli("ungrant reader posts:read --when resource.published", { db: own });
    await cli("grant reader posts:read --when resource.open", { db: own });
    const given = "--given resource.published=true";
    expect((await cli(`can bob posts:read ${given}`, { db: own })).stdout).toBe("no\nonly when resource.open\n");
    expect((await cli(`can bob posts:read ${given} --at @1`, { db: own })).code).toBe(0);
    expect((await cli("can bob posts:read --at @1", { db: own })).stdout).toBe("no\nonly when resource.published\n");
    expect((await cli(`can bob posts:read ${given} --at @2`, { db: own })).code).toBe(1);
  });
});

describe("why", () => {
  it("shows what a condition asks, with its values", async () => {
    const { stdout } = await ask("why bob posts:read --given resource.published=false");
    expect(stdout).toMatch(
      /^no {2}bob posts:read\n└─ nothing that bob holds allows posts:read\n\nnear\ncondition: everyone/,
    );
    expect(stdout).toMatch(/grants posts:read when resource.published .*\n {3}└─ resource.published: was false\n/);
    expect((await ask("why bob posts:read")).stdout).toContain("resource.published: not given\n");
    expect((await ask("why bob posts:read --given resource.published=1")).stdout).toContain(
      "was 1, which decides nothing\n",
    );
    expect((await ask("why alice posts:read --given subject.team=a")).stdout).toContain(
      "subject.team == resource.team: resource.team not given\n",
    );
  });

  it("shows a conditional deny as what stands in the way", async () => {
    const { stdout } = await ask(`why alice posts:update --on acme/x ${TEAM}`);
    expect(stdout).toMatch(
      /^no .*\n├─ only when !resource.locked\n└─ assigned editor .*\n {3}└─ denies posts:update on acme\/x when/,
    );
    expect(stdout).toContain("resource.locked: not given\n");
    expect(stdout).toMatch(/near\ndenied: assigned editor/);
  });

  it("advice says what a yes depends on", async () => {
    const { stdout } = await ask("why bob posts:update --given resource.team=a");
    expect(stdout).toMatch(/rbac assign bob editor {2}\(.*; only when subject.team == resource.team\)\n/);
    expect(stdout).toMatch(/rbac assign bob boss {2}\(bob gains \d permissions\)\n/);
  });

  it("as JSON has the questions of each condition", async () => {
    const { decisions } = await json("why bob posts:read --given resource.published=false", { db });
    const condition = [{ text: "resource.published", holds: false, values: { "resource.published": false } }];
    expect(decisions).toMatchObject([{ reason: "none", near: [{ obstacles: ["condition"], condition }] }]);
  });
});

describe("a batch", () => {
  const answers = async (text: string, flags = "") => {
    const { code, stdout } = await ask(`can --batch ${fileWith(text, "q.ndjson")} ${flags}`);
    const lines = stdout.split("\n").filter(Boolean);
    return { code, lines: lines.map((line) => JSON.parse(line)) };
  };
  const line = (given: unknown, id: number) => JSON.stringify({ user: "bob", permission: "posts:read", given, id });

  it("gives attributes by line; what cannot be read is an error in its place", async () => {
    const given = [{ resource: { published: true } }, { "resource.published": false }, {}, null, 7, { post: {} }, "x"];
    const { code, lines } = await answers(`${given.map((one, at) => line(one, at)).join("\n")}\n`);
    expect(code).toBe(2);
    expect(lines.map(({ reason, error }) => error?.code ?? reason)).toEqual([
      ...["allow", "none", "condition", "condition"],
      ...["GIVEN_INVALID", "GIVEN_INVALID", "GIVEN_INVALID"],
    ]);
    expect(lines.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(lines[2]).toMatchObject({ when: "resource.published" });
  });

  it("gives attributes by cell, as JSON", async () => {
    const cells = ['{"resource":{"published":true}}', "", '{"resource":{"published":', '{"context":{"time":"soon"}}'];
    const rows = cells.map((cell, at) => `bob\tposts:read\t${cell}\t${at}`);
    const { lines } = await answers(`user\tpermission\tgiven\tid\n${rows.join("\n")}\n`);
    expect(lines.map(({ id, reason, error }) => [id, error?.code ?? reason])).toEqual([
      ["0", "allow"],
      ["1", "condition"],
      ["2", "GIVEN_INVALID"],
      ["3", "GIVEN_INVALID"],
    ]);
  });

  it("has no flag for all lines", async () => {
    expect((await ask(`can --batch q.ndjson --given resource.published=true`)).code).toBe(2);
  });
});

describe("tests of documents", () => {
  const run = (tests: unknown[]) => cli(`test ${fileWith(JSON.stringify({ ...POSTS, tests }), "p.json")}`);

  it("give attributes, nested or by path", async () => {
    const bob = { user: "bob", can: ["posts:read"] };
    const passing = [{ "resource.published": true }, { resource: { published: true } }];
    expect(await run(passing.map((given) => ({ ...bob, given })))).toMatchObject({
      code: 0,
      stdout: "2 passed, 0 failed\n",
    });
    const { code, stdout } = await run([{ ...bob, given: { "resource.published": false } }, bob]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'bob can posts:read given {"resource":{"published":false}}: expected yes, got no: nothing',
    );
    expect(stdout).toContain("bob can posts:read: expected yes, got no: only when resource.published\n");
  });

  it.each([
    [{ post: {} }],
    [{ "resource.a": 1, resource: { a: 1 } }],
    [["resource.published"]],
    [{ "subject.user": "x" }],
  ])("refuse %j, at its place", async (given) => {
    const { code, stderr } = await run([{ user: "bob", cannot: ["posts:read"], given }]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/p\.json:1:\d+: /);
  });
});

describe("lists", () => {
  it("keep what is true of what is given, and say what is left", async () => {
    const rows = async (line: string) => {
      const { permissions, users } = await json(line, { db });
      return ((permissions ?? users) as { permission?: string; user?: string; when?: string }[]).map(
        ({ permission, user, when }) => [permission ?? user, when ?? null],
      );
    };
    const given = "--given resource.published=true";
    expect(await rows("permissions bob")).toEqual([["posts:read", "resource.published"]]);
    expect(await rows(`permissions bob ${given}`)).toEqual([["posts:read", null]]);
    expect(await rows("permissions bob --given resource.published=false")).toEqual([]);
    expect(await rows(`permissions --role reader ${given}`)).toEqual([["posts:read", null]]);
    expect(await rows(`permissions --stranger ${given}`)).toEqual([["posts:read", null]]);
    expect(await rows(`who-can posts:read ${given} --user bob`)).toEqual([["bob", null]]);
    expect(await rows("who-can posts:read --user bob")).toEqual([["bob", "resource.published"]]);
  });
});

it("a file that cannot be read stops a question before it is asked", async () => {
  const broken = beside(db, "broken.json");
  writeFileSync(broken, '{"resource":');
  expect((await ask(`who-can posts:read --given @${broken}`)).code).toBe(2);
});
