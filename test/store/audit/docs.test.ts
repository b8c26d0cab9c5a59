/** What docs/audit.md says of the record is so: its script checks an export, and its tables are those of the source. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { RECORDS } from "../../../src/policy/model/records.ts";
import { keyedBlog } from "../../support/blog.ts";
import { cli } from "../../support/cli.ts";
import { describeWith, missingProgram } from "../../support/needs.ts";
import { ROOT } from "../../support/root.ts";
import { hashOf } from "../../support/store/random-databases.ts";

const page = readFileSync(join(ROOT, "docs/audit.md"), "utf8");
const types = readFileSync(join(ROOT, "src/policy/model/results.ts"), "utf8");

/** The cells of the table whose head begins with a word, row by row. */
function tableOf(head: string): string[][] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith("|")),
    )
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const codesIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ") || "none";

describe("the tables", () => {
  it("name every code that a fault can have, and no other", () => {
    const [, union = ""] = /export type FaultCode =([^;]+);/.exec(types) ?? [];
    const codes = [...union.matchAll(/"([a-z]+)"/g)].map(([, code = ""]) => code);
    expect(codes.length).toBeGreaterThan(5);
    const told = tableOf("what").flatMap(([what = ""]) => codesIn(what));
    expect([...told].sort()).toEqual([...codes].sort());
  });

  it("name every kind of change with its key and its fields", () => {
    const kinds = Object.entries(RECORDS).map(([kind, { key, fields }]) => [
      `\`${kind}\``,
      listed(key),
      listed(fields),
    ]);
    expect(tableOf("kind")).toEqual(kinds);
  });

  it("name every field of an entry, in the order in which it is written", async () => {
    const db = await keyedBlog("a key of more than sixteen bytes");
    await cli(`user disable alice --audit-key-file "${db}.key"`, { db });
    const { stdout } = await cli("audit export", { db });
    const [, sentence = ""] = /oldest first: ([\s\S]+?)\.\n/.exec(page) ?? [];
    expect(codesIn(sentence)).toEqual(Object.keys(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")));
  });
});

describeWith(missingProgram("python3", "--version"), "the script", () => {
  let folder: string;
  let record: string;
  let head: string;

  beforeAll(async () => {
    const db = await keyedBlog("a key of more than sixteen bytes");
    folder = dirname(db);
    const [, script = ""] = /^```python\n([\s\S]+?)^```/m.exec(page) ?? [];
    writeFileSync(join(folder, "check.py"), script);
    // Letters that JSON writers escape in different ways, a reason, a window, a scope, and a code.
    const lines = [
      ["user", "create", "zoë 😀", "--name", 'Zoë "the" \\ /é€😀'],
      ["assign", "zoë 😀", "editor", "--on", "acme/ü", "--for", "8h", "--reason", "on call — until 6"],
      ["role", "rename", "editor", "éditeur"],
      ["user", "delete", "zoë 😀", "--yes"],
    ];
    for (const line of lines)
      expect(await cli([...line, "--audit-key-file", `${db}.key`], { db })).toMatchObject({ code: 0 });
    record = (await cli("audit export", { db })).stdout;
    head = (await cli("audit head", { db })).stdout;
  });

  const check = (text: string) => {
    writeFileSync(join(folder, "record.ndjson"), text);
    const { status, stdout, stderr } = spawnSync("python3", ["check.py", "record.ndjson"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    });
    return { status, stdout, stderr };
  };

  it("finds the head that rbac prints", () => {
    expect(check(record)).toEqual({ status: 0, stdout: head, stderr: "" });
  });

  const forged = (line: string): string => {
    const { hash: _, ...entry } = JSON.parse(line.replace("posts", "postz"));
    return JSON.stringify({ ...entry, hash: hashOf(entry) });
  };
  const linesOf = (text: string): string[] => text.trimEnd().split("\n");
  const TAMPERED: readonly (readonly [how: string, seq: number, tamper: (lines: string[]) => string[]])[] = [
    ["edited and hashed anew", 4, (lines) => lines.with(2, forged(lines[2] ?? ""))],
    ["edited", 3, (lines) => lines.with(2, (lines[2] ?? "").replace("posts", "postz"))],
    ["taken out", 4, (lines) => lines.toSpliced(2, 1)],
    ["swapped", 4, (lines) => lines.with(2, lines[3] ?? "").with(3, lines[2] ?? "")],
    ["put in twice", 3, (lines) => lines.toSpliced(3, 0, lines[2] ?? "")],
  ];

  it.each(TAMPERED)("finds, as rbac does, an entry that was %s", async (_, seq, tamper) => {
    const tampered = tamper(linesOf(record)).join("\n");
    expect(tampered).not.toBe(record.trimEnd());
    const { status, stderr } = check(tampered);
    expect([status, stderr]).toEqual([1, `entry ${seq} is not what was recorded\n`]);
    expect((await cli(`audit verify "${join(folder, "record.ndjson")}"`)).code).toBe(1);
  });
});
