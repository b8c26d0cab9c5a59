/** `rbac lint --fix`: only what nobody would miss goes, out of documents in place, or out of the database at once. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, freshDb } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";

const TEXT = `# The policy.
rbac: 1
permissions: [posts:read, "posts:update", posts:delete]
roles:
  reader: { grants: [posts:read] }   # reads
  editor:
    inherits: [reader]
    grants:
      - posts:read # said twice
      - 'posts:*'
      # on one scope only
      - { permission: posts:update, scope: acme }
    denies: [ posts:delete ]
  chief: { inherits: [editor, reader], grants: [posts:delete] }
  spare: {}
users:
  ann: { roles: [chief, {role: reader, scope: acme}, { role: editor, until: 2020-01-01T00:00:00Z, scope: old }] }
  bob: { roles: [reader] }
everyone: [reader]
`;
const FIXED = `# The policy.
rbac: 1
permissions: [posts:read, "posts:update", posts:delete]
roles:
  reader: { grants: [posts:read] }   # reads
  editor:
    inherits: [reader]
    grants:
      - 'posts:*'
    denies: [ posts:delete ]
  chief: { inherits: [editor], grants: [] }
  spare: {}
users:
  ann: { roles: [chief] }
  bob: { roles: [reader] }
everyone: [reader]
`;
const REMOVED = "removed 1 inherited role, 3 grants, 2 assignments";

const policyFile = (text = TEXT) => fileWith(text, "policy.yaml");
const textOf = (file: string) => readFileSync(file, "utf8");
/** What is said of files, each by its last name. */
const told = (stderr: string, file: string) =>
  stderr
    .replaceAll(`${dirname(file)}/`, "")
    .split("\n")
    .filter((line) => !/findings? ?\(|^no findings|^$/.test(line));

describe("documents", () => {
  it("are edited in place, with comments, order, quotes and rights of the file kept; then nothing is left to fix", async () => {
    const file = policyFile();
    chmodSync(file, 0o640);
    const dry = await cli(`lint "${file}" --fix --dry-run`);
    expect(told(dry.stderr, file)).toEqual([`policy.yaml: would ${REMOVED.replace("removed", "remove")}`]);
    expect(textOf(file)).toBe(TEXT);
    const made = await cli(`lint "${file}" --fix`);
    expect(told(made.stderr, file)).toEqual([`policy.yaml: ${REMOVED}`]);
    const placeless = (text: string) => text.replace(/yaml:\d+:\d+ */g, "");
    expect([made.code, placeless(made.stdout)]).toEqual([dry.code, placeless(dry.stdout)]);
    expect(made.stdout).toContain("- grant editor allow posts:read\n");
    expect(made.stdout).not.toMatch(/redundant-grant|dead-grant|expired-window/);
    expect([textOf(file), statSync(file).mode & 0o777]).toEqual([FIXED, 0o640]);
    const again = await cli(`lint "${file}" --fix --json`);
    expect(JSON.parse(again.stdout).fixed).toEqual({
      changed: false,
      dryRun: false,
      revision: null,
      changes: [],
      files: [],
    });
    expect(textOf(file)).toBe(FIXED);
  });

  it("are exit 1 by what is left; findings say which fixes are safe", async () => {
    const file = policyFile(TEXT.replace("grants: [posts:delete]", "grants: [posts:delete]").replace("  bob", "  Bob"));
    const { stdout } = await cli(`lint "${file}" --json`);
    const { findings } = JSON.parse(stdout) as { findings: { rule: string; fix: { safe: boolean } | null }[] };
    const safety = new Map(findings.flatMap(({ rule, fix }) => (fix ? [[rule, fix.safe]] : [])));
    expect(Object.fromEntries(safety)).toMatchObject({
      "redundant-grant": true,
      "dead-grant": true,
      "empty-role": false,
    });
    expect((await cli(`lint "${file}" --fix --dry-run --rule empty-role --fail-on note`)).code).toBe(1);
    expect((await cli(`lint "${file}" --fix --dry-run --rule redundant-grant --fail-on note`)).code).toBe(0);
  });

  it("are written elsewhere with --out, to a file or into a folder, and left themselves", async () => {
    const file = policyFile();
    const folder = join(dirname(file), "out");
    mkdirSync(folder);
    expect((await cli(`lint "${file}" --fix --out "${file}.new"`)).stderr).toContain(`${REMOVED} in ${file}.new`);
    await cli(`lint "${file}" --fix --out "${folder}"`);
    expect([textOf(file), textOf(`${file}.new`), textOf(join(folder, "policy.yaml"))]).toEqual([TEXT, FIXED, FIXED]);
    const other = policyFile("rbac: 1\nroles: { editor: { grants: [posts:read] } }\n");
    expect(await cli(`lint "${file}" "${other}" --fix --out "${file}.both"`)).toMatchObject({ code: 2 });
    expect(existsSync(`${file}.both`)).toBe(false);
    expect((await cli(`lint "${file}" --out "${file}.new"`)).code).toBe(2);
  });

  it("that cannot be edited are left and named; a link is followed; JSON is JSON", async () => {
    const file = fileWith(
      JSON.stringify(
        { rbac: 1, permissions: ["a", "b"], roles: { r: { grants: ["*", "a", "b"] } }, users: {} },
        null,
        2,
      ),
    );
    const csv = join(dirname(file), "people.csv");
    writeFileSync(csv, "user,role,scope,from,until,reason\nann,r,,,,\nann,r,acme,,,\n");
    const link = join(dirname(file), "link.json");
    symlinkSync(file, link);
    const stale = "--rule redundant-grant --rule redundant-assignment --fail-on note";
    const { code, stderr } = await cli(`lint "${link}" "${csv}" --fix ${stale}`);
    expect(told(stderr, file)).toEqual([
      "link.json: removed 2 grants",
      "people.csv: left as it is, since it cannot be edited in place: 1 assignment could go",
    ]);
    expect(code).toBe(1);
    expect(textOf(file)).toBe(
      JSON.stringify({ rbac: 1, permissions: ["a", "b"], roles: { r: { grants: ["*"] } }, users: {} }, null, 2),
    );
    const odd = policyFile("rbac: 1\npermissions: [a, b]\nroles:\n  r: { grants: [ '*'\n    , a\n    , b ] }\n");
    const left = await cli(`lint "${odd}" --fix --rule redundant-grant`);
    expect(told(left.stderr, odd)).toEqual([
      "policy.yaml: left as it is, since it cannot be edited in place: 2 grants could go",
    ]);
  });

  it("keep a window that is over as long as a test asks about it, and what a baseline has", async () => {
    const asked = "tests:\n  - { user: bob, at: 2019-01-01T00:00:00Z, scope: old, has: [editor] }\n";
    const file = policyFile(
      `${TEXT.replace("bob: { roles: [", "bob: { roles: [{ role: editor, scope: old, until: 2021-01-01T00:00:00Z }, ")}${asked}`,
    );
    await cli(`lint "${file}" --fix`);
    expect(textOf(file)).toContain("until: 2021");
    expect((await cli(`test "${file}"`)).code).toBe(0);
    const other = policyFile();
    await cli(`lint "${other}" --baseline "${other}.json" --write-baseline`);
    const { stderr } = await cli(`lint "${other}" --baseline "${other}.json" --fix`);
    expect(told(stderr, other)).toEqual(["nothing to fix"]);
  });
});

describe("tests of changes", () => {
  const HEAD =
    "rbac: 1\npermissions: [a, b]\nroles: { base: { grants: [a, a] }, lead: { inherits: [base], grants: [b] } }\n";
  const USERS = "users: { ann: { roles: [base, lead] }, bob: { roles: [base, lead] } }\n";
  const LAST = "constraints: { c: { kind: min_users, roles: [base], limit: 2 } }\n";

  it.each([
    [
      "a role that is held twice",
      "tests: [{ user: ann, revoke: base, refused: false }]\n",
      "ann: { roles: [base, lead] }",
    ],
    ["a constraint", `${LAST}tests: [{ user: ann, revoke: lead, refused: false }]\n`, "ann: { roles: [base, lead] }"],
  ])("come out as before: %s", async (_, tests, kept) => {
    const file = policyFile(HEAD + USERS + tests);
    const before = await cli(`test "${file}" --json`);
    expect(before.code).toBe(0);
    const { findings } = JSON.parse((await cli(`lint "${file}" --rule redundant-assignment --json`)).stdout);
    expect(
      findings.map(({ message, fix }: { message: string; fix: { safe: boolean } }) => [message.slice(0, 3), fix.safe]),
    ).toEqual([
      ["ann", false],
      ["bob", true],
    ]);
    await cli(`lint "${file}" --fix`);
    expect(textOf(file)).toContain(kept);
    expect(textOf(file)).toContain("bob: { roles: [lead] }");
    expect((await cli(`test "${file}" --json`)).code).toBe(0);
    const db = freshDb();
    await cli(`seed "${policyFile(HEAD + USERS)}" --quiet`, { db });
    await cli(`lint "${policyFile(HEAD + USERS + tests)}" --live --fix --yes`, { db });
    expect((await cli(`test "${file}" --live`, { db })).code).toBe(0);
  });

  it("that rest on somebody whom no test names let nothing go", async () => {
    const roles = "roles: { base: { grants: [a] }, lead: { inherits: [base], grants: [b] }, boss: {} }\n";
    const few = "constraints: { c: { kind: max_users, roles: [base], limit: 2 } }\n";
    const users =
      "users: { ann: {}, bob: { roles: [lead, { role: base, scope: x, until: 2020-01-01 }] }, cy: { roles: [lead] } }\n";
    const text = `rbac: 1\npermissions: [a, b]\n${roles}${few}${users}tests: [{ user: ann, assign: base, refused: c }]\n`;
    const file = policyFile(text);
    expect((await cli(`test "${file}"`)).code).toBe(0);
    await cli(`lint "${file}" --fix`);
    expect((await cli(`test "${file}"`)).code).toBe(0);
  });
});

describe("what --out names", () => {
  it("gets what has nothing to fix, too, and into a folder what cannot be edited", async () => {
    const clean = policyFile("rbac: 1\n# Nothing.\nroles: { r: {} }\n");
    const { stderr } = await cli(`lint "${clean}" --fix --out "${clean}.new"`);
    expect(told(stderr, clean)).toEqual(["nothing to fix", "policy.yaml: copied to policy.yaml.new, as it is"]);
    expect(textOf(`${clean}.new`)).toBe(textOf(clean));
    const file = policyFile();
    const folder = dirname(file);
    const [out, csv] = [join(folder, "out"), join(folder, "people.csv")];
    mkdirSync(out);
    writeFileSync(csv, "user,role,scope,from,until,reason\nann,chief,,,,\nann,chief,acme,,,\n");
    writeFileSync(join(folder, "more.yaml"), "rbac: 1\nroles: { more: {} }\n");
    const dry = await cli(`lint "${folder}" --fix --dry-run --out "${out}"`);
    expect([dry.stderr, existsSync(join(out, "more.yaml"))]).toEqual([
      expect.stringContaining(`would be copied to ${out}/more.yaml`),
      false,
    ]);
    await cli(`lint "${folder}" --fix --out "${out}"`);
    for (const name of ["more.yaml", "people.csv"]) expect(textOf(join(out, name))).toBe(textOf(join(folder, name)));
    expect([textOf(file), textOf(join(out, "policy.yaml"))]).toEqual([TEXT, FIXED]);
  });

  it("is never standard output, or another file that is read", async () => {
    const file = policyFile();
    const other = join(dirname(file), "other.yaml");
    const [more, baseline] = ["rbac: 1\nroles: { more: {} }\n", join(dirname(file), "b.bl")];
    writeFileSync(other, more);
    await cli(`lint "${file}" --rule unheld-role --baseline "${baseline}" --write-baseline`);
    const kept = textOf(baseline);
    for (const line of [
      `"${file}" --live --fix --out "${file}"`,
      `"${file}" --fix --out -`,
      "--live --fix --out -",
      `"${file}" --fix --baseline "${baseline}" --out "${baseline}"`,
      `"${file}" "${other}" --fix --out "${other}"`,
      `"${file}" --fix --out "${file}.new" --report "json=${file}.new"`,
      `"${file}" --live --fix --out "${file}.new" --report "json=${file}.new"`,
    ]) {
      const { code, stdout } = await cli(`lint ${line} --json`);
      expect([code, JSON.parse(stdout).error.code], line).toEqual([2, "USAGE"]);
      expect([file, other, baseline].map(textOf), line).toEqual([TEXT, more, kept]);
      expect([existsSync("-"), existsSync(`${file}.new`)], line).toEqual([false, false]);
    }
    await cli(`lint "${file}" --fix --out "${file}"`);
    expect(textOf(file)).toBe(FIXED);
  });
});

describe("what is read", () => {
  it("is never replaced by a report, a plan or a baseline, under whatever name", async () => {
    const [file, link] = [fileWith(TEXT, "p.yaml"), join(dirname(fileWith("", "empty")), "link")];
    const baseline = `${link}.bl`;
    symlinkSync(file, link);
    await cli(`lint "${file}" --baseline "${baseline}" --write-baseline`);
    const kept = readFileSync(baseline, "utf8");
    for (const line of [
      `lint "${file}" --report "json=${file}"`,
      `lint "${link}" --report "json=${file}"`,
      `lint "${dirname(file)}" --report "github=${link}"`,
      `lint "${file}" --baseline "${file}" --write-baseline`,
      `lint "${file}" --baseline "${baseline}" --report "json=${baseline}"`,
      `lint "${file}" --baseline "${baseline}" --write-baseline --report "json=${baseline}"`,
      `test "${file}" --report "junit=${dirname(file)}/./p.yaml"`,
      `plan "${file}" --report "markdown=${file}"`,
      `plan "${file}" --out "${link}"`,
    ]) {
      const { code, stdout } = await cli(`${line} --json`);
      expect([code, JSON.parse(stdout).error.code], line).toEqual([2, "USAGE"]);
      expect([readFileSync(file, "utf8"), readFileSync(baseline, "utf8")], line).toEqual([TEXT, kept]);
    }
  });
});

describe("a skip", () => {
  const counted = async (skip: string) => {
    const file = policyFile(`${TEXT}lint: { skip: [{ rule: redundant-grant, reason: x, ${skip} }] }\n`);
    const { code, stdout } = await cli(`lint "${file}" --rule redundant-grant --json`);
    return { code, ...JSON.parse(stdout) };
  };

  it.each(["on", "until"])("with an empty %s is refused: it would skip more than it seems", async (key) => {
    expect(JSON.stringify(await counted(`${key}: `))).toContain(`${key} says nothing: give it a value`);
  });

  it("is never on an effect", async () => {
    const denied = TEXT.replace("[ posts:delete ]", "[ posts:delete, { permission: posts:delete, scope: x } ]");
    const lint = (on: string) => `lint: { skip: [{ rule: redundant-grant, on: '${on}', reason: x }] }\n`;
    const skipped = async (on: string) => {
      const { stdout } = await cli(`lint "${policyFile(denied + lint(on))}" --rule redundant-grant --json`);
      return JSON.parse(stdout).skipped as number;
    };
    expect([await skipped("deny"), await skipped("x")]).toEqual([0, 1]);
  });
});

describe("what is said", () => {
  it("has the places of the named files, as they are then", async () => {
    const file = policyFile();
    const place = (text: string) => text.split("\n").findIndex((line) => line.startsWith("  spare")) + 1;
    const lineOf = async (flags: string) => {
      const { stdout } = await cli(
        `lint "${file}" --fix --rule dead-grant --rule redundant-grant --rule empty-role --json ${flags}`,
      );
      return JSON.parse(stdout).findings.map(({ line }: { line: number }) => line);
    };
    expect(place(TEXT)).not.toBe(place(FIXED));
    expect(await lineOf("--dry-run")).toEqual([place(TEXT)]);
    expect(await lineOf(`--out "${file}.new"`)).toEqual([place(TEXT)]);
    expect(await lineOf("")).toEqual([textOf(file).split("\n").indexOf("  spare: {}") + 1]);
  });

  it("of many changes is where all are listed, which is no database", async () => {
    const scopes = Array.from({ length: 20 }, (_, at) => `{ permission: a, scope: s${at} }`);
    const file = policyFile(`rbac: 1\npermissions: [a]\nroles: { r: { grants: [a, ${scopes.join(", ")}] } }\n`);
    expect((await cli(`lint "${file}" --fix`)).stdout).toContain("… and 10 more (--json lists all)\n");
  });

  it("of a dry run is what would be written, and nothing is", async () => {
    const file = policyFile();
    const baseline = `${file}.bl`;
    const { stderr } = await cli(
      `lint "${file}" --rule dead-grant --baseline "${baseline}" --write-baseline --dry-run`,
    );
    expect([stderr, existsSync(baseline)]).toEqual([
      expect.stringContaining(`${baseline} would have 1 finding\n`),
      false,
    ]);
  });
});

describe("the database", () => {
  const ready = async (text = TEXT) => {
    const db = freshDb();
    const { code, stderr } = await cli(`seed "${policyFile(text)}" --quiet`, { db });
    expect([code, stderr]).toEqual([0, ""]);
    return db;
  };

  it("is asked about first: without --yes nothing changes, and what would go is shown with nobody's loss", async () => {
    const db = await ready();
    const { code, stderr } = await cli("lint --live --fix", { db });
    expect([code, stderr]).toEqual([3, expect.stringContaining("nobody gains or loses anything")]);
    expect(stderr).toContain("--yes");
    const dry = await cli("lint --live --fix --dry-run --json", { db });
    expect(JSON.parse(dry.stdout).fixed).toMatchObject({ changed: true, dryRun: true, revision: 1 });
    expect(JSON.parse((await cli("audit --json", { db })).stdout).entries.at(-1).revision).toBe(1);
  });

  it("loses the rows in one revision, with a reason; then nothing is left to fix, and nobody may anything else", async () => {
    const db = await ready();
    const before = await cli("matrix --users --json", { db });
    const { stdout } = await cli("lint --live --fix --yes --json", { db });
    expect(JSON.parse(stdout).fixed).toMatchObject({ changed: true, revision: 2, changes: { length: 6 } });
    const after = await cli("matrix --users --json", { db });
    expect(JSON.parse(after.stdout)).toEqual({ ...JSON.parse(before.stdout), revision: 2 });
    const { entries } = JSON.parse((await cli("audit --since @2 --json", { db })).stdout);
    expect(new Set(entries.map(({ reason }: { reason: string }) => reason))).toEqual(new Set(["lint --fix"]));
    const again = await cli("lint --live --fix --json --fail-on error", { db });
    expect([again.code, JSON.parse(again.stdout).fixed]).toEqual([
      0,
      { changed: false, dryRun: false, revision: 2, changes: [] },
    ]);
    expect((await cli(`diff @now "${policyFile(FIXED)}"`, { db })).code).toBe(0);
  });

  it("is left with --out, which saves a plan that apply makes", async () => {
    const db = await ready();
    const plan = join(dirname(policyFile()), "plan.json");
    const dry = await cli(`lint --live --fix --out "${plan}" --dry-run`, { db });
    expect([dry.stderr, existsSync(plan)]).toEqual([expect.stringContaining(`would be saved to ${plan}\n`), false]);
    const saved = await cli(`lint --live --fix --out "${plan}"`, { db });
    expect([saved.code, saved.stderr]).toEqual([0, expect.stringContaining(`saved to ${plan}`)]);
    expect((await cli(`apply "${plan}" --yes --json`, { db })).stdout).toContain('"revision":2');
    expect(JSON.parse((await cli("lint --live --fix --json --fail-on error", { db })).stdout).fixed.changed).toBe(
      false,
    );
  });

  it("is guarded as ever", async () => {
    const db = await ready(
      `${TEXT.replace("  spare: {}", "  root: { grants: [rbac:escalate] }").replace("posts:delete]\n", "posts:delete, rbac:escalate]\n").replace("  bob", "  eve: { roles: [root] }\n  bob")}guarded: true\n`,
    );
    const { code, stderr } = await cli("lint --live --fix --yes --actor bob", { db });
    expect([code, stderr]).toEqual([3, expect.stringContaining("bob")]);
  });
});
