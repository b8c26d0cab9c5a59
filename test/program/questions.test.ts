/** The bundle for questions answers as the whole program does: the same bytes, the same exit codes. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import type { Shell } from "../../src/cli/shell.ts";
import type { main } from "../../src/program/main.ts";
import { blog } from "../support/blog.ts";
import { ASKING, FAILS } from "../support/command-lines.ts";
import { ROOT } from "../support/root.ts";

const require = createRequire(import.meta.url);
const bundle = (name: string): typeof main => require(join(ROOT, `dist/${name}.cjs`)).main;
const QUESTIONS: readonly string[] = require(join(ROOT, "bin/questions.js"));

let db: string;
beforeAll(async () => {
  db = await blog();
});

/** What a bundle writes for a line, and the exit code. */
async function said(name: string, argv: readonly string[]) {
  const written = { stdout: "", stderr: "", code: 0 };
  const stream = (to: "stdout" | "stderr") => {
    const write = (text: string) => {
      written[to] += text;
    };
    const drained = async (text: string) => {
      write(text);
      return true;
    };
    return { isTerminal: false, width: undefined, height: undefined, write, drained };
  };
  const shell: Shell = {
    env: { ...process.env, RBAC_DB: db },
    now: () => "2026-11-29T12:00:00.000Z",
    osUser: () => "tester",
    userId: undefined,
    folder: () => undefined,
    owns: () => true,
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    interactive: false,
    hearSignals: () => {},
    lendTerminal: () => () => {},
    askedToEnd: async () => {},
    endNow: () => {},
    exitWith: (code) => {
      written.code = code;
    },
  };
  await bundle(name)(argv, { root: ROOT, shell });
  return written;
}

const words = (line: string) =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, plain]) => single ?? double ?? plain ?? "");
const lines = [...ASKING, ...FAILS].map(([line]) => line).filter((line) => QUESTIONS.includes(words(line)[0] ?? ""));

it.each([
  ...lines.flatMap((line) =>
    ["", "--json", "--quiet", "--format yaml", "--at @3", "--help"].map((more) => `${line} ${more}`),
  ),
  ...QUESTIONS.flatMap((word) => [
    word,
    `${word} alice --no-such-flag`,
    `${word} -- -x`,
    `${word} nobody no:thing`,
    `${word} help`,
  ]),
])("%s", async (line) => {
  expect(await said("questions", words(line))).toEqual(await said("rbac", words(line)));
});
