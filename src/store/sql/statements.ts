/** Runs the parts of a fetch together, in as few statements as possible. Statements are prepared once and cached. */
import type { Kind } from "../../policy/model/rows.ts";
import type { Connection, Prepared } from "../engine/connection.ts";
import { eventTurn } from "../engine/event-turn.ts";
import { type Fragment, fragment, joinFragments } from "./fragments.ts";
import { type FetchedRows, pageOf, REVISION, ROWS_PER_PAGE, type Tuple } from "./needed-rows-sql.ts";
import { cachedByText } from "./statement-cache.ts";

/** The rows of one part, or all rows of a kind. */
export type WantedRows = Fragment | Kind;

/** SQLite accepts at most 500 parts and 32,766 parameters in a statement. */
const MAX_PARTS = 100;
const MAX_PARAMETERS = 10_000;

export class Statements {
  readonly #prepared: (text: string) => Prepared;

  constructor({ dialect, prepare }: Pick<Connection, "dialect" | "prepare">) {
    this.#prepared = cachedByText((text) => {
      let number = 0; // Compiling a long list with kysely would take milliseconds.
      return prepare({ sql: text.replaceAll("?", () => dialect.placeholder(++number)) });
    });
  }

  /** Runs one statement and returns its rows as columns. */
  async rows({ text, parameters }: Fragment): Promise<readonly Tuple[]> {
    return this.#prepared(text)(...parameters);
  }

  /**
   * Fetches all wanted rows into `fetched`, within the transaction that is open, if any.
   * @param nearby the beginning of each statement, needed when a part uses `NEARBY_ROLES`
   */
  async fetch(wanted: readonly WantedRows[], fetched: FetchedRows, nearby = fragment("")): Promise<void> {
    const wholeKinds = wanted.filter((one) => typeof one === "string");
    let parts = wanted.map((one) => (typeof one === "string" ? pageOf(one, undefined) : one));
    while (parts.length > 0) {
      const before = wholeKinds.map((kind) => [kind, fetched.count(kind)] as const);
      for (const group of groupByStatement(parts)) {
        fetched.add(await this.rows(joinFragments("", [nearby, joinFragments("\nunion all ", [REVISION, ...group])])));
      }
      const full = before.filter(([kind, count]) => fetched.count(kind) - count === ROWS_PER_PAGE);
      parts = full.map(([kind]) => pageOf(kind, fetched.last(kind)));
      if (parts.length > 0) await eventTurn();
    }
  }
}

/** Splits parts, of which there is at least one. */
function* groupByStatement(parts: readonly Fragment[]): Iterable<readonly Fragment[]> {
  let group: Fragment[] = [];
  let parameters = 0;
  for (const part of parts) {
    parameters += part.parameters.length;
    if (group.length === MAX_PARTS || (parameters > MAX_PARAMETERS && group.length > 0)) {
      yield group;
      group = [];
      parameters = part.parameters.length;
    }
    group.push(part);
  }
  yield group;
}
