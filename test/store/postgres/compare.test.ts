/**
 * SQLite and PostgreSQL, command by command: the same exit code and the same bytes on both streams, whatever is asked
 * or done.
 */
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { RbacError } from "../../../src/errors.ts";
import { BLOG } from "../../support/blog.ts";
import { ASKING, FAILS, WRITING } from "../../support/command-lines.ts";
import { beside } from "../../support/databases.ts";
import { fileWith } from "../../support/documents.ts";
import { alike, alikeThroughout, copiedPair, freshPair, type Pair } from "../../support/postgres/pair.ts";
import { NAMED, NAMES } from "../../support/postgres/unusual-names.ts";
import { histories, type Step, undoingOf } from "../../support/store/database-model.ts";
import { minute, rowsIn, SEED, stampAt, WHOLE } from "../../support/store/random-databases.ts";

process.stderr.write(`test/store/postgres/compare: RBAC_SEED=${SEED}\n`);

const FORMATS = ["", "--json", "--format yaml", "--format csv", "--quiet"];
/** What a database says of itself is another thing on a server; a plan is of its database. */
const OF_ITS_OWN = /^(db status|plan |serve )/;

const seededPair = async (document: object, more = ""): Promise<Pair> => {
  const pair = freshPair();
  expect((await alike(pair, `seed "${fileWith(JSON.stringify(document))}" ${more}`)).code).toBe(0);
  return pair;
};

let blog: Pair;
/** Its record, before anything is refused. */
let record: string;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  blog = await seededPair(BLOG);
  record = (await alike(blog, "audit export")).stdout;
});
afterAll(() => {
  vi.useRealTimers();
});

describe("questions", () => {
  it.each(ASKING.map(([line]) => line).filter((line) => !OF_ITS_OWN.test(line)))("%s", async (line) => {
    for (const how of FORMATS) await alike(blog, `${line} ${how}`);
  });
});

describe("what is refused", () => {
  it.each(FAILS.map(([line]) => line))("%s", async (line) => {
    for (const how of ["", "--json", "--quiet"]) await alike(blog, `${line} ${how}`);
  });

  it("after all of it, what was refused has left nothing behind", async () => {
    await alikeThroughout(blog);
    expect((await alike(blog, "audit export")).stdout).toBe(record);
  });
});

describe("changes", () => {
  it.each(WRITING)("%s", async (line) => {
    const pair = await copiedPair(blog);
    for (const how of ["--dry-run", "--dry-run --json", "--json --reason 'ticket 7'", "--json", "--format csv"])
      await alike(pair, `${line} ${how}`);
    await alikeThroughout(pair);
    for (const next of ["diff @1 --json", "history alice", "constraint check", "undo 2 --yes", "undo 2 --yes"])
      await alike(pair, next);
    await alikeThroughout(pair);
  });
});

describe("names that people sort in another way than bytes do, and take for one another", () => {
  let named: Pair;
  beforeAll(async () => {
    named = await seededPair(NAMED, "--allow-confusable --json");
  });

  it.each([
    ...["user list", "role list", "permission list", "role tree", "matrix", "matrix --users", "expiring --within 500d"],
    ...["who-can posts:e", "who-can posts:É", "who-can ß:read", "user list --role e", "user list --holding ß"],
    ...[
      "audit --user é",
      "audit --role E",
      "audit --role ß --last 7",
      "audit --by ROOT",
      "history É",
      "history --role ss",
    ],
    ...["audit --kind grant", "audit --kind Grant", "audit --kind grant.add", "audit --kind 'gr%'"],
    ...[
      "role list --held-by Anna",
      "who-can posts:z --on acme/é",
      "who-can posts:z --on Acme",
      "diff @1",
      "constraint list",
    ],
    ...["can ANNA posts:anna", "can anna posts:ANNA", "can SS posts:ß --on acme/e", "can a% posts:e", "can a_ posts:e"],
    ...[
      "has e E",
      "has E e",
      "has é e --on a%",
      "why İ posts:i",
      "can ÉÉ posts:e",
      "can anna posts:EE",
      "has anna Ann",
    ],
    ...["can annà posts:e", "user show aNNA", "role show zz", "user list --role Annna", "who-can posts:annna"],
  ])("%s", async (line) => {
    for (const how of FORMATS) await alike(named, `${line} ${how}`);
  });

  it("each user and each role as it is", async () => {
    for (const name of NAMES)
      for (const line of [["user", "show"], ["role", "show"], ["permissions"]])
        await alike(named, [...line, "--", name]);
  });

  it("as a batch of questions, as a document in every format, and as a record", async () => {
    const ask = NAMES.flatMap((user, at) =>
      ["acme", "Acme", "acme/é/1", null].map((on) => ({
        ...{ user, permission: `posts:${NAMES[(at * 3) % NAMES.length]}` },
        ...(on !== null && { on }),
      })),
    );
    const batch = fileWith(ask.map((line) => JSON.stringify(line)).join("\n"), "ask.ndjson");
    for (const how of ["", "--brief", "--json", "--format csv"]) await alike(named, `can --batch "${batch}" ${how}`);
    for (const format of ["yaml", "json", "ndjson", "csv", "markdown"]) await alike(named, `export --format ${format}`);
    await alikeThroughout(named);
  });

  it("changed, one after the other, and taken back", async () => {
    const pair = await copiedPair(named);
    for (const [at, name] of NAMES.entries()) {
      const other = NAMES[(at * 11 + 5) % NAMES.length] ?? "";
      const line = [
        ["assign", name, other, "--on", "Éa/1"],
        ["user", "rename", name, `${other}x`],
        ["role", "rename", other, `${name}y`],
        ["grant", other, "*:read", "--on", "é"],
        ["user", "create", `${name}x`],
        ["role", "delete", other, "--yes"],
        ["permission", "rename", `posts:${other}`, `posts:${name}`],
        ["revoke", name, other, "--everywhere"],
      ][at % 8];
      await alike(pair, [...(line ?? []), "--json"]);
    }
    await alike(pair, "constraint check --json");
    await alike(pair, "undo --to @1 --yes --json");
    await alikeThroughout(pair);
    expect((await alike(pair, "export")).stdout).toBe((await alike(named, "export")).stdout);
  });
});

describe("documents and constraints", () => {
  const file = (said: object, name?: string) => fileWith(JSON.stringify({ rbac: 1, ...said }), name);
  const [one, two] = [
    file({ roles: { reader: {}, clerk: { inherits: ["reader"] } } }),
    file({ users: { zoe: { roles: ["clerk"] } } }),
  ];
  const clash = file({ roles: { clerk: { description: "Another" } } });
  const clash2 = file({ roles: { clerk: { description: "One more" } } });

  it("seeds of several documents, drift, pruning, limits and expectations", async () => {
    const pair = await copiedPair(blog);
    for (const line of [
      `seed "${one}" "${two}" --check`,
      `seed "${one}" "${two}" --dry-run --json`,
      `seed "${one}" "${two}"`,
      `seed "${one}" "${two}" --json`,
      `seed "${clash}" "${clash2}"`,
      `seed "${two}" --prune`,
      `seed "${two}" --prune --yes --max-removals 1`,
      `seed "${two}" --prune --yes --expect-revision 1`,
      `seed "${two}" --prune --yes --json`,
      "undo --to @1 --yes",
      "undo 3 --yes --json",
      "undo 2..4 --yes",
      "diff @2 @4 --format csv",
      "history zoe --json",
      "history --role clerk",
      "history alice posts:publish --json",
      "audit --since @2 --json",
      "audit --last 3 --format csv",
    ])
      await alike(pair, line);
    await alikeThroughout(pair);
  });

  it("constraints of every kind, kept, broken and healed; the guard", async () => {
    const pair = await copiedPair(blog);
    const guard = file({ guarded: true });
    for (const line of [
      "constraint create apart ssd editor moderator",
      "constraint create apart ssd editor moderator --limit 2",
      "constraint create one max_users admin --limit 1",
      "constraint create last min_users admin --limit 1",
      "constraint create many max_users reader --limit 9007199254740991",
      "constraint create huge max_users reader --limit 2147483648 --json",
      "constraint create more max_users reader --limit 9007199254740992",
      "constraint create trained prerequisite moderator --needs reader",
      "constraint create ready prerequisite editor --needs reader",
      "constraint create session dsd reader moderator --limit 2",
      "constraint list --json",
      "constraint list",
      "constraint show apart --json",
      "constraint check",
      "assign alice moderator",
      "assign alice admin",
      "user disable root",
      "revoke root admin",
      "assign nobody editor moderator",
      "can bob posts:read --activate moderator --assume reader",
      "constraint set apart --add idle --limit 3",
      "constraint set apart --limit 99999999999",
      "constraint rename one single",
      "constraint delete session --json",
      "role delete moderator --yes",
      "permission create rbac:escalate",
      `seed "${guard}" --actor root`,
      "user create eve --actor alice",
      "user create eve --actor root --as alice",
      "user create eve --as root",
      "user create eve --actor alice --break-glass --reason 'ticket 7'",
      "audit --last 2 --json",
      "undo --to @3 --yes --actor alice",
      "undo --to @3 --yes --actor root --json",
      "constraint check --json",
    ])
      await alike(pair, line);
    await alikeThroughout(pair);
  });

  it("numbers beyond what four bytes hold", async () => {
    const pair = await copiedPair(blog);
    for (const number of ["2147483647", "2147483648", "9007199254740991", "9007199254740992", "99999999999999999999"])
      for (const line of [
        `can alice posts:read --at @${number}`,
        `audit --since @${number}`,
        `audit --last ${number} --json`,
        `undo ${number} --yes`,
        `undo 1..${number} --yes`,
        `undo --to @${number} --yes`,
        `diff @${number}`,
        `assign alice idle --expect-revision ${number}`,
        `seed "${two}" --prune --yes --max-removals ${number} --dry-run`,
        `audit verify --expect ${number}:${"0".repeat(64)}`,
      ])
        await alike(pair, line);
    await alikeThroughout(pair);
  });

  it("a record restored, with a key and without; a backup of either, and a snapshot", async () => {
    const pair = await copiedPair(blog);
    const [record, key, backup, snapshot] = ["ndjson", "key", "backup", "yaml"].map((end) => beside(pair.schema, end));
    writeFileSync(String(key), "a key of more than sixteen bytes\n");
    await alike(pair, "user disable alice --reason 'ü'");
    writeFileSync(String(record), (await alike(pair, "audit export")).stdout);
    writeFileSync(String(snapshot), (await alike(pair, "export")).stdout);
    for (const how of ["", "--dry-run --yes"]) await alike(pair, `db restore "${record}" ${how}`);
    const [again, anew] = [freshPair(), freshPair()];
    await alike(again, `db restore "${record}" --json`);
    await alikeThroughout(again);
    await alike(anew, `db restore "${snapshot}" --audit-key-file "${key}"`);
    await alike(anew, "user enable alice");
    await alike(anew, `user enable alice --audit-key-file "${key}"`);
    await alike(anew, `audit verify --audit-key-file "${key}" --json`);
    await alike(anew, "audit verify");
    // The backup of either kind is a file, which either kind is made of.
    const { cli } = await import("../../support/cli.ts");
    for (const [at, from] of [pair.file, pair.schema].entries()) {
      expect((await cli(`db backup "${backup}${at}"`, { db: from })).code).toBe(0);
      const restored = freshPair();
      await alike(restored, `db restore "${backup}${at}"`);
      await alikeThroughout(restored);
      expect((await alike(restored, "audit export")).stdout).toBe(readFileSync(String(record), "utf8"));
    }
  });
});

/** What came of a step: the revision and its changes, or why it was refused. */
async function outcomeOf(database: Database, one: Step, next: number): Promise<unknown> {
  try {
    const mutation = typeof one === "number" ? await undoingOf(database, 1 + (one % next)) : one;
    return await database.change(stampAt(minute(next)), mutation, { allowConfusable: true });
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    const { code, message, suggestions, exitCode } = error;
    return { code, message, suggestions, exitCode };
  }
}

async function recorded(database: Database): Promise<unknown> {
  const rows = rowsIn((await database.policy(WHOLE)).policy);
  return { rows, entries: await database.record.entries({}), faults: (await database.record.verify({})).faults };
}

it("600 operations by chance: the same outcome of each, and the same rows, entries and hashes after them", async () => {
  let changed = 0;
  const property = fc.asyncProperty(histories(19), async (history) => {
    const pair = freshPair();
    const urls = [pair.file, pair.schema] as const;
    for (const url of urls) await Database.create(url, minute(0), async () => {});
    const [file, schema] = await Promise.all(urls.map((url) => Database.open(url, "write")));
    if (!file || !schema) throw new Error("not opened");
    try {
      for (const [at, one] of history.entries()) {
        const said = await outcomeOf(file, one, at + 1);
        expect(await outcomeOf(schema, one, at + 1)).toEqual(said);
        changed += (said as { changed?: boolean }).changed ? 1 : 0;
      }
      expect(await recorded(schema)).toEqual(await recorded(file));
    } finally {
      await Promise.all([file.close(), schema.close()]);
    }
    await alikeThroughout(pair);
  });
  await fc.assert(property, { numRuns: 30, seed: SEED });
  expect(changed).toBeGreaterThan(150);
});
