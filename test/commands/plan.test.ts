/** `plan` and `plan show`: any command that changes the policy is planned, and nothing is written. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { WritingCommand } from "../../src/cli/writing/writing-command.ts";
import { COMMANDS } from "../../src/program/command-table.ts";
import { askedBlog, blog } from "../support/blog.ts";
import { cli, freshDb } from "../support/cli.ts";
import { WRITING } from "../support/command-lines.ts";
import { beside, bytesOf, ON_SERVER } from "../support/databases.ts";
import { fileWith } from "../support/documents.ts";

/** The JSON of a plan, and how it ended. */
async function planned(line: string, db: string, code = 0) {
  const result = await cli(line, { db });
  expect({ line, code: result.code, stderr: result.stderr }).toEqual({ line, code, stderr: expect.any(String) });
  return JSON.parse(result.stdout);
}

/** On a server each fourth. */
const LINES = WRITING.filter((_, at) => !ON_SERVER || at % 4 === 0);

describe.each(LINES)("plan -- %s", (line) => {
  it("says the changes that --dry-run says, with whom they touch, and writes nothing", async () => {
    const db = await askedBlog();
    const before = await bytesOf(db);
    const dry = await planned(`${line} --dry-run --json`, db);
    const plan = await planned(`plan --json -- ${line}`, db);
    // What is counted from now on is another moment later.
    const timeless = (changes: unknown) =>
      /--for/.test(line) ? JSON.stringify(changes).replace(/\d{4}-\d\d-\d\dT[^"]+/g, "") : changes;
    expect(timeless(plan.changes)).toEqual(timeless(dry.changes));
    expect(plan).toMatchObject({ changed: true, revision: 1, refusal: null, impact: { total: 6 } });
    expect(plan.command[0]).toBe(line.split(" ")[0]);
    expect(await bytesOf(db)).toBe(before);
  });
});

describe("what can be planned", () => {
  it("is every command that writes, but for those that write something else than the policy", async () => {
    const others: string[] = [];
    for (const [id, load] of Object.entries(COMMANDS)) {
      const { default: Loaded } = await load();
      const isPlannable =
        Loaded.prototype instanceof WritingCommand && (Loaded as unknown as typeof WritingCommand).changesPolicy;
      const name = id.replaceAll(":", " ");
      if (isPlannable)
        expect([name, ...WRITING, "constraint"].some((line) => name.startsWith(line.split(" ")[0] ?? ""))).toBe(true);
      else others.push(name);
    }
    const db = await askedBlog();
    const said = await Promise.all(others.map((name) => cli(`plan -- ${name}`, { db })));
    expect(others).toEqual(
      expect.arrayContaining(["can", "export", "db migrate", "materialize", "token key create", "config use"]),
    );
    for (const [at, { code, stderr }] of said.entries())
      expect([code, stderr]).toEqual([
        2,
        `rbac: rbac ${others[at]} cannot be planned: that is for single commands that change the policy\n`,
      ]);
  });

  it.each([
    ["plan -- grnt reader users:read", 'no command "grnt" to plan; did you mean "grant"?'],
    ["plan --", 'there is no command "" to plan'],
    ["plan", "missing argument PATH: documents, --undo REVISION, or a command behind --"],
    ["plan --prune", "--prune needs PATH"],
    ["plan a.yaml -- undo 1", "PATH and a command behind -- contradict each other"],
    ["plan a.yaml --undo 1", "PATH and --undo contradict each other"],
    ["plan --json -- undo 1 --format yaml", "--format says one thing before -- and another behind it"],
    ["plan --actor a -- undo 1 --actor b", "--actor says one thing before -- and another behind it"],
    ["plan -- undo 1 --no-gains", "unknown flag --no-gains"],
    ["plan -- assign alice", "missing argument ROLES"],
    ["plan --people some -- undo 1", '--people: "some" is no number of people'],
    ["plan --max-removals 101% -- undo 1", '--max-removals: "101%" is no limit of removals'],
    ["plan --allow-gain alice -- undo 1", '--allow-gain: "alice" names nobody'],
    ["plan --protect 'postz:*' -- undo 1", "postz:*"],
    ["plan --protect-role edtor -- undo 1", "edtor"],
    ["plan --report html=a -- undo 1", 'no kind of report "html"; there are markdown, json'],
    ["plan --report markdown -- undo 1", "markdown needs a file"],
    ["plan --out a --report json=a -- undo 1", "a report and what else is written would go to a"],
    ["plan --report json=a --report markdown=a -- undo 1", "two reports would go to a"],
  ])("%s is exit 2, in one line", async (line, why) => {
    const { code, stdout, stderr } = await cli(line, { db: await askedBlog() });
    expect([code, stderr.split("\n").length]).toEqual([2, 2]);
    if (!line.includes("--json")) expect(stdout).toBe("");
    expect(stderr).toContain(why);
  });
});

describe("flags that every command has", () => {
  it("count on either side of --", async () => {
    const [db, other] = [await askedBlog(), freshDb()];
    const said = await planned("plan --json --actor eve -- assign alice moderator", db);
    expect(said.actor).toBe("eve");
    for (const line of [
      "plan -- assign alice moderator --actor eve --json",
      "plan --actor=eve -- --format json assign alice moderator",
      "plan --json --actor eve -- assign alice moderator --json --actor=eve",
      "--json plan -- assign alice moderator --actor eve --dry-run --yes",
    ]) {
      const plan = line.includes("-- --format") ? said : await planned(line, db);
      expect(plan).toEqual({ ...said, at: plan.at, digest: plan.digest });
    }
    for (const line of [`plan --db "${db}" -- assign alice moderator`, `plan -- assign alice moderator --db "${db}"`])
      expect((await cli(line, { db: other })).code).toBe(0);
    expect((await cli("plan -q -- assign newcomer reader", { db })).stderr).toBe("");
    expect((await cli("plan -- assign newcomer reader -q", { db })).stderr).toBe("");
    expect((await cli("plan -- assign newcomer reader", { db })).stderr).toBe('new user "newcomer"\n');
  });

  it("have errors as JSON on either side, too", async () => {
    const { stdout, code } = await cli("plan -- assign alice edtor --json", { db: await askedBlog() });
    expect([code, JSON.parse(stdout).error.code]).toEqual([2, "ROLE_NOT_FOUND"]);
  });

  it("have the guard judge by the rights of --as", async () => {
    const db = await blog();
    await cli(
      `seed "${fileWith(JSON.stringify({ rbac: 1, guarded: true, permissions: ["rbac:escalate"] }))}" --break-glass`,
      { db },
    );
    const plan = await planned("plan --as alice --json -- assign alice admin", db, 3);
    expect(plan).toMatchObject({ actor: "alice", refusal: { code: "GUARDED" }, impact: { people: { gain: 1 } } });
  });
});

/** It is refused as the command itself would be: by a limit of its own. */
const PRUNING = `seed "${fileWith('{"rbac":1,"users":{}}')}" --prune --max-removals 1`;

describe("how it ends", () => {
  it.each([
    ["assign alice moderator", "", 0],
    ["assign alice moderator", "--check", 1],
    ["assign alice editor", "--check", 0],
    ["assign alice moderator", "--no-gains", 1],
    ["assign alice moderator", "--no-losses", 0],
    ["revoke alice editor", "--no-losses", 1],
    ["revoke alice editor", "--no-gains --max-affected 1 --max-removals 1", 0],
    ["revoke alice editor", "--max-affected 0", 1],
    ["revoke alice editor", "--max-removals 0", 1],
    ["revoke alice editor", "--max-removals 50%", 0],
    ["revoke alice editor", "--max-removals 1%", 1],
    ["assign alice moderator", "--protect 'posts:*'", 1],
    ["assign alice moderator", "--protect users:read", 0],
    ["assign alice moderator", "--protect 'posts:*' --no-gains --allow-gain alice:posts:delete", 0],
    ["assign alice moderator", "--protect-role moderator", 1],
    ["assign alice moderator", "--protect-role admin", 0],
    [PRUNING, "", 3],
    [PRUNING, "--no-losses", 3],
  ])("plan of %s %s: exit %i", async (line, flags, code) => {
    const db = await askedBlog();
    const plan = await planned(`plan ${flags} --json -- ${line}`, db, code);
    expect(plan.refusal === null).toBe(code !== 3);
    if (code === 1 && flags !== "--check")
      expect(plan.gates.some((gate: { passed: boolean }) => !gate.passed)).toBe(true);
    const { stdout } = await cli(`plan ${flags} -- ${line}`, { db });
    expect(/^refused: /m.test(stdout)).toBe(code === 3);
    expect(/^gate \S+.*: crossed: /m.test(stdout)).toBe(
      flags === "--no-losses" ? code > 0 : code === 1 && flags !== "--check",
    );
  });

  it("is as of seed where there is no database: planned, not made, and not saved", async () => {
    const [db, file] = [freshDb(), beside(freshDb(), "plan.json")];
    const plan = await planned("plan --json -- seed --example company", db);
    expect(plan).toMatchObject({ database: null, changed: true });
    const { code, stderr } = await cli(["plan", "--out", file, "--", "seed", "--example", "company"], { db });
    expect([code, existsSync(file)]).toEqual([3, false]);
    expect(stderr).toMatch(/^rbac: [^\n]+\n$/);
    expect((await cli("plan -- undo 1", { db })).code).toBe(4);
    expect((await cli("can a b:c", { db })).code).toBe(4);
  });

  it("asks nobody, in a context that wants every write confirmed, too", async () => {
    const settings = fileWith("contexts:\n  prod: { confirm: true }\n", ".rbac.yaml");
    const folder = dirname(settings);
    expect((await cli("user delete alice --context prod", { db: await askedBlog(), folder })).code).toBe(3);
    const { code } = await cli("plan --context prod -- user delete alice", { db: await askedBlog(), folder });
    expect(code).toBe(0);
  });
});

describe("documents and revisions", () => {
  it.each([
    ["plan PATH --json", "plan --json -- seed PATH"],
    ["plan PATH --prune --json", "plan --json -- seed PATH --prune"],
    ["plan --undo 1 --json", "plan --json -- undo 1"],
  ])("%s is %s", async (short, long) => {
    const db = await blog();
    const path = fileWith(JSON.stringify({ rbac: 1, roles: { reader: { grants: ["users:read"] } } }));
    const [one, other] = [short, long].map((line) => line.replace("PATH", `"${path}"`));
    const [left, right] = [await planned(one ?? "", db), await planned(other ?? "", db)];
    expect({ ...left, command: [] }).toEqual({ ...right, at: left.at, digest: left.digest, command: [] });
    expect([...left.command].sort()).toEqual([...right.command].sort());
  });
});

describe("plan --out and plan show", () => {
  it("saves for the owner alone, cuts no names, and is shown without a database", async () => {
    const [db, file] = [await askedBlog(), beside(freshDb(), "plan.json")];
    const said = await cli(["plan", "--people", "0", "--out", file, "--", "grant", "owner", "users:read"], { db });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { digest, impact } = JSON.parse(readFileSync(file, "utf8"));
    expect(said.stderr).toBe(`saved to ${file}; to apply it: rbac apply ${file} --expect ${digest}\n`);
    expect(impact.outcomes.flatMap(({ users }: { users: string[] }) => users).sort()).toEqual([
      "alice",
      "bob",
      "carol",
      "nobody",
    ]);
    const shown = await cli(["plan", "show", file, "--people", "0"], { db: freshDb() });
    expect(shown).toEqual({ code: 0, stdout: said.stdout, stderr: "" });
    const { impact: cut } = JSON.parse(
      (await cli(["plan", "show", file, "--people", "1", "--json"], { db: "" })).stdout,
    );
    expect(cut.outcomes[0]).toMatchObject({ people: 4, users: ["alice"], usersLeftOut: 3 });
  });

  it("takes a path named show with ./", async () => {
    expect((await cli("plan show", { db: await askedBlog() })).stderr).toContain("missing argument FILE");
    expect((await cli("plan ./show", { db: await askedBlog() })).stderr).toContain("./show");
  });

  it.each(["", "{}", '{"rbacPlan":2}', "rbac: 1", "[".repeat(100)])("%s is no plan: exit 2, one line", async (text) => {
    const { code, stderr } = await cli(["plan", "show", fileWith(text, "plan.json")], {});
    expect([code, stderr.split("\n").length]).toEqual([2, 2]);
  });
});
