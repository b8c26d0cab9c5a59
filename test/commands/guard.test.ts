/** The guard on the command line: who acts, `--as`, `--break-glass`, and what is recorded of them. */
import { chownSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cli, freshDb, json } from "../support/cli.ts";
import { beside, bytesOf, ON_SERVER } from "../support/databases.ts";
import { fileWith, seeded } from "../support/documents.ts";
import type { PlainDocument } from "../support/oracle.ts";

const POLICY: PlainDocument = {
  rbac: 1,
  guarded: true,
  permissions: ["posts:read", "posts:pin"],
  roles: {
    admin: { grants: ["*:*"] },
    reader: { grants: ["posts:read"] },
    idle: {},
    lazy: { inherits: ["idle"] },
    spare: {},
  },
  users: {
    root: { roles: ["admin"] },
    boss: { roles: ["admin"] },
    alice: { roles: ["reader"] },
    dora: { disabled: true },
  },
  everyone: ["idle"],
  constraints: { apart: { kind: "ssd", roles: ["reader", "lazy"], limit: 2 } },
};
const guarded = () => seeded(POLICY);
const document = (said: object) => fileWith(JSON.stringify({ rbac: 1, ...said }));

/** Every command that changes the policy. */
const WRITING = [
  "assign alice idle",
  "assign newcomer reader",
  "assign --everyone reader",
  "revoke alice reader",
  "revoke --everyone idle",
  "grant reader posts:pin",
  "ungrant reader posts:read",
  "user create erin",
  "user set alice --email a@example.com",
  "user rename alice alicia",
  "user delete alice --yes",
  "user disable alice",
  "user enable dora",
  "role create writer",
  "role set idle --description Idle",
  "role rename idle busy",
  "role delete spare --yes",
  "role inherit reader idle",
  "role disinherit lazy idle",
  "permission create posts:see",
  "permission set posts:read --description Read",
  "permission rename posts:pin posts:see",
  "permission delete posts:pin --yes",
  "constraint create few max_users reader --limit 5",
  "constraint set apart --add admin",
  "constraint rename apart kept",
  "constraint delete apart",
  `seed "${document({ roles: { reader: { grants: ["posts:pin"] } } })}"`,
  `seed "${document({ everyone: [] })}" --prune --yes`,
  "undo 2",
  "undo --to @1 --yes",
];

const REVISION_2 = "assign alice idle --on acme";
async function atRevision2(): Promise<string> {
  const db = await guarded();
  expect((await cli(`${REVISION_2} --actor root`, { db })).code).toBe(0);
  return db;
}

describe("who acts", () => {
  it("is whom --actor names, else RBAC_ACTOR, else the user of the system: exactly that name", async () => {
    const db = await guarded();
    const argv = ["user", "create", "erin", "--dry-run"];
    const as = async (flag: string, env = {}) => (await cli(flag ? [...argv, flag] : argv, { db, env })).code;
    expect(await as("--actor=root")).toBe(0);
    expect(await as("--actor=alice")).toBe(3);
    expect(await as("", { RBAC_ACTOR: "root" })).toBe(0);
    expect(await as("", { RBAC_ACTOR: "alice" })).toBe(3);
    expect(await as("--actor=root", { RBAC_ACTOR: "alice" })).toBe(0);
    for (const name of ["Root", "rооt", "r00t", "nobody", "*", "everyone"])
      expect([name, await as(`--actor=${name}`)]).toEqual([name, 3]);
    for (const name of ["root ", " root", "root\u200b", "", "-root"])
      expect([name, await as(`--actor=${name}`)]).toEqual([name, 2]);
  });

  it("holds nothing by a session: no command that writes takes --assume or --activate", async () => {
    const db = await guarded();
    for (const flag of ["--assume admin", "--activate admin"])
      expect((await cli(`assign alice idle --actor alice ${flag}`, { db })).code).toBe(2);
  });

  it("is told what they lack, in one line and in JSON", async () => {
    const db = await guarded();
    const { code, stdout, stderr } = await cli("grant reader posts:pin --on acme --actor alice --json", { db });
    const message = 'the policy is guarded, and "alice" does not hold rbac:grant on acme, or rbac:escalate';
    expect([code, stderr]).toEqual([3, `rbac: ${message}\n`]);
    expect(JSON.parse(stdout)).toEqual({ error: { code: "GUARDED", message, suggestions: [], exitCode: 3 } });
  });
});

describe("a helpdesk that holds rbac:assignment and rbac:user", () => {
  const STAFFED: PlainDocument = {
    ...POLICY,
    permissions: [...(POLICY.permissions as string[]), "rbac:assignment", "rbac:user"],
    roles: {
      ...POLICY.roles,
      helpdesk: { grants: ["rbac:assignment", "rbac:user", "posts:read"] },
      barred: { denies: ["posts:pin"] },
    },
    users: {
      ...POLICY.users,
      ceo: { roles: ["admin"] },
      hal: { roles: ["helpdesk"] },
      leaver: { roles: ["reader", "barred"] },
      ed: { roles: ["barred"] },
    },
  };
  it.each([
    ["revoke ceo admin", "*:*", "*:*"],
    ["user delete ceo --yes", "*:*", "*:*"],
    ["user disable ceo", "*:*", "*:*"],
    ["assign ceo admin --for 1h --replace", "*:*", "*:*"],
    ["revoke ed barred", "posts:pin", "posts:pin"],
    ["revoke alice reader", undefined, undefined],
    ["user delete alice --yes", undefined, undefined],
    ["user delete leaver --yes", undefined, "posts:pin"],
    ["user rename ceo chief", undefined, undefined],
    ["user rename leaver gone", undefined, undefined],
  ])("%s: needs %s; where strangers are admitted %s", async (line, needed, neededAmongStrangers) => {
    for (const [document, right] of [
      [STAFFED, needed],
      [{ ...STAFFED, strangers: true }, neededAmongStrangers],
    ] as const) {
      const { code, stderr } = await cli(`${line} --actor hal`, { db: await seeded(document) });
      const refusal = `rbac: the policy is guarded, and "hal" does not hold ${right}, or rbac:escalate\n`;
      expect([line, code, stderr]).toEqual([line, right ? 3 : 0, right ? refusal : expect.anything()]);
    }
  });
});

describe("--as", () => {
  it.each(WRITING)(
    "%s: 0 for who could, 3 for who could not, 2 for who is unknown, and nothing is written",
    async (line) => {
      const db = await atRevision2();
      const before = await bytesOf(db);
      expect(await cli(`${line} --as boss`, { db })).toMatchObject({
        code: 0,
        stderr: expect.stringContaining("boss could do this"),
      });
      expect(JSON.parse((await cli(`${line} --as boss --json`, { db })).stdout)).toMatchObject({
        changed: true,
        dryRun: true,
      });
      for (const name of ["alice", "dora"]) {
        const { code, stderr } = await cli(`${line} --as ${name}`, { db });
        expect({ name, code, stderr }).toEqual({ name, code: 3, stderr: expect.stringContaining(`"${name}" `) });
      }
      const { code, stderr } = await cli(`${line} --as alcie`, { db });
      expect([code, stderr]).toEqual([2, 'rbac: there is no user "alcie"; did you mean "alice"?\n']);
      expect(await bytesOf(db)).toBe(before);
    },
  );

  it("stands beside whoever asks, and never beside --break-glass", async () => {
    const db = await guarded();
    expect((await cli("user create erin --as boss", { db, env: { RBAC_ACTOR: "alice" } })).code).toBe(0);
    expect((await cli("user create erin --as alice", { db, env: { RBAC_ACTOR: "boss" } })).code).toBe(3);
    expect((await cli("user create erin --as alice --break-glass", { db })).code).toBe(2);
    expect((await cli("assign --everyone reader --as alice --break-glass", { db })).code).toBe(2);
  });

  it("asks about a seed of a missing database, where nobody is known yet, and makes no file", async () => {
    const db = freshDb();
    expect((await cli(`seed "${document({ users: { erin: {} } })}" --as root`, { db })).code).toBe(2);
    expect((await cli("user list", { db })).code).toBe(4);
  });

  it("says so where no guard is, and reports other refusals as they are", async () => {
    const open = await seeded({ ...POLICY, guarded: false });
    expect(await cli("user create erin --as alice", { db: open })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("anybody could"),
    });
    expect((await cli("role inherit idle lazy --as boss", { db: await guarded() })).code).toBe(3);
    expect((await cli("user create erin --as alice --check", { db: open })).code).toBe(2);
  });
});

describe("--break-glass", () => {
  const reasons = async (db: string, revision: number) => {
    const { entries } = await json<{ entries: { revision: number; reason: string | null; actor: string }[] }>("audit", {
      db,
    });
    return entries.filter((entry) => entry.revision === revision).map(({ reason }) => reason);
  };

  it.each(WRITING)("%s: passes the guard, and every entry is marked", async (line) => {
    const db = await atRevision2();
    expect((await cli(`${line} --actor alice`, { db })).code).toBe(3);
    expect((await cli(`${line} --actor alice --break-glass`, { db })).code).toBe(0);
    const marked = await reasons(db, 3);
    expect(marked.length).toBeGreaterThan(0);
    expect(new Set(marked)).toEqual(new Set(["break-glass"]));
  });

  it("keeps the reason behind the mark: of the flag, of the environment, of a document", async () => {
    const db = await guarded();
    await cli("user create one --actor x --break-glass --reason 'ticket 7'", { db });
    await cli("user create two --actor x --break-glass", { db, env: { RBAC_REASON: "nightly" } });
    const held = document({ users: { three: { roles: [{ role: "reader", reason: "on call" }] } } });
    await cli(`seed "${held}" --actor x --break-glass --reason 'ticket 8'`, { db });
    await cli("user create four --actor root --reason plain", { db });
    expect(await reasons(db, 2)).toEqual(["break-glass: ticket 7"]);
    expect(await reasons(db, 3)).toEqual(["break-glass: nightly"]);
    expect(await reasons(db, 4)).toEqual(["break-glass: ticket 8", "break-glass: on call"]);
    expect(await reasons(db, 5)).toEqual(["plain"]);
  });

  it("marks the longest reason, and the record verifies and restores", async () => {
    const db = await guarded();
    expect(
      (await cli(["user", "create", "erin", "--actor", "x", "--break-glass", "--reason", "é".repeat(1000)], { db }))
        .code,
    ).toBe(0);
    expect((await cli("audit verify", { db })).code).toBe(0);
    const [record, other] = [beside(freshDb(), "ndjson"), freshDb()];
    expect((await cli(`audit export --out "${record}"`, { db })).code).toBe(0);
    expect((await cli(`db restore "${record}" --break-glass`, { db: other })).code).toBe(0);
    expect(await reasons(other, 2)).toEqual([`break-glass: ${"é".repeat(1000)}`]);
  });

  it.each([
    "break-glass",
    "break-glass: ticket 7",
    "BREAK-GLASS",
    "Break-Glass",
    "  break-glass",
    "break‑glass",
    "break–glass",
    "brеak-glass",
    "ｂｒｅａｋ-glass",
    "𝐛reak-glass",
    "breаk-glаss: x",
  ])("cannot be pretended: %s", async (reason) => {
    const db = await guarded();
    const held = document({ users: { erin: { roles: [{ role: "reader", reason }] } } });
    const before = await bytesOf(db);
    for (const argv of [
      ["user", "create", "erin", "--reason", reason],
      ["seed", held],
      ["seed", held, "--break-glass"],
    ]) {
      const { code, stderr } = await cli([...argv, "--actor", "root"], { db });
      expect([code, stderr]).toEqual([2, expect.stringContaining("cannot begin with break-glass")]);
    }
    expect((await cli("user create erin --actor root", { db, env: { RBAC_REASON: reason } })).code).toBe(2);
    expect(await bytesOf(db)).toBe(before);
  });

  it("is a word like any other further on", async () => {
    const db = await guarded();
    expect((await cli("user create erin --actor root --reason 'after the break-glass of monday'", { db })).code).toBe(
      0,
    );
  });

  it.skipIf(ON_SERVER)(
    "is only for whom the file belongs to; root may speak for anybody (a schema: test/store/postgres/schema)",
    async () => {
      const db = await guarded();
      const root = process.getuid?.() === 0;
      const real = process.getuid;
      const before = await bytesOf(db);
      if (root) chownSync(db, 4711, 4711);
      expect((await cli("user create erin --dry-run --break-glass", { db })).code).toBe(0);
      try {
        process.getuid = () => 4712; // Another user, to whom no file here belongs.
        const { code, stderr } = await cli("user create erin --break-glass", { db });
        expect([code, stderr]).toEqual([3, `rbac: --break-glass is for whoever owns ${db}\n`]);
        if (root) process.getuid = () => 4711;
        else if (real) process.getuid = real;
        expect((await cli("user create erin --dry-run --break-glass", { db })).code).toBe(0);
      } finally {
        if (real) process.getuid = real;
      }
      expect(await bytesOf(db)).toBe(before);
    },
  );

  it("is never taken from the environment or a document", async () => {
    const db = await guarded();
    const env = { RBAC_BREAK_GLASS: "1", RBAC_BREAK__GLASS: "true" };
    expect((await cli("user create erin --actor alice", { db, env })).code).toBe(3);
    const path = beside(db, "json");
    writeFileSync(path, JSON.stringify({ rbac: 1, "break-glass": true, users: { erin: {} } }));
    expect((await cli(`seed "${path}" --actor alice`, { db })).code).toBe(2);
  });
});
