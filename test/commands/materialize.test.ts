/** The table to JOIN: its rows by the documented queries against the oracle, and the command that fills it. */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Database } from "../../src/database/database.ts";
import { materialize } from "../../src/materialize/materialize.ts";
import { cli, freshDb, json } from "../support/cli.ts";
import { beside, bytesOf, fairly, meddle, ON_SERVER } from "../support/databases.ts";
import { seeded } from "../support/documents.ts";
import { type Application, applicationOn, documented } from "../support/joined-tables.ts";
import { describeWith, missingProgram } from "../support/needs.ts";
import { often } from "../support/often.ts";
import { oracleCan, type PlainDocument } from "../support/oracle.ts";
import { conditionalDocuments, givens } from "../support/random-conditional-questions.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, documents, INSTANTS } from "../support/random-policies.ts";
import { untilEnough } from "../support/until-enough.ts";

const [ROWS, ONE] = [documented("rows"), documented("one")];
const TABLE = "effective_permissions";

/** What an application has: a thing on each scope, of each owner. */
async function withDocuments(application: Application, owners: readonly (string | null)[]) {
  await application.query("drop table if exists documents");
  await application.query("create temp table documents (id integer, scope text, owner text)");
  const things = ASKED_SCOPES.flatMap((scope) => owners.map((owner) => ({ scope, owner })));
  const text = (value: string | null) => (value === null ? "null" : `'${value}'`);
  const values = things.map(({ scope, owner }, id) => `(${id}, '${scope ?? ""}', ${text(owner)})`);
  await application.query(`insert into documents values ${values.join(", ")}`);
  return things;
}

const catalogueOf = ({ permissions = [] }: PlainDocument): readonly string[] =>
  Array.isArray(permissions) ? permissions : Object.keys(permissions);

const cases = fc.oneof(documents(), conditionalDocuments()).chain((document) =>
  fc.record({
    document: fc.constant(document),
    patterns: fc.oneof(
      fc.constant<string[]>(["*"]),
      fc.subarray([...catalogueOf(document)], { minLength: 1, maxLength: 2 }),
    ),
    at: fc.constantFrom(...INSTANTS),
    asked: fc.subarray([...ASKED_INSTANTS], { minLength: 3, maxLength: 5 }),
    given: givens(),
  }),
);

it(`a row is never a no, and a yes has one unless it was left out (${fairly(often(60))} policies)`, async () => {
  const found = { rows: 0, omitted: 0, yes: 0, missing: 0 };
  const property = fc.asyncProperty(cases, async ({ document, patterns, at, asked, given }) => {
    const db = await seeded(document);
    const database = await Database.open(db, "write");
    const made = await materialize(database, { patterns, at, maxRows: 1000 }).finally(() => database.close());
    const application = await applicationOn(db);
    const users = Object.keys(document.users ?? {});
    const things = await withDocuments(application, [...users, null]);
    const omitted = await application.query(`select "user", permission, "count" from ${TABLE}_omitted`);
    const leftOut = new Set(omitted.map((row) => `${row.user}\n${row.permission}`));
    const [{ count } = {}] = await application.query(`select count(*) as count from ${TABLE}`);
    expect(Number(count)).toBe(made.rows);
    found.rows += made.rows;
    found.omitted += omitted.length;
    for (const user of users)
      for (const permission of catalogueOf(document))
        for (const now of asked) {
          const rows = await application.query(ROWS, { user, permission, now });
          const joined = new Set(rows.map(({ id }) => Number(id)));
          const isKept = patterns.some((pattern) => pattern === "*" || pattern === permission);
          const isSaid = isKept && now >= at && !leftOut.has(`${user}\n${permission}`);
          for (const [id, { scope, owner }] of things.entries()) {
            const own = owner === user;
            const asks = { user, permission, own, scope, at: now, activate: [], assume: [] };
            const answers = [{}, given].map((known) => oracleCan(document, { ...asks, given: known }));
            const says = { ...asks, owner, row: joined.has(id), answers };
            if (joined.has(id)) expect(says).toMatchObject({ answers: [true, true] });
            else if (isSaid) expect(says).toMatchObject({ answers: [false, false] });
            if (answers[0]) found[joined.has(id) ? "yes" : "missing"]++;
          }
        }
    application.close();
  });
  const least = () => Math.min(...Object.values(found));
  await untilEnough(
    () => fc.assert(property, { numRuns: fairly(often(60)) }),
    () => least() > 0,
  );
  expect(least()).toBeGreaterThan(0);
});

const POLICY: PlainDocument = {
  rbac: 1,
  permissions: ["docs:read", "docs:write", "bills:pay"],
  roles: {
    reader: { grants: ["docs:read"] },
    writer: { inherits: ["reader"], grants: ["docs:write:own"] },
    payer: { grants: ["bills:pay"], denies: [{ permission: "bills:pay", scope: "acme/secret" }] },
    guest: { grants: [{ permission: "docs:write", when: "resource.open" }] },
    lurker: { grants: [{ permission: "docs:read", scope: "public" }] },
  },
  users: {
    ann: { roles: [{ role: "writer", scope: "acme" }] },
    bob: { roles: [{ role: "reader", from: "2030-01-01T00:00:00Z", until: "2031-01-01T00:00:00Z" }, "payer", "guest"] },
    cid: { roles: ["writer"], disabled: true },
  },
  everyone: ["lurker"],
};

const [ALWAYS, FOR_EVER] = ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"];

/** Runs queries as an application would. */
async function asked<T>(db: string, ask: (application: Application) => Promise<T>): Promise<T> {
  const application = await applicationOn(db);
  return ask(application).finally(() => application.close());
}

const rowsIn = (db: string, table = TABLE): Promise<unknown[][]> =>
  asked(db, async ({ query }) => {
    const rows = await query(`select * from ${table} order by 1, 2, 3, 4`);
    return rows.map((row) => Object.values(row).map((value) => (/^\d$/.test(String(value)) ? Number(value) : value)));
  });

const FILLED = [
  ["ann", "docs:read", "acme", "any", ALWAYS, FOR_EVER, 1],
  ["ann", "docs:read", "public", "any", ALWAYS, FOR_EVER, 1],
  ["ann", "docs:write", "acme", "only", ALWAYS, FOR_EVER, 1],
  ["bob", "docs:read", "", "any", "2030-01-01T00:00:00.000Z", "2031-01-01T00:00:00.000Z", 1],
  ["bob", "docs:read", "public", "any", ALWAYS, "2030-01-01T00:00:00.000Z", 1],
  ["bob", "docs:read", "public", "any", "2031-01-01T00:00:00.000Z", FOR_EVER, 1],
];

const LEFT_OUT = [
  ["bob", "bills:pay", "except", 1, 1],
  ["bob", "docs:write", "when", 1, 1],
];

it("says nothing of the time before a deny that has ended", async () => {
  const denier = { denies: ["docs:read"] };
  const held = ["writer", { role: "denier", until: "2001-01-01T00:00:00Z" }];
  const db = await seeded({
    ...POLICY,
    roles: { ...POLICY.roles, denier },
    users: { ann: { roles: held } },
    everyone: [],
  });
  await cli("materialize --for docs:read", { db });
  expect(await rowsIn(db)).toEqual([["ann", "docs:read", "", "any", "2001-01-01T00:00:00.000Z", FOR_EVER, 1]]);
});

describe("the table", () => {
  it("has what everyone holds for each user, windows as spans, and counts what is left out", async () => {
    const db = await seeded(POLICY);
    expect(await json("materialize --for '*'", { db })).toMatchObject({
      changed: true,
      revision: 1,
      patterns: ["*"],
      permissions: 3,
      users: 2,
      rows: 6,
      omitted: { when: 1, unless: 0, except: 1 },
    });
    expect(await rowsIn(db)).toEqual(FILLED);
    expect(await rowsIn(db, `${TABLE}_omitted`)).toEqual(LEFT_OUT);
    const { stderr } = await cli("materialize --for '*'", { db });
    expect(stderr).toContain(
      "left out, for a JOIN would read them wrongly: 1 rows under a condition, 1 rows denied in",
    );
  });

  it("answers the documented question about one thing", async () => {
    const db = await seeded(POLICY);
    await cli("materialize --for docs:read --for docs:write", { db });
    const may = (user: string, permission: string, scope: string, owner = "", now = "2029-12-31T23:59:59.999Z") =>
      asked(db, async ({ query }) => {
        const [row = {}] = await query(ONE, { user, permission, scope, owner, now });
        return Boolean(Object.values(row)[0]);
      });
    expect(await may("ann", "docs:read", "acme/x")).toBe(true);
    expect(await may("ann", "docs:read", "acmeX")).toBe(false);
    expect(await may("ann", "docs:read", "")).toBe(false);
    expect(await may("ann", "docs:write", "acme", "ann")).toBe(true);
    expect(await may("ann", "docs:write", "acme", "bob")).toBe(false);
    expect(await may("bob", "docs:read", "acme")).toBe(false);
    expect(await may("bob", "docs:read", "acme", "", "2030-01-01T00:00:00.000Z")).toBe(true);
    expect(await may("cid", "docs:read", "public")).toBe(false);
    expect(await may("eve", "docs:read", "public")).toBe(false);
  });

  it("is seen as it was until it is new as a whole, and stays as it was where filling fails", async () => {
    const db = await seeded(POLICY);
    await cli("materialize --for '*'", { db });
    const database = await Database.open(db, "write");
    const filling = { patterns: ["docs:read"], at: ALWAYS, maxRows: 100 };
    let [isWriting, seen] = [false, 0];
    const onProgress = ({ step }: { step: string }) => {
      if (step === "writing") isWriting = true;
      if (isWriting) throw new Error("out of luck");
    };
    await expect(materialize(database, { ...filling, onProgress })).rejects.toThrow("out of luck");
    expect(isWriting).toBe(true);
    expect(await rowsIn(db)).toEqual(FILLED);
    await asked(db, async ({ query }) => {
      await query("begin");
      await query(`select count(*) from ${TABLE}`);
      await materialize(database, filling);
      seen = (await query(`select * from ${TABLE}`)).length;
      await query("commit");
    });
    expect(await rowsIn(db)).toHaveLength(5);
    expect([5, 6]).toContain(seen);
    await database.close();
  });
});

const NO_PYTHON = ON_SERVER ? "of a file" : missingProgram("python3", "-c", "import sqlite3");

describeWith(NO_PYTHON, "a program in Python", () => {
  it("asks as the page shows", async () => {
    const db = await seeded(POLICY);
    await cli("materialize --for '*'", { db });
    const ask = `print(may(db, "ann", "docs:read", "acme/x"), may(db, "ann", "docs:write"), may(db, "eve", "docs:read"))`;
    const opened = `import sqlite3, sys\ndb = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)`;
    const program = [documented("python"), `ONE = """${ONE}"""`, opened, ask].join("\n");
    const { stdout, stderr } = spawnSync("python3", ["-c", program, db], { encoding: "utf8" });
    expect({ stdout, stderr }).toEqual({ stdout: "True False False\n", stderr: "" });
  });
});

describe("the command", () => {
  it("says whether the table is of this revision and these patterns", async () => {
    const db = await seeded(POLICY);
    const check = (line = "--for docs:read") => cli(`materialize --check --json ${line}`, { db });
    expect(await check()).toMatchObject({ code: 1, stdout: expect.stringContaining('"because":"missing"') });
    await cli("materialize --for docs:read", { db });
    expect((await check()).code).toBe(0);
    expect((await check("")).code).toBe(0);
    expect((await check("--for docs:read:own --for docs:read")).code).toBe(0);
    expect(await check("--for docs:write")).toMatchObject({ code: 1, stdout: expect.stringContaining('"patterns"') });
    await cli("user create eve", { db });
    expect(await check()).toMatchObject({ code: 1, stdout: expect.stringContaining('"because":"revision"') });
    await cli("materialize --for docs:read", { db });
    await meddle(db, "update meta set created_at = '2020-01-01T00:00:00.000Z'");
    expect(await check()).toMatchObject({ code: 1, stdout: expect.stringContaining('"because":"database"') });
  });

  it("writes nothing where there would be too many rows, or a pattern covers nothing", async () => {
    const db = await seeded(POLICY);
    const before = await bytesOf(db);
    for (const [line, code, said] of [
      ["--for '*' --max-rows 7", 3, "more than 7 rows"],
      ["--for 'dogs:*'", 2, 'covers no permission; did you mean "docs:*"'],
      ["--for docs:raed", 2, 'no permission "docs:raed"; did you mean "docs:read"'],
      ["", 2, "--for"],
      ["--for '*' --dry-run", 0, ""],
    ] as const) {
      const { code: found, stderr } = await cli(`materialize ${line}`, { db });
      expect([line, found]).toEqual([line, code]);
      expect(stderr).toContain(said);
    }
    expect(await bytesOf(db)).toBe(before);
    expect((await cli("materialize --for '*' --max-rows 8", { db })).code).toBe(0);
  });

  it("is no change, and not strange to what verifies and copies; what was changed about the tables is", async () => {
    const db = await seeded(POLICY);
    const head = (await cli("audit head", { db })).stdout;
    await cli("materialize --for '*'", { db });
    expect((await cli("audit head", { db })).stdout).toBe(head);
    expect((await cli("audit verify", { db })).code).toBe(0);
    expect((await json<{ warnings: string[] }>("db status", { db })).warnings).toEqual(
      (await json<{ warnings: string[] }>("db status", { db: await seeded(POLICY) })).warnings,
    );
    const backup = beside(db, "backup");
    expect((await cli(`db backup "${backup}"`, { db })).code).toBe(0);
    expect((await cli("audit verify", { db: backup })).code).toBe(0);
    const copy = freshDb();
    expect((await cli(`db copy "${db}" "${copy}"`)).code).toBe(0);
    expect((await cli(`db restore "${backup}" --yes`, { db })).code).toBe(0);
    expect((await cli("materialize --for '*'", { db })).code).toBe(0);
    await meddle(db, `create index mine on ${TABLE} (permission)`);
    const { code, stdout } = await cli("audit verify", { db });
    expect(code).toBe(1);
    expect(stdout).toContain("index mine is none of ours");
  });

  it("leaves a table alone that only has the name", async () => {
    const db = await seeded(POLICY);
    await meddle(db, `create table ${TABLE} (mine text); insert into ${TABLE} values ('dear')`);
    for (const line of ["--for '*'", "--drop", "--check"]) {
      const { code, stderr } = await cli(`materialize ${line}`, { db });
      expect([line, code]).toEqual([line, 3]);
      expect(stderr).toContain(`table ${TABLE} is none that rbac made`);
    }
    expect(await asked(db, ({ query }) => query(`select mine from ${TABLE}`))).toEqual([{ mine: "dear" }]);
  });

  it("removes the table", async () => {
    const db = await seeded(POLICY);
    expect(await json("materialize --drop", { db })).toEqual({ changed: false, dryRun: false });
    await cli("materialize --for '*'", { db });
    expect(await json("materialize --drop --dry-run", { db })).toEqual({ changed: true, dryRun: true });
    expect(await json("materialize --drop", { db })).toEqual({ changed: true, dryRun: false });
    await expect(rowsIn(db)).rejects.toThrow(TABLE);
  });
});
