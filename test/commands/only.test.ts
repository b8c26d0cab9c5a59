/** `--only` and documents with a part, as scripts and people see them: two teams and one database. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cli, freshDb } from "../support/cli.ts";
import { bytesOf } from "../support/databases.ts";
import { fileWith, seeded } from "../support/documents.ts";

const COMPANY = {
  rbac: 1 as const,
  permissions: { "invoices:read": "See invoices", "posts:read": "See posts", "posts:write": "Write posts" },
  roles: {
    staff: { description: "Works here", grants: ["posts:read"] },
    "billing-clerk": { description: "Keeps invoices", inherits: ["staff"], grants: ["invoices:*"] },
    "billing-head": { inherits: ["billing-clerk"] },
    editor: { grants: [{ permission: "posts:*", scope: "acme" }] },
  },
  users: {
    ann: { email: "ann@example.com", roles: ["billing-clerk", "editor"] },
    bob: { roles: [{ role: "editor", scope: "acme/blog" }] },
    eve: { disabled: true, roles: ["billing-head"] },
  },
  everyone: ["staff"],
};
const ONLY = ["--only", "roles=billing-*"] as const;

/** A file of YAML with the header. */
const yaml = (text: string): string => fileWith(`rbac: 1\n${text}`, "policy.yaml");

describe("export --only", () => {
  it("writes the rows of the part, the names that they need, and the part itself", async () => {
    const { code, stdout } = await cli(["export", ...ONLY], { db: await seeded(COMPANY) });
    expect(code).toBe(0);
    expect(stdout).toBe(`rbac: 1
part:
  roles:
    - billing-*
permissions:
  - invoices:read
roles:
  billing-clerk:
    description: Keeps invoices
    inherits:
      - staff
    grants:
      - invoices:*
  billing-head:
    inherits:
      - billing-clerk
  staff: {}
users:
  ann:
    roles:
      - billing-clerk
  eve:
    roles:
      - billing-head
everyone: []
constraints: {}
...
`);
  });

  it.each(["yaml", "json", "ndjson"])(
    "as %s: changes nothing where it is seeded again, and stands alone",
    async (format) => {
      const db = await seeded(COMPANY);
      const other = freshDb();
      for (const only of [
        "roles=billing-*",
        "users=ann,users=bob",
        "scopes=acme",
        "permissions=posts:*",
        "users=e*,roles=*",
      ]) {
        const file = fileWith(
          (await cli(["export", "--only", only, "--format", format], { db })).stdout,
          `p.${format}`,
        );
        const before = await bytesOf(db);
        const again = await cli(["seed", "--prune", "--check", file, "--json"], { db });
        expect([only, again.code, JSON.parse(again.stdout).changes]).toEqual([only, 0, []]);
        expect((await cli(["seed", "--prune", file], { db })).stderr).toContain("unchanged");
        expect(await bytesOf(db)).toBe(before);
        expect((await cli(["seed", file, "--allow-confusable"], { db: other })).code).toBe(0);
        const { stdout } = await cli(["export", "--only", only, "--format", format], { db: other });
        expect([only, stdout]).toEqual([only, readFileSync(file, "utf8")]);
      }
    },
  );

  it("writes of a past moment what the part was then", async () => {
    const db = await seeded(COMPANY);
    const then = await cli(["export", ...ONLY], { db });
    await cli("revoke ann billing-clerk", { db });
    await cli("role delete billing-head --yes", { db });
    for (const format of [[], ["--format", "ndjson"]]) {
      const now = await cli(["export", ...ONLY, ...format], { db });
      const past = await cli(["export", ...ONLY, "--at", "@1", ...format], { db });
      expect([/\beve\b/.test(past.stdout), /\beve\b/.test(now.stdout)]).toEqual([true, false]);
    }
    expect((await cli(["export", ...ONLY, "--at", "@1"], { db })).stdout).toBe(then.stdout);
  });

  it("writes the assignments of a part as CSV, and refuses Markdown", async () => {
    const db = await seeded(COMPANY);
    expect((await cli(["export", "--only", "scopes=acme", "--format", "csv"], { db })).stdout).toBe(
      "user,role,scope,from,until,reason\r\nbob,editor,acme/blog,,,\r\n",
    );
    expect((await cli(["export", ...ONLY, "--format", "markdown"], { db })).code).toBe(2);
  });

  it("is exit 2 for a name that nothing has, and says what begins nothing and which scope is unknown", async () => {
    const db = await seeded(COMPANY);
    for (const format of ["yaml", "ndjson"]) {
      const { code, stdout, stderr } = await cli(["export", "--only", "users=an", "--format", format], { db });
      expect([code, stdout, stderr]).toEqual([2, "", 'rbac: there is no user "an"; did you mean "ann"?\n']);
    }
    const { code, stderr } = await cli(["export", "--only", "roles=biling-*,scopes=acmee/x"], { db });
    expect([code, stderr]).toEqual([
      0,
      "hint: no role begins with biling-\nhint: no grant or assignment is scoped to acmee or below it\n",
    ]);
  });

  it.each([
    [[""], "--only: the value is empty; is a shell variable unset?"],
    [["roles="], "--only: roles names nothing: leave the key out, or name something"],
    [["role=x"], '--only: a part has no key "role"; did you mean "roles"?'],
    [["roles=a,b"], '--only: "b" is no KEY=VALUE: say roles=a,roles=b, and \\, for a comma in a name'],
  ])("%j is exit 2", async (values, message) => {
    for (const command of ["export", "seed"]) {
      const { code, stderr } = await cli([command, ...values.map((value) => `--only=${value}`)], { db: freshDb() });
      expect([code, stderr]).toEqual([2, `rbac: ${message}\n`]);
    }
  });
});

const BILLING = `part: { roles: ["billing-*"], permissions: ["invoices:*"] }
permissions: { invoices:read: See, invoices:pay: Pay }
roles:
  staff: {}
  billing-clerk: { inherits: [staff], grants: ["invoices:*"] }
users:
  ann: { roles: [billing-clerk] }
  new: { roles: [billing-clerk] }
`;

describe("seed by a document with a part", () => {
  it("prunes nothing of another team, whoever comes first; the database remembers no part", async () => {
    const content = "part: { roles: [editor] }\nroles: { editor: {} }\nusers: { ann: { roles: [editor] } }\n";
    const ends = [];
    for (const order of [
      [BILLING, content],
      [content, BILLING],
    ]) {
      const db = await seeded(COMPANY);
      for (const text of order) expect((await cli(["seed", "--prune", "--yes", yaml(text)], { db })).code).toBe(0);
      ends.push((await cli("export", { db })).stdout);
    }
    expect(ends[0]).toBe(ends[1]);
    expect(ends[0]).toContain("email: ann@example.com");
    expect(ends[0]).not.toMatch(/part:|billing-head|acme/);
    expect(ends[0]).toContain("posts:write: Write posts");
  });

  it("is one revision where both are seeded at once, and exit 2 where their parts meet", async () => {
    const db = await seeded(COMPANY);
    const [one, other] = [yaml(BILLING), yaml("part: { users: [bob] }\nusers: { bob: {} }\n")];
    const { code, stderr } = await cli(["seed", "--prune", "--yes", one, other], { db });
    expect([code, stderr]).toEqual([
      2,
      `rbac: ${other}:2:1: the part users=bob meets roles=billing-*,permissions=invoices:* at ${one}:2:1\n`,
    ]);
    const apart = yaml("part: { users: [bob], roles: [editor] }\nroles: {editor: {}}\nusers: { bob: {} }\n");
    expect((await cli(["seed", "--prune", "--yes", one, apart, "--json"], { db })).code).toBe(0);
  });

  it("counts as removals only what it may remove, shows drift in its part alone, and is refused beyond it", async () => {
    const db = await seeded(COMPANY);
    const file = yaml(BILLING);
    const limited = await cli(["seed", "--prune", "--max-removals", "1", file, "--json"], { db });
    expect([limited.code, JSON.parse(limited.stdout).error.message]).toEqual([
      3,
      "this would remove 3 rows, and at most 1 may be removed: raise --max-removals if they are to go",
    ]);
    await cli(["seed", "--prune", "--yes", file], { db });
    await cli("assign bob staff", { db });
    expect((await cli(["seed", "--prune", "--check", file], { db })).code).toBe(0);
    await cli("assign bob billing-clerk", { db });
    const drift = await cli(["seed", "--prune", "--check", file, "--json"], { db });
    expect([drift.code, JSON.parse(drift.stdout).changes.map(({ kind }: { kind: string }) => kind)]).toEqual([
      1,
      ["assignment.remove"],
    ]);
    await cli("role create boss", { db });
    await cli("role inherit boss billing-clerk", { db });
    const before = await bytesOf(db);
    const none = yaml('part: { roles: ["billing-*"] }\nroles: {}\nusers: {}\neveryone: []\n');
    const { code, stderr } = await cli(["seed", "--prune", "--yes", none], { db });
    expect([code, stderr]).toEqual([
      3,
      'rbac: this would take along what stands outside of the part: inheritance "boss" "billing-clerk"\n',
    ]);
    expect(await bytesOf(db)).toBe(before);
  });

  it("--only holds documents without a part to it: NDJSON, CSV and JSON as well", async () => {
    const db = await seeded(COMPANY);
    const people = fileWith("user,role\nann,billing-clerk\n", "people.csv");
    const { code, stdout } = await cli(["seed", "--prune", "--yes", ...ONLY, people, "--json"], { db });
    expect([code, JSON.parse(stdout).changes.map((change: object) => Object.values(change).slice(0, 3))]).toEqual([
      0,
      [["assignment.remove", "eve", "billing-head"]],
    ]);
    const outside = fileWith("user,role\nann,editor\n", "people.csv");
    expect((await cli(["seed", ...ONLY, outside], { db })).stderr).toBe(
      `rbac: ${outside}:2:1: assignment "ann" "editor" is outside of the part roles=billing-*\n`,
    );
  });

  it("is compared, tested and checked in its part, and restores nothing", async () => {
    const db = await seeded(COMPANY);
    const file = yaml((await cli(["export", ...ONLY], { db })).stdout.replace("rbac: 1\n", ""));
    expect((await cli(["diff", file], { db })).code).toBe(0);
    expect((await cli(["diff", file, "@now"], { db })).code).toBe(0);
    await cli("role set editor --description Edits", { db });
    expect((await cli(["diff", file], { db })).code).toBe(0);
    await cli("revoke ann billing-clerk", { db });
    const { code, stdout } = await cli(["diff", file, "--json"], { db });
    expect([code, JSON.parse(stdout).changes.length]).toEqual([1, 1]);
    const tested = yaml(`${BILLING}tests: [{ user: ann, can: [invoices:pay] }]\n`);
    expect((await cli(["test", tested])).code).toBe(0);
    expect((await cli(["db", "restore", file, "--yes"], { db })).code).toBe(2);
  });
});
