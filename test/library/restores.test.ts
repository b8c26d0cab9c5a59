/**
 * Open handles between restores: each answers as one that was opened just now, though a restore repeats the numbers of
 * revisions and of entries, and on SQLite the time of creation too.
 */
import Sqlite from "better-sqlite3";
import { afterEach, expect, it } from "vitest";
import { type Compiled, open, type RbacError, type RbacReader } from "../../src/index.ts";
import { cli, freshDb } from "../support/cli.ts";
import { beside, fairly, ON_SERVER } from "../support/databases.ts";
import { fileWith } from "../support/documents.ts";
import { type Chance, chanceOf, SEED } from "../support/store/random-databases.ts";

const USERS = ["ann", "bob", "eve"];
const PERMISSIONS = ["p:r", "p:w", "q:r"];
const ROLES = ["one", "two"];

const POLICY = {
  rbac: 1,
  permissions: PERMISSIONS,
  roles: { one: { grants: ["p:r"] }, two: { inherits: ["one"], grants: ["p:w"] } },
  users: { ann: { roles: ["one"] }, bob: { roles: ["two"] }, eve: {} },
  everyone: [],
  constraints: {},
  guarded: false,
};

const done = async (line: readonly string[], db: string) => {
  const { code, stderr } = await cli(line, { db });
  expect([code, stderr.startsWith("rbac:") ? stderr : ""]).toEqual([0, ""]);
};

const handles: { close(): Promise<void> }[] = [];
const kept = <T extends { close(): Promise<void> }>(handle: T): T => {
  handles.push(handle);
  return handle;
};
afterEach(async () => {
  for (const handle of handles.splice(0)) await handle.close();
});

/** The answer, or the code of the error. */
const outcome = (answer: Promise<unknown>): Promise<unknown> => answer.catch((error: RbacError) => error.code);

/** All that a handle and what was compiled from it answer, each as one text. */
async function answersOf(rbac: RbacReader, compiled: readonly Compiled[], asked: Chance): Promise<string[]> {
  const [user, permission] = [asked.pick(USERS), asked.pick(PERMISSIONS)];
  const can = async (on: RbacReader | Compiled) => {
    const { allowed, reason } = await on.can(user, permission);
    return { allowed, reason };
  };
  const permissions = async (on: RbacReader | Compiled) => {
    const rows: unknown = await on.permissions(user);
    return rows;
  };
  const texts: string[] = [];
  for (const ask of [can, permissions]) {
    const first = await outcome(ask(rbac));
    for (const one of compiled) expect(await outcome(ask(one))).toEqual(first);
    texts.push(JSON.stringify(first));
  }
  for (const answer of [
    rbac.whoCan(permission),
    rbac.roles(),
    rbac.entries({ last: 3 }),
    rbac.can(user, permission, { at: "@1" }),
    rbac.head(),
  ])
    texts.push(JSON.stringify(await outcome(answer)));
  return texts;
}

const grant = (chance: Chance) => [
  chance.pick(["grant", "ungrant"]),
  chance.pick(ROLES),
  chance.pick(PERMISSIONS),
  ...(chance.below(2) ? [] : ["--deny"]),
];

const assign = (chance: Chance) => [chance.pick(["assign", "revoke"]), chance.pick(USERS), chance.pick(ROLES)];

/** What is done round by round, again and again; after an `unseen` step nobody asks before the next one. */
const STEPS = ["backup", "grant", "restore", "assign", "unseen restore", "grant", "unseen restore", "assign"] as const;

/** Puts a backup in the place of a database that is in use, as `.restore` of the sqlite3 shell does for a file. */
async function putBack(db: string, backup: string): Promise<void> {
  if (ON_SERVER) return done(["db", "restore", backup, "--yes"], db);
  const raw = new Sqlite(backup, { readonly: true });
  await raw.backup(db);
  raw.close();
}

/** RBAC_ROUNDS=200 takes two minutes on a server. */
const ROUNDS = Number(process.env.RBAC_ROUNDS ?? fairly(200));

it(`${ROUNDS} rounds of changes and restores of seed ${SEED}: every handle answers as a new one`, async () => {
  const [chance, db] = [chanceOf(SEED), freshDb()];
  await done(["seed", fileWith(JSON.stringify(POLICY)), "--quiet"], db);
  const rbac = kept(await open(db, { mode: "read" }));
  const compiled = [
    kept(await rbac.compile({ assignments: "memory" })),
    kept(await rbac.compile({ assignments: "demand" })),
  ];
  const backups: string[] = [];
  let changed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const step = STEPS[round % STEPS.length] ?? "backup";
    if (step === "backup") {
      backups.push(beside(db, `${round}.backup`));
      await done(["db", "backup", backups.at(-1) ?? ""], db);
    } else if (step.endsWith("restore")) await putBack(db, chance.pick(backups));
    else if ((await cli([...(step === "grant" ? grant : assign)(chance), "--quiet"], { db })).code === 0) changed += 1;
    if (step.startsWith("unseen")) continue;
    const seed = chance.below(2 ** 30);
    const asked = await answersOf(rbac, compiled, chanceOf(seed));
    const fresh = await open(db, { mode: "read" });
    expect(asked).toEqual(await answersOf(fresh, [], chanceOf(seed)).finally(() => fresh.close()));
  }
  expect(changed).toBeGreaterThan(ROUNDS / 5);
});

it("a list of a compiled policy is made anew when a restore repeats the number of the last structural entry", async () => {
  const [db, backup] = [freshDb(), beside(freshDb(), "first.backup")];
  await done(["seed", fileWith(JSON.stringify(POLICY)), "--quiet"], db);
  await done(["db", "backup", backup], db);
  const rbac = kept(await open(db, { mode: "read" }));
  const compiled = kept(await rbac.compile());
  const listed = async () => (await compiled.permissions("ann")).map(({ permission }) => permission);
  await done(["grant", "one", "p:w"], db);
  expect(await listed()).toEqual(["p:r", "p:w"]);
  await putBack(db, backup);
  await done(["grant", "one", "q:r"], db);
  expect(await listed()).toEqual(["p:r", "q:r"]);
  expect((await compiled.can("ann", "p:w")).allowed).toBe(false);
});

it.skipIf(ON_SERVER).each(["read", "write"] as const)(
  "a handle that %ss a file without a write-ahead log, as a backup is, goes over to what is put in its place",
  async (mode) => {
    const [db, copy] = [freshDb(), `${freshDb()}.copy`];
    await done(["seed", fileWith(JSON.stringify(POLICY)), "--quiet"], db);
    await done(["db", "backup", copy], db);
    const rbac = kept(await open(copy, { mode, actor: "test" }));
    const compiled = kept(await rbac.compile());
    const answers = async () => [(await rbac.can("bob", "p:w")).allowed, (await compiled.can("bob", "p:w")).allowed];
    expect(await answers()).toEqual([true, true]);
    const other = { ...POLICY, users: { bob: { roles: ["one"] } } };
    await done(["db", "restore", fileWith(JSON.stringify(other)), "--yes", "--quiet"], copy);
    expect(await answers()).toEqual([false, false]);
  },
);
