/** How an error looks: in colours where people read it, and the same text without them everywhere else. */
import { describe, expect, it } from "vitest";
import { systemShell } from "../../src/cli/shell.ts";
import { main } from "../../src/program/main.ts";
import { cli } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";
import { ROOT } from "../support/root.ts";

const RED = "\x1b[1m\x1b[31mrbac:\x1b[39m\x1b[22m";
const faint = (text: string): string => `\x1b[2m${text}\x1b[22m`;

/** What a line says on stderr where that is a terminal, or is not. */
async function said(argv: readonly string[], isTerminal: boolean, env: Record<string, string> = {}): Promise<string> {
  let text = "";
  const write = (part: string) => {
    text += part;
  };
  const stream = {
    isTerminal,
    width: isTerminal ? 80 : undefined,
    height: undefined,
    write,
    drained: async () => true,
  };
  const shell = { ...systemShell(), env, stdout: { ...stream, write: () => {} }, stderr: stream, exitWith: () => {} };
  await main(argv, { root: ROOT, shell });
  return text;
}

describe("an error on a terminal", () => {
  it("is red where it begins, and faint where it only helps", async () => {
    expect(await said(["asign", "alice"], true)).toBe(
      `${RED} there is no command "asign"${faint('; did you mean "assign"? (see rbac --help)')}\n`,
    );
    expect(await said(["user", "list", "--on"], true)).toBe(`${RED} --on needs a value${faint(" (see --help)")}\n`);
    expect(await said(["test", "/nowhere.yaml"], true)).toBe(
      `${RED} cannot read /nowhere.yaml: there is no such file\n`,
    );
  });

  it("of several problems is red on every line", async () => {
    const file = fileWith(
      "rbac: 1\nroles: { a: { grants: [b:c], inherits: [d] }, e: { inherits: [f] } }\n",
      "policy.yaml",
    );
    const lines = (await said(["test", file], true)).trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.startsWith(`${RED} ${file}:`)).toBe(true);
  });

  it.each([
    ["NO_COLOR", { NO_COLOR: "1" }, []],
    ["TERM=dumb", { TERM: "dumb" }, []],
    ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, []],
    ["--no-color", {}, ["--no-color"]],
    ["--no-color, whatever FORCE_COLOR says", { FORCE_COLOR: "1" }, ["--no-color"]],
  ])("has no colours with %s", async (_, env, flags) => {
    const plain = await said(["asign", "alice"], false);
    expect(await said(["asign", "alice", ...flags], true, env)).toBe(plain);
    expect(await said([...flags, "asign", "alice"], true, env)).toBe(plain);
  });
});

describe("an error in a pipe", () => {
  it("is plain, and coloured only where that is asked for", async () => {
    const plain = 'rbac: there is no command "asign"; did you mean "assign"? (see rbac --help)\n';
    expect(await said(["asign"], false, { TERM: "xterm" })).toBe(plain);
    expect(await said(["asign"], false, { FORCE_COLOR: "1" })).toContain(RED);
  });
});

it("--no-color is a flag of every command, and of answers too", async () => {
  const env = { FORCE_COLOR: "1", NO_COLOR: "" };
  const file = fileWith("rbac: 1\nroles: { a: {} }\nusers: { u: {} }\ntests: [{ user: u, has: [a] }]\n", "policy.yaml");
  expect((await cli(["test", file], { env })).stdout).toContain("\x1b[");
  expect((await cli(["test", file, "--no-color"], { env })).stdout).not.toContain("\x1b");
  expect((await cli(["test", file, "--no-color"], { env })).code).toBe(1);
});

it("--no-color behind -- is a word like any other", async () => {
  expect(await said(["asign", "--", "--no-color"], true)).toContain(RED);
});
