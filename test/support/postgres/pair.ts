/**
 * A file of SQLite and a schema of a server, done to alike at the same moments: what they answer must be the same, to
 * the byte.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { cli, freshDb, type Result } from "../cli.ts";
import { copied, nameOf } from "../databases.ts";

export interface Pair {
  readonly file: string;
  readonly schema: string;
}

const FOLDER = mkdtempSync(join(tmpdir(), "rbac-pair-"));
process.once("exit", () => rmSync(FOLDER, { recursive: true, force: true }));
let pairs = 0;

export function freshPair(): Pair {
  pairs += 1;
  return { file: join(FOLDER, `${pairs}.db`), schema: freshDb() };
}

/** A new pair with the content of another. */
export async function copiedPair({ file, schema }: Pair): Promise<Pair> {
  const copy = freshPair();
  copyFileSync(file, copy.file);
  return { file: copy.file, schema: await copied(schema) };
}

let minute = 0;

/** The next minute begins, for both. */
function tick(): void {
  minute += 1;
  vi.setSystemTime(Date.UTC(2026, 5, 1) + minute * 60_000);
}

/** Runs a line on both, at one moment; the result, which is the same but for the name of the database. */
export async function alike(pair: Pair, line: string | readonly string[]): Promise<Result> {
  tick();
  const expected = named(await cli(line, { db: pair.file }), pair.file);
  expect({ line, ...named(await cli(line, { db: pair.schema }), nameOf(pair.schema)) }).toEqual({ line, ...expected });
  return expected;
}

const named = ({ code, stdout, stderr }: Result, name: string): Result => ({
  code,
  stdout: stdout.replaceAll(name, "DATABASE"),
  stderr: stderr.replaceAll(name, "DATABASE"),
});

/** All that can be seen of a database. */
export async function alikeThroughout(pair: Pair): Promise<void> {
  for (const line of ["audit export", "export --format ndjson", "audit verify"])
    expect((await alike(pair, line)).code).toBe(0);
}
