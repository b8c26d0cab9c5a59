/** What a killed process leaves beside a database is cleared away at the next creation there, and nothing else is. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { temporaryFileIn } from "../../../src/store/sqlite/temporary-files.ts";
import { cli } from "../../support/cli.ts";
import { freshPath, sweep } from "../../support/store/random-databases.ts";

afterAll(sweep);

function fresh(): string {
  const folder = freshPath("folder");
  mkdirSync(folder);
  return folder;
}

/** The number of a process that was, and is no more. */
const gone = String(spawnSync(process.execPath, ["-e", ""]).pid);
const draftOf = (pid: string): string => basename(temporaryFileIn("")).replace(`-${process.pid}-`, `-${pid}-`);

const lineFor = (folder: string): Record<string, string> => ({
  init: `init --db "${join(folder, "rbac.db")}"`,
  backup: `db backup "${join(folder, "rbac.db")}" --db "${join(dirname(folder), `${basename(folder)}.other`)}"`,
});

it.each(["init", "backup"])("%s clears what a process left that is gone, with its log", async (how) => {
  const folder = fresh();
  await cli(`init --db "${join(dirname(folder), `${basename(folder)}.other`)}"`);
  const draft = draftOf(gone);
  for (const suffix of ["", "-wal", "-shm", "-journal"]) writeFileSync(join(folder, `${draft}${suffix}`), "left");
  expect((await cli(lineFor(folder)[how] ?? "")).code).toBe(0);
  expect(readdirSync(folder)).toEqual(["rbac.db"]);
});

it("leaves alone what may be another's, and what only looks alike", async () => {
  const folder = fresh();
  const mine = draftOf(gone);
  const others = [
    basename(temporaryFileIn("")), // This process is there.
    draftOf("1"), // And so is that one, whoever may signal it.
    mine.replace(/^\.rbac-[0-9a-f]{8}/, ".rbac-00000000"), // Of another machine.
    `${mine}.txt`,
    `x${mine}`,
    mine.replace(".tmp", ".db"),
    ".rbac-notes.tmp",
  ];
  for (const name of others) writeFileSync(join(folder, name), "kept");
  const [link, inside] = [draftOf(gone), draftOf(gone)];
  symlinkSync(join(folder, ".rbac-notes.tmp"), join(folder, link));
  mkdirSync(join(folder, inside));
  expect((await cli(`init --db "${join(folder, "rbac.db")}"`)).code).toBe(0);
  expect(readdirSync(folder).sort()).toEqual([...others, link, inside, "rbac.db"].sort());
});
