/** `rbac test --report`: written whatever the result is, and nothing of the answer changes by it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { BLOG } from "../support/blog.ts";
import { cli } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";

const tested = (...tests: object[]) => fileWith(JSON.stringify({ ...BLOG, tests }), "blog.json");
const PASSING = tested({ user: "alice", can: ["posts:read"] });
const FAILING = tested({ user: "alice", can: ["posts:read"], cannot: ["posts:publish"], has: ["admin"] });
const FAULTY = fileWith("rbac: 1\nroles: [1, 2]\nrolls: {}\n", "faulty.yaml");
const KINDS = ["junit", "tap", "json", "github"];

/** Runs the tests of a file with every report. */
async function reported(file: string) {
  const folder = dirname(fileWith("", "empty"));
  const flags = KINDS.map((kind) => `--report ${kind}=${folder}/${kind}`).join(" ");
  const result = await cli(`test "${file}" ${flags}`);
  const reports = KINDS.map((kind) => [kind, readFileSync(join(folder, kind), "utf8")] as const);
  return { result, folder, reports: Object.fromEntries(reports) as Readonly<Record<string, string>> };
}

const PUBLISH = "expected no, got yes: assigned editor, which grants posts:publish";
const ADMIN = "expected yes, got no: alice does not hold admin";

describe("reports", () => {
  it.each([PASSING, FAILING, FAULTY, "missing.yaml"])("do not change the answer: %s", async (file) => {
    const { result, folder } = await reported(file);
    expect(result).toEqual(await cli(`test "${file}"`));
    expect(readdirSync(folder).sort()).toEqual(["empty", ...KINDS].sort());
  });

  it("tell of what failed, in words", async () => {
    const { reports } = await reported(FAILING);
    expect(reports.junit).toContain('tests="3" failures="2" errors="0"');
    expect(reports.junit).toContain(
      `name="alice cannot posts:publish" file="${FAILING}" line="1"><failure message="${PUBLISH}"/>`,
    );
    expect(reports.tap).toContain(
      `\nnot ok 3 - alice has admin\n  ---\n  message: "${ADMIN}"\n  file: "${FAILING}"\n  line: 1\n  ...\n`,
    );
    expect(reports.github?.split("\n")).toEqual([
      `::error file=${FAILING},line=1,title=rbac test::alice cannot posts:publish: ${PUBLISH}`,
      `::error file=${FAILING},line=1,title=rbac test::alice has admin: ${ADMIN}`,
      "",
    ]);
    expect(reports.json).toBe((await cli(`test "${FAILING}" --json`)).stdout);
    const { tests } = JSON.parse(reports.json ?? "") as { tests: { failure: string | null; reason: string }[] };
    expect(tests.map(({ failure, reason }) => [reason, failure])).toEqual([
      ["allow", null],
      ["allow", PUBLISH],
      ["none", ADMIN],
    ]);
  });

  it("tell of every fault of a document, at its place", async () => {
    const { result, reports } = await reported(FAULTY);
    expect(result.code).toBe(2);
    const { error } = JSON.parse(reports.json ?? "") as {
      error: { problems: { line: number; column: number; message: string }[] };
    };
    expect(error.problems.length).toBeGreaterThan(1);
    expect(reports.github?.trimEnd().split("\n")).toEqual(
      error.problems.map(({ line, column, message }) => {
        return `::error file=${FAULTY},line=${line},col=${column},title=rbac test::${message}`;
      }),
    );
    expect(reports.junit).toContain(`tests="${error.problems.length}" failures="0" errors="${error.problems.length}"`);
    expect(reports.tap).toMatch(/^not ok 1 - \w+ at \d+:\d+$/m);
  });

  it("tell of a run that could not begin", async () => {
    const { result, reports } = await reported("missing.yaml");
    expect(result.code).toBe(2);
    expect(reports.github).toBe("::error title=rbac test::cannot read missing.yaml: there is no such file\n");
    expect(JSON.parse(reports.json ?? "")).toMatchObject({ error: { code: "FILE_UNREADABLE", exitCode: 2 } });
  });

  it("name tests apart that differ in their session, their time or their owner only", async () => {
    const test = { user: "alice", cannot: ["posts:publish"] };
    const apart = [
      {},
      { activate: ["editor"] },
      { assume: ["admin"] },
      { at: "2026-01-01T00:00:00Z" },
      { owner: "bob" },
    ];
    const { reports } = await reported(tested(...apart.map((more) => ({ ...test, ...more }))));
    const named = [...(reports.junit ?? "").matchAll(/<testcase[^>]* name="([^"]*)"/g)].map(([, name]) => name);
    expect(new Set(named).size).toBe(apart.length);
  });

  it("are printed before the answer by github without a file, also with --quiet", async () => {
    const { code, stdout } = await cli(`test "${FAILING}" --report github`);
    const annotations = stdout.split("\n").filter((line) => line.startsWith("::"));
    expect([code, annotations.length]).toEqual([1, 2]);
    expect(stdout).toBe(`${annotations.join("\n")}\n${(await cli(`test "${FAILING}"`)).stdout}`);
    expect(await cli(`test "${FAILING}" --report github --quiet`)).toEqual({
      code: 1,
      stdout: `${annotations.join("\n")}\n`,
      stderr: "",
    });
  });

  it("leave the old file where the new one cannot be written", async () => {
    const folder = dirname(fileWith("old", "old"));
    mkdirSync(join(folder, "taken"));
    const { code, stdout, stderr } = await cli(`test "${FAILING}" --report junit=${folder}/taken`);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("is not a regular file");
    expect(readdirSync(folder).sort()).toEqual(["old", "taken"]);
    writeFileSync(join(folder, "old.xml"), "old");
    await cli(`test "${PASSING}" --report junit=${folder}/old.xml`);
    expect(readFileSync(join(folder, "old.xml"), "utf8")).toMatch(/^<\?xml[\s\S]*<\/testsuites>\n$/);
  });
});

describe("a report that cannot be meant", () => {
  it.each([
    [
      "--report junti=a.xml",
      '--report: there is no kind of report "junti"; there are junit, tap, json, lcov, github; did you mean "junit"?',
    ],
    ["--report junit", "--report: junit needs a file: junit=FILE"],
    ["--report junit=", "--report: junit= names no file; is a shell variable unset?"],
    ["--report ''", '--report: there is no kind of report ""; there are junit, tap, json, lcov, github'],
    ["--report junit=a --report tap=a", "two reports would go to a"],
    ["--report github --report github", "two reports would go to standard output"],
    ["--report github --format csv", "--report github and --format csv would both be printed: name a file for one"],
  ])("%s", async (flags, message) => {
    const { code, stdout, stderr } = await cli(`test "${PASSING}" ${flags}`);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: `rbac: ${message}\n` });
    expect(existsSync("a")).toBe(false);
  });

  it("is one document of JSON where JSON is asked for", async () => {
    const { code, stdout } = await cli(`test "${PASSING}" --report github --json`);
    expect([code, JSON.parse(stdout).error.code]).toEqual([2, "USAGE"]);
  });
});
