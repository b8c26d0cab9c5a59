/**
 * Names that were written past our rules, by raw SQL: whatever they hold, it never reaches a terminal or a pipe raw.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { file, forget, POLICY, raw, UNSAFE, victim } from "../support/attack.ts";
import { cli } from "../support/cli.ts";

afterAll(forget);

/** Clears the screen, sets the title, turns text around, hides, breaks lines, rings. */
const EVIL = "ev\x1b[2J\x1b]0;title\x07\x9b31m\u202e\u2066\u200b\ufeff\r\b\0\x7f\u0085\nil\u2028\u2029\u{e0041}x";

const TABLES: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  users: [[EVIL, EVIL, EVIL, 0, EVIL, 1, EVIL]],
  roles: [[EVIL, EVIL, EVIL, 1, EVIL]],
  permissions: [[`${EVIL}:${EVIL}`, EVIL, EVIL, 1, EVIL]],
  inheritance: [["reader", EVIL, 1]],
  grants: [
    [EVIL, "allow", `${EVIL}:${EVIL}`, EVIL, 1],
    [EVIL, "allow", "posts:read", "", 1],
    [EVIL, "deny", "posts:read", EVIL, 1],
  ],
  everyone: [[EVIL, 1]],
  assignments: [
    [EVIL, EVIL, EVIL, EVIL, null, 1],
    ["alice", EVIL, "", null, EVIL, 1],
  ],
  formers: [["user", "alice", EVIL, 1]],
};

const CHANGE = { kind: "user.add", user: EVIL, before: null, after: { email: EVIL, name: EVIL, disabled: false } };

async function poisoned(): Promise<string> {
  const db = await victim();
  const file = raw(db);
  file.pragma("foreign_keys = off");
  for (const [table, rows] of Object.entries(TABLES)) {
    for (const row of rows) file.prepare(`insert into ${table} values (${row.map(() => "?").join(", ")})`).run(row);
  }
  file
    .prepare(
      `insert into entries select seq + 1, revision, $evil, $evil, $evil, $evil, $change, 'user.add', $evil, $evil, $evil,
       $evil, $evil, $evil, $evil from entries order by seq desc limit 1`,
    )
    .run({ evil: EVIL, change: JSON.stringify(CHANGE) });
  file.close();
  return db;
}

const COMMANDS: readonly (readonly string[])[] = [
  ["user", "list"],
  ["role", "list"],
  ["permission", "list"],
  ["user", "show", "alice"],
  ["role", "show", "reader"],
  ["role", "tree"],
  ["permission", "show", "posts:read"],
  ["can", "alice", "posts:read"],
  ["can", "alice", "posts:reed"],
  ["why", "alice", "posts:read"],
  ["why", "alice", "posts:delete"],
  ["has", "alice", "admin"],
  ["permissions", "alice"],
  ["permissions", "--role", "reader"],
  ["who-can", "posts:read"],
  ["matrix"],
  ["matrix", "--users"],
  ["audit"],
  ["audit", "verify"],
  ["audit", "head"],
  ["history", "alice"],
  ["expiring"],
  ["who-can", "posts:read", "--since", "1h"],
  ["assign", "evil", "reader", "--dry-run"],
  ["diff", file("policy.yaml", POLICY)],
  ["role", "delete", "reader"],
  ["role", "delete", "reader", "--dry-run"],
  ["user", "rename", "alice", "alison", "--dry-run"],
  ["seed", file("policy.yaml", POLICY), "--prune"],
  ["seed", file("policy.yaml", POLICY), "--prune", "--dry-run"],
];

const EXPORTS = ["yaml", "json", "ndjson", "csv", "markdown"].map((format) => ["export", "--format", format]);

describe("a name that no rule let in", () => {
  let db = "";
  beforeAll(async () => {
    db = await poisoned();
  });

  const all = [
    ...COMMANDS.flatMap((argv) => ["table", "json", "yaml", "csv"].map((format) => [...argv, "--format", format])),
    ...EXPORTS,
  ];
  it.each(all.map((argv) => [argv.join(" "), argv] as const))("is shown, never obeyed: rbac %s", async (_, argv) => {
    const { code, stdout, stderr } = await cli(argv, { db });
    expect(code, stderr).toBeLessThan(5);
    expect(stderr).not.toMatch(UNSAFE);
    expect(stdout.replaceAll("\r\n", "\n")).not.toMatch(UNSAFE);
  });

  it("stays readable in JSON: what was stored is what a program reads", async () => {
    const { stdout } = await cli(["user", "list", "--json"], { db });
    expect(JSON.parse(stdout).users.map(({ user }: { user: string }) => user)).toContain(EVIL);
  });
});

describe("what an error repeats", () => {
  it.each([
    ["user", "show", "--", EVIL],
    [EVIL],
    ["user", EVIL],
    ["user", "list", `--${EVIL}`],
    [`--${EVIL}`, "user", "list"],
    ["user", "list", "--db", EVIL.replaceAll("\0", "")],
    ["user", "list", "--format", EVIL],
    ["seed", EVIL.replaceAll("\0", "")],
    ["seed", "a\0b"],
    ["user", "list", "--db", "a\0b"],
    ["seed", file("p.yaml", `rbac: 1\nroles: { ${JSON.stringify(EVIL)}: {} }\n`)],
    ["seed", file("p.yaml", "rbac: 1\n? \x1b[2J\u202e\n: {}\n")],
    ["seed", file("p.yaml", "rbac: 1\nroles: !\x1b[2J {}\n")],
    ["seed", file("p.json", JSON.stringify({ rbac: 1, [EVIL]: 1 }))],
    ["seed", file("p.csv", `user,${EVIL.replaceAll("\n", "")}\na,b\n`)],
    ["audit", "--kind", EVIL],
    ["audit", "--since", EVIL],
    ["undo", EVIL],
  ])("is shown as it can be: %j", async (...argv) => {
    for (const more of [[], ["--json"]]) {
      const { code, stdout, stderr } = await cli([...argv, ...more], { db: more.length > 0 ? await victim() : "" });
      expect([2, 4]).toContain(code);
      expect(stderr).toMatch(/^(rbac: [^\n]+\n)+$/);
      expect(stderr + stdout).not.toMatch(UNSAFE);
    }
  });
});

describe("a cell that a spreadsheet would run", () => {
  it.each(["=1+1", "+1", "-1+1", "@SUM(A1)", '=cmd|"/c calc"!A1'])("is text: %s", async (formula) => {
    const db = await victim();
    const told = await cli(["user", "set", "alice", `--name=${formula}`], { db });
    expect(told.code, told.stderr).toBe(0);
    const { stdout } = await cli(["user", "list", "--format", "csv"], { db });
    expect(stdout).toContain(`'${formula.replaceAll('"', '""')}`);
    expect(stdout).not.toMatch(/(^|,)"?[=+\-@]/m);
  });
});
