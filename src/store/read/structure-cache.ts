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
  #origin: Prepared | undefined;
  #cached: { readonly origin: string; readonly index: PolicyIndex } | undefined;

  constructor(connection: Pick<Connection, "db" | "prepare">, load: LoadRows) {
    this.#connection = connection;
    this.#load = load;
  }

  /** All structure as the open transaction sees it; read again only after an entry has changed it. */
  async now(): Promise<PolicyIndex> {
    const { db, prepare } = this.#connection;
    this.#origin ??= prepare(originQuery(db));
    const origin = JSON.stringify((await this.#origin())[0]);
    if (this.#cached?.origin !== origin) this.#cached = { origin, index: indexPolicy(await this.#load(ALL_STRUCTURE)) };
    return this.#cached.index;
  }
}

/**
 * What all structure was made of: the database, by its creation, and the hash of the last entry about structure, found
 * by the index `entries_structure`. The number of that entry would not do: a restore repeats it.
 */
const originQuery = (db: Kysely<Tables>): CompiledQuery =>
  db
    .selectFrom("meta")
    .select((eb) => [
      "created_at",
      eb
        .selectFrom("entries")
        .select("hash")
        .where("user", "is", null)
        .orderBy("seq", "desc")
        .limit(sql.lit(1))
        .as("structure_hash"),
    ])
    .compile();
