/** The scripts in the shells themselves: what a person types, and presses Tab. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { describeWith, missingProgram } from "../support/needs.ts";
import { ROOT } from "../support/root.ts";
import { TYPIST } from "../support/typist.ts";

/** A name that a shell would run, if it were not quoted, and one that readline breaks at the @. */
const HOSTILE = `a $(touch pwned) "x'y;`;
const POLICY = {
  rbac: 1,
  permissions: ["posts:read", "posts:publish"],
  roles: { author: { grants: ["posts:read"] } },
  users: { alice: { roles: [{ role: "author", scope: "acme/posts" }] }, "bob@example.com": {}, [HOSTILE]: {} },
};

/** A folder with the tool on the PATH, a database of its own, and another beside it. */
function folder(): { cwd: string; env: NodeJS.ProcessEnv } {
  const cwd = mkdtempSync(join(tmpdir(), "rbac-shell-"));
  mkdirSync(join(cwd, "bin"));
  symlinkSync(join(ROOT, "bin/run.js"), join(cwd, "bin/rbac"));
  writeFileSync(join(cwd, "policy.json"), JSON.stringify(POLICY));
  writeFileSync(join(cwd, "team.json"), JSON.stringify({ rbac: 1, users: { zoe: {} } }));
  const { PATH, XDG_CACHE_HOME } = process.env;
  const env = {
    PATH: `${join(cwd, "bin")}${delimiter}${PATH}`,
    XDG_CACHE_HOME,
    HOME: cwd,
    TERM: "dumb",
    RBAC_COMPLETION_WAIT: "60s",
    PS1: "READY ",
    PROMPT: "READY ",
  };
  for (const [db, file] of [
    ["rbac.db", "policy.json"],
    ["team.db", "team.json"],
  ])
    expect(
      spawnSync(process.execPath, [join(ROOT, "bin/run.js"), "--db", db ?? "", "seed", file ?? "", "-q"], { cwd, env })
        .status,
    ).toBe(0);
  return { cwd, env };
}

/** What is typed, with a Tab behind it, and the words that then stand on the line. */
const LINES: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ["rbac perm", ["rbac", "permission"]],
  ["rbac role inh", ["rbac", "role", "inherit"]],
  ["rbac can ali", ["rbac", "can", "alice"]],
  ["rbac can bob@", ["rbac", "can", "bob@example.com"]],
  ["rbac can alice posts:pu", ["rbac", "can", "alice", "posts:publish"]],
  ["rbac can alice --on acme/", ["rbac", "can", "alice", "--on", "acme/posts"]],
  ["rbac can --forma", ["rbac", "can", "--format"]],
  ["rbac can --format js", ["rbac", "can", "--format", "json"]],
  ["rbac can --format=js", ["rbac", "can", "--format=json"]],
  ["rbac can a\\ ", ["rbac", "can", HOSTILE]],
  ['rbac can "a ', ["rbac", "can", HOSTILE]],
  ["rbac --db team.db user show z", ["rbac", "--db", "team.db", "user", "show", "zoe"]],
  ["rbac seed pol", ["rbac", "seed", "policy.json"]],
];

const SHELLS = [
  { name: "bash", argv: ["bash", "--norc", "-i"], load: "source <(rbac completion bash)" },
  { name: "zsh", argv: ["zsh", "-f", "-i"], load: "source <(rbac completion zsh)" },
  {
    name: "fish",
    argv: ["fish", "--no-config", "-i", "-C", "function fish_prompt; printf 'READY '; end"],
    load: "rbac completion fish | source",
  },
];

const noTerminal = missingProgram("python3", "-c", "import pty");

for (const { name, argv, load } of SHELLS)
  describeWith(missingProgram(name, "-c", "exit 0") ?? noTerminal, name, () => {
    it("completes commands, flags, values, names and files, and runs no name", () => {
      const { cwd, env } = folder();
      const program = spawnSync("which", [argv[0] ?? ""], { encoding: "utf8" }).stdout.trim();
      // The line is completed, and then turned into a printf of its own words.
      const typing = LINES.map(([typed], at) => [
        at === 0 ? "LOADED" : `<END${at - 1}>`,
        `${typed}\t\x01printf '<%s>' \x05 END${at}\r`,
      ]);
      const last = [`<END${LINES.length - 1}>`, "exit\r"];
      const input = JSON.stringify({
        argv: [program, ...argv.slice(1)],
        env,
        cwd,
        to: "terminal",
        keys: [["READY", `${load}; printf LOAD; printf 'ED\\n'\r`], ...typing, last],
      });
      const { stdout } = spawnSync("python3", ["-c", TYPIST], { input, encoding: "utf8" });
      const { screen } = JSON.parse(stdout) as { screen: string };
      for (const [at, [typed, words]] of LINES.entries())
        expect({ typed, screen }).toEqual({
          typed,
          screen: expect.stringContaining([...words, `END${at}`].map((word) => `<${word}>`).join("")),
        });
      expect(existsSync(join(cwd, "pwned"))).toBe(false);
    });
  });
