/** An exported record, read line by line: what is no entry is named by its line. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyRecord, writtenEntries } from "../../../src/store/audit/exported-record.ts";
import { blog } from "../../support/blog.ts";
import { cli } from "../../support/cli.ts";
import { beside } from "../../support/databases.ts";

let lines: string[];
beforeAll(async () => {
  const db = await blog();
  const path = beside(db, "ndjson");
  await cli(["audit", "export", "--out", path], { db });
  lines = readFileSync(path, "utf8").trimEnd().split("\n");
});

async function* streamed(all: readonly string[]): AsyncIterable<string> {
  yield* all;
}

/** The second line with another value of a field; without the field if the value is left out. */
const changed = (field: string, value?: unknown): string =>
  JSON.stringify({ ...(JSON.parse(lines[1] ?? "") as object), [field]: value });

const BROKEN: Readonly<Record<string, () => string>> = {
  "a line that is cut": () => lines[1]?.slice(0, -5) ?? "",
  "an empty line": () => "",
  "a number": () => "7",
  null: () => "null",
  "a list": () => "[]",
  "an entry without its change": () => changed("change"),
  "an entry whose change is null": () => changed("change", null),
  "an entry whose change is text": () => changed("change", "role.add"),
  "an entry without its hash": () => changed("hash"),
  "an entry with half a number": () => changed("seq", 1.5),
  "an entry whose reason is a number": () => changed("reason", 1),
  "an entry whose code is a number": () => changed("mac", 1),
  "an entry whose code is null": () => changed("mac", null),
  "an entry whose change is a list": () => changed("change", []),
  "an entry that is deeper than the stack": () =>
    changed("change", {}).replace("{}", "[".repeat(400_000) + "]".repeat(400_000)),
};

/** The second line with a text put in the place of another. */
const withText = (text: string, other: string): string => lines[1]?.replace(text, other) ?? "";

/** What is there twice, or unknown: whoever reads the file with another program might read something else. */
const DISPUTED: Readonly<Record<string, readonly [line: () => string, message: string]>> = {
  "a key twice, alike": [() => withText("{", '{"seq":2,'), 'line 2 has the key "seq" twice'],
  "a key twice, with another value": [
    () => withText('"actor":', '"actor":"mallory","actor":'),
    'line 2 has the key "actor" twice',
  ],
  "a key twice, once with an escape": [
    () => withText('"actor":', '"\\u0061ctor":"mallory","actor":'),
    'line 2 has the key "actor" twice',
  ],
  "a key of the change twice": [
    () => withText('"before":', '"before":{},"before":'),
    'line 2 has the key "before" twice',
  ],
  "a key twice, the first time within the change": [
    () => withText('"kind":', '"kind":"role.add", "kind" :'),
    'line 2 has the key "kind" twice',
  ],
  "a key that no entry has": [() => changed("note", "x"), 'line 2 has the key "note", which no entry has'],
  "a key that is no property of ours": [
    () => withText("{", '{"__proto__":{},'),
    'line 2 has the key "__proto__", which no entry has',
  ],
};

describe.each(Object.keys(DISPUTED))("%s", (what) => {
  const [line, message] = DISPUTED[what] as (typeof DISPUTED)[string];
  const disputed = () => [lines[0] ?? "", line(), ...lines.slice(2)];

  it("is a fault of its line", async () => {
    const { valid, faults } = await verifyRecord(streamed(disputed()), {});
    expect(valid).toBe(false);
    expect(faults[0]).toMatchObject({ code: "encoding", seq: null, message });
  });

  it("ends a restore at its line", async () => {
    const restoring = async () => {
      for await (const _ of writtenEntries(streamed(disputed())));
    };
    await expect(restoring()).rejects.toMatchObject({ exitCode: 2, code: "RECORD_INVALID", message });
  });
});

it("colons and quotes within its texts are no keys", async () => {
  const db = await blog();
  const reason = 'a "quoted": text, with \\ and {"seq": 1, "seq": 2}';
  await cli(["user", "create", "newcomer", "--reason", reason], { db });
  const { stdout } = await cli("audit export", { db });
  expect(stdout).toContain("quoted");
  expect(await verifyRecord(streamed(stdout.trimEnd().split("\n")), {})).toMatchObject({ valid: true });
});

it("no line at all is no record", async () => {
  const error = { exitCode: 2, code: "RECORD_INVALID", message: "there is no record: not one entry" };
  await expect(verifyRecord(streamed([]), {})).rejects.toMatchObject(error);
  await expect(writtenEntries(streamed([]))[Symbol.asyncIterator]().next()).rejects.toMatchObject(error);
});

it("verifies as it was exported", async () => {
  expect(await verifyRecord(streamed(lines), {})).toMatchObject({ valid: true, entries: lines.length, faults: [] });
});

describe.each(Object.keys(BROKEN))("%s", (what) => {
  const broken = () => [lines[0] ?? "", BROKEN[what]?.() ?? "", ...lines.slice(2)];

  it("is a fault of its line", async () => {
    const { valid, faults } = await verifyRecord(streamed(broken()), {});
    expect(valid).toBe(false);
    expect(faults[0]).toMatchObject({ code: "encoding", seq: null, message: "line 2 is no entry" });
  });

  it("ends a restore at its line", async () => {
    const read: number[] = [];
    const restoring = async () => {
      for await (const { seq } of writtenEntries(streamed(broken()))) read.push(seq);
    };
    await expect(restoring()).rejects.toMatchObject({
      exitCode: 2,
      code: "RECORD_INVALID",
      message: expect.stringContaining("line 2"),
    });
    expect(read).toEqual([1]);
  });
});
