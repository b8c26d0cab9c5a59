/** Writes rows in bulk: one statement of a fixed shape, compiled once and run for each batch. */
import type { CompiledQuery, Transaction } from "kysely";
import { wrong } from "../../errors.ts";
import { type Change, keyFields, kindOf, replay, rowAfter } from "../../policy/model/change.ts";
import { emptyDraft, type Policy, rowsOf } from "../../policy/model/policy.ts";
import { KINDS, RECORDS } from "../../policy/model/records.ts";
import type { Kind } from "../../policy/model/rows.ts";
import type { OnProgress } from "../../progress.ts";
import { ENTRY_COLUMNS, entryColumns, parseChange } from "../audit/entries.ts";
import { Verifier, type WrittenEntry } from "../audit/verify-record.ts";
import { eventTurn } from "../engine/event-turn.ts";
import {
  type Column,
  columnsAfter,
  columnsOf,
  TABLE,
  type TableName,
  type Tables,
  toColumns,
  withAnyColumns,
} from "../engine/tables.ts";

const BATCH_SIZE = 100;

/** Inserts rows given as columns in a fixed order. `tick` is called after each batch with its number of rows. */
export async function insertAll(
  db: Transaction<Tables>,
  table: TableName,
  columns: readonly string[],
  rows: Iterable<readonly Column[]>,
  tick: (rows: number) => void,
): Promise<void> {
  let fullBatch: CompiledQuery | undefined;
  let parameters: Column[] = [];
  const flush = async () => {
    const count = parameters.length / columns.length;
    if (count === 0) return;
    const query = (count === BATCH_SIZE && fullBatch) || compileInsert(db, table, columns, count);
    if (count === BATCH_SIZE) fullBatch = query;
    await db.executeQuery({ ...query, parameters });
    parameters = [];
    tick(count);
    await eventTurn();
  };
  for (const row of rows) {
    parameters.push(...row);
    if (parameters.length === BATCH_SIZE * columns.length) await flush();
  }
  await flush();
}

function compileInsert(
  db: Transaction<Tables>,
  table: TableName,
  columns: readonly string[],
  rows: number,
): CompiledQuery {
  const row = placeholders(columns);
  return withAnyColumns(db)
    .insertInto(table)
    .columns(columns)
    .values(Array.from({ length: rows }, () => row))
    .compile();
}

/** A row of a statement that is compiled before it is known which values it will have. */
const placeholders = (columns: readonly string[]): Record<string, Column> =>
  Object.fromEntries(columns.map((column) => [column, ""]));

/** Applies changes to the tables in their order; adjacent additions of one kind are inserted together. */
export async function writeRows(
  db: Transaction<Tables>,
  revision: number,
  changes: readonly Change[],
  tick: (rows: number) => void,
): Promise<void> {
  for (const run of runsOfOneKind(changes)) {
    const [first] = run;
    const kind = kindOf(first);
    if (first.kind.endsWith(".add")) {
      await insertAll(db, TABLE[kind], columnsOf(kind), columnsFor(kind, run, revision), tick);
    } else await writeEach(db, kind, run, revision, tick);
  }
}

function* columnsFor(kind: Kind, changes: readonly Change[], revision: number): Iterable<Column[]> {
  for (const change of changes) yield columnsAfter(kind, change, revision);
}

type NonEmpty<T> = [T, ...T[]];

function runsOfOneKind(changes: readonly Change[]): NonEmpty<Change>[] {
  const runs: NonEmpty<Change>[] = [];
  for (const change of changes) {
    const run = runs.at(-1);
    if (run?.[0].kind === change.kind) run.push(change);
    else runs.push([change]);
  }
  return runs;
}

/** Updates rows, or removes them: one statement, compiled once, for each. */
async function writeEach(
  db: Transaction<Tables>,
  kind: Kind,
  changes: readonly Change[],
  revision: number,
  tick: (rows: number) => void,
): Promise<void> {
  const query = compileForRow(db, kind, changes[0]?.after === null);
  for (const change of changes) {
    const row = rowAfter(change, revision);
    const columns = toColumns(kind, row ?? keyFields(change));
    const key = columns.slice(0, RECORDS[kind].key.length); // The key comes first.
    await db.executeQuery({ ...query, parameters: row ? [...columns, ...key] : key });
    tick(1);
    await eventTurn();
  }
}

function compileForRow(db: Transaction<Tables>, kind: Kind, isRemoval: boolean): CompiledQuery {
  const [anyDb, table, key] = [withAnyColumns(db), TABLE[kind], placeholders(RECORDS[kind].key)];
  if (isRemoval)
    return anyDb
      .deleteFrom(table)
      .where((eb) => eb.and(key))
      .compile();
  return anyDb
    .updateTable(table)
    .set(placeholders(columnsOf(kind)))
    .where((eb) => eb.and(key))
    .compile();
}

function* columnsOfRows(kind: Kind, policy: Policy): Iterable<Column[]> {
  for (const row of rowsOf(policy, kind).values()) yield toColumns(kind, row);
}

/**
 * Writes a record into an empty database: each entry unchanged with its own hash, and the rows that the replay gives.
 * @throws RbacError `ORIGIN_INVALID` (exit 2) at the first entry that does not verify.
 */
export async function writeRecord(
  db: Transaction<Tables>,
  entries: AsyncIterable<WrittenEntry>,
  onProgress?: OnProgress,
): Promise<void> {
  const draft = emptyDraft();
  let [revision, done] = [0, 0];
  let batch: Column[][] = [];
  const flush = async () => {
    await insertAll(db, "entries", ENTRY_COLUMNS, batch, () => {});
    done += batch.length;
    onProgress?.({ step: "restoring", unit: "entries", done });
    batch = [];
  };
  const verifier = new Verifier({ most: Number.POSITIVE_INFINITY });
  for await (const { text, ...entry } of entries) {
    verifier.checkEntry({ ...entry, text });
    const [fault] = verifier.faults;
    // Before the fault: an unknown kind of change means a newer version, not an invalid record.
    const change = parseChange({ seq: entry.seq, change: text });
    if (fault) throw wrong("ORIGIN_INVALID", `what would be restored does not verify: ${fault.message}`);
    replay(draft, [change], entry.revision);
    revision = entry.revision;
    batch.push(entryColumns({ ...entry, change }, text));
    if (batch.length >= BATCH_SIZE) await flush();
  }
  await flush();
  onProgress?.({ step: "restoring the policy" });
  for (const kind of KINDS) {
    await insertAll(db, TABLE[kind], columnsOf(kind), columnsOfRows(kind, draft), () => {});
  }
  await db.updateTable("meta").set({ revision }).execute();
}
