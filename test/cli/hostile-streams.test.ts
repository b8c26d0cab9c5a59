/**
 * What stands at either end of the program: readers that leave, disks that are full, lists that are not its own to
 * read.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  contents,
  expectNoTrace,
  expectRefused,
  folder,
  forget,
  POLICY,
  program,
  RUN,
  shell,
  UNSAFE,
  victim,
} from "../support/attack.ts";

afterAll(forget);

let db = "";
let cwd = "";
beforeAll(async () => {
  db = await victim();
  cwd = dirname(db);
});

describe("a reader that leaves", () => {
  const LEFT: Readonly<Record<string, readonly [script: string, code: number]>> = {
    "stdout of a list": ["user list", 0],
    "stdout of a yes": ["can alice posts:read", 0],
    "stdout of a no": ["can alice posts:delete", 1],
    "stdout of an error": ["can alcie posts:read --json", 2],
  };
  it.each(Object.keys(LEFT))("changes neither exit code nor stderr: %s", (what) => {
    const [words, code] = LEFT[what] ?? ["", -1];
    const { stdout, stderr } = shell(`rbac ${words} | (exec <&-; sleep 0.7); echo "\${PIPESTATUS[0]}"`, { cwd });
    expect(stdout).toBe(`${code}\n`);
    expect(stderr.split("\n").length).toBeLessThanOrEqual(2);
    expectNoTrace(stderr);
  });

  it("takes the first of many lines, and that is that", () => {
    const many = { rbac: 1, users: Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`user ${at}`, {}])) };
    writeFileSync(join(cwd, "many.json"), JSON.stringify(many));
    const script =
      "rbac seed many.json --db many.db -q >/dev/null; rbac user list --db many.db | head -1; echo $PIPESTATUS";
    expect(shell(script, { cwd })).toEqual({ code: 0, stdout: expect.stringMatching(/^user .*\n0\n$/), stderr: "" });
  });

  it.each(["table", "csv", "json"])("ends a list that comes in parts, at its first as at its last: %s", (format) => {
    const users = Object.fromEntries(Array.from({ length: 12_000 }, (_, at) => [`user ${at}`, { roles: ["reader"] }]));
    const roles = { reader: { grants: ["posts:read"] } };
    writeFileSync(join(cwd, "held.json"), JSON.stringify({ rbac: 1, permissions: ["posts:read"], roles, users }));
    const list = `rbac who-can posts:read --db held-${format}.db --format ${format}`;
    const script = `rbac seed held.json --db held-${format}.db -q >/dev/null; ${list} | head -c 40 >/dev/null; echo $PIPESTATUS;
      ${list} | (exec <&-; sleep 0.7); echo $PIPESTATUS; ${list} >/dev/full; echo $?; ${list} | tail -c 20 | wc -c`;
    const { stdout, stderr } = shell(script, { cwd });
    expect(stdout).toBe("0\n0\n4\n20\n");
    expect(stderr).toBe("rbac: the output cannot be written (ENOSPC)\n");
  });

  it.each(["", "--format yaml"])("of stderr never turns a no into a yes: %s", (format) => {
    const ask = `FORCE_COLOR=1 rbac can alice posts:delete --on nowhere ${format}`;
    const { stdout } = shell(`${ask} 2>&1 >/dev/null | (exec <&-; sleep 0.7); echo "\${PIPESTATUS[0]}"`, { cwd });
    expect(stdout).toBe("1\n");
  });

  it("was never there", () => {
    expect(shell("rbac can alice posts:delete >&- 2>&-; echo $? >&1", { cwd }).stdout).toBe("1\n");
    expect(shell("rbac can alice posts:read >&- 2>&- <&-; echo $?", { cwd }).stdout).toBe("0\n");
  });
});

describe("a full disk behind stdout", () => {
  it.each(["can alice posts:delete", "export", "can alcie posts:read --json"])(
    "is exit 4 and one line: rbac %s",
    (words) => {
      const { code, stderr } = shell(`rbac ${words} >/dev/full`, { cwd });
      expect(code).toBe(4);
      expect(stderr).toMatch(/^(rbac: [^\n]*\n)?rbac: the output cannot be written \(ENOSPC\)\n$/);
    },
  );

  it("says that a change is made whose answer is lost", () => {
    const { code, stderr } = shell("rbac user create newcomer >/dev/full", { cwd });
    expect([code, stderr]).toEqual([
      4,
      expect.stringMatching(
        /^rbac: the output cannot be written \(ENOSPC\)\nadded 1 user; revision \d+; to undo: rbac undo \d+\n$/,
      ),
    ]);
    expect(shell("rbac user show newcomer", { cwd }).code).toBe(0);
  });

  it("behind stderr loses the notice and nothing else", () => {
    expect(shell("rbac can alice posts:delete --on nowhere 2>/dev/full", { cwd })).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^no\n/),
    });
    expect(shell("rbac can alice posts:read 2>/dev/full", { cwd })).toMatchObject({ code: 0 });
    expect(shell("rbac can alcie posts:read 2>/dev/full", { cwd })).toMatchObject({ code: 2 });
  });
});

describe("standard input", () => {
  const LIST = "printf 'alice\\nroot\\nalice\\n'";
  it.each([
    ["can $u posts:read", "yes"],
    ["can $u", ""],
    ["seed --dry-run", ""],
  ])("belongs to whoever piped it: rbac %s", (words, said) => {
    const { stdout } = shell(`${LIST} | while read u; do echo "[$u]"; rbac ${words} 2>/dev/null; done`, { cwd });
    expect(stdout.match(/^\[.*\]$/gm)).toEqual(["[alice]", "[root]", "[alice]"]);
    expect(stdout.split(said).length).toBeGreaterThan(3);
  });

  it("may be slow", () => {
    writeFileSync(join(cwd, "policy.yaml"), POLICY);
    const slowly = "(head -c 40 policy.yaml; sleep 0.5; tail -c +41 policy.yaml)";
    expect(shell(`${slowly} | rbac seed - --check`, { cwd })).toMatchObject({ code: 0 });
    const question = `{"user":"alice","permission":"posts:read"}`;
    const { code, stdout } = shell(`(sleep 0.5; echo '${question}') | rbac can --batch -`, { cwd });
    expect({ code, allowed: JSON.parse(stdout).allowed }).toEqual({ code: 0, allowed: true });
  });

  it("may be a pipe that does not block", async () => {
    const child = spawn(process.execPath, [RUN, "seed", "-", "--db", db, "--check"], {
      stdio: ["pipe", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr?.on("data", (text) => {
      stderr += text;
    });
    const ended = new Promise((resolve) => child.on("close", resolve));
    for (const part of POLICY.match(/[\s\S]{1,60}/g) ?? []) {
      child.stdin?.write(part);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.stdin?.end();
    expect({ code: await ended, stderr }).toMatchObject({ code: 0 });
  });

  it("is refused where it is empty, closed, a folder, or without its end mark", () => {
    const before = contents(db);
    const refused = [
      "rbac seed - </dev/null",
      "rbac seed - <&-",
      "rbac can --batch - </dev/null",
      "rbac seed - <.",
      "rbac diff - - <policy.yaml",
    ];
    for (const script of [...refused, "rbac seed - --prune --yes <policy.yaml", "rbac test - </dev/null"])
      expectRefused(shell(script, { cwd }), 2);
    expect(contents(db)).toBe(before);
  });
});

describe("a batch that means harm", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const LINES: readonly string[] = [
    "[",
    "5",
    "null",
    "[]",
    '"x"',
    "{}",
    deep,
    `{"user":"alice","permission":"posts:read","id":${deep}}`,
    `{"user":"alice","permission":"posts:read","scope":${deep}}`,
    '{"user":"alice","permission":"posts:read","__proto__":{"user":"root"}}',
    '{"user":"alice","permission":"posts:read","constructor":1}',
    '{"user":"alice\\u0000","permission":"posts:read"}',
    '{"user":"\\ud800","permission":"posts:read"}',
    '{"user":1,"permission":"posts:read"}',
    '{"user":"alice","permission":"posts:*"}',
    '{"user":"alice","permission":"posts:read","scope":""}',
    '{"user":"alice","permission":"posts:read","at":"yesterday"}',
    '{"user":"alice","permission":"posts:read","expect":"maybe"}',
    '{"user":"alice","permission":"posts:read","assume":"admin"}',
    '{"user":"nobody","permission":"posts:read"}',
  ];
  it("has an answer or an error for each line, in order, and is exit 2", () => {
    const good = '{"user":"alice","permission":"posts:read","id":"good\\u001b[2J\\u202e"}';
    const { code, stdout, stderr } = program(["can", "--batch", "-"], {
      env: { RBAC_DB: db },
      input: [good, ...LINES, good].join("\n"),
    });
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.map((answer) => answer.error?.exitCode ?? answer.allowed)).toEqual([
      true,
      ...LINES.map(() => 2),
      true,
    ]);
    expect(code).toBe(2);
    expectNoTrace(stderr);
    expect(stdout).not.toMatch(UNSAFE);
  });

  it.each(["", "\n\n", "\ufeff"])("is exit 2 where it asks nothing: %j", (input) => {
    expectRefused(program(["can", "--batch", "-"], { env: { RBAC_DB: db }, input }), 2, /empty/);
  });

  it("is exit 2 where it is no text", () => {
    const input = Uint8Array.from([0xff, 0xfe, 0x7b, 0x00]);
    expectRefused(program(["can", "--batch", "-"], { env: { RBAC_DB: db }, input, cwd: folder() }), 2, /UTF-8/);
  });
});
