/** Questions that are asked at once: their slices are fetched together, for a way to a server takes as long for one as for many. */
import type { Database } from "./database.ts";
import { UnknownName } from "./errors.ts";
import { type Decision, decide, type Question } from "./policy/decide.ts";
import { type Lookup, lookupOf } from "./policy/lookup.ts";
import { slicesFor } from "./policy/slices.ts";

/** So many share a slice: more would fetch roles for users who do not hold them. */
const MOST = 32;
/** So many slices are under way, so that one is fetched while another is decided. */
const LANES = 2;

interface Waiting {
  readonly question: Question;
  resolve(decision: Decision | Promise<never>): void;
  reject(error: unknown): void;
}

export class Bursts {
  readonly #database: Database;
  readonly #waiting: Waiting[] = [];
  #lanes = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Decides by what stands after it was asked. @throws RbacError as `Database.can` does, of this question alone. */
  decide(question: Question): Promise<Decision> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      if (this.#lanes < LANES) this.#serve();
    });
  }

  /** Fetches for whoever waits, burst by burst: each fetch begins when all it is for have asked. */
  async #serve(): Promise<void> {
    this.#lanes += 1;
    await undefined; // What is asked in the same breath shares the first.
    while (this.#waiting.length > 0) await this.#answer(this.#waiting.splice(0, MOST));
    this.#lanes -= 1;
  }

  async #answer(burst: readonly Waiting[]): Promise<void> {
    try {
      const { policy } = await this.#database.policy(slicesFor(burst.map(({ question }) => question)));
      const lookup = lookupOf(policy);
      for (const one of burst) this.#tell(one, lookup);
    } catch (error) {
      for (const { reject } of burst) reject(error);
    }
  }

  #tell({ question, resolve, reject }: Waiting, lookup: Lookup): void {
    try {
      resolve(decide(lookup, question));
    } catch (error) {
      if (error instanceof UnknownName) resolve(this.#suggested(error));
      else reject(error);
    }
  }

  async #suggested(error: UnknownName): Promise<never> {
    throw await this.#database.read((reading) => reading.suggest(error));
  }
}
