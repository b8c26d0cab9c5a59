/** The workflows of docs/ci.md and docs/plan.md, as far as a shell can run them: their commands, in order, in a fresh folder. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./support/root.ts";

const workflowsOf = (page: string) =>
  [...readFileSync(join(ROOT, page), "utf8").matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block = ""]) =>
    parse(block),
  );
const [github, gitlab] = workflowsOf("docs/ci.md");
const [planning] = workflowsOf("docs/plan.md");

interface Step {
  readonly run?: string;
  readonly if?: string;
  readonly with?: { readonly path?: string; readonly script?: string };
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
permissions: [posts:read, posts:publish, users:read]
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
    GITHUB_OUTPUT: "output.txt",
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
    expect(own.map((command) => run(command).code)).toEqual([...own.slice(1).map(() => 0), 1]);
  });
});

describe("the workflow for plans", () => {
  const runsOf = (job: string) => (planning.jobs[job].steps as readonly Step[]).flatMap(({ run }) => run ?? []);
  const script = (planning.jobs.plan.steps as readonly Step[]).find((step) => step.with?.script)?.with?.script ?? "";
  const publishing = "sed -i 's/posts:read\\] } }/posts:read, posts:publish] } }/' policy/policy.yaml";

  /** Has the step tell a plan in a pull request that has some comments. @returns what it wrote */
  async function told(body: string, comments: readonly { id: number; body: string }[]) {
    const calls: object[] = [];
    const issues = {
      listComments: {},
      updateComment: async (call: object) => void calls.push(call),
      createComment: async (call: object) => void calls.push(call),
    };
    const context = { repo: { owner: "o", repo: "r" }, issue: { number: 7 } };
    const AsyncFunction = (async () => {}).constructor as new (
      ...text: string[]
    ) => (...values: unknown[]) => Promise<void>;
    const run = new AsyncFunction("github", "context", "require", script);
    await run({ paginate: async () => comments, rest: { issues } }, context, () => ({ readFileSync: () => body }));
    return calls;
  }

  it("plans, tells, and applies what was planned", async () => {
    const run = project();
    run(`sed -i '/tests/,$d' policy/tests.yaml && ${publishing}`);
    const [install, ...planned] = runsOf("plan");
    expect(install).toBe(runsOf("apply")[0]);
    expect(planned.map((command) => run(command).code)).toEqual([0, 0]);
    const body = run("cat comment.md").stdout;
    expect(body).toContain("### ✅ 1 person gains, nobody loses, of 1");
    const [marker] = body.split("\n");
    expect(await told(body, [{ id: 1, body: "mine" }])).toMatchObject([{ issue_number: 7, body }]);
    expect(await told(body, [{ id: 5, body: `${marker}\nold` }])).toMatchObject([{ comment_id: 5, body }]);
    const digest = /^digest=(sha256:[0-9a-f]{64})$/m.exec(run("cat output.txt").stdout)?.[1];
    const [, apply] = runsOf("apply");
    expect(run(`DIGEST=sha256:${"0".repeat(64)}; ${apply}`).code).toBe(3);
    expect(run("rbac can alice posts:publish").code).toBe(1);
    for (const stdout of ["+ grant author allow posts:publish\n", ""])
      expect(run(`DIGEST=${digest}; ${apply}`)).toEqual({ code: 0, stdout });
    expect(run("rbac can alice posts:publish").code).toBe(0);
  });

  it("fails where a gate is crossed, and tells that, too", () => {
    const run = project();
    run("sed -i 's/posts:read\\] } }/posts:read, users:read] } }/' policy/policy.yaml");
    expect(
      runsOf("plan")
        .slice(1)
        .map((command) => run(command).code),
    ).toEqual([0, 1]);
    expect(run("cat comment.md").stdout).toContain(
      "❌ <code>protect users&#58;&#42;</code>: crossed: 1 person would gain it",
    );
  });
});

it("the tool that the tests of workflows run is built", () => {
  expect(existsSync(join(ROOT, "dist/rbac.cjs"))).toBe(true);
});
