/** On a terminal a person is asked; anywhere else nobody is. A pseudo-terminal is opened by python3. */
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { contents, expectRefused, forget, program, RUN, raw, UNSAFE, victim } from "../support/attack.ts";
import { describeWith, missingProgram } from "../support/needs.ts";
import { TYPIST } from "../support/typist.ts";

afterAll(forget);

type Keys = readonly (readonly [shown: string, keys: string])[];

interface Sitting {
  readonly keys?: Keys;
  readonly env?: Readonly<Record<string, string>>;
  readonly to?: "terminal" | "pipe" | "no stdin" | "no stderr";
}

function typed(db: string, argv: readonly string[], { keys = [], env = {}, to = "terminal" }: Sitting = {}) {
  const { PATH, XDG_CACHE_HOME } = process.env;
  const all = { PATH, XDG_CACHE_HOME, HOME: "/", TERM: "xterm", RBAC_DB: db, ...env };
  const input = JSON.stringify({ argv: [process.execPath, RUN, ...argv], env: all, cwd: dirname(db), keys, to });
  const { stdout, stderr } = spawnSync("python3", ["-c", TYPIST], { input, encoding: "utf8" });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as { code: number; screen: string; unsent: number };
}

const ENTER = "\r";
const CTRL_C = "\x03";

const noTerminal = missingProgram("python3", "-c", "import pty");

describeWith(noTerminal, "a person at a terminal", () => {
  it("chooses what is missing from what there is", async () => {
    const db = await victim();
    const user: Keys = [
      ["Which user?", "root"],
      ["❯ root", ENTER],
    ];
    const permission: Keys = [
      ["Which permission?", "read"],
      ["❯ posts:read", ENTER],
    ];
    expect(typed(db, ["can"], { keys: [...user, ...permission] })).toMatchObject({ code: 0, unsent: 0 });
    const role: Keys = [
      ["Which role?", "reader"],
      ["❯ reader", ENTER],
    ];
    expect(typed(db, ["assign", "root"], { keys: role, to: "pipe" })).toMatchObject({ code: 0, unsent: 0 });
    expect(contents(db)).toContain('["root","reader","",null,null,2]');
  });

  it("may leave: 130, and nothing is changed", async () => {
    const db = await victim();
    const before = contents(db);
    for (const [argv, shown] of [
      [["assign", "alice"], "Which role?"],
      [["role", "delete", "reader"], "(y/N)"],
    ] as const)
      expect(typed(db, argv, { keys: [[shown, CTRL_C]] })).toMatchObject({ code: 130, unsent: 0 });
    expect(contents(db)).toBe(before);
  });

  it("must mean it: Enter alone is no", async () => {
    const db = await victim();
    const before = contents(db);
    expect(typed(db, ["role", "delete", "reader"], { keys: [["(y/N)", ENTER]] })).toMatchObject({ code: 3, unsent: 0 });
    expect(contents(db)).toBe(before);
    expect(typed(db, ["role", "delete", "reader"], { keys: [["(y/N)", `y${ENTER}`]] })).toMatchObject({
      code: 0,
      unsent: 0,
    });
    expect(program(["role", "show", "reader", "--db", db]).code).toBe(2);
  });

  it("is not asked for what no list can hold: a new name, or one where there are none", async () => {
    const db = await victim();
    expect(typed(db, ["user", "create"])).toMatchObject({ code: 2, screen: expect.stringMatching(/missing argument/) });
    expect(typed(db, ["role", "rename", "reader"])).toMatchObject({ code: 2 });
    const empty = await victim("rbac: 1\n");
    expect(typed(empty, ["can"])).toMatchObject({ code: 2, screen: expect.stringMatching(/missing argument/) });
  });

  it("is shown no name that steers the terminal", async () => {
    const db = await victim();
    const file = raw(db);
    file.exec(
      "insert into users (\"user\", email, name, disabled, skeleton, revision) values (char(27) || '[2Jevil' || char(8238), null, null, 0, 'evil', 1)",
    );
    file.close();
    const { screen } = typed(db, ["user", "show"], { keys: [["❯ \\x1b[2Jevil", ENTER]] });
    expect(screen).toContain("\\x1b[2Jevil");
    expect(screen).not.toContain("\x1b[2Jevil");
    expect(screen).not.toContain("\u202e");
    expect(screen).toMatch(UNSAFE); // The prompt's own: proof that the pattern can find something.
  });
});

describe("nobody is asked", () => {
  const SILENT: Readonly<Record<string, { argv?: readonly string[] } & Sitting>> = {
    "--no-input": { argv: ["--no-input"] },
    "--json": { argv: ["--json"] },
    "RBAC_FORMAT=json": { env: { RBAC_FORMAT: "json" } },
    CI: { env: { CI: "true" } },
    "standard input is no terminal": { to: "no stdin" },
    "stderr is no terminal": { to: "no stderr" },
  };
  describeWith(noTerminal, "at a terminal", () => {
    it.each(Object.keys(SILENT))("%s", async (how) => {
      const db = await victim();
      const before = contents(db);
      const { argv = [], ...sitting } = SILENT[how] ?? {};
      for (const [command, code] of [
        [["assign", "alice"], 2],
        [["role", "delete", "reader"], 3],
      ] as const) {
        const { screen, ...result } = typed(db, [...command, ...argv], sitting);
        expect({ command, code: result.code }).toEqual({ command, code });
        expect(screen).not.toMatch(/Which|y\/N/);
      }
      expect(contents(db)).toBe(before);
    });
  });

  it("in a pipe, whatever it says", async () => {
    const db = await victim();
    const before = contents(db);
    const ask = (...argv: string[]) => program([...argv, "--db", db], { input: "y\ny\nalice\n" });
    const { stderr, ...refused } = ask("role", "delete", "reader");
    const [error = "", ...going] = stderr.trimEnd().split("\n").reverse();
    expect(going).toEqual(expect.arrayContaining(["- role reader", "- assignment alice reader"]));
    expectRefused({ ...refused, stderr: `${error}\n` }, 3, /--yes/);
    expectRefused(ask("assign", "alice"), 2, /missing argument ROLES/);
    expectRefused(ask("can"), 2, /missing argument USER/);
    expect(contents(db)).toBe(before);
  });
});
