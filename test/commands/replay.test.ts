/** `replay`: decisions of a log asked again, at their revisions and under a proposal. */
import { beforeAll, describe, expect, it } from "vitest";
import { cli } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";
import { type LineFields, logLine, logOf, standing } from "../support/known-logs.ts";
import type { PlainDocument } from "../support/oracle.ts";

const POLICY: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:publish", "posts:delete", "billing:read"],
  roles: {
    reader: { grants: [{ permission: "posts:read", when: "resource.published" }] },
    editor: { inherits: ["reader"], grants: ["posts:publish"] },
    keeper: { grants: [{ permission: "posts:delete", when: "has(resource.owner)" }] },
    night: { grants: [{ permission: "billing:read", when: 'within(context.time, "Mon-Sun 00:00-06:00 UTC")' }] },
  },
  users: {
    alice: { roles: ["editor"] },
    bob: { roles: ["keeper", "night"] },
    carol: { disabled: true, roles: ["editor"] },
  },
  everyone: ["reader"],
  strangers: true,
};

let db: string;
let id: string;
beforeAll(async () => {
  ({ db, id } = await standing(POLICY, "2020-01-01T00:00:00.000Z"));
});

const line = (fields: LineFields) => logLine({ db: id, revision: 1, decision: true, reason: "allow", ...fields });
const ALLOWED = { user: "alice", permission: "posts:publish" };

async function replay(lines: readonly string[], words = "", of = db) {
  const log = logOf(lines);
  const { code, stdout, stderr } = await cli(`replay "${log}" ${words} --json`, { db: of });
  return { code, log, stderr, json: stdout === "" ? undefined : JSON.parse(stdout) };
}

const LINES = { read: 1, dropped: 0, cut: 0, replayed: 1, disagreed: 0 };
const LEFT_OUT = { errors: 0, empty: 0, later: 0, values: 0, gone: 0 };

it("is exit 0 where all agree, and 1 where a line is answered otherwise, which it shows", async () => {
  expect(await replay([line(ALLOWED)])).toMatchObject({
    code: 0,
    json: { revision: 1, lines: LINES, notReplayed: LEFT_OUT, disagreements: [] },
  });
  const told = await replay([line(ALLOWED), line({ ...ALLOWED, user: "bob", on: "acme" })]);
  expect(told).toMatchObject({ code: 1, json: { lines: { ...LINES, read: 2, replayed: 2, disagreed: 1 } } });
  expect(told.json.disagreements).toEqual([
    {
      file: told.log,
      line: 2,
      at: "2026-06-01T00:00:00.000Z",
      revision: 1,
      user: "bob",
      permission: "posts:publish",
      role: null,
      scope: "acme",
      logged: { decision: true, reason: "allow" },
      replayed: { decision: false, reason: "none" },
    },
  ]);
  const { stdout, stderr } = await cli(["replay", told.log], { db });
  expect(stdout).toMatch(/^line .*\n.*:2 +\S+ +1 +bob +posts:publish +acme +yes +no\n$/);
  expect(stderr).toBe("1 of 2 decisions agree\n");
});

it("asks about roles, strangers, disabled users and reasons as they were asked", async () => {
  const agreeing = [
    line({ user: "alice", role: "reader" }),
    line({ user: "zoe", permission: "posts:publish", decision: false, reason: "none" }),
    line({ user: null, permission: "posts:publish", decision: false, reason: "none" }),
    line({ user: "carol", permission: "posts:publish", decision: false, reason: "disabled" }),
    line({ user: "alice", permission: "posts:publish", activate: ["reader"], decision: false, reason: "none" }),
    line({ user: "zoe", permission: "posts:publish", assume: ["editor"] }),
  ];
  expect(await replay(agreeing)).toMatchObject({ code: 0, json: { lines: { replayed: 6, disagreed: 0 } } });
  const others = [
    line({ user: "zoe", permission: "posts:publish", existing: true, decision: false, reason: "none" }),
    line({ user: "alice", permission: "posts:pin", decision: false, reason: "none" }),
    line({ user: "carol", permission: "posts:publish", decision: false, reason: "none" }),
  ];
  const { json } = await replay(others);
  expect(json.disagreements.map(({ replayed }: { replayed: object }) => replayed)).toEqual([
    { decision: null, reason: "USER_NOT_FOUND" },
    { decision: null, reason: "PERMISSION_NOT_FOUND" },
    { decision: false, reason: "disabled" },
  ]);
});

describe("attributes whose values are not logged", () => {
  const reads = { user: "alice", permission: "posts:read", given: ["resource.published"] };
  const deletes = { user: "bob", permission: "posts:delete" };
  it.each<[string, LineFields, "replayed" | "values" | "disagreed"]>([
    ["leave open what depends on them", reads, "values"],
    ["do not where they are logged", { ...reads, values: { "resource.published": true } }, "replayed"],
    ["tell then of a line that is not so", { ...reads, values: { "resource.published": false } }, "disagreed"],
    ["do not where nothing depends on them", { ...ALLOWED, given: ["resource.published"] }, "replayed"],
    ["leave open whether there are others of their root", { ...deletes, given: ["resource.owner"] }, "values"],
    [
      "leave a root open of which some are logged",
      { ...deletes, given: ["resource.owner", "resource.team"], values: { "resource.team": "a" } },
      "values",
    ],
    [
      "say of a root without attributes that it has none",
      { ...deletes, given: ["resource"], decision: false, reason: "none" },
      "replayed",
    ],
    [
      "leave all open where the time is among them",
      { user: "bob", permission: "billing:read", given: ["context.time"] },
      "values",
    ],
  ])("%s", async (_, fields, expected) => {
    const { json } = await replay([line(fields)]);
    expect([json.lines.replayed, json.lines.disagreed, json.notReplayed.values]).toEqual(
      { replayed: [1, 0, 0], disagreed: [1, 1, 0], values: [0, 0, 1] }[expected],
    );
  });
});

it("counts what cannot be asked again, by its reason, and what the log lacks", async () => {
  const whole = line(ALLOWED);
  const log = [
    whole,
    logLine({ db: id, revision: 1, user: "alyce", permission: "posts:read", error: "USER_NOT_FOUND" }),
    line({ ...ALLOWED, db: null, revision: 0, decision: false, reason: "none" }),
    line({ ...ALLOWED, revision: 7 }),
    JSON.stringify({ v: 1, at: "2026-06-01T00:00:00.000Z", dropped: 12 }),
    `${whole.slice(0, 40)}${whole}`,
    whole.slice(0, 40),
  ];
  const { code, json, stderr } = await replay(log);
  expect([code, json.lines, json.notReplayed]).toEqual([
    0,
    { read: 5, dropped: 12, cut: 2, replayed: 2, disagreed: 0 },
    { ...LEFT_OUT, errors: 1, empty: 1, later: 1 },
  ]);
  expect(stderr).toContain("not in the log: 12 that were dropped as it was written\n");
});

it.each([
  ["what is no JSON", "yes", "LINE_INVALID"],
  ["what is broken within", '{"v":1,"id":"a"]}', "LINE_INVALID"],
  ["another kind of line", '{"user":"alice"}', "LINE_INVALID"],
  ["a newer version", '{"v":2}', "LINE_INVALID"],
  ["a line without an answer", logLine({ db: null, revision: null, ...ALLOWED }), "LINE_INVALID"],
  [
    "another database",
    logLine({ db: "0".repeat(32), revision: 1, ...ALLOWED, decision: true, reason: "allow" }),
    "OTHER_DATABASE",
  ],
])("refuses %s, and names its file and line", async (_, wrong, code) => {
  const { code: exit, json, log } = await replay([line(ALLOWED), wrong, line(ALLOWED)]);
  expect([exit, json.error.code, json.error.problems[0]]).toMatchObject([2, code, { file: log, line: 2 }]);
  expect(json.error.message).toContain(`${log}:2:1: `);
});

describe("--against", () => {
  const lines = () => [
    line(ALLOWED),
    line({ ...ALLOWED, on: "acme" }),
    line({ user: "carol", permission: "posts:publish", decision: false, reason: "disabled" }),
    line({ user: "alice", permission: "posts:delete", decision: true, reason: "allow" }),
    line({ user: "gone", permission: "posts:pin", decision: false, reason: "none" }),
  ];

  it("is exit 0 where a proposal changes nothing of it; sections that it leaves out stand", async () => {
    const { code, json } = await replay(
      lines(),
      `--against "${fileWith(JSON.stringify({ rbac: 1, everyone: ["reader"] }))}"`,
    );
    const expected = { read: 5, dropped: 0, cut: 0, replayed: 4, changed: 0, otherwise: 1 };
    expect([code, json.lines, json.notReplayed.gone, json.changes]).toEqual([0, expected, 1, []]);
  });

  it("is exit 1 where it changes answers, by user and permission", async () => {
    const users = { ...POLICY.users, alice: {}, carol: { roles: ["editor"] } };
    const proposal = fileWith(JSON.stringify({ rbac: 1, users }));
    const { code, json } = await replay(lines(), `--against "${proposal}"`);
    const row = { permission: "posts:publish", role: null, last: "2026-06-01T00:00:00.000Z" };
    const { losses } = json.impact.outcomes.find(({ users }: { users: string[] }) => users[0] === "alice");
    expect([json.impact.people, losses]).toMatchObject([
      { gain: 1, lose: 1, both: 0 },
      [{ permission: "posts:publish" }],
    ]);
    expect([code, json.people, json.changes]).toEqual([
      1,
      { lose: 1, gain: 1 },
      [
        {
          ...{ ...row, user: "alice", decisions: 2, scopes: [null, "acme"] },
          ...{ now: { decision: true, reason: "allow" }, proposed: { decision: false, reason: "none" } },
        },
        {
          ...{ ...row, user: "carol", decisions: 1, scopes: [null] },
          ...{ now: { decision: false, reason: "disabled" }, proposed: { decision: true, reason: "allow" } },
        },
      ],
    ]);
  });

  it("asks about who was renamed since by the new name, and changes nothing of the database", async () => {
    const other = await standing(POLICY, "2020-01-01T00:00:00.000Z");
    await cli("user rename alice alicia", { db: other.db });
    const log = [logLine({ db: other.id, revision: 1, ...ALLOWED, decision: true, reason: "allow" })];
    const { code, json } = await replay(log, `--against "${fileWith('{"rbac":1,"users":{}}')}"`, other.db);
    expect([code, json.changes]).toMatchObject([1, [{ user: "alicia", proposed: { reason: "USER_GONE" } }]]);
    expect((await replay(log, "", other.db)).json.lines).toEqual(LINES);
  });

  it("refuses a document that cannot stand", async () => {
    const broken = fileWith('{"rbac":1,"everyone":["raeder"]}');
    expect((await replay([line(ALLOWED)], `--against "${broken}"`)).code).toBe(2);
  });
});
