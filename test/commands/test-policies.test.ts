/** `rbac test`: refused changes, coverage, mutants, suggestions and minimums, of documents and of a database. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cli, freshDb } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";

const POLICY = `rbac: 1
permissions: [posts:read, posts:update, pay:create, pay:approve, rbac:assignment, rbac:escalate]
roles:
  author: { grants: [posts:read, posts:update:own] }
  editor: { inherits: [author], grants: [posts:update] }
  clerk: { grants: [pay:create] }
  boss: { grants: [pay:approve] }
  root: { grants: ["*"] }
  helper: { grants: [rbac:assignment] }
users:
  ann: { roles: [editor, clerk] }
  hal: { roles: [helper] }
  zoe: { roles: [root] }
constraints:
  four-eyes: { kind: ssd, roles: [clerk, boss], limit: 2 }
guarded: true
`;
const policy = fileWith(POLICY, "policy.yaml");
const testsFile = (...lines: string[]) =>
  fileWith(["rbac: 1", "tests:", ...lines.map((line) => `  - ${line}`), ""].join("\n"), "tests.yaml");
const run = (tests: string, flags = "", db?: string) =>
  cli(`test "${policy}" "${tests}" ${flags}`, db === undefined ? {} : { db });
const PASSING = testsFile(
  "{ user: ann, can: [posts:read] }",
  "{ user: ann, assign: boss, refused: four-eyes }",
  "{ user: ann, assign: [boss, root], scope: acme, refused: true }",
  "{ actor: hal, user: ann, assign: boss, scope: acme, refused: guard }",
  "{ actor: hal, user: zoe, revoke: root, refused: guard }",
  "{ actor: zoe, user: hal, assign: boss }",
  "{ actor: zoe, user: ann, revoke: clerk }",
);

describe("refused changes", () => {
  it("pass where the change would be refused for that reason, of documents and of a database", async () => {
    const db = freshDb();
    expect((await cli(["seed", policy], { db })).code).toBe(0);
    const alone = await run(PASSING, "--json --coverage --mutate");
    expect(alone).toMatchObject({ code: 0, stderr: "" });
    expect(await run(PASSING, "--live --json --coverage --mutate", db)).toEqual(alone);
    expect((await cli("assign hal boss --as zoe", { db })).code).toBe(0);
  });

  it("fail where another reason, or none, would refuse it, in words", async () => {
    const tests = testsFile(
      "{ user: hal, assign: boss, refused: four-eyes }",
      "{ user: ann, assign: boss }",
      "{ actor: zoe, user: hal, assign: clerk, refused: guard }",
      "{ user: ann, revoke: clerk, refused: true }",
    );
    const { code, stdout } = await run(tests);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "assign boss to hal: refused by four-eyes: expected four-eyes to refuse it: it would be taken",
    );
    expect(stdout).toMatch(
      /assign boss to ann: taken: expected it to be taken: it would be refused: this would break .*"four-eyes" \(ssd\)/,
    );
    expect(stdout).toContain("assign clerk to hal by zoe: refused by guard: expected guard to refuse it: it would be");
    expect(stdout).toContain("0 passed, 4 failed");
    const outcomes = JSON.parse((await run(tests, "--json")).stdout).tests as {
      expected: string;
      refusedBy: string[];
    }[];
    expect(outcomes.map(({ expected, refusedBy }) => [expected, refusedBy])).toEqual([
      ["assign", []],
      ["assign", ["four-eyes"]],
      ["assign", []],
      ["revoke", []],
    ]);
  });

  it("by the guard are none by a constraint that is called guard", async () => {
    const open = POLICY.replace("guarded: true\n", "").replace("four-eyes:", "guard:");
    const tests = testsFile("{ actor: zoe, user: ann, assign: boss, refused: guard }");
    expect((await cli(`test "${fileWith(open, "open.yaml")}" "${tests}"`)).code).toBe(1);
  });

  it.each([
    ["{ user: ann, assign: bos }", "ROLE_NOT_FOUND"],
    ["{ user: anne, assign: boss }", "USER_NOT_FOUND"],
    ["{ user: ann, assign: boss, refused: two-eyes }", "CONSTRAINT_NOT_FOUND"],
    ["{ user: ann, actor: hall, assign: boss, refused: guard }", "USER_NOT_FOUND"],
    ["{ user: ann, assign: boss, refused: guard }", "KEY_MISSING"],
    ["{ assign: boss }", "KEY_MISSING"],
    ["{ user: ann, assign: [] }", "KEY_MISSING"],
    ["{ user: ann, assign: boss, revoke: clerk }", "SAID_TWICE"],
    ["{ user: ann, assign: boss, can: [posts:read] }", "KEY_UNKNOWN"],
    ["{ user: ann, can: [posts:read], refused: true }", "KEY_UNKNOWN"],
  ])("%s is exit 2 at its line", async (line, code) => {
    const { code: exit, stdout } = await run(testsFile("{ user: ann, can: [posts:read] }", line), "--json");
    const { error } = JSON.parse(stdout) as { error: { problems: { code: string; line: number }[] } };
    expect([exit, error.problems.map((one) => [one.code, one.line])]).toEqual([2, [[code, 4]]]);
  });
});

describe("--coverage", () => {
  it("counts what lies on a path that decided, and lists the rest by place", async () => {
    const { code, stdout } = await run(PASSING, "--coverage --json");
    const { coverage } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(coverage.inheritance).toEqual({ elements: 1, touched: 1, critical: 1 });
    expect(coverage.constraints).toEqual({ elements: 1, touched: 1, critical: 1 });
    expect(coverage.untouched).toContainEqual({ file: policy, line: 6, element: "grant clerk pay:create" });
  });

  it("with a minimum is exit 1 below it, and without any test", async () => {
    expect((await run(PASSING, "--min-coverage 10")).code).toBe(0);
    const below = await run(PASSING, "--min-coverage 99");
    expect([below.code, below.stdout.trimEnd().split("\n").at(-1)]).toEqual([
      1,
      expect.stringMatching(/^coverage \d+ % is below 99 %$/),
    ]);
    expect((await cli(`test "${policy}"`)).code).toBe(0);
    for (const minimum of ["--min-coverage 0", "--min-score 0"]) {
      const { code, stdout } = await cli(`test "${policy}" ${minimum}`);
      expect([code, stdout.trimEnd().split("\n").at(-1)]).toEqual([1, "there are no tests"]);
    }
  });

  it("as lcov has each line that states something, with parts of lines as branches", async () => {
    const file = fileWith("", "trace.info");
    expect((await run(PASSING, `--report lcov=${file}`)).code).toBe(0);
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(
      /^(TN:\nSF:.+\n(BRDA:\d+,\d+,\d+,\d+\n)*(BRF:\d+\nBRH:\d+\n)?(DA:\d+,\d+\n)+LF:\d+\nLH:\d+\nend_of_record\n)+$/,
    );
    const counted = (tag: string) => Number(new RegExp(`^${tag}:(\\d+)$`, "m").exec(text)?.[1]);
    const lines = [...text.matchAll(/^DA:(\d+),(\d+)$/gm)].map(([, line, hits]) => [Number(line), Number(hits)]);
    expect(lines).toContainEqual([6, 0]);
    expect(lines.map(([line]) => line)).toEqual(lines.map(([line]) => line).sort((a = 0, b = 0) => a - b));
    expect([counted("LF"), counted("LH")]).toEqual([lines.length, lines.filter(([, hits]) => hits !== 0).length]);
    expect(text).toMatch(/BRDA:4,0,0,[1-9]\d*\nBRDA:4,0,1,0\n/);
  });
});

describe("--mutate", () => {
  it("names each survivor with the test that kills it; with all of them the score is 100", async () => {
    const first = await run(PASSING, "--mutate --json");
    const { mutants } = JSON.parse(first.stdout);
    expect(mutants.survivors.length).toBeGreaterThan(3);
    expect(mutants.killed + mutants.equivalent + mutants.survivors.length).toBe(mutants.all);
    expect(mutants.survivors[0]).toMatchObject({ kind: "widen-permission", file: policy, line: expect.any(Number) });
    const suggested = await run(PASSING, "--suggest");
    const more = fileWith(suggested.stdout, "more.yaml");
    expect(await cli(`test "${policy}" "${PASSING}" "${more}" --min-score 100`)).toMatchObject({ code: 0 });
    expect((await run(PASSING, "--min-score 100")).code).toBe(1);
    const below = await run(PASSING, "--suggest --min-score 100 --min-coverage 99");
    expect(below).toMatchObject({ code: 1, stdout: suggested.stdout });
    expect(below.stderr).toMatch(/coverage \d+ % is below 99 %\n.*the score \d+ % is below 100 %\n/);
  });
});
