/** Help: what each page says, that it fits a screen, and that it is true. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GLOBAL_FLAGS, WRITE_FLAGS } from "../../src/cli/flags/shared-flags.ts";
import { parseScope } from "../../src/policy/model/scopes.ts";
import { parseAsked, parseDuration, parseInstant } from "../../src/policy/model/times.ts";
import { GROUPS } from "../../src/program/command-groups.ts";
import { COMMANDS } from "../../src/program/command-table.ts";
import { EXIT_CODES } from "../../src/program/exit-codes.ts";
import { PAGES } from "../../src/program/help-pages.ts";
import { cli, freshDb } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";
import { ROOT } from "../support/root.ts";

const COLUMNS = 80;
/** Most terminals have 24 lines at first; what has many flags of its own may be longer. */
const LINES = 24;
const MOST_LINES = 36;

const ids = Object.keys(COMMANDS);
const topics = ids.filter((id) => id.includes(":")).map((id) => id.split(":")[0] ?? "");
const commands = [...new Set([...ids, ...topics])].map((id) => id.replaceAll(":", " "));

async function page(line: string): Promise<string> {
  const { code, stdout, stderr } = await cli(line);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

const linesOf = (text: string): string[] => text.trimEnd().split("\n");
const squeezed = (text: string): string => text.replace(/\s+/g, " ");
/** The command lines that a page shows, without what stands beside them. */
const shownBy = (text: string): string[] =>
  [...text.matchAll(/^ {2}rbac (\S+(?: \S+)*)/gm)].map(([, line = ""]) => line);

const ROOT_PAGE = `Role-based access control: who may do what, where and until when
Usage: rbac COMMAND [ARGUMENTS] [FLAGS]

First steps:
  rbac seed                     make ./rbac.db, with a policy to start from
  rbac assign alice editor      let alice do what editors do
  rbac can alice posts:publish  ask: yes or no, and why

Everyday:
  can          Ask whether a user may do something
  assign       Assign roles to a user, or to everyone
  revoke       Revoke roles from a user, or from everyone
  grant        Grant permissions to a role
  ungrant      Take grants away from a role
  user         Users: list, show, create, set, rename, delete, enable, disable
  role         Roles and what they inherit
  permission   The catalogue of permissions
  constraint   Constraints: separation of duty, numbers of users, prerequisites

Looking:
  why          Explain a decision: each step, who made it so and when
  permissions  List what a user, or a role, may do
  who-can      List everyone who may do something
  has          Ask whether a user holds a role
  access       List who may do what, by which role, since when and by whom
  compare      Compare what two users, or two roles, may do
  matrix       Show roles, or users, against permissions
  expiring     List what ends soon, and what its holders then lose

The policy as files:
  seed         Bring the database to what documents say
  export       Write the policy as a document
  diff         Compare two documents, moments, or databases
  plan         Show who would gain and lose by a change, before it is made
  apply        Apply a saved plan exactly as it was shown, or not at all
  test         Run the tests that documents state
  lint         Find what is wrong or wasteful in a policy
  generate     What programs take from a policy when they are written

For applications:
  serve        Answer questions over HTTP, for callers who are known
  token        Tokens that say who asks: their keys, issued and verified
  api-key      Keys by which programs are somebody: create, list, rotate, revoke
  replay       Ask the decisions of a log again, or under a proposal
  unused       List what no allowed decision of a log needed
  materialize  Fill a table that applications in other languages JOIN

The record:
  audit        The record: listed, exported, verified, anchored
  history      Tell when somebody gained and lost permissions, and by whose act
  undo         Take revisions back, or the whole policy to a moment

The database:
  init         Create an empty database
  db           The database itself: status, copies, putting one back, its format

Your shell:
  config       Contexts: databases with a name, and the settings that count here
  completion   Print the script that completes commands and names in a shell

Variables:
  RBAC_DB, RBAC_DB_URL_FILE, RBAC_CONTEXT, RBAC_FORMAT, RBAC_ACTOR, RBAC_REASON,
  RBAC_AUDIT_KEY_FILE, RBAC_WAIT

More:
  rbac help COMMAND  a command, or all of a topic such as role
  rbac help PAGE     exit-codes, environment, flags, contexts, scopes,
                     conditions, times, documents, plans
  Documentation      …/docs
`;

describe("the root page", () => {
  it.each(["", "help", "--help", "-h", "--no-color"])("of `rbac %s`", async (line) => {
    expect((await page(line)).replace(ROOT, "…")).toBe(ROOT_PAGE);
  });

  it("has every command in one group, by itself or under its topic", () => {
    const listed = Object.values(GROUPS).flat();
    expect(new Set(listed).size).toBe(listed.length);
    expect([...listed].sort()).toEqual([...new Set(ids.map((id) => id.split(":")[0]))].sort());
  });

  it("begins with steps that work", async () => {
    const db = freshDb();
    const steps = shownBy(ROOT_PAGE).slice(0, 3);
    for (const step of steps) expect(await cli(step, { db })).toMatchObject({ code: 0 });
    expect((await cli(steps[2] ?? "", { db })).stdout).toMatch(/^yes\n/);
  });
});

describe("the page of a command", () => {
  it.each(commands)("%s fits the screen", async (name) => {
    const lines = linesOf(await page(`${name} --help`));
    expect(lines.filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
  });

  it("has at most 24 lines for three of four commands", async () => {
    const lengths = await Promise.all(commands.map(async (name) => linesOf(await page(`${name} --help`)).length));
    expect(lengths.filter((length) => length <= LINES).length).toBeGreaterThan(commands.length * 0.75);
  });

  it("names the global flags in one line, and none that few need", async () => {
    expect(linesOf(await page("assign --help")).at(-1)).toBe(
      "Global flags: --db --format --json --quiet --dry-run --yes … (rbac help flags)",
    );
    expect(linesOf(await page("can --help")).at(-1)).toBe(
      "Global flags: --db --format --json --quiet … (rbac help flags)",
    );
    expect(linesOf(await page("export --help")).at(-1)).toBe("Global flags: --db --json --quiet … (rbac help flags)");
    for (const name of commands) expect(await page(`${name} --help`)).not.toContain("--break-glass");
  });

  it("has flags as its own that only some questions share with changes", async () => {
    expect(await page("audit verify --help")).toMatch(/^ {2}--audit-key-file FILE {2}/m);
    expect(await page("assign --help")).not.toContain("--audit-key-file");
  });

  it("is the same after help, and lists what stands below it", async () => {
    expect(await page("help audit")).toBe(await page("audit --help"));
    expect(await page("help audit")).toMatch(/^Commands:\n {2}audit export {2}Write/m);
    for (const line of ["role", "role --help", "help role"])
      for (const verb of ["list", "tree", "disinherit"]) expect(await page(line)).toContain(`  role ${verb} `);
  });
});

describe.each(Object.keys(PAGES))("the page %s", (name) => {
  it("fits the screen, and is not the name of a command", async () => {
    const lines = linesOf(await page(`help ${name}`));
    expect(lines.filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
    expect(commands).not.toContain(name);
  });

  it("is one document with --json", async () => {
    const help = await page(`help ${name}`);
    for (const line of [`help ${name} --json`, `help --json ${name}`, `--json help ${name}`])
      expect(JSON.parse(await page(line))).toEqual({ page: name, help });
  });
});

describe("what the pages say is true:", () => {
  it("exit codes", async () => {
    const text = squeezed(await page("help exit-codes"));
    for (const [code, meaning] of EXIT_CODES) expect(text).toContain(` ${code} ${meaning} `);
  });

  it("flags", async () => {
    const text = squeezed(await page("help flags"));
    for (const [name, { description = "" }] of Object.entries({ ...GLOBAL_FLAGS, ...WRITE_FLAGS }))
      expect(text).toMatch(new RegExp(` --${name}( [A-Z]+)? ${description.replace(/[?()]/g, "\\$&")}`));
  });

  it("variables: all that the program reads", async () => {
    const text = await page("help environment");
    const files = import.meta.glob<string>(["../../src/**/*.ts", "!../../src/web/**"], {
      query: "?raw",
      import: "default",
      eager: true,
    });
    const read = Object.values(files).flatMap((source) =>
      [...source.matchAll(/\benv\.([A-Z_]+)/g)].map(([, name]) => name),
    );
    const inFlags = Object.values({ ...GLOBAL_FLAGS, ...WRITE_FLAGS }).flatMap(({ env }) => env ?? []);
    expect(read).toContain("NO_COLOR");
    expect(inFlags).toContain("RBAC_DB");
    for (const name of [...read, ...inFlags]) expect(text).toMatch(new RegExp(`^ {2}${name} {2,}\\S`, "m"));
  });

  it("scopes", async () => {
    const db = freshDb();
    await cli("seed", { db });
    const [assign = "", yes = "", no = ""] = shownBy(await page("help scopes"));
    expect((await cli(assign, { db })).code).toBe(0);
    expect((await cli(yes, { db })).stdout).toMatch(/^yes\n/);
    expect((await cli(no, { db })).stdout).toMatch(/^no\n/);
    expect((await cli("grant moderator posts:delete --deny --on acme/posts", { db })).code).toBe(0);
    expect((await cli(yes, { db })).stdout).toMatch(/^no\n/);
    expect(parseScope("repo/a%2Fb")).toBe("repo/a%2Fb");
    for (const scope of ["a/*", "a//b", "/a"]) expect(() => parseScope(scope)).toThrow();
  });

  it("times", async () => {
    const text = await page("help times");
    const now = "2026-11-29T12:00:00.000Z";
    const [date = "", time = "", duration = ""] = [...text.matchAll(/^ {2}(\d\S*) {2,}/gm)].map(([, term]) => term);
    expect(parseInstant(date)).toBe("2027-01-31T00:00:00.000Z");
    expect(parseInstant(time.replace("Z", "+02:00"))).toBe("2027-01-31T07:00:00.000Z");
    expect(parseDuration(duration)).toBe(8 * 3600 * 1000);
    for (const [, signed = ""] of text.matchAll(/([+-]7d|@12)/g)) expect(() => parseAsked(signed, now)).not.toThrow();
    const db = freshDb();
    await cli("seed", { db });
    const [assign = "", later = "", since = ""] = shownBy(text);
    expect((await cli(assign, { db })).code).toBe(0);
    expect((await cli(later, { db })).code).toBe(1);
    expect((await cli(later.replace("+9h", "+7h"), { db })).code).toBe(0);
    expect((await cli(since, { db })).stdout).toContain("bob");
  });

  it("documents: the example has every section, and is one", async () => {
    const text = await page("help documents");
    const [document = ""] = /^ {2}rbac: 1\n(?: {2}.*\n)*/m.exec(text) ?? [];
    const file = fileWith(document.replace(/^ {2}/gm, ""), "policy.yaml");
    const { properties } = JSON.parse(readFileSync(join(ROOT, "docs/policy.schema.json"), "utf8"));
    const { part, ...sections } = properties; // A part is no section: the page tells of it below the example.
    expect([typeof part, text]).toEqual(["object", expect.stringContaining("part: { roles: [billing-*] }")]);
    for (const section of Object.keys(sections)) expect(document).toMatch(new RegExp(`^ {2}${section}:`, "m"));
    const db = freshDb();
    const [test = "", seed = "", check = ""] = shownBy(text).map((line) => line.replace("policy.yaml", `"${file}"`));
    for (const line of [test, seed, check]) expect(await cli(line, { db })).toMatchObject({ code: 0 });
  });
});

describe("how help looks", () => {
  it("has bold heads on a terminal, and none without colours or in JSON", async () => {
    const env = { FORCE_COLOR: "1", NO_COLOR: "" };
    expect((await cli("help can", { env })).stdout).toContain("\x1b[1mExamples:\x1b[22m\n");
    for (const line of ["help can --no-color", "--no-color can --help"])
      expect((await cli(line, { env })).stdout).not.toContain("\x1b");
    expect(await cli("help can --json", { env })).toEqual(await cli("help can --json"));
  });
});
