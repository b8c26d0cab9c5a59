/** YAML out: what is text comes back as that text, whatever reads it: YAML 1.1, YAML 1.2, Python, our own reader. */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readYaml } from "../../src/files/yaml.ts";
import { toYamlDocument } from "../../src/output/yaml-document.ts";
import { policyOf } from "../../src/policy/document/changes-to-document.ts";
import { parseName } from "../../src/policy/model/names.ts";
import { parseScope } from "../../src/policy/model/scopes.ts";
import { read } from "../support/documents.ts";
import { describeWith, missingProgram } from "../support/needs.ts";

const HOSTILE = [
  ...[
    "=",
    "<<",
    "~",
    "null",
    "Null",
    "NULL",
    "true",
    "True",
    "FALSE",
    "<",
    "==",
    "!",
    "!!",
    "!!str x",
    "!!binary aGk=",
  ],
  ...["yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "y", "Y", "n", "N", "t", "f"],
  ...[
    "0",
    "1",
    "10",
    "+1",
    "-1",
    "1_000",
    "1,000",
    "0b1",
    "-0b1_0",
    "0o7",
    "-0o7",
    "012",
    "-012",
    "08",
    "0x1F",
    "0x_1",
  ],
  ...["1e3", "1e+3", "1.e+3", "1.5", "1.", ".5", "-.5", "1_0.5", "6.02e23", ".inf", "-.Inf", "+.INF", ".nan", ".NaN"],
  ...["1:30", "1:30:00", "-1:3", "190:20:30.15", "+_1", "-_", "_1", ".", "..", "._", "1.2.3", "1__0", "0.", "12e03"],
  ...["2027-01-01", "2027-1-1", "2027-01-01T00:00:00Z", "2001-12-14t21:59:43.10-05:00", "2027-01-01 10:00:00"],
  ...["- a", "-", "--", "---", "...", "--- a", "? b", "?", ":", ": a", "a: b", "a:", "a #b", "#", "# a", ":sym", "::"],
  ...[
    "[a]",
    "[",
    "{a: b}",
    "{",
    "}",
    "]",
    ",",
    "a, b",
    "*",
    "*a",
    "&a",
    "|",
    "|-",
    ">",
    ">-",
    "%a",
    "@a",
    "`a`",
    "'",
    '"',
  ],
  ...[
    "''",
    "'a'",
    '"a"',
    'say "a"',
    "it's",
    "a\\b",
    "\\",
    "\\n",
    "\\x41",
    "é",
    "\u{1f600}",
    "a\u00a0b",
    "x".repeat(255),
  ],
  ...["Infinity", "NaN", "undefined", "None", "nil", "0x", "0b", "0o8", "1e", "e1", "a: 'b", "key: [", "\u2019"],
];

/** True where a reader takes a text as it is. */
const takes = (read: (text: string) => string, text: string): boolean => {
  try {
    return read(text) === text;
  } catch {
    return false;
  }
};
const isName = (text: string): boolean => takes(parseName, text);

/** A policy that says each text as a description, and as a name where it can be one; and what of it is read again. */
function policyWith(texts: readonly string[]) {
  const names = texts.filter(isName);
  const roles = Object.fromEntries(texts.map((description, at) => [`role-${at}`, { description }]));
  const heldBy = (role: string) =>
    [`a/${role}`, `${role}/a`].filter((scope) => takes(parseScope, scope)).map((scope) => ({ role, scope }));
  const users = Object.fromEntries(names.map((name) => [name, { name, roles: [name, ...heldBy(name)] }]));
  const named = Object.fromEntries(names.map((name) => [name, { description: name }]));
  const own = { permissions: { "a:b": "=" }, everyone: names };
  const text = toYamlDocument(policyOf(read({ rbac: 1, ...own, roles: { ...roles, ...named }, users: users })), {
    keys: 1_000_000,
    bytes: 1 << 26,
  });
  return { text, texts, names };
}

type Said = {
  roles: Record<string, { description: string }>;
  users: Record<string, { name: string; roles: unknown[] }>;
  everyone: string[];
};

/** What is not as it was written: nothing, if all is well. */
function misread({ texts, names }: { texts: readonly string[]; names: readonly string[] }, said: Said): unknown[] {
  const roles = texts.filter((text, at) => said.roles[`role-${at}`]?.description !== text);
  const users = names.filter((name) => said.users[name]?.name !== name || said.roles[name]?.description !== name);
  const listed = new Set(names).size === said.everyone.length && names.every((name) => said.everyone.includes(name));
  const held = names.filter((name) => !JSON.stringify(said.users[name]?.roles).includes(JSON.stringify(name)));
  return [...roles, ...users, ...held, ...(listed ? [] : [said.everyone])];
}

const byYaml = (version: "1.1" | "1.2") => (text: string) => parse(text, { version, maxAliasCount: 0 }) as Said;

/** Python's reader is of YAML 1.1, and not ours; its answer comes as JSON, in which dates and the like are no text. */
function byPython(text: string): Said {
  const script =
    "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin.buffer.read().decode()), default=repr))";
  const { stdout, stderr, status } = spawnSync("python3", ["-c", script], { input: text, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Said;
}

const noPyYaml = missingProgram("python3", "-c", "import yaml") && "python3 has no PyYAML";

describe("a corpus of hostile texts comes back", () => {
  const policy = policyWith([...new Set(HOSTILE)]);
  it.each(["1.1", "1.2"] as const)("from a reader of YAML %s", (version) => {
    expect(policy.names.length).toBeGreaterThan(100);
    expect(misread(policy, byYaml(version)(policy.text))).toEqual([]);
  });
  it("from our own", () => {
    expect(misread(policy, readYaml("p.yaml", policy.text).value as Said)).toEqual([]);
  });
  describeWith(noPyYaml, "and from that of Python", () => {
    it("as it is", () => {
      expect(misread(policy, byPython(policy.text))).toEqual([]);
    });
  });
});

describe("and so do texts by chance", () => {
  const signs = fc.constantFrom(..."0123456789_.:+-eExXoObB=<~yYnNtTfFaAiI ,!&*?|>@`%#{}[]'\"\\");
  const word = fc.array(signs, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
  const texts = fc.uniqueArray(word.filter(isName), { minLength: 200, maxLength: 400 });
  const readers = [byYaml("1.1"), byYaml("1.2"), ...(noPyYaml === undefined ? [byPython] : [])];
  it(`by ${noPyYaml === undefined ? "three readers" : `two readers, as ${noPyYaml}`}`, () => {
    fc.assert(
      fc.property(texts, (list) => {
        const policy = policyWith(list);
        for (const reader of readers) expect(misread(policy, reader(policy.text))).toEqual([]);
      }),
      { numRuns: 10, endOnFailure: true }, // To shrink a failure would take Python minutes.
    );
  });
});

it("quotes no more than that", () => {
  const { text } = policyWith(["Reads posts", "acme", "a1", "v1.2", "on call", "é"]);
  expect(text).toContain("description: Reads posts\n");
  expect(text.match(/"/g)).toHaveLength(2); // Those of `=`.
});
