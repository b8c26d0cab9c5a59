/** The examples of README.md and of docs, run in order against the built program: what they show is what happens. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../src/program/exit-codes.ts";
import { ROOT } from "./support/root.ts";

const page = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, block = ""]) => block);

interface Example {
  readonly command: string;
  readonly code: number;
  readonly output: string;
}

/** A line `$ command` with the output below it; `# exit N` at its end says how it ends. */
function examplesIn(text: string): Example[] {
  return blocks(text, "console").flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        const command = part.slice(0, end);
        return {
          command,
          code: Number(/# exit (\d+)$/.exec(command)?.[1] ?? 0),
          output: part.slice(end + 1).trimEnd(),
        };
      }),
  );
}

/** Times and hashes differ from run to run, and so does who runs it; column widths follow them. */
const steady = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "TIME")
    .replace(/\b[0-9a-f]{64}\b/g, "HASH")
    .replace(/^(seq .*|\d+ .*)$/gm, (row) => row.replace(/ {2,}/g, "  "))
    .trimEnd();

/** The output as a pattern: `…` is whatever was left out, the user of the operating system is anybody. */
const pattern = (output: string): RegExp =>
  new RegExp(
    `^${steady(output)
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replace(/…/g, "[\\s\\S]*?")
      .replace(/ {2}ann {2}ann {2}/g, "  ann  \\S+  ")}$`,
  );

/** A folder of one's own, with the tool on the PATH as it is after the set-up. */
function ownFolder(): { cwd: string; env: NodeJS.ProcessEnv } {
  const cwd = mkdtempSync(join(tmpdir(), "rbac-readme-"));
  const bin = join(cwd, "..", `${cwd.split("/").at(-1)}-bin`);
  mkdirSync(bin);
  symlinkSync(join(ROOT, "bin/run.js"), join(bin, "rbac"));
  const { RBAC_DB: _, RBAC_FORMAT: __, RBAC_CONTEXT: ___, ...env } = process.env;
  return { cwd, env: { ...env, CI: "1", NO_COLOR: "1", PATH: `${bin}${delimiter}${env.PATH}` } };
}

/** What the examples of these pages leave behind, those of the library go on from. */
const README = ownFolder();
const TOUR = ownFolder();

describe.each([
  { path: "README.md", folder: README, codes: [0, 1, 2, 3] },
  { path: "docs/tour.md", folder: TOUR, codes: [0, 1, 2, 3] },
  { path: "docs/contexts.md", folder: ownFolder(), codes: [0, 2, 3] },
  { path: "docs/ci.md", folder: ownFolder(), codes: [0, 1, 2, 4] },
  { path: "docs/testing.md", folder: ownFolder(), codes: [0, 1] },
  { path: "docs/plan.md", folder: ownFolder(), codes: [0, 1, 2, 3] },
  { path: "docs/keys.md", folder: ownFolder(), codes: [0, 2, 3] },
  { path: "docs/serve.md", folder: ownFolder(), codes: [0, 2, 3] },
  { path: "docs/lint.md", folder: ownFolder(), codes: [0, 1, 2] },
])("$path", ({ path, folder: { cwd, env }, codes }) => {
  const examples = examplesIn(page(path));
  const settings: string[] = [];

  it("has examples of every way to end that it tells of", () => {
    expect(new Set(examples.map(({ code }) => code))).toEqual(new Set(codes));
  });

  it.each(examples)("$ $command", ({ command, code, output }) => {
    if (command.startsWith("export ")) settings.push(command);
    const line = [...settings, `{ ${command.replace(/ *# exit \d+$/, "")}; } 2>&1`].join("; ");
    const got = spawnSync("bash", ["-c", line], { cwd, env, encoding: "utf8" });
    expect(steady(got.stdout)).toMatch(pattern(output));
    expect(got.status).toBe(code);
  });
});

describe("README.md", () => {
  it("is read in a few minutes: fewer than 1,500 words outside of code", () => {
    const prose = page("README.md").replace(/^```[\s\S]*?^```/gm, "");
    expect(prose.split(/\s+/).length).toBeLessThan(1500);
  });

  it("tells in a line each what is on every page of docs", () => {
    const index = page("docs/README.md");
    const files = readdirSync(join(ROOT, "docs")).filter((file) => file !== "README.md");
    expect(files.filter((file) => !index.includes(`(${file})`))).toEqual([]);
  });

  it("says the exit codes as the program does", () => {
    const plain = page("README.md").replaceAll("`--yes`", "--yes");
    for (const [code, meaning] of EXIT_CODES) expect(plain).toContain(`| ${code} | ${meaning} |`);
  });

  it("sets up with two commands of one line each", () => {
    const [install = "", test = "", ...rest] = blocks(page("README.md"), "sh").map((block) => block.trim());
    expect(rest).toEqual([]);
    expect(install).toMatch(/^npm ci && npm install --global --prefix [^\n]+ && rbac can alice posts:publish$/);
    expect(test).toBe("npm test");
    const commands = install.split(" && ").filter((command) => command.startsWith("rbac "));
    const folder = ownFolder();
    symlinkSync(join(ROOT, "seeds"), join(folder.cwd, "seeds"));
    for (const run of ["first", "repeated"]) {
      const got = spawnSync("bash", ["-c", commands.join(" && ")], { ...folder, encoding: "utf8" });
      expect([run, got.status]).toEqual([run, 0]);
      expect(got.stdout).toMatch(/yes\nassigned editor, which grants posts:publish\n$/);
    }
  });
});

/** Runs a page's programs as a project that has installed the package would. */
describe("the library", () => {
  it.each([
    { path: "README.md", folder: README },
    { path: "docs/library.md", folder: TOUR },
  ])("$path shows what its programs print", ({ path, folder }) => {
    mkdirSync(join(folder.cwd, "node_modules"), { recursive: true });
    symlinkSync(ROOT, join(folder.cwd, "node_modules/rbac-admin"));
    const programs = blocks(page(path), "js");
    const outputs = blocks(page(path), "text");
    expect(programs.length).toBeGreaterThan(0);
    expect(outputs).toHaveLength(programs.length);
    for (const [at, program] of programs.entries()) {
      writeFileSync(join(folder.cwd, "example.mjs"), program);
      expect(execFileSync("node", ["example.mjs"], { ...folder, encoding: "utf8" })).toBe(outputs[at]);
    }
  });
});

describe.each(["docs/documents.md", "docs/guards.md"])("%s", (path) => {
  it("shows documents that can be seeded, and pass their own tests", () => {
    const documents = blocks(page(path), "yaml");
    expect(documents.length).toBeGreaterThan(0);
    const folder = ownFolder();
    for (const [at, document] of documents.entries()) {
      writeFileSync(join(folder.cwd, `${at}.yaml`), document);
      const line = `rbac --db ${at}.db seed ${at}.yaml && (! grep -q '^tests:' ${at}.yaml || rbac test ${at}.yaml)`;
      const got = spawnSync("bash", ["-c", line], { ...folder, encoding: "utf8" });
      expect([got.status, got.stderr.includes("rbac:")]).toEqual([0, false]);
    }
  });
});
