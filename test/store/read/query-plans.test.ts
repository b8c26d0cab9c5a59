/**
 * What questions about one user, and who may do something, ask of the database: nothing that grows with it is read from
 * end to end.
 */
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newUserNotices, scopeHints } from "../../../src/cli/name-notices.ts";
import { Database } from "../../../src/database/database.ts";
import { open } from "../../../src/index.ts";
import type { Question } from "../../../src/policy/evaluate/decide.ts";
import { added } from "../../../src/policy/model/change.ts";
import type { NeededRows } from "../../../src/policy/model/mutation.ts";
import { patternsCovering } from "../../../src/policy/model/names.ts";
import { assigning, granting } from "../../../src/policy/mutations.ts";
import { blog } from "../../support/blog.ts";
import { AT } from "../../support/documents.ts";

let path: string;
let database: Database;
/** The texts of the statements that were prepared since the list was last emptied. */
const STAMP = { actor: "ann", at: AT };
const prepared = new Set<string>();
const { prepare } = Sqlite.prototype;

beforeAll(async () => {
  path = await blog();
  const writer = await open(path, { actor: "ann" });
  const grants = [{ permission: "posts:delete", when: "resource.draft" }];
  await writer.seed({ rbac: 1, attributes: { posts: { draft: "bool" } }, roles: { moderator: { grants } } });
  await writer.close();
  Sqlite.prototype.prepare = function (this: Sqlite.Database, text: string) {
    prepared.add(text);
    return prepare.call(this, text);
  } as typeof prepare;
});

afterAll(() => {
  Sqlite.prototype.prepare = prepare;
});

/** The steps of the statements that were prepared; of a slice's every part, of others those that have no limit. */
function steps(): string[] {
  const file = new Sqlite(path, { readonly: true });
  const isSlice = (text: string) => text.includes("\nunion all ");
  const plans = [...prepared].filter(
    (text) => /^\s*(select|with)/i.test(text) && (isSlice(text) || !/limit/i.test(text)),
  );
  const found = plans.flatMap((text) => {
    const parameters = Array.from({ length: text.split("?").length - 1 }, () => null);
    const statement = prepare.call(file, `explain query plan ${text}`) as Sqlite.Statement<null[], { detail: string }>;
    const rows = statement.all(...parameters);
    return rows.map(({ detail }) => `${detail} — ${text}`);
  });
  file.close();
  expect(plans.length).toBeGreaterThan(0);
  return found;
}

/** The steps that read a table that grows from its first row to its last, or from some row on. */
function scans(growing = "assignments|grants|conditionals|users|entries|held"): string[] {
  const whole = new RegExp(`^(SCAN (${growing})\\b|SEARCH (${growing}) .*\\(\\(?[\\w,]+\\)?>\\(?[?,]+\\)?\\) —)`);
  return steps().filter((step) => whole.test(step));
}

const question = (user: string, permission: string, scope: string | null = null): Question => {
  return { user, permission, scope, owner: null, at: AT, activate: [], assume: [] };
};

const asked: readonly [what: string, ask: (database: Database) => Promise<unknown>][] = [
  ["can", (on) => on.can([question("bob", "posts:publish"), question("bob", "posts:publish", "acme/blog")])],
  [
    "can of many permissions",
    (on) => on.can([question("bob", "posts:publish", "acme"), question("bob", "posts:read")]),
  ],
  ["can, with a notice", (on) => scopeHints(on, "nowhere/else")],
  ["a batch", (on) => on.batch([{ question: question("bob", "posts:publish", "acme") }])],
  ["has", (on) => on.has([{ ...question("bob", "posts:read"), role: "editor" }])],
  ["why, a yes", (on) => on.why(question("root", "posts:publish"))],
  ["why, a no", (on) => on.why(question("alice", "posts:publish", "acme"))],
  ["permissions", (on) => on.permissions(question("root", "posts:read"))],
  ["who-can", (on) => on.whoCan("posts:publish", AT)],
  ["who-can on a scope", (on) => on.whoCan("posts:publish", AT, "acme/blog")],
  [
    "who made and changed a user",
    (on) => on.read((reading) => reading.stampsOf({ of: "user", name: "bob", revision: 1 })),
  ],
  [
    "who made and changed a role",
    (on) => on.read((reading) => reading.stampsOf({ of: "role", name: "editor", revision: 1 })),
  ],
  [
    "assign",
    (on) =>
      on.preview(
        STAMP,
        assigning({
          who: "zoe",
          roles: ["reader"],
          scope: null,
          from: null,
          until: null,
          replace: false,
          existing: false,
        }),
      ),
  ],
  [
    "who is new",
    (on) => newUserNotices(on, [added("user", { user: "alcie", email: null, name: null, disabled: false })]),
  ],
  [
    "grant",
    (on) =>
      on.preview(STAMP, granting({ role: "reader", permissions: ["posts:publish"], scope: "acme", effect: "allow" })),
  ],
];

describe("nothing that grows is read from end to end by", () => {
  it.each(asked)("%s", async (_, ask) => {
    database = await Database.open(path, "read");
    prepared.clear();
    await ask(database);
    await database.close();
    expect(scans()).toEqual([]);
  });

  it("a question of a compiled policy", async () => {
    const rbac = await open(path, { actor: "web", mode: "read" });
    const index = await rbac.compile({ assignments: "demand" });
    const ready = [...prepared].filter((text) => text.includes("left join") || text.includes("exists"));
    prepared.clear();
    for (const text of ready) prepared.add(text);
    expect((await index.can("root", "posts:publish")).allowed).toBe(true);
    await index.close();
    await rbac.close();
    expect(scans()).toEqual([]);
  });

  it("but what reads a table from end to end is found out", async () => {
    prepared.clear();
    prepared.add('select * from assignments where "from" = ?');
    prepared.add(
      "select 1\nunion all select * from (select 1 from grants where role > ? order by role limit 9) as page",
    );
    expect(scans()).toHaveLength(2);
  });
});

it("who made and changed something is looked up among its own entries, or those about structure", async () => {
  const indices = {
    user: "entries_user (user=? AND seq<?)",
    role: "entries_role (role=? AND seq<?)",
    permission: "entries_structure (seq<?)",
    constraint: "entries_structure (seq<?)",
  } as const;
  for (const [of, index] of Object.entries(indices)) {
    database = await Database.open(path, "read");
    prepared.clear();
    const row = { of: of as keyof typeof indices, name: "editor", revision: 1 };
    await database.read((reading) => reading.stampsOf(row));
    await database.close();
    const texts = [...prepared].filter((text) => text.includes("reason"));
    const plans = texts.flatMap((text) => planOf(text)).filter((step) => !step.includes("entries_inherits"));
    expect([of, ...new Set(plans)]).toEqual([of, `SEARCH entries USING INDEX ${index}`]);
  }
  const many = planOf(`select seq from entries where "user" is null and role || '' = ? and seq <= ? order by seq desc`);
  expect(many).toEqual(["SEARCH entries USING INDEX entries_structure (seq<?)"]);
});

/** The steps of one statement. */
function planOf(text: string): string[] {
  const file = new Sqlite(path, { readonly: true });
  const parameters = Array.from({ length: text.split("?").length - 1 }, () => null);
  const statement = prepare.call(file, `explain query plan ${text}`) as Sqlite.Statement<null[], { detail: string }>;
  const steps = statement.all(...parameters).map(({ detail }) => detail);
  file.close();
  return steps;
}

const patterns = ["posts:read", "posts:*", "*:*"];
const manyPatterns = patternsCovering("a.b.c.d:e.f.g.h:posts:read", true);
const slices: readonly [what: string, slice: NeededRows][] = [
  ["users", { users: ["root", "bob", "nobody"], roles: "none" }],
  ["users and what they reach", { users: ["alice", "bob"], permissions: "granted" }],
  ["holders", { holders: ["reader", "editor"] }],
  ["roles", { roles: ["editor"], grants: "none", constraints: true }],
  ["grants by pattern", { users: ["root"], grants: { patterns }, permissions: ["posts:read"] }],
  ["grants on the root", { users: ["root"], grants: { patterns, targets: [null, "acme"] } }],
  ["grants on scopes", { users: ["root"], grants: { patterns, targets: ["acme/blog", "acme", "beta/x"] } }],
  ["grants by many patterns", { users: ["root"], grants: { patterns: manyPatterns, targets: ["acme/blog", null] } }],
  ["roles that grant many patterns", { granting: { patterns: manyPatterns }, grants: { patterns: manyPatterns } }],
  ["roles that grant", { granting: { patterns }, grants: { patterns }, permissions: ["posts:read"] }],
  [
    "roles that grant on a scope",
    { granting: { patterns, targets: ["acme/blog"] }, grants: { patterns, targets: ["acme/blog", null] } },
  ],
  ["more names than one list has", { users: Array.from({ length: 1300 }, (_, at) => `user${at}`) }],
];

async function sliced(slice: NeededRows): Promise<void> {
  database = await Database.open(path, "read");
  prepared.clear();
  await database.policy(slice);
  await database.close();
}

const ROWS = "assignments|grants|conditionals|attributes|users|inheritance|roles|permissions";

describe("every part of a slice is looked up by an index", () => {
  it.each(slices)("%s", async (_, slice) => {
    await sliced(slice);
    // Declarations are few: what needs the whole catalogue reads them whole.
    expect(scans(slice.permissions === "granted" ? ROWS.replace("attributes|", "") : ROWS)).toEqual([]);
    expect(prepared.size).toBeLessThanOrEqual(5); // Beside the revision, and what opening a file asks.
  });

  it("but what is all of a table, which comes in the order of an index, a page at a time", async () => {
    await sliced({ users: "all", roles: "all", permissions: "all" });
    const pages = steps();
    expect(new Set(scans(ROWS).map((step) => step.split(" ")[1]))).toEqual(new Set(ROWS.split("|")));
    expect(pages.filter((step) => /^SCAN (?!page|meta)|TEMP B-TREE/.test(step))).toEqual([]);
  });
});

it("whether a name may be a stranger's is looked up by indices: in the record, and among the names that look alike", async () => {
  const writer = await open(path, { actor: "ann" });
  await writer.seed({ rbac: 1, strangers: true });
  await writer.close();
  database = await Database.open(path, "read");
  prepared.clear();
  expect(await database.can([question("newbie", "posts:read")])).toMatchObject({ decisions: [{ known: false }] });
  await database.close();
  const file = new Sqlite(path, { readonly: true });
  const planOf = (text: string): string => {
    const parameters = Array.from({ length: text.split("?").length - 1 }, () => null);
    const statement = prepare.call(file, `explain query plan ${text}`) as Sqlite.Statement<null[], { detail: string }>;
    return statement.all(...parameters).map(({ detail }) => detail)[0] ?? "";
  };
  const plansOf = (part: string) => [...prepared].filter((text) => text.includes(part)).map(planOf);
  expect(plansOf('from "entries"')).toEqual([
    expect.stringMatching(/SEARCH entries USING INDEX entries_user \(user=\?/),
  ]);
  expect(plansOf('where "skeleton')).toEqual([
    expect.stringContaining("SEARCH users USING INDEX users_skeleton ("),
    expect.stringContaining("SEARCH users USING INDEX users_skeleton_folded ("),
  ]);
  file.close();
});
