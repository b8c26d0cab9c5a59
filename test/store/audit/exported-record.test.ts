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
};

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
