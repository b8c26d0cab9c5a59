/** Rules 20 to 22: constraints, what they say of whom, and which changes they refuse. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CONSTRAINT_READERS } from "../../../src/policy/model/constraint.ts";
import { constraining } from "../../../src/policy/mutations.ts";
import { violationsOf } from "../../../src/policy/rules/constraint-violations.ts";
import { cli, freshDb, json } from "../../support/cli.ts";
import { AT, errorOf, fileWith, policyFrom, problemsOf, seeded } from "../../support/documents.ts";
import type { PlainConstraint, PlainDocument, PlainHolding, PlainUser } from "../../support/oracle.ts";
import { meddle } from "../../support/store/random-databases.ts";

const FRIDAY = "2040-06-15T12:00:00.000Z";
const SUNDAY = "2040-06-17T12:00:00.000Z";

const apart: PlainConstraint = { kind: "ssd", roles: ["auditor", "cashier"], limit: 2 };
const last: PlainConstraint = { kind: "min_users", roles: ["admin"], limit: 1 };
const two: PlainConstraint = { kind: "max_users", roles: ["admin"], limit: 2 };
const trained: PlainConstraint = { kind: "prerequisite", roles: ["operator"], needs: ["certified"] };

const roles = {
  ...{ admin: {}, auditor: {}, cashier: {}, certified: {}, operator: {}, approver: {} },
  ...{ chief: { inherits: ["cashier"] }, owner: { inherits: ["admin"] } },
};

/** Users by what they hold, a text for a role everywhere and always. */
type People = Record<string, PlainUser["roles"] | PlainUser>;

const policy = (constraints: Record<string, PlainConstraint>, people: People, everyone: string[] = []) =>
  ({
    rbac: 1,
    roles,
    users: Object.fromEntries(
      Object.entries(people).map(([name, of = []]) => [name, Array.isArray(of) ? { roles: of } : of]),
    ) as Record<string, PlainUser>,
    everyone,
    constraints,
  }) satisfies PlainDocument;

const on = (role: string, scope: string, window: Partial<PlainHolding> = {}) => ({ role, scope, ...window });
const until = (role: string, end: string) => ({ role, until: end });
const from = (role: string, begin: string) => ({ role, from: begin });

/** What is broken, as `user scope since roles`, of one constraint. */
const broken = (constraint: PlainConstraint, people: People, everyone: string[] = []): string[] =>
  violationsOf(policyFrom(policy({ it: constraint }, people, everyone)), AT).map(({ users, scope, at, roles: held }) =>
    [users.join("+") || "nobody", scope ?? "everywhere", at === AT ? "now" : at, held.join("+")].join(" "),
  );

describe("rule 20: one section, one shape", () => {
  it.each<[string, object]>([
    ["ssd", apart],
    ["dsd", { ...apart, kind: "dsd" }],
    ["max_users", two],
    ["min_users", last],
    ["prerequisite", trained],
    ["one role for many", { kind: "max_users", roles: "admin", limit: 1 }],
  ])("%s is read, exported and read again", async (_, constraint) => {
    const db = await seeded(policy({ it: constraint as PlainConstraint }, { root: ["admin"] }));
    const { constraint: shown } = await json<{ constraint: string }>("constraint show it", { db });
    expect(shown).toBe("it");
    for (const format of ["yaml", "json", "ndjson"]) {
      expect((await cli(`export --out ${db}.${format}`, { db })).code).toBe(0);
      expect((await cli(`seed ${db}.${format} --check --prune`, { db })).code).toBe(0);
    }
  });

  it.each([
    ["{ kind: sdd, roles: [a, b], limit: 2 }", "sdd"],
    ["{ kind: ssd, roles: [a, b] }", "limit"],
    ["{ kind: ssd, roles: [a, b], limit: 1 }", "limit"],
    ["{ kind: ssd, roles: [a, b], limit: 3 }", "limit"],
    ["{ kind: ssd, roles: [a, b], limit: 1.5 }", "limit"],
    ["{ kind: ssd, roles: [a, a], limit: 2 }", "limit"],
    ["{ kind: ssd, roles: [a, b], limit: 2, needs: [c] }", "limit"],
    ["{ kind: dsd, roles: [a], limit: 2 }", "limit"],
    ["{ kind: max_users, roles: [a, b], limit: 1 }", "one role"],
    ["{ kind: max_users, roles: [a], limit: -1 }", "limit"],
    ["{ kind: min_users, roles: [a], limit: 0 }", "limit"],
    ["{ kind: prerequisite, roles: [a] }", "need"],
    ["{ kind: prerequisite, roles: [a], needs: [a] }", "own prerequisite"],
    ["{ kind: prerequisite, roles: [a], needs: [b], limit: 2 }", "limit"],
    ["{ kind: prerequisite, roles: [a], needs: [zap] }", "zap"],
    ["{ kind: ssd, roles: [a, zap], limit: 2 }", "zap"],
    ["{ kind: ssd, roles: [], limit: 2 }", "roles"],
  ])("%s is refused at its line, by a word on %s", (text, word) => {
    const problems = problemsOf(`rbac: 1\nroles: { a: {}, b: {}, c: {} }\nconstraints:\n  it: ${text}\n`);
    expect(problems).toEqual([expect.stringMatching(/^4:/)]);
    expect(problems[0]).toContain(word);
  });

  it("a program is read by the same rules", () => {
    const shape = { roles: ["admin"], limit: 1, needs: null };
    expect(errorOf(() => constraining("it", "most_users", shape))).toMatchObject({ exitCode: 2 });
    expect(errorOf(() => constraining("it", "max_users", { ...shape, roles: [] }))).toMatchObject({ exitCode: 2 });
    expect(errorOf(() => CONSTRAINT_READERS.roles?.([1]))).toMatchObject({ exitCode: 2 });
    expect(CONSTRAINT_READERS.needs?.(null)).toBeNull();
    expect(CONSTRAINT_READERS.limit?.(null)).toBeNull();
    const mutation = constraining("it", "max_users", { ...shape, roles: ["admin", "owner"] });
    expect(errorOf(() => mutation.decide(policyFrom(policy({}, {}))))).toMatchObject({ code: "CONSTRAINT_INVALID" });
  });

  it("names in any order and number are one constraint", async () => {
    const db = await seeded(policy({}, {}));
    expect((await cli("constraint create it ssd cashier auditor cashier --limit 2", { db })).code).toBe(0);
    expect(await json("constraint create it ssd auditor cashier --limit 2", { db })).toMatchObject({ changed: false });
    expect((await cli("constraint create it ssd auditor approver --limit 2", { db })).code).toBe(3);
  });
});

describe("rule 21: who holds which roles on one target at one moment", () => {
  const NONE: string[] = [];
  it.each<[string, PlainConstraint, People, string[], string[]]>([
    ["assigned", apart, { al: ["auditor", "cashier"], bo: ["cashier"] }, NONE, ["al everywhere now auditor+cashier"]],
    ["through inheritance", apart, { al: ["auditor", "chief"] }, NONE, ["al everywhere now auditor+cashier"]],
    ["through everyone", apart, { al: ["cashier"], bo: [] }, ["auditor"], ["al everywhere now auditor+cashier"]],
    ["everyone, with nobody", apart, {}, ["auditor", "cashier"], NONE],
    ["everyone alone", apart, { al: [] }, ["auditor", "cashier"], ["al everywhere now auditor+cashier"]],
    [
      "fewer than the limit",
      { ...apart, roles: ["approver", "auditor", "cashier"], limit: 3 },
      { al: ["auditor", "cashier"] },
      NONE,
      NONE,
    ],
    [
      "a disabled user still holds",
      apart,
      { al: { disabled: true, roles: ["auditor", "cashier"] } },
      NONE,
      ["al everywhere now auditor+cashier"],
    ],
    [
      "different tenants",
      apart,
      { al: [on("auditor", "acme"), on("cashier", "beta"), on("cashier", "acmeX")] },
      NONE,
      NONE,
    ],
    [
      "overlapping scopes",
      apart,
      { al: [on("auditor", "acme"), on("cashier", "acme/shop")] },
      NONE,
      ["al acme/shop now auditor+cashier"],
    ],
    ["a hand-over", apart, { al: [until("auditor", FRIDAY), from("cashier", FRIDAY)] }, NONE, NONE],
    [
      "an overlap in time",
      apart,
      { al: [until("auditor", SUNDAY), from("cashier", FRIDAY)] },
      NONE,
      [`al everywhere ${FRIDAY} auditor+cashier`],
    ],
    ["what is past", apart, { al: [until("auditor", AT), "cashier"] }, NONE, NONE],
    ["dsd bounds no holding", { ...apart, kind: "dsd" }, { al: ["auditor", "cashier"] }, NONE, NONE],
    ["max_users", two, { al: ["admin"], bo: ["owner"], cy: [on("admin", "acme")] }, NONE, ["al+bo+cy acme now admin"]],
    [
      "max_users counts people, not ways",
      two,
      { al: ["admin", "owner", on("admin", "acme")], bo: ["admin"] },
      NONE,
      NONE,
    ],
    [
      "max_users counts the disabled",
      two,
      { al: { disabled: true, roles: ["admin"] }, bo: ["admin"], cy: ["admin"] },
      NONE,
      ["al+bo+cy everywhere now admin"],
    ],
    ["max_users apart", two, { al: ["admin"], bo: [on("admin", "acme")], cy: [on("admin", "beta")] }, NONE, NONE],
    [
      "max_users one after the other",
      two,
      { al: ["admin"], bo: [until("admin", FRIDAY)], cy: [from("admin", FRIDAY)] },
      NONE,
      NONE,
    ],
    ["min_users", last, { al: [], bo: ["auditor"] }, NONE, ["nobody everywhere now admin"]],
    [
      "min_users counts the enabled only",
      last,
      { al: { disabled: true, roles: ["admin"] } },
      NONE,
      ["nobody everywhere now admin"],
    ],
    ["min_users needs one unscoped", last, { al: [on("admin", "acme")] }, NONE, ["nobody everywhere now admin"]],
    [
      "min_users needs one without end",
      last,
      { al: [until("admin", FRIDAY)] },
      NONE,
      [`nobody everywhere ${FRIDAY} admin`],
    ],
    [
      "min_users, relayed without a seam",
      last,
      { al: [until("admin", FRIDAY)], bo: [from("admin", FRIDAY)] },
      NONE,
      NONE,
    ],
    [
      "min_users, with a gap",
      last,
      { al: [until("admin", FRIDAY)], bo: [from("admin", SUNDAY)] },
      NONE,
      [`nobody everywhere ${FRIDAY} admin`],
    ],
    ["min_users through everyone", last, { al: [] }, ["owner"], NONE],
    [
      "prerequisite",
      trained,
      { al: ["operator"], bo: ["operator", "certified"] },
      NONE,
      ["al everywhere now operator"],
    ],
    ["prerequisite above", trained, { al: [on("operator", "acme"), "certified"] }, NONE, NONE],
    [
      "prerequisite elsewhere",
      trained,
      { al: ["operator", on("certified", "acme")] },
      NONE,
      ["al everywhere now operator"],
    ],
    [
      "prerequisite that ends first",
      trained,
      { al: ["operator", until("certified", FRIDAY)] },
      NONE,
      [`al everywhere ${FRIDAY} operator`],
    ],
    ["prerequisite through everyone", trained, { al: ["operator"] }, ["certified"], NONE],
  ])("%s", (_, constraint, people, everyone, expected) => {
    expect(broken(constraint, people, everyone)).toEqual(expected);
  });

  it("a dsd bounds what a session activates", async () => {
    const db = await seeded({
      ...policy({ it: { ...apart, kind: "dsd" } }, { al: ["auditor", "cashier", "chief"] }),
      permissions: ["tills:count"],
      roles: { ...roles, cashier: { grants: ["tills:count"] } },
    });
    const reason = async (flags: string) =>
      (await json<{ decisions: { reason: string }[] }>(`can al tills:count ${flags}`, { db })).decisions[0]?.reason;
    expect(await reason("")).toBe("allow");
    expect(await reason("--activate cashier")).toBe("allow");
    expect(await reason("--activate cashier --activate auditor")).toBe("session");
    expect(await reason("--activate chief --activate auditor")).toBe("session");
    expect(await reason("--activate cashier --assume auditor")).toBe("allow");
  });

  it("time passing never breaks one: what ends is refused when it is written, naming when", async () => {
    const db = await seeded(policy({ last }, { root: ["admin"] }));
    const { code, stdout } = await cli(`assign root admin --until ${FRIDAY} --replace --json`, { db });
    expect(code).toBe(3);
    expect(JSON.parse(stdout).error.violations).toEqual([
      { constraint: "last", users: [], scope: null, at: FRIDAY, roles: ["admin"] },
    ]);
    expect((await cli(`assign bo admin --from ${FRIDAY}`, { db })).code).toBe(0);
    expect((await cli(`assign root admin --until ${FRIDAY} --replace`, { db })).code).toBe(0);
    expect((await cli("revoke bo admin", { db })).code).toBe(3);
    expect(await cli("constraint check", { db })).toMatchObject({ code: 0, stdout: "" });
  });
});

describe("rule 22: a change is refused if it adds a violation", () => {
  const standing = policy(
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
    const db = await seeded(standing);
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
    const db = await seeded(standing);
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
        `insert into constraints values ('apart', 'ssd', '["approver","auditor","cashier","certified"]', 2, null, 'apart', 1)`,
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
      raw.exec(`insert into constraints values ('it', 'ssd', '["approver","auditor","cashier"]', 2, null, 'it', 1)`),
    );
    const swapped = { rbac: 1, users: { al: { roles: ["approver", "cashier"] } } };
    expect((await cli(["seed", fileWith(JSON.stringify(swapped)), "--prune", "--yes"], { db })).code).toBe(3);
  });

  it("what a constraint names is not deleted, and a rename takes the constraint along", async () => {
    const db = await seeded(standing);
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
    const db = await seeded(standing);
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
  const standing = policy({ apart, last }, { root: ["admin"], al: ["auditor"] });
  const seed = (document: object, db: string, ...flags: string[]) =>
    cli(["seed", fileWith(JSON.stringify({ rbac: 1, ...document })), ...flags], { db });

  it("seed, at its beginning and later, and --check", async () => {
    const broke = policy({ apart }, { al: ["auditor", "cashier"] });
    const db = freshDb();
    expect((await seed(broke, db)).code).toBe(3);
    expect((await cli("db status", { db })).code).toBe(4);
    const standsAt = await seeded(standing);
    expect((await seed({ users: { al: { roles: ["cashier"] } } }, standsAt)).code).toBe(3);
    expect((await seed({ users: { al: { roles: ["cashier"] } } }, standsAt, "--check")).code).toBe(3);
    expect((await seed({ users: { bo: { roles: ["cashier"] } } }, standsAt, "--check")).code).toBe(1);
  });

  it("disabling among changes of the structure counts", async () => {
    const db = await seeded(standing);
    expect((await seed({ everyone: ["certified"], users: { root: { disabled: true } } }, db)).code).toBe(3);
    expect(
      (await seed({ roles: { chief: { inherits: ["operator"] } }, users: { root: { disabled: true } } }, db)).code,
    ).toBe(3);
  });

  it("seed --prune: a constraint that goes no longer binds, one that stays does", async () => {
    const db = await seeded(standing);
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
    const db = await seeded(standing);
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
    const db = await seeded(standing);
    expect((await cli(`export --out ${db}.json`, { db })).code).toBe(0);
    const other = freshDb();
    expect((await cli(`db restore ${db}.json --yes`, { db: other })).code).toBe(0);
    expect((await cli("assign al cashier", { db: other })).code).toBe(3);
    const broke = JSON.parse(readFileSync(`${db}.json`, "utf8"));
    broke.users.al.roles = ["auditor", "cashier"];
    const kept = readFileSync(other);
    expect((await cli(["db", "restore", fileWith(JSON.stringify(broke)), "--yes"], { db: other })).code).toBe(3);
    expect(readFileSync(other).equals(kept)).toBe(true);
  });

  it("batch and everyday writes of several changes are judged as one", async () => {
    const db = await seeded(standing);
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
