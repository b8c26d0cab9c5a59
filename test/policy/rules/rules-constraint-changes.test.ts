/** Rule 22: which changes constraints refuse. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cli, freshDb, json } from "../../support/cli.ts";
import { apart, FRIDAY, last, policy, roles, SUNDAY, trained, two, until } from "../../support/constraints.ts";
import { fileWith, seeded } from "../../support/documents.ts";
import { meddle } from "../../support/store/random-databases.ts";

describe("rule 22: a change is refused if it adds a violation", () => {
  const unbroken = policy(
    { apart, last, trained, two },
    { root: ["admin"], al: ["auditor"], bo: ["operator", "certified"], cy: [] },
  );

  it.each([
    ["assign al cashier", "apart"],
    ["assign al chief --on acme", "apart"],
    ["assign --everyone chief", "apart"],
    ["role inherit auditor cashier", ""],
    ["role inherit admin auditor cashier", ""],
    ["assign dee operator", "trained"],
    ["revoke bo certified", "trained"],
    ["revoke root admin", "last"],
    ["user disable root", "last"],
    ["user delete root --yes", "last"],
    ["assign --everyone owner", "two"],
    ["constraint create more ssd auditor certified --limit 2", undefined],
    ["constraint create more max_users operator --limit 0", "more"],
    ["constraint set two --limit 0", "two"],
    ["constraint create more prerequisite auditor --needs cashier", "more"],
    ["constraint set trained --needs auditor", "trained"],
    ["constraint set last --limit 2", undefined],
    ["constraint create many min_users certified --limit 9", undefined],
    ["assign cy admin", undefined],
    ["assign al operator", "trained"],
    ["assign al operator certified", undefined],
  ])("%s: %s", async (line, constraint) => {
    const db = await seeded(unbroken);
    const before = readFileSync(db);
    const dry = await cli([...line.split(" "), "--dry-run", "--json"], { db });
    expect(readFileSync(db).equals(before)).toBe(true);
    const real = await cli([...line.split(" "), "--json"], { db });
    expect([dry.code, real.code]).toEqual(constraint === undefined ? [0, 0] : [3, 3]);
    if (!constraint) return;
    const { error } = JSON.parse(real.stdout);
    expect(error).toMatchObject({ code: "CONSTRAINT_VIOLATED", exitCode: 3 });
    expect(error.message).toContain(`"${constraint}"`);
    expect(error.violations[0].constraint).toBe(constraint);
    expect(JSON.parse(dry.stdout).error.violations.length).toBe(error.violations.length);
    expect(real.stderr.trim().split("\n")).toHaveLength(1);
    expect(await json("audit head", { db })).toMatchObject({ head: expect.anything() });
    expect((await cli("constraint check", { db })).code).toBe(0);
  });

  it("names violations in one shape", async () => {
    const db = await seeded(unbroken);
    const { stdout } = await cli("assign al chief --on acme --json", { db });
    const [{ at, ...violation }] = JSON.parse(stdout).error.violations;
    expect(violation).toEqual({ constraint: "apart", users: ["al"], scope: "acme", roles: ["auditor", "cashier"] });
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it("and tells the first of several in words", async () => {
    const db = await seeded(
      policy({ apart, few: { ...two, roles: ["auditor"], limit: 1 } }, { al: ["cashier"], bo: [] }),
    );
    const { code, stderr } = await cli("assign --everyone auditor", { db });
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(
        /^rbac: this would break the constraint "apart" \(ssd\): "al" holds "auditor" and "cashier" everywhere from .* \(and 1 more\)\n$/,
      ),
    ]);
    expect((await cli("constraint create it max_users cashier --limit 0", { db })).stderr).toContain(
      '1 hold "cashier"',
    );
  });

  it("two roles of an ssd on one chain are refused at creation, naming the edge, whichever comes last", async () => {
    const db = await seeded(policy({}, {}));
    const chained = await cli("constraint create it ssd cashier chief auditor --limit 3", { db });
    expect(chained).toMatchObject({ code: 3, stderr: expect.stringContaining('"chief" → "cashier"') });
    expect((await cli("constraint create it ssd auditor cashier --limit 2", { db })).code).toBe(0);
    const edge = await cli("role inherit auditor chief --json", { db });
    expect(JSON.parse(edge.stdout).error).toMatchObject({
      code: "CONSTRAINT_CHAIN",
      exitCode: 3,
      message: expect.stringContaining('"auditor" → "chief" → "cashier"'),
    });
    expect((await cli("constraint set it --add chief", { db })).code).toBe(3);
    const document = { ...policy({ it: { ...apart, roles: ["cashier", "chief"] } }, {}) };
    expect((await cli(["seed", fileWith(JSON.stringify(document))], { db: freshDb() })).code).toBe(3);
  });

  it("a starter without people may declare what it cannot have yet; then only taking away is refused", async () => {
    const db = await seeded(policy({ last }, {}));
    const check = await cli("constraint check --json", { db });
    expect([check.code, JSON.parse(check.stdout).violations]).toEqual([
      1,
      [{ constraint: "last", users: [], scope: null, at: expect.any(String), roles: ["admin"] }],
    ]);
    expect((await cli("constraint check", { db })).stdout).toContain("nobody enabled holds");
    expect((await cli("assign al admin --on acme", { db })).code).toBe(0);
    expect((await cli("revoke al admin --on acme", { db })).code).toBe(3);
    expect((await cli("role rename admin boss", { db })).code).toBe(0);
    expect((await cli("assign root boss", { db })).code).toBe(0);
    expect((await cli("revoke al boss --on acme", { db })).code).toBe(0);
    expect((await cli("constraint check", { db })).code).toBe(0);
    expect((await cli("revoke root boss", { db })).code).toBe(3);
    expect((await cli("constraint set last --limit 2", { db })).code).toBe(0);
    expect((await cli("constraint check", { db })).stdout).toContain('1 enabled hold "boss"');
  });

  it("a broken policy can be repaired step by step, and not be broken further", async () => {
    const db = await seeded(policy({}, { al: ["auditor", "cashier", "approver"], bo: ["auditor"] }));
    // What was there before its constraint, as in a database that others wrote to.
    meddle(db, (raw) =>
      raw.exec(
        `insert into constraints ("constraint", type, roles, "limit", needs, skeleton, revision) values ('apart', 'ssd', '["approver","auditor","cashier","certified"]', 2, null, 'apart', 1)`,
      ),
    );
    const code = async (line: string) => (await cli(line, { db })).code;
    expect(await code("constraint check")).toBe(1);
    expect(await code("assign al certified")).toBe(3);
    expect(await code("assign bo cashier")).toBe(3);
    expect(await code("assign al cashier --on acme")).toBe(0);
    expect(await code("user set al --name Al")).toBe(0);
    expect(await code("revoke al approver")).toBe(0);
    expect(await code("assign al approver")).toBe(3);
    expect(await code("revoke al cashier --everywhere")).toBe(0);
    expect(await code("constraint check")).toBe(0);
  });

  it("a swap is a violation of its own, not a repair", async () => {
    const db = await seeded(policy({}, { al: ["auditor", "cashier"] }));
    meddle(db, (raw) =>
      raw.exec(
        `insert into constraints ("constraint", type, roles, "limit", needs, skeleton, revision) values ('it', 'ssd', '["approver","auditor","cashier"]', 2, null, 'it', 1)`,
      ),
    );
    const swapped = { rbac: 1, users: { al: { roles: ["approver", "cashier"] } } };
    expect((await cli(["seed", fileWith(JSON.stringify(swapped)), "--prune", "--yes"], { db })).code).toBe(3);
  });

  it("what a constraint names is not deleted, and a rename takes the constraint along", async () => {
    const db = await seeded(unbroken);
    const gone = await cli("role delete certified --yes --json", { db });
    expect(JSON.parse(gone.stdout).error).toMatchObject({ code: "CONSTRAINT_NAMES", exitCode: 3 });
    expect((await cli("role rename certified licensed", { db })).code).toBe(0);
    expect((await cli("role rename cashier teller", { db })).code).toBe(0);
    expect(await json("constraint show trained", { db })).toMatchObject({ needs: ["licensed"] });
    expect((await cli("assign al teller", { db })).code).toBe(3);
    expect((await cli("constraint delete trained", { db })).code).toBe(0);
    expect((await cli("role delete licensed --yes", { db })).code).toBe(0);
  });

  it("set, rename and delete", async () => {
    const db = await seeded(unbroken);
    const code = async (line: string) => (await cli(line, { db })).code;
    expect(await code("constraint set apart --add approver")).toBe(0);
    expect(await code("assign al approver")).toBe(3);
    expect(await code("constraint set apart --drop approver")).toBe(0);
    expect(await code("constraint set apart --drop approver")).toBe(2);
    expect(await code("constraint set apart --drop cashier")).toBe(2);
    expect(await code("constraint set apart --add zap")).toBe(2);
    expect(await code("constraint set apart")).toBe(2);
    expect(await code("constraint set zap --limit 2")).toBe(2);
    expect(await code("constraint rename apart parted")).toBe(0);
    expect(await code("assign al cashier")).toBe(3);
    expect(await code("constraint rename parted last")).toBe(3);
    expect(await code("constraint rename zap zip")).toBe(2);
    expect(await code("constraint delete parted")).toBe(0);
    expect(await code("constraint delete parted")).toBe(2);
    expect(await code("constraint delete parted --if-exists")).toBe(0);
    expect(await code("constraint show parted")).toBe(2);
    expect(await code("assign al cashier")).toBe(0);
    expect(await code("constraint create apart ssd auditor cashier --limit 2")).toBe(3);
  });
});

describe("rule 22: whatever makes the change", () => {
  const unbroken = policy({ apart, last }, { root: ["admin"], al: ["auditor"] });
  const seed = (document: object, db: string, ...flags: string[]) =>
    cli(["seed", fileWith(JSON.stringify({ rbac: 1, ...document })), ...flags], { db });

  it("seed, at its beginning and later, and --check", async () => {
    const broke = policy({ apart }, { al: ["auditor", "cashier"] });
    const db = freshDb();
    expect((await seed(broke, db)).code).toBe(3);
    expect((await cli("db status", { db })).code).toBe(4);
    const standsAt = await seeded(unbroken);
    expect((await seed({ users: { al: { roles: ["cashier"] } } }, standsAt)).code).toBe(3);
    expect((await seed({ users: { al: { roles: ["cashier"] } } }, standsAt, "--check")).code).toBe(3);
    expect((await seed({ users: { bo: { roles: ["cashier"] } } }, standsAt, "--check")).code).toBe(1);
  });

  it("disabling among changes of the structure counts", async () => {
    const db = await seeded(unbroken);
    expect((await seed({ everyone: ["certified"], users: { root: { disabled: true } } }, db)).code).toBe(3);
    expect(
      (await seed({ roles: { chief: { inherits: ["operator"] } }, users: { root: { disabled: true } } }, db)).code,
    ).toBe(3);
  });

  it("seed --prune: a constraint that goes no longer binds, one that stays does", async () => {
    const db = await seeded(unbroken);
    const users = { root: { roles: ["admin"] }, al: { roles: ["auditor", "cashier"] } };
    expect((await seed({ users }, db, "--prune", "--yes")).code).toBe(3);
    expect((await seed({ users: { al: { roles: ["auditor"] } } }, db, "--prune", "--yes")).code).toBe(3);
    const { cashier: _, chief: __, ...fewer } = roles;
    const pruned = await seed({ roles: fewer }, db, "--prune", "--yes");
    expect(pruned).toMatchObject({ code: 3, stderr: expect.stringContaining('"apart" names "cashier"') });
    expect((await seed({ users, constraints: { last } }, db, "--prune", "--yes")).code).toBe(0);
    expect((await cli("constraint show apart", { db })).code).toBe(2);
  });

  it("undo, undo --to and their return", async () => {
    const db = await seeded(unbroken);
    const code = async (line: string) => (await cli(line, { db })).code;
    expect(await code("revoke al auditor")).toBe(0); // 2
    expect(await code("assign al cashier")).toBe(0); // 3
    expect(await code("undo 2")).toBe(3);
    expect(await code("undo --to @1 --yes")).toBe(0); // 4
    expect(await code("constraint delete apart")).toBe(0); // 5
    expect(await code("assign al cashier")).toBe(0); // 6
    expect(await code("undo 5")).toBe(3);
    expect(await code("undo --to @4 --yes")).toBe(0); // 7
    expect(await code("undo 5..6")).toBe(3);
    expect(await code("constraint check")).toBe(0);
    expect((await json<{ valid: boolean }>("audit verify", { db })).valid).toBe(true);
  });

  it("db restore of a snapshot", async () => {
    const db = await seeded(unbroken);
    expect((await cli(`export --out "${db}.json"`, { db })).code).toBe(0);
    const other = freshDb();
    expect((await cli(`db restore "${db}.json" --yes`, { db: other })).code).toBe(0);
    expect((await cli("assign al cashier", { db: other })).code).toBe(3);
    const broke = JSON.parse(readFileSync(`${db}.json`, "utf8"));
    broke.users.al.roles = ["auditor", "cashier"];
    const kept = readFileSync(other);
    expect((await cli(["db", "restore", fileWith(JSON.stringify(broke)), "--yes"], { db: other })).code).toBe(3);
    expect(readFileSync(other).equals(kept)).toBe(true);
  });

  it("batch and everyday writes of several changes are judged as one", async () => {
    const db = await seeded(unbroken);
    expect((await cli("assign al cashier operator", { db })).code).toBe(3);
    expect((await cli("has al operator", { db })).code).toBe(1);
    expect((await cli("user rename root boss", { db })).code).toBe(0);
    expect((await cli("user disable boss", { db })).code).toBe(3);
  });

  it("constraint check --at asks of the present policy what will be", async () => {
    const db = await seeded(policy({ last }, { root: [until("admin", FRIDAY)] }));
    const at = async (moment: string) => (await cli(`constraint check --at ${moment} --json`, { db })).stdout;
    expect(JSON.parse(await at("2040-06-01T00:00:00Z")).violations).toMatchObject([{ at: FRIDAY }]);
    expect(JSON.parse(await at(SUNDAY)).violations).toMatchObject([{ at: SUNDAY }]);
  });
});
