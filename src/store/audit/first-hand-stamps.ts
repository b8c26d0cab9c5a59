/** Who put rows there, when and why: for lists, page by page. */
import type { Kysely } from "kysely";
import type { RowRef } from "../../policy/model/policy.ts";
import type { RecordedStamp } from "../../policy/model/results.ts";
import type { Tables } from "../engine/tables.ts";
import { entriesOfPeople, entriesOfStructure } from "./entries-in-memory.ts";
import { type EntriesOfRows, refKey } from "./entries-of-rows.ts";
import { firstHandsOf } from "./first-hands.ts";

/** The stamp of a row that was asked for; `null` where the record does not have it. */
export type StampOf = (row: RowRef) => RecordedStamp | null;

type Stamps = Map<string, RecordedStamp | null>;

export class FirstHandStamps {
  readonly #db: Kysely<Tables>;
  /** Of rows of the structure, which is small, and on every page the same. */
  readonly #ofStructure: Stamps = new Map();
  #entriesOfStructure: Promise<EntriesOfRows> | undefined;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** The stamps of some assignments, grants and roles of everyone. */
  async of(rows: Iterable<RowRef>): Promise<StampOf> {
    const [assignments, structure] = [new Map<string, RowRef>(), new Map<string, RowRef>()];
    for (const row of rows) {
      const key = refKey(row);
      if (row.kind === "assignment") assignments.set(key, row);
      else if (!this.#ofStructure.has(key)) structure.set(key, row);
    }
    const users = new Set([...assignments.values()].map(({ key }) => String(key.user)));
    const ofPeople: Stamps = new Map();
    await putStamps(ofPeople, assignments, await entriesOfPeople(this.#db, [...users]));
    this.#entriesOfStructure ??= entriesOfStructure(this.#db);
    await putStamps(this.#ofStructure, structure, await this.#entriesOfStructure);
    return (row) => (row.kind === "assignment" ? ofPeople : this.#ofStructure).get(refKey(row)) ?? null;
  }
}

async function putStamps(stamps: Stamps, rows: ReadonlyMap<string, RowRef>, entries: EntriesOfRows): Promise<void> {
  const firstHands = await firstHandsOf(entries, [...rows.values()]);
  for (const key of rows.keys()) {
    const entry = firstHands.get(key);
    stamps.set(key, entry ? stampOf(entry) : null);
  }
}

const stampOf = ({ revision, actor, at, reason }: RecordedStamp): RecordedStamp => ({ revision, actor, at, reason });
