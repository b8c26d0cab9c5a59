/** What was typed wrong: the nearest right word is offered and never taken, and the missing one is named. */
import { describe, expect, it } from "vitest";
import manifest from "../../oclif.manifest.json" with { type: "json" };
import { COMMANDS } from "../../src/program/command-table.ts";
import { HABITS } from "../../src/program/habits.ts";
import { PAGES } from "../../src/program/help-pages.ts";
import { BLOG, blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";

const SNAPSHOT = fileWith(JSON.stringify(BLOG));

it.each([
  ["can alcie posts:read", "USER_NOT_FOUND", ["alice"]],
  ["can alice posts:raed", "PERMISSION_NOT_FOUND", ["posts:read"]],
  ["can alice posts:pub", "PERMISSION_NOT_FOUND", ["posts:publish"]],
  ["can ali posts:read", "USER_NOT_FOUND", ["alice"]],
  ["can ali posts:read --at @1", "USER_NOT_FOUND", ["alice"]],
  ["role show mod", "ROLE_NOT_FOUND", ["moderator"]],
  ["can alice posts:publsh:own", "PERMISSION_NOT_FOUND", ["posts:publish"]],
  ["why alcie posts:read", "USER_NOT_FOUND", ["alice"]],
  ["has alice edtor", "ROLE_NOT_FOUND", ["editor"]],
  ["can alice posts:read --activate edtor", "ROLE_NOT_FOUND", ["editor"]],
  ["can alice posts:read --assume edtor", "ROLE_NOT_FOUND", ["editor"]],
  ["permissions alcie", "USER_NOT_FOUND", ["alice"]],
  ["can alcie posts:read --at @1", "USER_NOT_FOUND", ["alice"]],
  ["who-can posts:raed --since 2998-01-01 --until 2998-02-01", "PERMISSION_NOT_FOUND", ["posts:read"]],
  ["history alcie", "USER_NOT_FOUND", ["alice"]],
  ["history alice posts:raed", "PERMISSION_NOT_FOUND", ["posts:read"]],
  ["history --role edtor", "ROLE_NOT_FOUND", ["editor"]],
  ["permissions --role edtor", "ROLE_NOT_FOUND", ["editor"]],
  ["who-can posts:raed", "PERMISSION_NOT_FOUND", ["posts:read"]],
  ["user show alcie", "USER_NOT_FOUND", ["alice"]],
  ["user list --role edtor", "ROLE_NOT_FOUND", ["editor"]],
  ["user set alcie --email a@b.c", "USER_NOT_FOUND", ["alice"]],
  ["user rename alcie alma", "USER_NOT_FOUND", ["alice"]],
  ["user delete alcie", "USER_NOT_FOUND", ["alice"]],
  ["user list --holding edtor", "ROLE_NOT_FOUND", ["editor"]],
  ["user create zoe --as alcie", "USER_NOT_FOUND", ["alice"]],
  ["assign alcie reader --existing", "USER_NOT_FOUND", ["alice"]],
  ["audit --user alcie", "USER_NOT_FOUND", ["alice"]],
  ["role list --held-by alcie", "USER_NOT_FOUND", ["alice"]],
  ["role list --held-by alcie --at @1", "USER_NOT_FOUND", ["alice"]],
  ["role show edtor", "ROLE_NOT_FOUND", ["editor"]],
  ["role tree edtor", "ROLE_NOT_FOUND", ["editor"]],
  ["role inherit editor raeder", "ROLE_NOT_FOUND", ["reader"]],
  ["permission show posts:raed", "PERMISSION_NOT_FOUND", ["posts:read"]],
  ["grant edtor posts:read", "ROLE_NOT_FOUND", ["editor"]],
  ["grant editor posts:raed", "PERMISSION_NOT_FOUND", ["posts:read"]],
  ["grant editor 'psts:*'", "PATTERN_COVERS_NOTHING", ["posts:*"]],
  ["asign alice editor", "COMMAND_NOT_FOUND", ["assign"]],
  ["role lsit", "COMMAND_NOT_FOUND", ["role list"]],
  ["perm list", "COMMAND_NOT_FOUND", ["permission"]],
  ["audit exprt", "COMMAND_NOT_FOUND", ["audit export"]],
  ["help asign", "COMMAND_NOT_FOUND", ["assign"]],
  ["asign --help", "COMMAND_NOT_FOUND", ["assign"]],
  ["role crate --help", "COMMAND_NOT_FOUND", ["role create"]],
  ["--help asign alice", "COMMAND_NOT_FOUND", ["assign"]],
  ["can alice posts:read --qiet", "USAGE", ["--quiet"]],
  ["--jsn can alice posts:read", "USAGE", ["--json"]],
])("%s", async (line, code, suggestions) => {
  const {
    code: exit,
    stdout,
    stderr,
  } = await cli(line.startsWith("--") ? `--json ${line}` : `${line} --json`, { db: await blog() });
  const { error } = JSON.parse(stdout);
  expect({ exit, code: error.code }).toEqual({ exit: 2, code });
  expect(error.suggestions).toEqual(expect.arrayContaining(suggestions));
  expect(stderr).toContain(`did you mean "${error.suggestions[0]}"`);
});

const verbs = (verb: string) => ["user", "role", "permission", "constraint"].map((topic) => `${topic} ${verb}`);

/** Words of other tools, and what does the same here. */
it.each([
  ["list", verbs("list")],
  ["ls", verbs("list")],
  ["list users", ["user list"]],
  ["show", verbs("show")],
  ["describe role editor", ["role show"]],
  ["get", verbs("show")],
  ["add", ["assign", "grant", "user create", "role create"]],
  ["create", verbs("create")],
  ["remove", ["revoke", "ungrant", "user delete", "role delete"]],
  ["delete", verbs("delete")],
  ["rm permission posts:read", ["permission delete"]],
  ["check", ["can", "constraint check"]],
  ["allow", ["grant", "assign"]],
  ["import people.csv", ["seed"]],
  ["login", ["help environment"]],
  ["whoami", ["permissions", "help environment"]],
  ["role add", ["role create"]],
  ["user remove", ["user delete"]],
  ["user ls", ["user list"]],
  ["role grant", ["grant"]],
  ["user permissions", ["permissions"]],
  ["audit list", ["audit"]],
  ["hlep", ["help"]],
  ["verison", ["version"]],
  ["scopes", ["help scopes"]],
  ["help enviroment", ["environment"]],
  ["help list", verbs("list")],
])("%s is no command, and names what is", async (line, suggestions) => {
  const { code, stdout } = await cli(`${line} --json`);
  const { error } = JSON.parse(stdout);
  expect([code, error.code, error.suggestions]).toEqual([2, "COMMAND_NOT_FOUND", suggestions]);
});

it("names several commands as a list", async () => {
  expect((await cli("check it")).stderr).toBe(
    'rbac: there is no command "check"; did you mean "can" or "constraint check"? (see rbac --help)\n',
  );
  expect((await cli("ls")).stderr).toContain(
    'did you mean "user list", "role list", "permission list" or "constraint list"?',
  );
});

it("every habit leads to commands and pages that are there", () => {
  const ids = Object.keys(COMMANDS).map((id) => id.replaceAll(":", " "));
  const pages = Object.keys(PAGES).map((page) => `help ${page}`);
  const ends = [...ids, ...pages].flatMap((name) => [name, name.split(" ").at(-1)]);
  for (const [word, targets] of Object.entries(HABITS)) {
    expect(ids).not.toContain(word);
    for (const target of targets) expect(ends).toContain(target);
  }
});

it("offers nothing where nothing is near", async () => {
  const { stdout, stderr } = await cli("can xyzzyplugh posts:read --json", { db: await blog() });
  expect(JSON.parse(stdout).error.suggestions).toEqual([]);
  expect(stderr).not.toContain("did you mean");
});

it.each([
  ["can", "USER"],
  ["can alice", "PERMISSIONS"],
  ["has alice", "ROLES"],
  ["why alice", "PERMISSION"],
  ["permissions", "USER"],
  ["who-can", "PERMISSION"],
  ["assign", "USER"],
  ["assign alice", "ROLES"],
  ["revoke alice", "ROLES"],
  ["grant editor", "PERMISSIONS"],
  ["user show", "USER"],
  ["user rename alice", "TO"],
  ["role create", "ROLE"],
  ["role inherit editor", "ROLES"],
  ["permission delete", "PERMISSION"],
  ["undo", "REVISION"],
  ["history", "USER"],
  ["db backup", "FILE"],
  ["db restore", "FROM"],
  ["diff", "A"],
  ["test", "PATH"],
  ["seed", "PATH"],
])("%s names the missing %s", async (line, argument) => {
  const { code, stdout, stderr } = await cli(`${line} --json`, { db: await blog() });
  expect(code).toBe(2);
  expect(JSON.parse(stdout).error.code).toBe("ARGUMENT_MISSING");
  expect(stderr).toMatch(new RegExp(`^rbac: missing argument ${argument}\\b[^\\n]*\\n$`));
});

it.each([
  "can alice posts:read --on /acme",
  "can alice posts:read --on acme//b",
  "can alice posts:read --on acme/../b",
  "can alice 'posts:*'",
  "can alice posts",
  "can alice posts:own",
  "can alice posts:read:own --owner alice",
  "can alice posts:read --any --all",
  "can alice posts:read --expect maybe",
  "can alice posts:read --format xml",
  "assign alice reader --for 8h --until",
  "assign ' alice' reader",
  "grant editor 'po*:read'",
  "grant editor posts:read:mine",
  "permission create posts:read:own",
  "audit --last 0",
  "audit --last many",
  "audit --kind nonsense",
  "audit --since soon",
  "undo zero",
  "undo 0",
  "undo 1 --to @1",
  "undo 1 2",
  "history posts:publish posts:read --role editor",
  "history alice 'posts:*'",
  "expiring --within soon",
  "can alice posts:read --at 7d",
  "who-can posts:read --until 2998-01-01",
  "who-can posts:read --since 1d --at @1",
  "diff @",
  "diff @1..2",
  "audit verify --expect 12",
  "user set alice",
  "user set alice --email a@b.c --clear email",
  "user list extra",
  "seed --expect-revision -1",
  "frobnicate",
])("%s is exit 2, on one line", async (line) => {
  const { code, stdout, stderr } = await cli(line, { db: await blog() });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^rbac: [^\n]+\n$/);
});

it.each([
  ["user delete alice", "user delete alice --yes"],
  ["role delete editor", "role delete editor --yes"],
  ["permission delete posts:read", "permission delete posts:read -y"],
  ["undo --to 2020-01-01", "undo --to 2020-01-01 --yes"],
  [`db restore "${SNAPSHOT}"`, `db restore "${SNAPSHOT}" --yes`],
])("%s is exit 3 naming --yes, with which it is done", async (line, confirmed) => {
  const db = await blog();
  for (const how of ["", "--no-input", "--json"]) {
    const { code, stderr } = await cli(`${line} ${how}`, { db });
    expect(code).toBe(3);
    expect(stderr).toContain("--yes");
  }
  expect((await cli(confirmed, { db })).code).toBe(0);
});

it("what nothing refers to is deleted without asking", async () => {
  const db = await blog();
  for (const line of ["user delete nobody", "role delete idle"]) expect((await cli(line, { db })).code).toBe(0);
});

it.each([
  ["help nosuch", 'there is no command or page "nosuch" (see rbac --help)'],
  ["nosuch -h", 'there is no command "nosuch" (see rbac --help)'],
  ["role nosuch", 'there is no command "role nosuch" (see rbac role --help)'],
  ["help audit nosuch", 'there is no command "audit nosuch" (see rbac audit --help)'],
  ["--db", "--db needs a value (see rbac --help)"],
  ["--quiet", "which command? (see rbac --help)"],
  ["--db x.db", "which command? (see rbac --help)"],
  ["role --db x list", "which command of role? Flags stand behind it, or before all (see rbac role --help)"],
])("%s is exit 2 and prints no help", async (line, message) => {
  expect(await cli(line)).toEqual({ code: 2, stdout: "", stderr: `rbac: ${message}\n` });
});

it.each(["", "help", "--help", "-h --db x.db", "help role", "role", "role --help", "help can alice", "can -h posts"])(
  "%s is help",
  async (line) => {
    expect(await cli(line)).toMatchObject({ code: 0, stdout: expect.stringContaining("\nUsage: rbac "), stderr: "" });
  },
);

it("says what was expected of an answer that is another", async () => {
  const db = await blog();
  const asked = async (line: string) => {
    const { code, stderr } = await cli(line, { db });
    return [code, stderr];
  };
  expect(await asked("can alice posts:publish --expect no")).toEqual([1, "expected no, got yes\n"]);
  expect(await asked("has alice moderator --expect yes")).toEqual([1, "expected yes, got no\n"]);
  expect(await asked("can alice posts:publish --expect yes")).toEqual([0, ""]);
  expect(await asked("has alice moderator --expect no")).toEqual([0, ""]);
  const json = JSON.parse((await cli("can alice posts:publish --expect no --json", { db })).stdout);
  expect(json).toMatchObject({ allowed: true, expect: false });
});

describe("what oclif refuses is said in our words:", () => {
  it.each([
    ["can alice posts:read --format xml", 'there is no format "xml"; --format takes table, json, yaml or csv'],
    ["can alice posts:read --format jsn", 'there is no format "jsn"; did you mean "json"?'],
    ["export --format=pdf", 'there is no format "pdf"; --format takes yaml, json, ndjson, csv or markdown'],
    ["can alice posts:read --expect maybe", 'there is no answer "maybe"; --expect takes yes or no'],
    ["user set alice --clear nme", 'there is no field "nme"; did you mean "name"?'],
    ["can alice posts:read --on", "--on needs a value (see --help)"],
    ["can alice posts:read --format", "--format needs a value: table, json, yaml or csv (see --help)"],
    ["can alice posts:read --at --quiet", "--at needs a value (see --help)"],
    ["can alice posts:read --on a --on b", "--on stands twice: give it once"],
    ["can alice posts:read --any --all", "--any and --all contradict each other"],
    ["who-can posts:read --on acme --everywhere", "--everywhere and --on contradict each other"],
    ["can alice posts:read --brief", "--brief needs --batch"],
    ["role list --activate editor", "--activate needs --held-by"],
    ["user list extra more", 'the argument "extra" is one too many (see --help)'],
    ["undo 1 2", 'the argument "2" is one too many (see --help)'],
    ["audit --last many", '--last takes a whole number from 1 on, and not "many"'],
    ["audit --last 0", '--last takes a whole number from 1 on, and not "0"'],
    ["audit --last 9007199254740993", '--last takes a whole number from 1 on, and not "9007199254740993"'],
    ["seed --max-removals -1", '--max-removals takes a whole number from 0 on, and not "-1"'],
    ["can alice posts:read --on acme//b", /^--on: "acme\/\/b" is not a scope: [^\n]+$/],
    ["can alice posts:read --nowhere --never", "unknown flag --nowhere"],
    ["audit --limit 3", 'unknown flag --limit; did you mean "--last"?'],
    ["can alice posts:read --scope=acme", 'unknown flag --scope=acme; did you mean "--on"?'],
    ["role delete editor --force", 'unknown flag --force; did you mean "--yes"?'],
    ["assign alice editor --expires 2027-01-01", 'unknown flag --expires; did you mean "--until" or "--for"?'],
    ["audit --since soon", /^"soon" is not a time: .* its zone, or 8h or 7d$/],
  ])("%s", async (line, message) => {
    const { code, stdout, stderr } = await cli(line);
    const [said] = /(?<=^rbac: ).*(?=\n$)/s.exec(stderr) ?? [];
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  });

  it.each(Object.entries(manifest.commands))("every flag of %s that lacks its value", async (id, { flags }) => {
    for (const [name, { type }] of Object.entries<{ type: string }>(flags))
      if (type === "option") {
        const { code, stderr } = await cli([...id.split(":"), `--${name}`]);
        expect(code).toBe(2);
        expect(stderr).toMatch(new RegExp(`^rbac: --${name} needs a value(: [A-Za-z0-9, ]+)? \\(see --help\\)\n$`));
      }
  });

  it("the value of a variable, too", async () => {
    expect(await cli("role list", { env: { RBAC_FORMAT: "xml" } })).toEqual({
      code: 2,
      stdout: "",
      stderr: 'rbac: there is no format "xml"; --format takes table, json, yaml or csv\n',
    });
  });
});
