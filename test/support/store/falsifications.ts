/** Ways to falsify a database file, each with what its verification must know to notice. */
import type Sqlite from "better-sqlite3";
import { replay } from "../../../src/policy/model/change.ts";
import { emptyDraft, rowsOf } from "../../../src/policy/model/policy.ts";
import { KINDS } from "../../../src/policy/model/records.ts";
import type { Entry, VerificationReport } from "../../../src/policy/model/results.ts";
import { macOf } from "../../../src/store/audit/entry-hash.ts";
import { columnsOf, type EntryRow, TABLE, toColumns } from "../../../src/store/engine/tables.ts";
import { type Chance, copyOf, entryOf, hashOf, meddle, verified } from "./random-databases.ts";

type Raw = Sqlite.Database;
type Cell = string | number | null;
type Cells = { [column: string]: Cell };

/** Does something to a file, and returns the place; `undefined` where chance hit on nothing that can be done. */
export type Falsification = (raw: Raw, chance: Chance) => string | undefined;

export const KEY = new TextEncoder().encode("a key of sixteen bytes or more");

const TEXTS = "at actor os_user reason change kind user role inherits permission prev hash".split(" ");
const quoted = (column: string): string => `"${column}"`;

const entriesIn = (raw: Raw): Cells[] => raw.prepare("select * from entries order by seq").all() as Cells[];

/** One character of an entry's columns made another, or one digit of its numbers. */
export const editEntry: Falsification = (raw, chance) => {
  const row = chance.pick(entriesIn(raw));
  const columns = [...TEXTS, "seq", "revision", ...(row.mac === null ? [] : ["mac"])].filter(
    (name) => row[name] !== null,
  );
  const column = chance.pick(columns);
  const value = row[column] ?? "";
  const edited = typeof value === "number" ? value + 1 + chance.below(9) : withOther(value, chance);
  if (edited === undefined || (column === "seq" && entriesIn(raw).some(({ seq }) => seq === edited))) return undefined;
  raw.prepare(`update entries set ${quoted(column)} = ? where seq = ?`).run(edited, row.seq);
  return column === "seq" ? `seq ${edited}` : `seq ${row.seq}`;
};

function withOther(text: string, chance: Chance): string | undefined {
  const chars = [...text];
  if (chars.length === 0) return undefined;
  const at = chance.below(chars.length);
  const other = chance.pick([...'abcxyz0189 -{}":,éя'].filter((char) => char !== chars[at]));
  return chars.with(at, other).join("");
}

export const deleteEntry: Falsification = (raw, chance) => {
  const { seq } = chance.pick(entriesIn(raw).slice(0, -1)) as { seq: number };
  raw.prepare("delete from entries where seq = ?").run(seq);
  return `seq ${seq + 1}`;
};

/** Two entries change places, each under the other's number. */
export const swapEntries: Falsification = (raw, chance) => {
  const entries = entriesIn(raw);
  const [a, b] = [chance.pick(entries), chance.pick(entries)] as [Cells, Cells];
  if (a.seq === b.seq) return undefined;
  const renumber = raw.prepare("update entries set seq = ? where seq = ?");
  renumber.run(-1, a.seq);
  renumber.run(a.seq, b.seq);
  renumber.run(b.seq, -1);
  return `seq ${Math.min(Number(a.seq), Number(b.seq))}`;
};

/** Makes the tables and the revision what entries leave: the forger is careful. */
function setState(raw: Raw, entries: readonly Entry[]): void {
  const draft = emptyDraft();
  for (const { change, revision } of entries) replay(draft, [change], revision);
  for (const kind of KINDS) {
    raw.exec(`delete from ${TABLE[kind]}`);
    const columns = columnsOf(kind);
    const insert = raw.prepare(
      `insert into ${TABLE[kind]} (${columns.map(quoted)}) values (${columns.map(() => "?")})`,
    );
    for (const row of rowsOf(draft, kind).values()) insert.run(...toColumns(kind, row));
  }
  raw.prepare("update meta set revision = ?").run(entries.at(-1)?.revision ?? 0);
}

/** The last entries cut off, and the tables set back to match. */
export const cutTail: Falsification = (raw, chance) => {
  const entries = (entriesIn(raw) as unknown as EntryRow[]).map(entryOf);
  const length = chance.below(entries.length);
  raw.prepare("delete from entries where seq > ?").run(length);
  setState(raw, entries.slice(0, length));
  return "head";
};

/** An entry says another actor, and every hash from there on is made anew; the codes as `mac` says. */
export const rehash =
  (mac: (entry: Entry, old: Cell) => Cell): Falsification =>
  (raw, chance) => {
    const rows = entriesIn(raw) as unknown as EntryRow[];
    const first = chance.below(rows.length);
    const update = raw.prepare("update entries set actor = ?, prev = ?, hash = ?, mac = ? where seq = ?");
    let prev = "";
    for (const [at, row] of rows.entries()) {
      const entry = { ...entryOf(row), prev, ...(at === first && { actor: "mallory" }) };
      const hash = hashOf(entry);
      if (at >= first) update.run(entry.actor, prev, hash, mac({ ...entry, hash }, row.mac), row.seq);
      prev = hash;
    }
    return "head";
  };

export const asItWas = (_: Entry, old: Cell): Cell => old;
export const left = (): Cell => null;
export const withAnotherKey = ({ hash }: Entry): Cell => macOf(new TextEncoder().encode("the key of another"), hash);

/** A row of the tables added, taken away, or with another value; or the revision moved. */
export const editState: Falsification = (raw, chance) => {
  const table = chance.pick([...KINDS.map((kind) => TABLE[kind]), "meta"]);
  const rows = raw.prepare(`select * from ${table}`).all() as Cells[];
  const row = rows.length > 0 ? chance.pick(rows) : undefined;
  if (!row) return undefined;
  const names = Object.keys(row).filter((name) => !["id", "version", "created_at", "confusables"].includes(name));
  const column = chance.pick(names);
  const where = Object.keys(row).map((name) => `${quoted(name)} is ?`);
  const way = table === "meta" ? "update" : chance.pick(["update", "update", "delete", "insert"]);
  const other = otherValue(row[column] ?? null, chance);
  if (other === undefined) return undefined;
  const changed = Object.values({ ...row, [column]: other });
  const values = Object.values(row);
  return attempted(`table ${table}`, () => {
    if (way === "delete") raw.prepare(`delete from ${table} where ${where.join(" and ")}`).run(...values);
    else if (way === "insert") raw.prepare(`insert into ${table} values (${names.map(() => "?")})`).run(...changed);
    else raw.prepare(`update ${table} set ${quoted(column)} = ? where ${where.join(" and ")}`).run(other, ...values);
  });
};

const otherValue = (value: Cell, chance: Chance): Cell | undefined => {
  if (typeof value === "number") return value + 1;
  return value === null || value === "" ? "x" : withOther(value, chance);
};

/** SQLite itself refuses a second row with the same key, or an empty cell where none may be. */
function attempted(what: string, act: () => void): string | undefined {
  try {
    act();
    return what;
  } catch {
    return undefined;
  }
}

/** How many of so many forgeries were not noticed, or noticed without a name for the place. */
export async function unnoticed(
  bytes: Uint8Array,
  falsify: Falsification,
  times: number,
  chance: Chance,
  expecting: { expect?: string; key?: Uint8Array } = {},
): Promise<string[]> {
  const missed: string[] = [];
  for (let done = 0; done < times; ) {
    const path = copyOf(bytes);
    const change: { place?: string | undefined } = {};
    meddle(path, (raw) => {
      change.place = raw.transaction(() => falsify(raw, chance))();
    });
    if (change.place === undefined) continue;
    done += 1;
    const report = await verified(path, expecting);
    if (report.valid || !names(report, change.place)) missed.push(`${change.place}: ${JSON.stringify(report.faults)}`);
  }
  return missed;
}

const names = ({ faults }: VerificationReport, where: string): boolean =>
  faults.some(({ code, seq, table }) => [`seq ${seq}`, `table ${table}`, code].includes(where));
