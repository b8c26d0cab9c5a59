/** `rbac lint`: what runs, what fails, what is skipped, what a baseline keeps out, and what is written for machines. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { cli, freshDb } from "../support/cli.ts";
import { fileWith, seeded } from "../support/documents.ts";

/** The other rules have tests of their own. */
const RULES = ["unheld-role", "empty-role", "expired-skip", "unmatched-skip"];
const ONLY = RULES.map((rule) => `--rule ${rule}`).join(" ");

const TEXT = `rbac: 1
permissions: [posts:read, posts:create]
roles:
  reader: { grants: [posts:read] }
  author:
    inherits: [reader]
    grants: [posts:create]
  idle: {}
  spare: { grants: [posts:read] }
users:
  alice: { roles: [author] }
`;
const FILE = fileWith(TEXT, "policy.yaml");
const BROKEN = fileWith("rbac: 1\nroles: [1, 2]\nrolls: {}\n", "broken.yaml");

interface Found {
  readonly rule: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly id: string;
}
interface Json {
  readonly findings: readonly Found[];
  readonly skipped: number;
  readonly baselined: number;
}

async function json(line: string, db = ""): Promise<Json & { readonly code: number }> {
  const { code, stdout } = await cli(`lint ${line} --json`, { db });
  return { ...(JSON.parse(stdout) as Json), code };
}
const said = ({ findings }: Json) => findings.map(({ rule, line, message }) => `${line} ${rule} ${message}`);

/** The document with what lint is told. */
const skipping = (...skips: readonly string[]) =>
  fileWith(`${TEXT}lint:\n  skip:\n${skips.map((skip) => `    - { ${skip} }\n`).join("")}`, "policy.yaml");

const ALL = [
  "8 empty-role idle: it grants, denies and inherits nothing",
  "8 unheld-role idle: nobody holds it",
  "9 unheld-role spare: nobody holds it",
];

describe("documents", () => {
  it("are linted, each finding at its place", async () => {
    const { code, stdout, stderr } = await cli(`lint "${FILE}" ${ONLY}`);
    expect(stdout.split("\n").map((line) => line.replaceAll(FILE, "F").trim().split(/ {2,}/).slice(0, 4))).toEqual([
      ["place", "severity", "rule", "finding"],
      ["F:8:3", "note", "empty-role", "idle: it grants, denies and inherits nothing"],
      ["F:8:3", "note", "unheld-role", "idle: nobody holds it"],
      ["F:9:3", "note", "unheld-role", "spare: nobody holds it"],
      [""],
    ]);
    expect([code, stderr]).toEqual([0, "3 findings (3 notes); 4 rules, 4 roles, 3 grants, 1 user\n"]);
  });

  it("give JSON of a finding, with its row, what would mend it, and an id", async () => {
    const twice = fileWith(TEXT.replace("grants: [posts:create]", "grants: [posts:create, posts:read]"), "twice.yaml");
    const { findings, ...rest } = await json(`"${twice}" --rule redundant-grant`);
    const key = { role: "author", effect: "allow", permission: "posts:read", scope: null };
    expect(findings).toEqual([
      {
        rule: "redundant-grant",
        severity: "warning",
        subject: { kind: "grant", ...key },
        ...{ file: twice, line: 7, column: 28 },
        message: expect.stringMatching(/^author posts:read: ./),
        because: { roles: ["author", "reader"], grant: "posts:read" },
        fix: {
          changes: [{ kind: "grant.remove", ...key, before: {}, after: null }],
          commands: ["rbac ungrant author posts:read"],
          safe: true,
        },
        id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
    ]);
    const checked = { roles: 4, grants: 4, users: 1 };
    expect(rest).toEqual({ code: 1, skipped: 0, baselined: 0, rules: ["redundant-grant"], checked });
    expect((await cli(`lint "${twice}" --rule redundant-grant`)).stdout).toMatch(
      / {2}rbac ungrant author posts:read\n$/,
    );
  });

  it("may be several, which are one policy", async () => {
    const more = fileWith(JSON.stringify({ rbac: 1, users: { bob: { roles: ["spare"] } } }), "more.json");
    expect(said(await json(`"${FILE}" "${more}" ${ONLY}`))).toEqual(ALL.slice(0, 2));
  });

  it("with faults are exit 2, with a cycle exit 3; one that breaks a constraint is linted", async () => {
    expect((await cli(`lint "${BROKEN}"`)).code).toBe(2);
    const cycle = fileWith("rbac: 1\nroles: { a: { inherits: [b] }, b: { inherits: [a] } }\n", "cycle.yaml");
    expect((await cli(`lint "${cycle}"`)).code).toBe(3);
    const lonely = fileWith(`${TEXT}constraints: { c: { kind: max_users, roles: [author], limit: 0 } }\n`, "c.yaml");
    expect((await cli(`test "${lonely}"`)).code).toBe(3);
    expect(said(await json(`"${lonely}" ${ONLY}`))).toEqual(ALL);
  });

  it("or the database are needed", async () => {
    const { code, stderr } = await cli("lint");
    expect([code, stderr]).toEqual([2, "rbac: missing argument PATH, or --live for the database\n"]);
  });
});

describe("the database", () => {
  it("is linted with --live, without places; documents beside it say where its rows stand, and what is skipped", async () => {
    const db = await seeded({
      rbac: 1,
      permissions: ["posts:read"],
      roles: { other: { grants: ["posts:read"] }, idle: {}, held: { grants: ["posts:read"] } },
      users: { ann: { roles: ["held"] } },
    });
    const found = (line: number | null) => [
      `${line} empty-role idle: it grants, denies and inherits nothing`,
      `${line} unheld-role idle: nobody holds it`,
      "null unheld-role other: nobody holds it",
    ];
    expect(said(await json(`--live ${ONLY}`, db))).toEqual(found(null));
    expect(said(await json(`"${FILE}" --live ${ONLY}`, db))).toEqual(found(8));
    const skips = skipping("rule: unheld-role, on: other, reason: soon");
    expect(await json(`"${skips}" --live ${ONLY}`, db)).toMatchObject({ skipped: 1, findings: { length: 2 } });
  });

  it("that is not there is exit 4", async () => {
    expect((await cli("lint --live", { db: freshDb() })).code).toBe(4);
  });
});

describe("rules", () => {
  it("are chosen by name, and left out by name", async () => {
    expect(said(await json(`"${FILE}" --rule empty-role`))).toEqual(ALL.slice(0, 1));
    expect(said(await json(`"${FILE}" ${ONLY} --skip empty-role`))).toEqual(ALL.slice(1));
  });

  it("are never none: that would pass whatever the policy is", async () => {
    const { code, stderr } = await cli(`lint "${FILE}" --rule toxic --skip toxic`);
    expect([code, stderr]).toEqual([2, "rbac: no rule is left to run: all that are named are skipped, too\n"]);
  });

  it.each([`"${FILE}" --rule`, `"${FILE}" --skip`, "--explain"])(
    "%s is exit 2 for one that there is not",
    async (line) => {
      const { code, stderr } = await cli(`lint ${line} empty-rol`);
      const message = 'lint has no rule "empty-rol"; did you mean "empty-role"?';
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    },
  );

  it("are explained without a policy or a database", async () => {
    const { code, stdout } = await cli("lint --explain expired-skip", { db: "/nowhere/at.all" });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^expired-skip \(warning\)\nFinds a skip .*\.\nIt /)]);
    expect((await cli(`lint "${FILE}" --explain expired-skip`)).code).toBe(2);
  });
});

describe("the exit code", () => {
  const warns = () => skipping("rule: empty-role, on: gone, reason: soon");
  it.each([
    ["", 1],
    ["--fail-on error", 0],
    ["--fail-on warning", 1],
    ["--fail-on note", 1],
    ["--skip unmatched-skip", 0],
    ["--skip unmatched-skip --fail-on note", 1],
  ])("is that of the gravest finding: %s", async (flags, code) => {
    for (const how of ["", "--json", "--quiet", "--format csv"])
      expect((await cli(`lint "${warns()}" ${ONLY} ${flags} ${how}`)).code).toBe(code);
  });
});

describe("skips", () => {
  it.each([
    ["rule: unheld-role, on: spare, reason: soon", [ALL[0], ALL[1]]],
    ["rule: unheld-role, on: spare, until: 2999-01-01, reason: soon", [ALL[0], ALL[1]]],
    ["rule: unheld-role, reason: soon", [ALL[0]]],
    ["rule: empty-role, on: idle, reason: soon", [ALL[1], ALL[2]]],
  ])("take findings out: %s", async (skip, left) => {
    const result = await json(`"${skipping(skip)}" ${ONLY}`);
    expect([said(result), result.skipped]).toEqual([left, 3 - left.length]);
  });

  it("that have ended skip nothing, and are findings at their place", async () => {
    const file = skipping("rule: unheld-role, on: spare, until: 2020-01-01, reason: soon");
    const ended = "ended at 2020-01-01T00:00:00.000Z, and skips nothing now";
    expect(said(await json(`"${file}" ${ONLY}`))).toEqual([
      `14 expired-skip the skip of unheld-role on "spare" ${ended}`,
      ...ALL,
    ]);
  });

  it("that match nothing are findings, where their rule ran", async () => {
    const file = skipping("rule: unheld-role, on: spar, reason: soon", "rule: empty-role, on: idle, reason: soon");
    expect(said(await json(`"${file}" ${ONLY}`))).toEqual([
      '14 unmatched-skip the skip of unheld-role on "spar" matches no finding',
      ...ALL.slice(1),
    ]);
    expect(said(await json(`"${file}" --rule empty-role --rule unmatched-skip`))).toEqual([]);
  });

  it("of a rule that there is not are exit 2, each at its place", async () => {
    const file = skipping("rule: unheld-roll, on: spare, reason: soon", "rule: zzz, reason: soon");
    const { code, stdout } = await cli(`lint "${file}" --json`);
    const { error } = JSON.parse(stdout) as { error: { problems: object[] } };
    expect(code).toBe(2);
    expect(error.problems).toMatchObject([
      { line: 14, code: "RULE_NOT_FOUND", message: 'lint has no rule "unheld-roll"; did you mean "unheld-role"?' },
      { line: 15, code: "RULE_NOT_FOUND", message: 'lint has no rule "zzz"; docs/lint.md lists them' },
    ]);
  });
});

describe("a baseline", () => {
  const fresh = () => join(dirname(fileWith("", "empty")), "baseline.json");

  it("keeps out what stood when it was written, wherever it moves, and shows what is new", async () => {
    const baseline = fresh();
    const written = await json(`"${FILE}" ${ONLY} --baseline "${baseline}" --write-baseline`);
    expect(written).toMatchObject({ code: 0, findings: [], baselined: 3 });
    const moved = fileWith(TEXT.replace("roles:", "# A comment.\nroles:\n  more: {}"), "moved.yaml");
    const later = await json(`"${moved}" ${ONLY} --baseline "${baseline}" --fail-on note`);
    expect([later.code, later.baselined]).toEqual([1, 3]);
    expect(said(later)).toEqual([
      "5 empty-role more: it grants, denies and inherits nothing",
      "5 unheld-role more: nobody holds it",
    ]);
  });

  it("is sorted, one finding a line, and the same when it is written again", async () => {
    const baseline = fresh();
    await cli(`lint "${FILE}" ${ONLY} --baseline "${baseline}" --write-baseline`);
    const text = readFileSync(baseline, "utf8");
    expect(text.split("\n").map((line) => /"message":"([^"]*)"/.exec(line)?.[1] ?? line)).toEqual([
      '{"rbacBaseline":1,"findings":[',
      ...ALL.map((line) => line.replace(/^\S+ \S+ /, "")),
      "]}",
      "",
    ]);
    await cli(`lint "${FILE}" ${ONLY} --baseline "${baseline}" --write-baseline`);
    expect(readFileSync(baseline, "utf8")).toBe(text);
    // Of rules that do not run nothing is forgotten.
    await cli(`lint "${FILE}" --rule expired-skip --baseline "${baseline}" --write-baseline`);
    expect(readFileSync(baseline, "utf8")).toBe(text);
  });

  it("says what of it is gone, until it is written anew", async () => {
    const baseline = fresh();
    await cli(`lint "${FILE}" ${ONLY} --baseline "${baseline}" --write-baseline`);
    const mended = fileWith(TEXT.replace("  idle: {}\n", ""), "mended.yaml");
    const line = `lint "${mended}" ${ONLY} --baseline "${baseline}"`;
    expect((await cli(line)).stderr).toContain(
      "2 findings of the baseline are gone: --write-baseline takes them out\n",
    );
    expect((await cli(`${line} --write-baseline`)).stderr).toContain(`${baseline} has 1 finding now\n`);
    expect((await cli(line)).stderr).not.toContain("gone");
  });

  it.each([
    ["a policy", TEXT, "SYNTAX_INVALID"],
    ["a list", "[]", "BASELINE_INVALID"],
    ["null", "null", "BASELINE_INVALID"],
    ["a newer one", '{"rbacBaseline":2,"findings":[]}', "BASELINE_INVALID"],
    ["one without findings", '{"rbacBaseline":1}', "BASELINE_INVALID"],
    ["one cut short", '{"rbacBaseline":1,"findings":[', "SYNTAX_INVALID"],
    ["one of no ids", '{"rbacBaseline":1,"findings":[{"rule":"a","message":"b","id":"c"}]}', "BASELINE_INVALID"],
  ])("that is %s is exit 2, and left as it is", async (_, text, code) => {
    const file = fileWith(text, "baseline.json");
    for (const how of ["", "--write-baseline"]) {
      const { stdout } = await cli(`lint "${FILE}" --baseline "${file}" ${how} --json`);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code, exitCode: 2 } });
    }
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("that is missing is exit 2, and none is written of a document with faults", async () => {
    const baseline = fresh();
    expect((await cli(`lint "${FILE}" --baseline "${baseline}"`)).code).toBe(2);
    expect((await cli(`lint "${BROKEN}" --baseline "${baseline}" --write-baseline`)).code).toBe(2);
    expect((await cli(`lint "${FILE}" --baseline - --write-baseline`)).code).toBe(2);
    expect((await cli(`lint "${FILE}" --write-baseline`)).code).toBe(2);
    expect(existsSync(baseline)).toBe(false);
  });
});

describe("reports", () => {
  const KINDS = ["sarif", "json", "github"];
  async function reported(file: string) {
    const folder = dirname(fileWith("", "empty"));
    const flags = KINDS.map((kind) => `--report ${kind}=${folder}/${kind}`).join(" ");
    const result = await cli(`lint "${file}" ${ONLY} ${flags}`);
    const reports = KINDS.map((kind) => [kind, readFileSync(join(folder, kind), "utf8")] as const);
    return { result, folder, reports: Object.fromEntries(reports) as Readonly<Record<string, string>> };
  }

  it.each([FILE, BROKEN, "missing.yaml"])("do not change the answer: %s", async (file) => {
    const { result, folder } = await reported(file);
    expect(result).toEqual(await cli(`lint "${file}" ${ONLY}`));
    expect(readdirSync(folder).sort()).toEqual(["empty", ...KINDS].sort());
  });

  it("tell of every finding, each with its level", async () => {
    const { reports } = await reported(skipping("rule: empty-role, on: gone, reason: soon"));
    expect(reports.github?.split("\n").map((line) => line.replace(/file=[^,]*/, "file=F"))).toEqual([
      '::warning file=F,line=14,col=7,title=rbac lint::unmatched-skip: the skip of empty-role on "gone" matches no finding',
      "::notice file=F,line=8,col=3,title=rbac lint::empty-role: idle: it grants, denies and inherits nothing",
      "::notice file=F,line=8,col=3,title=rbac lint::unheld-role: idle: nobody holds it",
      "::notice file=F,line=9,col=3,title=rbac lint::unheld-role: spare: nobody holds it",
      "",
    ]);
    const { results } = JSON.parse(reports.sarif ?? "").runs[0];
    expect(results.map(({ level, ruleId }: Record<string, string>) => `${level} ${ruleId}`)).toEqual([
      "warning unmatched-skip",
      "note empty-role",
      "note unheld-role",
      "note unheld-role",
    ]);
    expect(JSON.parse(reports.json ?? "")).toMatchObject({ findings: { length: 4 } });
  });

  it("of documents with faults tell of them", async () => {
    const { reports } = await reported(BROKEN);
    expect(reports.github).toMatch(/^::error file=[^,]*broken.yaml,line=3,/);
    const [run] = JSON.parse(reports.sarif ?? "").runs;
    expect(run).toMatchObject({ results: [], invocations: [{ executionSuccessful: false }] });
    expect(run.invocations[0].toolExecutionNotifications.length).toBeGreaterThan(0);
  });

  it("name files as they lie in the working directory", async () => {
    const folder = dirname(fileWith("", "empty"));
    const file = fileWith(TEXT, "po licy.yaml");
    const uriOf = async (around: string) => {
      await cli(`lint "${file}" ${ONLY} --report "sarif=${folder}/s"`, { folder: around });
      const [result] = JSON.parse(readFileSync(join(folder, "s"), "utf8")).runs[0].results;
      return result.locations[0].physicalLocation.artifactLocation.uri as string;
    };
    expect(await uriOf(dirname(file))).toBe("po%20licy.yaml");
    expect(await uriOf(folder)).toMatch(/^file:\/\/\/.*\/po%20licy\.yaml$/);
  });
});

describe("hostile names", () => {
  const NAMES = [
    "=1+1",
    "::error ::x",
    "a%0Ab",
    "[x](http://x.example)",
    "{0}",
    "<b>",
    "'; rm -rf ~ #",
    "`x`",
    'a|b,"c"',
  ];
  const hostile = fileWith(
    JSON.stringify({
      rbac: 1,
      roles: { ...Object.fromEntries(NAMES.map((name) => [name, {}])), held: {} },
      users: { ann: { roles: ["held"] } },
    }),
    "h.json",
  );

  it("come back from JSON and CSV as they are, and do nothing in text and annotations", async () => {
    const { findings } = await json(`"${hostile}" --rule unheld-role`);
    expect(findings.map(({ message }) => message.replace(": nobody holds it", "")).sort()).toEqual([...NAMES].sort());
    const { stdout } = await cli(`lint "${hostile}" --rule unheld-role --format csv`);
    const rows = parseCsv(stdout, { columns: true }) as { message: string }[];
    expect(rows.map(({ message }) => message.replace(/^'/, "")).sort()).toEqual(
      findings.map(({ message }) => message.replace(/^'/, "")).sort(),
    );
    const github = (await cli(`lint "${hostile}" --rule unheld-role --report github`)).stdout.split("\n");
    expect(github.filter((line) => line.startsWith("::")).map((line) => line.split(" ")[0])).toEqual(
      NAMES.map(() => "::notice"),
    );
  });

  it("are quoted in commands, and fit a terminal", async () => {
    const name = "'; rm -rf ~ #";
    const roles = { [name]: { grants: ["a:b", { permission: "a:b", scope: "x" }] } };
    const twice = fileWith(JSON.stringify({ rbac: 1, permissions: ["a:b"], roles }), "twice.json");
    const { stdout } = await cli(`lint "${twice}" --rule redundant-grant --format csv`);
    const [row] = parseCsv(stdout, { columns: true }) as { fix: string }[];
    expect(row?.fix).toBe("rbac ungrant ''\\''; rm -rf ~ #' a:b --on x");
    const { stdout: table } = await cli(`lint "${hostile}" ${ONLY}`, { columns: 80 });
    expect(table.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });
});
