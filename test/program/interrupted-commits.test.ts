/** A signal at the last steps of a change, and at some before: it ends with 130 and has changed nothing, or with 0 and is done. */
import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { ROOT } from "../support/root.ts";
import { interruptedAt, rbac } from "../support/store/processes.ts";
import { contentOf, freshPath, verified } from "../support/store/random-databases.ts";

/** The steps that are tried at the end, where the commit is, and how many of those before, at equal distances. */
const [LAST, OTHERS] = [5, 3];
const blog = join(ROOT, "seeds/blog.yaml");
const [stored, backup] = [freshPath(), freshPath()];
let before: string;

beforeAll(async () => {
  await rbac(stored, "seed", blog);
  await rbac(stored, "db", "backup", backup);
  await rbac(stored, "assign", "zoe", "editor");
  before = await contentOf(stored);
});

/** A copy of the stored database. */
function copied(): string {
  const path = freshPath();
  copyFileSync(stored, path);
  return path;
}

const stateOf = async (path: string) => (existsSync(path) ? contentOf(path) : "nothing");

/** Interrupts a command line at its last steps, and some before; `stateOf` is what shows whether it has done its work. */
async function interrupted(
  argvOn: (path: string) => readonly string[],
  fresh: () => string,
  stateOf: (path: string) => Promise<string>,
  was: string,
): Promise<void> {
  const count = Number((await interruptedAt(0, ...argvOn(fresh()))).aside);
  const ends = new Set<number>();
  const others = Array.from({ length: OTHERS }, (_other, at) => Math.ceil(((at + 0.5) * (count - LAST)) / OTHERS));
  for (const step of [...others, ...Array.from({ length: LAST }, (_last, at) => count - at)]) {
    const path = fresh();
    const { status } = await interruptedAt(step, ...argvOn(path));
    ends.add(status);
    const isUnchanged = (await stateOf(path)) === was;
    expect([step, status, isUnchanged]).toEqual([step, status === 130 ? 130 : 0, status === 130]);
    if (existsSync(path)) expect(await verified(path)).toMatchObject({ valid: true });
  }
  expect(ends).toContain(0);
}

it.each<[what: string, argv: readonly string[], fresh: () => string, was: () => string]>([
  ["an assignment", ["assign", "bob", "editor"], copied, () => before],
  ["an undo", ["undo", "1..2", "--yes"], copied, () => before],
  ["a seed of a new database", ["seed", blog], freshPath, () => "nothing"],
  ["a restore", ["db", "restore", backup, "--yes"], copied, () => before],
])("%s", (_, argv, fresh, was) => interrupted((path) => [...argv, "--db", path], fresh, stateOf, was()));

it.each([
  ["an export", ["export"]],
  ["an export of the record", ["audit", "export"]],
  ["a backup", ["db", "backup"]],
])("%s: the file is there, or nothing is", async (_, argv) => {
  const outOf = (path: string) => `${path}.out`;
  const argvOn = (path: string) => [...argv, ...(argv[0] === "db" ? [] : ["--out"]), outOf(path), "--db", path];
  const outs = async (path: string) =>
    readdirSync(dirname(path))
      .filter((name) => name.startsWith(basename(outOf(path))))
      .join();
  await interrupted(argvOn, copied, outs, "");
});
