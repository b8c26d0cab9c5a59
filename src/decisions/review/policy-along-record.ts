/** A compiled policy that is moved along the record, from revision to revision: none is ever loaded. */
import { CompiledPolicy } from "../../policy/compiled/compiled-policy.ts";
import type { Change } from "../../policy/model/change.ts";
import type { TransactionReads } from "../../store/read/transaction-reads.ts";
import { AnsweringPolicy } from "./answering-policy.ts";

type Step = { readonly revision: number; readonly change: Change };
type Record = Pick<TransactionReads, "revisedChangesAfter">;

/** So many changes can be taken back; beyond them the record is read from its beginning. */
const MOST_KEPT = 20_000;

export class PolicyAlongRecord {
  readonly #record: Record;
  readonly #mostKept: number;
  #policy = new AnsweringPolicy(new CompiledPolicy({ people: true }));
  #pages: AsyncIterator<readonly Step[], void>;
  /** Changes that were made, the latest last; and those that come next, the nearest last. */
  #behind: Step[] = [];
  #ahead: Step[] = [];
  /** The last revision of which changes are forgotten. */
  #forgotten = 0;

  constructor(record: Record, mostKept = MOST_KEPT) {
    this.#record = record;
    this.#mostKept = mostKept;
    this.#pages = record.revisedChangesAfter(0)[Symbol.asyncIterator]();
  }

  /** The policy of a revision, until the next call. */
  async at(revision: number): Promise<AnsweringPolicy> {
    if (revision < this.#forgotten) await this.#restart();
    for (let last = this.#behind.at(-1); last && last.revision > revision; last = this.#behind.at(-1)) {
      this.#policy.takeBack(last.change);
      this.#ahead.push(last);
      this.#behind.pop();
    }
    for (let next = await this.#next(); next && next.revision <= revision; next = await this.#next()) {
      this.#policy.apply(next.change);
      this.#behind.push(next);
      this.#ahead.pop();
    }
    this.#forget();
    return this.#policy;
  }

  async #next(): Promise<Step | undefined> {
    while (this.#ahead.length === 0) {
      const page = await this.#pages.next();
      if (page.done) return undefined;
      this.#ahead = [...page.value].reverse();
    }
    return this.#ahead.at(-1);
  }

  /** Only whole revisions are forgotten: what is left of one could not be taken back. */
  #forget(): void {
    if (this.#behind.length <= 2 * this.#mostKept) return;
    const kept = this.#behind.slice(-this.#mostKept);
    this.#forgotten = (kept[0] as Step).revision;
    this.#behind = kept.filter(({ revision }) => revision > this.#forgotten);
  }

  async #restart(): Promise<void> {
    await this.#pages.return?.();
    this.#policy = new AnsweringPolicy(new CompiledPolicy({ people: true }));
    this.#pages = this.#record.revisedChangesAfter(0)[Symbol.asyncIterator]();
    [this.#behind, this.#ahead, this.#forgotten] = [[], [], 0];
  }
}
