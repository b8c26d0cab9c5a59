/** What is longer than the screen goes through the pager that a person names, in a real pseudo-terminal. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { forget, victim } from "../support/attack.ts";
import { describeWith, missingProgram } from "../support/needs.ts";
import { atTerminal, KEY, type Keys, noTerminal, type Sitting } from "../support/terminal.ts";

const USERS = 300;
const nameOf = (at: number) => `user${String(at).padStart(3, "0")}`;
const users = Array.from({ length: USERS }, (_, at) => `${nameOf(at)}: { roles: [reader] }`);
const POLICY = `rbac: 1\npermissions: ["posts:read"]\nroles: { reader: { grants: ["posts:read"] } }\nusers: { ${users.join(", ")} }\n`;

let db = "";
beforeAll(async () => {
  db = await victim(POLICY);
});
afterAll(forget);

/** A pager that says that it began, with its LESS, and shows everything. */
const MARKED = `sh -c 'echo "paged with $LESS"; cat'`;
const FIRST = nameOf(0);
const LAST = nameOf(USERS - 1);

describeWith(noTerminal, "a list longer than the screen", () => {
  const list = (sitting: Sitting, ...more: string[]) => atTerminal(["user", "list", ...more], { db, ...sitting });

  it("goes through the pager whole, with LESS=FRX where that is not set", async () => {
    const { code, screen } = await list({ env: { PAGER: MARKED } });
    expect(code).toBe(0);
    expect(screen).toMatch(new RegExp(`^paged with FRX[^]*${FIRST}[^]*${LAST}`));
    expect((await list({ env: { PAGER: MARKED, LESS: "S" } })).screen).toContain("paged with S");
  });

  it("goes through RBAC_PAGER before PAGER", async () => {
    const { screen } = await list({ env: { PAGER: "false", RBAC_PAGER: MARKED } });
    expect(screen).toContain("paged with");
    expect(screen).toContain(LAST);
  });

  it.each<[what: string, env: Record<string, string>, flags: string[]]>([
    ["with --no-pager", { PAGER: MARKED }, ["--no-pager"]],
    ["with --json", { PAGER: MARKED }, ["--json"]],
    ["with RBAC_FORMAT=json", { PAGER: MARKED, RBAC_FORMAT: "json" }, []],
    ["in CI", { PAGER: MARKED, CI: "1" }, []],
    ["where PAGER is empty", { PAGER: "" }, []],
    ["where PAGER is cat", { PAGER: "cat" }, []],
    ["where no pager is named", {}, []],
  ])("does not %s", async (_, env, flags) => {
    const { code, screen } = await list({ env }, ...flags);
    expect(code).toBe(0);
    expect(screen).not.toContain("paged with");
    expect(screen).toContain(LAST);
  });

  it("is printed as wide as it is where the terminal does not know its size", async () => {
    const { code, screen } = await list({ env: { PAGER: MARKED }, columns: 0, rows: 0 });
    expect(code).toBe(0);
    expect(screen).not.toContain("paged with");
    expect(screen).toMatch(new RegExp(`\\n${LAST}\\W[^\\n]*reader`));
  });

  it("does not where stdout is a pipe", async () => {
    const { code, apart } = await list({ env: { PAGER: MARKED }, apart: ["stdout"] });
    expect([code, apart.stdout?.includes("paged"), apart.stdout?.includes(LAST)]).toEqual([0, false, true]);
  });

  it("is printed where the pager cannot be started, which is one line on stderr", async () => {
    const { code, screen, apart } = await list({ env: { PAGER: "nosuch --pager" }, apart: ["stderr"] });
    expect(code).toBe(0);
    // A folder of the PATH that may not be read makes it EACCES.
    expect(apart.stderr).toMatch(/^the pager nosuch cannot be started \((ENOENT|EACCES)\): printed without it\n$/);
    expect(screen).toContain(LAST);
  });

  it("ends with the pager, exit 0, whether or not all was read", async () => {
    const { code, screen } = await list({ env: { PAGER: "head -n 4" } });
    expect(code).toBe(0);
    expect(screen).toContain(FIRST);
    expect(screen).not.toContain(nameOf(10));
    const stream = await atTerminal(["audit"], { db, env: { PAGER: "head -n 2" } });
    expect([stream.code, stream.signal]).toEqual([0, null]);
  });

  it("keeps the exit code of its answer", async () => {
    const { code, screen } = await atTerminal(["diff", "@2020-01-01", "@1"], { db, env: { PAGER: "head -n 2" } });
    expect([code, screen.includes(nameOf(10))]).toEqual([1, false]);
  });

  it("leaves Ctrl-C to the pager", async () => {
    const pager = `sh -c 'trap "echo heard" INT; cat >/dev/null; echo waiting; sleep 20; echo quit'`;
    const { code, signal, screen } = await list({ env: { PAGER: pager }, keys: [["waiting", KEY.ctrlC]] });
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(screen).toMatch(/heard\n+quit/);
  });
});

describeWith(noTerminal, "what fits the screen", () => {
  it("starts no pager", async () => {
    const sitting = { db, env: { PAGER: MARKED }, rows: 24 };
    const { code, screen } = await atTerminal(["role", "list"], sitting);
    expect(code).toBe(0);
    expect(screen).not.toContain("paged");
    expect(screen).toContain("reader");
  });
});

describeWith(noTerminal ?? missingProgram("less", "--version"), "less", () => {
  it("shows the first screen, lives through Ctrl-C, and ends the list with q", async () => {
    const keys: Keys = [
      [FIRST, KEY.ctrlC],
      [":", "q"],
    ];
    const { code, signal, screen, raw } = await atTerminal(["user", "list"], { db, env: { PAGER: "less" }, keys });
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(screen).not.toContain(LAST);
    expect(screen).not.toMatch(/^ {4}at /m);
    expect(raw).not.toContain("\x1b[?1049h"); // -X: what was read stays there.
  });
});
