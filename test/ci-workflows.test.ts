/** The workflows of docs/ci.md, as far as a shell can run them: their commands, in order, in a fresh folder. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./support/root.ts";

const page = readFileSync(join(ROOT, "docs/ci.md"), "utf8");
const [github, gitlab] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block = ""]) => parse(block));

interface Step {
  readonly run?: string;
  readonly if?: string;
  readonly with?: { readonly path?: string };
}
const steps = github.jobs.policy.steps as readonly Step[];
const WORKFLOWS = [
  {
    name: "GitHub",
    commands: steps.flatMap(({ run }) => run ?? []),
    report: steps.find((step) => step.if === "always()")?.with?.path ?? "",
  },
  {
    name: "GitLab",
    commands: [...gitlab.policy.before_script, ...gitlab.policy.script] as string[],
    report: gitlab.policy.artifacts.reports.junit as string,
  },
];

const POLICY = `rbac: 1
permissions: [posts:read, posts:publish]
roles: { author: { grants: [posts:read] } }
users: { alice: { roles: [author] } }
`;
const TESTS = "rbac: 1\ntests:\n  - { user: alice, can: [posts:read], cannot: [posts:publish] }\n";

/** A project with a policy, its tests, and a database that is as it says; the tool is on the PATH. */
function project(): (command: string) => { code: number | null; stdout: string } {
  const cwd = mkdtempSync(join(tmpdir(), "rbac-workflow-"));
  for (const folder of ["bin", "policy"]) mkdirSync(join(cwd, folder));
  symlinkSync(join(ROOT, "bin/run.js"), join(cwd, "bin/rbac"));
  writeFileSync(join(cwd, "policy/policy.yaml"), POLICY);
  writeFileSync(join(cwd, "policy/tests.yaml"), TESTS);
  const branch = { CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main" };
  const { RBAC_FORMAT: _, ...outer } = process.env;
  const env = {
    ...outer,
    ...branch,
    CI: "1",
    RBAC_DB: "live.db",
    RBAC_ACTOR: "ci",
    PATH: `${cwd}/bin${delimiter}${outer.PATH}`,
  };
  const run = (command: string) => {
    const { status, stdout } = spawnSync("bash", ["-e", "-o", "pipefail", "-c", command], {
      cwd,
      env,
      encoding: "utf8",
    });
    return { code: status, stdout };
  };
  expect(run("rbac seed policy/ --quiet").code).toBe(0);
  return run;
}

describe.each(WORKFLOWS)("the workflow for $name", ({ commands, report }) => {
  const [install = "", ...own] = commands;

  it("installs first, and then asks", () => {
    expect(install).toBe("npm install --global ./tools/rbac-admin-*.tgz");
    expect(own.length).toBeGreaterThan(1);
    for (const command of own) expect(command).toContain("rbac ");
    expect(own[0]).toContain(`--report junit=${report}`);
  });

  it("passes where the policy keeps its promises and the database is as it says", () => {
    const run = project();
    expect(own.map((command) => run(command).code)).toEqual(own.map(() => 0));
    expect(run(`cat ${report}`).stdout).toContain('tests="2" failures="0"');
  });

  it("fails with a report where a test fails", () => {
    const run = project();
    run("sed -i 's/posts:read\\] } }/posts:read, posts:publish] } }/' policy/policy.yaml");
    expect(run(own[0] ?? "").code).toBe(1);
    expect(run(`cat ${report}`).stdout).toContain("expected no, got yes: assigned author, which grants posts:publish");
  });

  it("fails where the database has something of its own", () => {
    const run = project();
    run("rbac grant author posts:publish");
    expect(own.map((command) => run(command).code)).toEqual([0, 1]);
  });
});

it("the tool that the tests of workflows run is built", () => {
  expect(existsSync(join(ROOT, "dist/rbac.cjs"))).toBe(true);
});
