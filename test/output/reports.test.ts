/** Reports for machines: whatever stands in names, files and answers, their readers get it back, and nothing else. */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REPORTS } from "../../src/output/reports/kinds.ts";
import type { Report, ReportCase } from "../../src/output/reports/report.ts";
import { sanitize } from "../../src/output/sanitize.ts";
import { nameFault } from "../../src/policy/model/names.ts";
import { describeWith, missingProgram } from "../support/needs.ts";

const report = (...cases: ReportCase[]): Report => ({ title: "rbac test", cases, json: { passed: 1 } });

/** Names as users may have them, with what some format or shell reads as its own. */
const names = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
    fc
      .array(
        fc.constantFrom(
          "#",
          "\\",
          " # SKIP",
          "%",
          "%0A",
          "::error",
          ",",
          ":",
          "<",
          ">",
          "&amp;",
          '"',
          "'",
          "]]>",
          "é",
          "李",
        ),
        { minLength: 1, maxLength: 6 },
      )
      .map((parts) => parts.join("")),
  )
  .map((text) => text.normalize("NFC"))
  .filter((text) => nameFault(text) === undefined);
const files = fc.string({ unit: "binary", minLength: 1, maxLength: 12 });
const cases: fc.Arbitrary<ReportCase> = fc
  .record({
    name: names,
    file: files,
    line: fc.nat(),
    failure: fc.option(names, { nil: undefined }),
    isError: fc.boolean(),
  })
  .map(({ failure, ...one }) => ({ ...one, ...(failure !== undefined && { failure }) }));

/** Reads JUnit as any reader would: with a parser of XML that is not ours. */
const READER = `
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
print(json.dumps([root.attrib, [
  [suite.attrib, [[case.attrib, [[child.tag, child.attrib] for child in case]] for case in suite]]
  for suite in root]]))`;

type Attributes = Readonly<Record<string, string>>;
type Case = readonly [Attributes, readonly (readonly [tag: string, Attributes])[]];

function readJunit(text: string): [Attributes, [Attributes, Case[]][]] {
  const { stdout, stderr } = spawnSync("python3", ["-c", READER], { input: text, encoding: "utf8" });
  if (stderr) throw new Error(stderr);
  return JSON.parse(stdout);
}

describeWith(missingProgram("python3", "-c", "import xml.etree.ElementTree"), "JUnit", () => {
  it("gives every name and every failure back, and counts them", () => {
    fc.assert(
      fc.property(fc.array(cases, { maxLength: 80 }), (all) => {
        const [root, suites] = readJunit(REPORTS.junit(report(...all)));
        const read = suites.flatMap(([, own]) => own);
        const expected = [...new Set(all.map(({ file }) => file))].flatMap((file) =>
          all.filter((one) => one.file === file),
        );
        expect(read.map(([{ name }]) => name)).toEqual(expected.map(({ name }) => name));
        expect(read.map(([{ line }]) => line)).toEqual(expected.map(({ line }) => String(line)));
        expect(read.map(([, children]) => children[0]?.[1].message)).toEqual(expected.map(({ failure }) => failure));
        const failed = all.filter(({ failure }) => failure !== undefined);
        const errors = failed.filter(({ isError }) => isError).length;
        const counts = { tests: all.length, failures: failed.length - errors, errors };
        expect(root).toMatchObject(Object.fromEntries(Object.entries(counts).map(([key, n]) => [key, String(n)])));
        expect(
          read.flatMap(([, children]) => children.map(([tag]) => tag)).filter((tag) => tag === "error").length,
        ).toBe(errors);
      }),
      { numRuns: 8 },
    );
  });

  it("gives files back as they are, but for what XML cannot hold", () => {
    const held = ["a b.yaml", "a\nb\t\r.yaml", "\u202e.yaml", "\x7f\x85", "<&>'\".yaml", "😀"];
    for (const file of held) expect(readJunit(REPORTS.junit(report({ file, name: "n" })))[1][0]?.[0].name).toBe(file);
    const impossible = report({ file: "\x00\x1b\ud800\uffff", name: "n" });
    expect(readJunit(REPORTS.junit(impossible))[1][0]?.[0].name).toBe("\\x00\\x1b\\ud800\\uffff");
  });
});

/** A reader of TAP 14, by its grammar: points, each with a block of YAML below it. */
function readTap(text: string): {
  plan: number;
  points: { ok: boolean; at: number; name: string; message?: string }[];
} {
  const [version, plan = "", ...lines] = text.trimEnd().split("\n");
  expect(version).toBe("TAP version 14");
  const points: { ok: boolean; at: number; name: string; message?: string }[] = [];
  for (const line of lines) {
    const point = /^(not )?ok (\d+) - ((?:[^\\#]|\\[\\#])*)$/.exec(line); // A `#` alone would begin a directive.
    const detail = /^ {2}message: (.*)$/.exec(line);
    const last = points.at(-1);
    if (point) points.push({ ok: !point[1], at: Number(point[2]), name: (point[3] ?? "").replace(/\\([\\#])/g, "$1") });
    else if (detail && last) last.message = JSON.parse(detail[1] ?? "");
    else expect(line).toMatch(/^ {2}(---|\.\.\.|file: ".*"|line: \d+)$/);
  }
  return { plan: Number(plan.slice(3)), points };
}

it("TAP gives every name and every failure back", () => {
  fc.assert(
    fc.property(fc.array(cases, { maxLength: 20 }), (all) => {
      const { plan, points } = readTap(REPORTS.tap(report(...all)));
      expect(plan).toBe(all.length);
      expect(points).toEqual(
        all.map(({ name, failure }, at) => ({
          ok: failure === undefined,
          at: at + 1,
          name,
          ...(failure !== undefined && { message: failure }),
        })),
      );
    }),
    { numRuns: 200 },
  );
});

describe("annotations", () => {
  /** Undoes what a runner of GitHub Actions undoes. */
  const unescaped = (text: string): string =>
    text.replace(/%(25|0D|0A|3A|2C)/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));

  it("are one command a line for each failure, and name its file, line and failure", () => {
    fc.assert(
      fc.property(fc.array(cases, { maxLength: 10 }), (all) => {
        const failed = all.filter(({ failure }) => failure !== undefined);
        const lines = REPORTS.github(report(...all))
          .split("\n")
          .slice(0, -1);
        expect(lines).toHaveLength(failed.length);
        for (const [at, { file = "", line, name, failure = "", isError }] of failed.entries()) {
          const command = /^::error file=([^,:\r]*),line=(\d+),title=rbac test::([^\r]*)$/.exec(lines[at] ?? "");
          expect(unescaped(command?.[1] ?? "")).toBe(sanitize(file));
          expect(Number(command?.[2])).toBe(line);
          expect(unescaped(command?.[3] ?? "")).toBe(isError ? failure : `${name}: ${failure}`);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("escape what would end them or their properties", () => {
    const one = { file: "a,b:c%.yaml", line: 1, name: "a % b", failure: "no\r\n::error::x" };
    expect(REPORTS.github(report(one))).toBe(
      "::error file=a%2Cb%3Ac%25.yaml,line=1,title=rbac test::a %25 b: no%0D%0A::error::x\n",
    );
  });
});
