/** The table of codes: docs/errors.md shows it, and the program gives each of its codes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CODES } from "../src/codes/codes.ts";
import { RULES } from "../src/policy/lint/rules/all-rules.ts";
import { errorReference, lintReference } from "../src/program/reference.ts";
import { literalsOf } from "./support/literals.ts";
import { ROOT } from "./support/root.ts";
import { sources } from "./support/sources.ts";

const rows = Object.values(CODES).flatMap((codes) => Object.entries<readonly [string, string]>(codes));

/** Codes that are kept ready, though nothing gives them yet. */
const READY: string[] = [];

describe("the table of codes", () => {
  it("is what docs/errors.md shows", () => {
    expect(readFileSync(join(ROOT, "docs/errors.md"), "utf8")).toBe(errorReference());
    for (const [code] of rows) expect(errorReference()).toContain(`| \`${code}\` | `);
  });

  // That no code is given which the table lacks, or with another exit code, is for the compiler: it checks every call.
  it("has no code that nothing gives", () => {
    const given = new Set(
      sources.filter(({ path }) => !path.startsWith("codes/")).flatMap(({ text }) => literalsOf(text)),
    );
    const unused = rows.map(([code]) => code).filter((code) => !given.has(code));
    expect(rows.length).toBeGreaterThan(90);
    expect(unused.sort()).toEqual([...READY].sort());
  });

  it("says what happened and what to do in a sentence each, without flags, which a program does not have", () => {
    const sentences = rows.flatMap(([, words]) => words);
    expect(sentences.filter((text) => !/^[A-Z].*\.$/.test(text) || /--[a-z]|\|/.test(text))).toEqual([]);
  });

  it("is not loaded at the start of the program", () => {
    const importing = sources
      .filter(({ text }) => /^import (?!type ).*\/codes\.ts"/m.test(text))
      .map(({ path }) => path);
    expect(importing).toEqual(["program/reference.ts"]);
  });
});

describe("the rules of lint", () => {
  it("are what docs/lint.md shows, below what is written by hand", () => {
    const page = readFileSync(join(ROOT, "docs/lint.md"), "utf8");
    expect(page).toBe(lintReference(page));
    for (const { id } of RULES) expect(page).toContain(`\n### ${id}\n`);
    expect(lintReference("by hand\n")).toMatch(/^by hand\n<!-- /);
  });

  it("have ids that are words, one each, a title as a phrase, and help in sentences", () => {
    const ids = RULES.map(({ id }) => id);
    expect(ids.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(RULES.filter(({ title }) => !/^[^A-Z|][^|]*[^.|]$/.test(title)).map(({ id }) => id)).toEqual([]);
    expect(RULES.filter(({ help }) => !/^[A-Z*"`].*\.$/s.test(help)).map(({ id }) => id)).toEqual([]);
  });
});

describe("the reader of literals", () => {
  it("sees strings and templates, and nothing else", () => {
    const text = ['const a = "one"; // two', "b = `three $", '{a + "four"} five`; /* six */', 'c = /seven"/;'];
    expect(literalsOf(text.join("\n").replace("$\n", "$"))).toEqual(["one", "three ", "four", " five"]);
  });
});
