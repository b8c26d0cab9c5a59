/** Caches the structure of a policy as an index, so that a process that asks for many lists reads it once. */
import { type CompiledQuery, type Kysely, sql } from "kysely";
import { indexPolicy, type PolicyIndex } from "../../policy/evaluate/policy-index.ts";
import type { NeededRows } from "../../policy/model/mutation.ts";
import type { Connection, Prepared } from "../engine/connection.ts";
import type { Tables } from "../engine/tables.ts";
import type { LoadRows } from "./fetch-rows.ts";

/** Everything but people. */
export const ALL_STRUCTURE: NeededRows = { roles: "all", permissions: "all" };

export class StructureCache {
  readonly #connection: Pick<Connection, "db" | "prepare">;
  readonly #load: LoadRows;
  #lastEntry: Prepared | undefined;
  #cached: { readonly seq: number; readonly index: PolicyIndex } | undefined;

  constructor(connection: Pick<Connection, "db" | "prepare">, load: LoadRows) {
    this.#connection = connection;
    this.#load = load;
  }

  /** All structure as the open transaction sees it; read again only after an entry has changed it. */
  async now(): Promise<PolicyIndex> {
    const { db, prepare } = this.#connection;
    this.#lastEntry ??= prepare(lastEntryQuery(db));
    const seq = Number((await this.#lastEntry())[0]?.[0] ?? 0);
    if (this.#cached?.seq !== seq) this.#cached = { seq, index: indexPolicy(await this.#load(ALL_STRUCTURE)) };
    return this.#cached.index;
  }
}

/** The last entry about structure, found by the index `entries_structure`. */
const lastEntryQuery = (db: Kysely<Tables>): CompiledQuery =>
  db.selectFrom("entries").select("seq").where("user", "is", null).orderBy("seq", "desc").limit(sql.lit(1)).compile();
