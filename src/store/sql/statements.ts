/** Running parts together: as few statements as they fit into, each made once and kept. */
import { CompiledQuery, sql } from "kysely";
import type { Kind } from "../../policy/model/policy.ts";
import type { Connection, Prepared } from "../engine/connection.ts";
import { type Fragment, fragment, joinFragments } from "./fragments.ts";
import { type FetchedRows, PAGE, pageOf, REVISION, type Tuple } from "./needed-rows-sql.ts";
import { cachedByText } from "./statement-cache.ts";

/** Some rows, or all of a kind. */
export type WantedRows = Fragment | Kind;

/** SQLite takes 500 parts and 32,766 parameters. */
const PARTS = 100;
const PARAMETERS = 10_000;

export class Statements {
  readonly #prepared: (text: string) => Prepared;

  constructor({ db, prepare }: Pick<Connection, "db" | "prepare">) {
    const { sql: mark } = sql`${""}`.compile(db); // "?" or "$1": for all of a long list kysely would take milliseconds.
    this.#prepared = cachedByText((text) => {
      let number = 0;
      return prepare(CompiledQuery.raw(text.replaceAll("?", () => mark.replace("1", String(++number)))));
    });
  }

  /** The rows of one statement, as columns. */
  async rows({ text, parameters }: Fragment): Promise<readonly Tuple[]> {
    return this.#prepared(text)(...parameters);
  }

  /**
   * Fetches what is wanted, in whatever transaction is open.
   * @param near what each statement begins with, where a part speaks of the roles that are near
   */
  async fetch(wanted: readonly WantedRows[], found: FetchedRows, near = fragment("")): Promise<void> {
    const whole = wanted.filter((one) => typeof one === "string");
    let parts = wanted.map((one) => (typeof one === "string" ? pageOf(one, undefined) : one));
    while (parts.length > 0) {
      const before = new Map(whole.map((kind) => [kind, found.count(kind)]));
      for (const some of statementsOf(parts)) {
        found.take(await this.rows(joinFragments("", [near, joinFragments("\nunion all ", [REVISION, ...some])])));
      }
      const full = whole.filter((kind) => found.count(kind) - (before.get(kind) ?? 0) === PAGE);
      parts = full.map((kind) => pageOf(kind, found.last(kind)));
    }
  }
}

function* statementsOf(parts: readonly Fragment[]): Iterable<readonly Fragment[]> {
  let some: Fragment[] = [];
  let parameters = 0;
  for (const part of parts) {
    parameters += part.parameters.length;
    if (some.length === PARTS || (parameters > PARAMETERS && some.length > 0)) {
      yield some;
      some = [];
      parameters = part.parameters.length;
    }
    some.push(part);
  }
  if (some.length > 0) yield some;
}
