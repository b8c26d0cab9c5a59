/** `unused`: what no allowed decision of a log needed, what stays all the same, and the proposal. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Database } from "../../src/database/database.ts";
import { applyPlan } from "../../src/plans/apply-plan.ts";
import { readPlan } from "../../src/plans/read-plan.ts";
import { cli } from "../support/cli.ts";
import { beside } from "../support/databases.ts";
import { fileWith } from "../support/documents.ts";
import { type LineFields, logLine, logOf, standing } from "../support/known-logs.ts";
import type { PlainDocument } from "../support/oracle.ts";

const DAY = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY).toISOString();
const LONG_AGO = "2020-01-01T00:00:00.000Z";

const POLICY: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:publish", "posts:delete", "docs:read", "docs:write", "billing:read"],
  roles: {
    writer: { grants: ["posts:*", "posts:read"] },
    clerk: { grants: ["docs:read"] },
    idle: { grants: ["docs:write"] },
    guest: { grants: ["billing:read"] },
    barred: { grants: ["docs:write"], denies: ["billing:read"] },
    chief: { grants: ["billing:read"] },
    away: { grants: ["docs:write"] },
    lost: { inherits: ["clerk"] },
  },
  users: {
    alice: { roles: ["writer", "idle", "barred"] },
    bob: { roles: ["clerk", "chief"] },
    dora: { disabled: true, roles: ["away"] },
  },
  everyone: ["guest"],
  constraints: { one: { kind: "min_users", roles: ["chief"], limit: 1 } },
};

const USED = [
  { user: "alice", permission: "posts:read" },
  { user: "alice", permission: "posts:publish" },
  { user: "bob", permission: "docs:read" },
];

/** A line for each of so many days until now, which ask these questions in turn. */
const logOfDays = (id: string, days: number, used: readonly LineFields[] = USED, more: LineFields = {}): string[] =>
  Array.from({ length: days + 1 }, (_, at) =>
    logLine({
      db: id,
      revision: 1,
      decision: true,
      reason: "allow",
      ...used[at % used.length],
      at: daysAgo(days - at),
      ...more,
    }),
  );

async function unused(db: string, lines: readonly string[], words = "--since 90d") {
  const { code, stdout, stderr } = await cli(`unused "${logOf(lines)}" ${words} --json`, { db });
  return { code, stderr, json: JSON.parse(stdout) };
}

type Row = Readonly<Record<string, unknown>>;
const inWords = ({ finding, kind, user, role, permission, keep }: Row) =>
  [finding, kind, user, role, permission, keep && `(${keep})`].filter((word) => word !== null).join(" ");

const FOUND = [
  "wildcard grant writer posts:*",
  "redundant grant writer posts:read",
  "unused grant idle docs:write",
  "unused grant guest billing:read (everyone)",
  "unused grant barred docs:write",
  "unused grant chief billing:read",
  "unused grant away docs:write (disabled)",
  "unused role idle",
  "unused role guest (everyone)",
  "unused role barred (deny)",
  "unused role chief (constraint)",
  "unused role away (disabled)",
  "unused role lost",
  "unused assignment alice idle",
  "unused assignment alice barred (deny)",
  "unused assignment bob chief (constraint)",
  "unused assignment dora away (disabled)",
];

it("lists what no yes needed, and why some of it stays", async () => {
  const { db, id } = await standing(POLICY, LONG_AGO);
  const { code, json, stderr } = await unused(db, logOfDays(id, 95));
  expect([code, json.confidence, json.because, json.window.days]).toEqual([0, "high", [], 90]);
  expect(json.unused.map(inWords).sort()).toEqual([...FOUND].sort());
  const wildcard = json.unused.find(({ finding }: Row) => finding === "wildcard");
  expect(wildcard).toMatchObject({ used: ["posts:publish", "posts:read"], covers: 3 });
  expect(stderr).toContain(
    "a proposal would take 7 rows away: --propose FILE writes it, --plan FILE saves a plan of it\n",
  );
  const { stdout } = await cli(`unused "${logOf(logOfDays(id, 95))}" --since 90d`, { db });
  expect(stdout).toMatch(/\n1 person loses, nobody gains\n.*\nlose +1 +docs:write .*\nlose +1 +posts:delete .*alice\n/);
});

it("proposes a document that can be seeded, and changes no answer of the log", async () => {
  const { db, id } = await standing(POLICY, LONG_AGO);
  const [lines, file] = [logOfDays(id, 95), beside(db, "narrower.json")];
  expect((await unused(db, lines, `--since 90d --propose ${file}`)).json.proposal).toMatchObject({
    ...{ removes: 7, file, plan: null },
    impact: {
      people: { gain: 0, lose: 1, both: 0 },
      outcomes: [{ users: ["alice"], losses: [{ permission: "docs:write" }, { permission: "posts:delete" }] }],
    },
  });
  const proposed = JSON.parse(readFileSync(file, "utf8"));
  expect(proposed.roles.writer).toEqual({ grants: ["posts:publish", "posts:read"] });
  expect(Object.keys(proposed.roles)).toEqual(["away", "barred", "chief", "clerk", "guest", "writer"]);
  expect((await cli(`replay "${logOf(lines)}" --against ${file}`, { db })).code).toBe(0);
  expect((await cli(`seed ${file} --prune --yes`, { db })).code).toBe(0);
  expect((await unused(db, lines)).json.proposal.removes).toBe(0);
});

it("saves it as a plan of just the changes that seed --prune would make; applied, all that was allowed still is", async () => {
  const { db, id } = await standing(POLICY, LONG_AGO);
  const lines = logOfDays(id, 95);
  const [file, plan] = [beside(db, "narrower.json"), beside(db, "narrower.plan.json")];
  const { code, json, stderr } = await unused(db, lines, `--propose ${file} --plan ${plan} --actor ann`);
  const saved = readPlan(readFileSync(plan, "utf8"));
  expect([code, json.proposal.plan]).toEqual([0, { file: plan, digest: saved.digest, refusal: null }]);
  expect(stderr).toContain(`${plan} plans to take 7 rows away: rbac apply ${plan} --expect ${saved.digest}\n`);
  const pruned = JSON.parse((await cli(`seed ${file} --prune --dry-run --json`, { db })).stdout);
  const sorted = (changes: readonly object[]) => changes.map((change) => JSON.stringify(change)).sort();
  expect(sorted(saved.changes)).toEqual(sorted(pruned.changes));
  expect([saved.actor, saved.impact.people]).toEqual(["ann", { gain: 0, lose: 1, both: 0 }]);
  const database = await Database.open(db, "write");
  const stamp = { actor: "ann", osUser: "ann", at: new Date().toISOString(), reason: null };
  expect(await applyPlan(database, saved, { stamp })).toMatchObject({ changed: true });
  await database.close();
  const now = fileWith((await cli("export --format json", { db })).stdout);
  const replayed = JSON.parse((await cli(`replay "${logOf(lines)}" --against "${now}" --json`, { db })).stdout);
  expect(replayed.lines).toMatchObject({ replayed: 96, changed: 0, otherwise: 0 });
});

it("saves a plan that would be refused, and says so by exit 3; without a proposal none, by exit 1", async () => {
  const guarded = { ...POLICY, guarded: true, users: { ...POLICY.users, rita: { roles: ["root"] } } };
  const roles = { ...POLICY.roles, root: { grants: ["rbac:*"] } };
  const permissions = [...(POLICY.permissions as string[]), "rbac:escalate"];
  const { db, id } = await standing({ ...guarded, roles, permissions }, LONG_AGO);
  const plan = beside(db, "refused.plan.json");
  const { code, json, stderr } = await unused(db, logOfDays(id, 95), `--plan ${plan} --actor alice`);
  const { code: refusal } = json.proposal.plan.refusal;
  expect([code, refusal, readPlan(readFileSync(plan, "utf8")).actor]).toEqual([3, "GUARDED", "alice"]);
  expect(stderr).toContain("it would be refused now: ");
  const none = beside(db, "none.plan.json");
  expect((await unused(db, logOfDays(id, 20), `--plan ${none}`)).code).toBe(1);
  expect((await unused(db, logOfDays(id, 20), `--plan ${none} --propose ${none}`)).code).toBe(2);
  expect(() => readFileSync(none)).toThrow("ENOENT");
});

it("makes none of a shorter log, which is exit 1 where one was asked for", async () => {
  const { db, id } = await standing(POLICY, LONG_AGO);
  const file = beside(db, "none.json");
  const { code, json } = await unused(db, logOfDays(id, 89), `--since 90d --propose ${file}`);
  expect([code, json.confidence, json.proposal, json.window.days]).toEqual([1, "medium", null, 89]);
  expect(() => readFileSync(file)).toThrow("ENOENT");
  const plain = await cli(`unused "${logOf(logOfDays(id, 20))}" --since 90d`, { db });
  expect(plain.stderr).toContain(
    "confidence: low: the log covers 20 days, not 90\nno proposal: it needs a log of 90 days\n",
  );
});

it("is less sure of a log that keeps a share, drops lines, has a gap, or no yes at all", async () => {
  const { db, id } = await standing(POLICY, LONG_AGO);
  const of = async (lines: readonly string[]) => {
    const { confidence, because } = (await unused(db, lines)).json;
    return [confidence, ...because];
  };
  const whole = logOfDays(id, 95);
  const dropped = JSON.stringify({ v: 1, at: daysAgo(3), dropped: 9 });
  expect(await of([...whole, dropped])).toEqual(["medium", "90.9 % of the allowed decisions are in the log"]);
  expect(await of(logOfDays(id, 95, USED, { share: 0.01 }))).toEqual([
    "low",
    "1.0 % of the allowed decisions are in the log",
  ]);
  expect(await of(whole.filter((_, at) => at < 40 || at > 60))).toEqual(["medium", "there are 21 days without a line"]);
  const denied = logOfDays(id, 95, [
    { user: "alice", permission: "docs:read", decision: false, reason: "none", share: 0 },
  ]);
  expect(await of(denied)).toEqual([
    "low",
    "the log has no allowed decision",
    "a part of the log keeps no allowed decisions",
  ]);
});

it("says of what came within the window that it is too new, and lets it stay", async () => {
  const { db, id } = await standing(POLICY, LONG_AGO);
  await cli("permission create posts:pin", { db });
  await cli("grant idle billing:read", { db });
  await cli("assign bob idle", { db });
  const { json } = await unused(db, logOfDays(id, 95));
  expect(json.unused.filter(({ finding }: Row) => finding === "new").map(inWords)).toEqual([
    "new grant idle billing:read",
    "new assignment bob idle",
  ]);
  expect(json.unused.map(inWords)).toContain("unused role idle (held)");
  const file = beside(db, "young.json");
  await unused(db, logOfDays(id, 95), `--propose ${file}`);
  expect(JSON.parse(readFileSync(file, "utf8")).roles).toMatchObject({
    idle: { grants: ["billing:read"] },
    writer: { grants: ["posts:pin", "posts:publish", "posts:read"] },
  });
});

it("leaves to a guarded policy what its administrators hold, of which no log tells", async () => {
  const guarded = {
    ...POLICY,
    guarded: true,
    permissions: [...(POLICY.permissions as string[]), "rbac:assignment", "rbac:escalate"],
    roles: { ...POLICY.roles, root: { inherits: ["idle"], grants: ["rbac:*"] } },
    users: { ...POLICY.users, rita: { roles: ["root"] } },
  };
  const { db, id } = await standing(guarded, LONG_AGO);
  const kept = (await unused(db, logOfDays(id, 95))).json.unused.filter(({ keep }: Row) => keep === "guard");
  expect(kept.map(inWords).sort()).toEqual([
    "unused assignment rita root (guard)",
    "unused grant idle docs:write (guard)",
    "unused grant root rbac:* (guard)",
    "unused role idle (guard)",
    "unused role root (guard)",
  ]);
});

it("counts a role as used that only has asks about, and all that may have allowed where values are not logged", async () => {
  const when = { permission: "billing:read", when: "resource.open" };
  const document = {
    ...POLICY,
    everyone: [],
    roles: { ...POLICY.roles, guest: {}, barred: {}, idle: { grants: [when] } },
  };
  const { db, id } = await standing(document, LONG_AGO);
  const asked = [
    { user: "alice", permission: "posts:read" },
    { user: "bob", role: "chief", permission: undefined },
  ];
  const open = { user: "alice", permission: "billing:read", given: ["resource.open"], on: "acme" };
  const { json } = await unused(db, logOfDays(id, 95, [...asked, open]));
  const found = json.unused.map(inWords);
  expect(found).not.toContain("unused role chief (constraint)");
  expect(found).toContain("unused grant chief billing:read");
  expect(found).not.toContain("unused grant idle billing:read");
  expect([json.lines.allowed, json.lines.certain, json.notReplayed.values]).toEqual([90, 60, 30]);
});
