/**
 * What the tests of the record share: chance with a seed, small random databases, and ways to change a file directly.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { VerifyOptions } from "../../../src/database/audit-record.ts";
import { Database } from "../../../src/database/database.ts";
import type { Document } from "../../../src/policy/document/facts.ts";
import { documentOf } from "../../../src/policy/document/read.ts";
import { canonicalJson } from "../../../src/policy/model/canonical-json.ts";
import type { Change } from "../../../src/policy/model/change.ts";
import { type Policy, rowsOf } from "../../../src/policy/model/policy.ts";
import { KINDS } from "../../../src/policy/model/records.ts";
import type { Entry, VerificationReport } from "../../../src/policy/model/results.ts";
import { hashWith } from "../../../src/store/audit/entry-hash.ts";
import type { EntryRow } from "../../../src/store/engine/tables.ts";

export const WHOLE = { users: "all", roles: "all", permissions: "all" } as const;

/** Printed by every run, and taken from RBAC_SEED to repeat one. */
export const SEED = Number(process.env.RBAC_SEED ?? Date.now() % 1_000_000_007);

/**
 * A plain document, read. (`test/support/documents.ts` does it too, but leans on vite, which the soak runs do without.)
 */
export const documentFrom = (value: unknown): Document =>
  documentOf([{ name: "document", form: "nested", value, locate: () => ({ line: 1, column: 1 }) }]);

export interface Chance {
  /** A whole number from 0 up to below `end`. */
  below(end: number): number;
  pick<T>(list: readonly T[]): T;
}

/** Numbers that look random and come again with the same seed (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
  return { below, pick: (list) => list[below(list.length)] as (typeof list)[number] };
}

/** Memory where there is some: these tests sync thousands of times, and what they ask is not about the disk. */
const FOLDER = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "rbac-record-"));
/** Removes every file that was made here: memory is short. */
export const sweep = (): void => rmSync(FOLDER, { recursive: true, force: true });
process.on("exit", sweep);
let made = 0;

export function freshPath(name = "rbac.db"): string {
  made += 1;
  return join(FOLDER, `${made}-${name}`);
}

export const stampAt = (at: string) => ({ actor: "root", osUser: "root", at, reason: null });

/** A moment of its own for every number, in order. */
export const minute = (number: number): string => new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString();

/** Opens a file behind the back of rbac, with its triggers out of the way, and puts them back after. */
export function meddle(path: string, act: (raw: Sqlite.Database) => void): void {
  const raw = new Sqlite(path);
  raw.pragma("foreign_keys = off");
  raw.pragma("synchronous = off");
  const triggers = raw.prepare("select name, sql from sqlite_master where type = 'trigger'").all() as {
    name: string;
    sql: string;
  }[];
  try {
    for (const { name } of triggers) raw.exec(`drop trigger ${name}`);
    act(raw);
    for (const { sql } of triggers) raw.exec(sql);
  } finally {
    raw.close();
  }
}

/** A copy of a database to meddle with. */
export function copyOf(bytes: Uint8Array): string {
  const path = freshPath();
  writeFileSync(path, bytes);
  return path;
}

export async function verified(path: string, expecting: VerifyOptions = {}): Promise<VerificationReport> {
  const database = await Database.open(path, "read");
  return database.record.verify(expecting).finally(() => database.close());
}

/** Every row with the revision that wrote it, as one text. */
export const rowsIn = (policy: Policy): string => canonicalJson(KINDS.map((kind) => [...rowsOf(policy, kind)].sort()));

/** All that a database holds: its record, its policy and its schema, as one text. */
export async function contentOf(path: string): Promise<string> {
  const database = await Database.open(path, "read");
  try {
    const entries: Entry[] = [];
    for await (const entry of database.record.all()) entries.push(entry);
    const policy = rowsIn((await database.policy(WHOLE)).policy);
    return JSON.stringify([entries, policy, schemaOf(path)]);
  } finally {
    await database.close();
  }
}

function schemaOf(path: string): unknown[] {
  const raw = new Sqlite(path, { readonly: true });
  const rows = raw.prepare("select type, name, tbl_name, sql from sqlite_master order by name").all();
  raw.close();
  return rows;
}

/** The bytes of a settled database: its log is written back, and nothing else holds it open. */
export function settled(path: string): Buffer {
  const raw = new Sqlite(path);
  raw.pragma("wal_checkpoint(truncate)");
  raw.close();
  return readFileSync(path);
}

/** The hash that an entry must have. */
export const hashOf = (entry: Omit<Entry, "hash">): string => hashWith(entry, canonicalJson(entry.change));

/** An entry from its row; a code is left out. */
export function entryOf(row: EntryRow): Entry {
  const { seq, revision, at, actor, os_user: osUser, reason, change, prev, hash } = row;
  return { seq, revision, at, actor, osUser, reason, change: JSON.parse(change) as Change, prev, hash };
}
