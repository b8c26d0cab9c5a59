/** SARIF of lint: what the standard says of each object that is written, and of names that mean harm. */
import { describe, expect, it } from "vitest";
import { type PlacedFinding, placedFindings } from "../../src/output/lint/placed-findings.ts";
import { sarif } from "../../src/output/lint/sarif.ts";
import type { LintFinding } from "../../src/policy/lint/lint.ts";
import { RULES } from "../../src/policy/lint/rules/all-rules.ts";

/** The members of each object of SARIF 2.1.0 that is written, those that it must have with a `!`; the rest is of the whole. */
const OBJECTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  log: { $schema: "uri", "version!": "2.1.0", "runs!": "run[]" },
  run: {
    "tool!": "tool",
    invocations: "invocation[]",
    columnKind: "utf16CodeUnits|unicodeCodePoints",
    results: "result[]",
  },
  tool: { "driver!": "driver" },
  driver: { "name!": "text", semanticVersion: "text", rules: "rule[]" },
  rule: {
    ...{ "id!": "text", shortDescription: "words", fullDescription: "words", help: "words" },
    ...{ defaultConfiguration: "configuration", properties: "bag" },
  },
  words: { "text!": "text", markdown: "text" },
  configuration: { level: "none|note|warning|error" },
  invocation: { "executionSuccessful!": "boolean", toolExecutionNotifications: "notification[]" },
  notification: { "message!": "message", level: "none|note|warning|error", locations: "location[]" },
  result: {
    ...{ ruleId: "text", ruleIndex: "count", level: "none|note|warning|error", "message!": "message" },
    ...{ locations: "location[]", partialFingerprints: "bag" },
  },
  message: { "text!": "text" },
  location: { physicalLocation: "physical", logicalLocations: "logical[]" },
  logical: { fullyQualifiedName: "text", kind: "text" },
  physical: { "artifactLocation!": "artifact", region: "region" },
  artifact: { "uri!": "uri" },
  region: { startLine: "line", startColumn: "line" },
};

const VALUES: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === "string" && value !== "",
  boolean: (value) => typeof value === "boolean",
  count: (value) => Number.isInteger(value) && Number(value) >= 0,
  line: (value) => Number.isInteger(value) && Number(value) >= 1,
  bag: (value) => typeof value === "object" && value !== null,
  uri: (value) => typeof value === "string" && /^([a-z]+:\/\/)?[\w.~%!$&'()*+,;=:@/-]+$/.test(value),
};

/** Where a value is not what its type asks for. */
function faultsOf(value: unknown, type: string, path = "log"): string[] {
  if (type.endsWith("[]"))
    return Array.isArray(value)
      ? value.flatMap((item, at) => faultsOf(item, type.slice(0, -2), `${path}[${at}]`))
      : [`${path} is no list`];
  const members = OBJECTS[type];
  if (!members)
    return (VALUES[type]?.(value) ?? type.split("|").includes(String(value))) ? [] : [`${path} is no ${type}`];
  const of = value as Readonly<Record<string, unknown>>;
  const known = Object.entries(members).map(
    ([name, kind]) => [name.replace("!", ""), kind, name.endsWith("!")] as const,
  );
  return [
    ...Object.keys(of)
      .filter((name) => !known.some(([other]) => other === name))
      .map((name) => `${path} has ${name}`),
    ...known.flatMap(([name, kind, isNeeded]) =>
      name in of ? faultsOf(of[name], kind, `${path}.${name}`) : isNeeded ? [`${path} lacks ${name}`] : [],
    ),
  ];
}

const found = (role: string, more: Partial<LintFinding> = {}): LintFinding => ({
  ...{ rule: "unheld-role", severity: "note", fingerprint: `sha256:${"0".repeat(64)}` },
  ...{ subject: { kind: "role", key: { role } }, message: "nobody holds it" },
  ...more,
});
const source = { name: "policy/a.yaml", locate: () => ({ line: 17, column: 9 }) };
const placed = (...findings: LintFinding[]) => placedFindings(findings, ({ place }) => place);
const PLACED = found("editor", { place: { source, path: [] } });

const written = (findings: readonly PlacedFinding[], faults: Parameters<typeof sarif>[0]["faults"] = []) => {
  const text = sarif({ version: "1.2.3", rules: RULES, findings, faults, uriOf: (file) => file });
  const log = JSON.parse(text);
  expect(faultsOf(log, "log")).toEqual([]);
  return { text, run: log.runs[0] };
};

describe("SARIF", () => {
  it("has each finding at its place, with the rule that found it", () => {
    const { run } = written(placed(PLACED));
    const [result] = run.results;
    expect(run.tool.driver.rules[result.ruleIndex].id).toBe("unheld-role");
    expect(result).toEqual({
      ...{ ruleId: "unheld-role", ruleIndex: RULES.findIndex(({ id }) => id === "unheld-role"), level: "note" },
      message: { text: "editor: nobody holds it" },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "policy/a.yaml" },
            region: { startLine: 17, startColumn: 9 },
          },
          logicalLocations: [{ fullyQualifiedName: "editor", kind: "role" }],
        },
      ],
      partialFingerprints: { "rbacFinding/v1": `sha256:${"0".repeat(64)}` },
    });
    expect(run.invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
  });

  it("has of a database what is found, by its name, and of the whole policy nowhere", () => {
    const { run } = written(placed(found("editor"), found("", { subject: null, rule: "empty-role" })));
    expect(run.results.map(({ locations }: { locations: unknown }) => locations)).toEqual([
      [],
      [{ logicalLocations: [{ fullyQualifiedName: "editor", kind: "role" }] }],
    ]);
  });

  it("has at most 5,000 results, the gravest, and says so", () => {
    const grave = Array.from({ length: 3000 }, (_, at) => found(`g${at}`, { severity: "error" }));
    const light = Array.from({ length: 3000 }, (_, at) => found(`l${at}`));
    const { run } = written(placed(...light, ...grave));
    const levels = run.results.map(({ level }: { level: string }) => level);
    expect(levels).toEqual([...Array(3000).fill("error"), ...Array(2000).fill("note")]);
    expect(run.invocations[0].toolExecutionNotifications).toEqual([
      {
        level: "warning",
        message: { text: "1,000 findings left out: here are the gravest 5,000, all are in --json" },
      },
    ]);
  });

  it("tells why nothing could be checked", () => {
    const fault = { file: "a.yaml", line: 2, column: 1, name: "KEY_TWICE at 2:1", failure: "the key stands twice" };
    const { run } = written([], [fault]);
    expect(run).toMatchObject({
      results: [],
      invocations: [
        {
          executionSuccessful: false,
          toolExecutionNotifications: [{ level: "error", message: { text: "the key stands twice" }, locations: [{}] }],
        },
      ],
    });
  });

  it("lets no name be an argument, a link, or a sign of control", () => {
    const { text, run } = written(placed(found("{0} [see](http://x.example) [a] \u001b[31m\u202e")));
    expect(run.results[0].message.text).toBe("{{0}} \\[see](http://x.example) [a] \\x1b[31m\\u202e: nobody holds it");
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}](?!$)/u);
  });

  it("is what is written again, in whatever order findings come", () => {
    const some = [found("b"), found("a"), PLACED, found("c", { severity: "error" })];
    expect(written(placed(...some)).text).toBe(written(placed(...some.toReversed())).text);
  });

  it("would not pass with what the standard does not have", () => {
    const [result, wrong] = [
      { message: { text: "" }, id: 1 },
      { version: "2.1.0", runs: [{ results: [{}] }] },
    ];
    expect(faultsOf(result, "result")).toEqual(["log has id", "log.message.text is no text"]);
    expect(faultsOf(wrong, "log")).toEqual(["log.runs[0] lacks tool", "log.runs[0].results[0] lacks message"]);
  });
});
