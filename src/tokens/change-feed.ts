/** What changed in a policy that lies elsewhere, known recently enough to say which tokens are stale. */
import { RbacError } from "../errors.ts";
import type { ChangedSince } from "../policy/history/changed-names.ts";
import { changeAnswer } from "./change-answer.ts";
import type { TokenOrigin } from "./token-claims.ts";

/** Asks whose answers may have changed since a revision: `changes` of the library, or a request for that. */
export type Changes = (asked: { readonly since: number }) => Promise<ChangedSince & { readonly revision: number }>;

/** What counts for one token: of which revision it is, and which changes touch it. */
export interface Touched extends Pick<TokenOrigin, "rev"> {
  readonly user: string;
  readonly roles: readonly string[];
}

/** So many names are kept; then they are asked for again. */
const MOST_NAMES = 100_000;

export class ChangeFeed {
  readonly #changes: Changes;
  /** In milliseconds. */
  readonly #maxLag: number;
  /** In milliseconds, and never set back. */
  readonly #clock: () => number;
  /** Everything between these two revisions is known: names by a revision not before their last change. */
  #from = 0;
  #to = 0;
  #all = 0;
  readonly #users = new Map<string, number>();
  readonly #roles = new Map<string, number>();
  /** When the last answer was asked for; `undefined` before the first. */
  #asked: number | undefined;
  #asking: Promise<void> | undefined;

  constructor(changes: Changes, { maxLag, clock }: { readonly maxLag: number; readonly clock: () => number }) {
    this.#changes = changes;
    this.#maxLag = maxLag;
    this.#clock = clock;
  }

  /**
   * True where the user, one of the roles, or everything changed after the revision of the token.
   * @throws RbacError `CHANGES_UNKNOWN` (exit 4) where nobody knows so recently.
   */
  async isStale(token: Touched): Promise<boolean> {
    await this.#comeNear(token.rev);
    if (token.rev < this.#from) await this.#learn(token.rev);
    if (!this.#mayTouch(token)) return false;
    // What is kept may be of changes before the token: this answer is not.
    const { users, roles, all } = await this.#ask(token.rev);
    return all || users.includes(token.user) || roles.some((role) => token.roles.includes(role));
  }

  #mayTouch({ rev, user, roles }: Touched): boolean {
    if (rev < this.#from) return true;
    const isAfter = (at: number | undefined) => at !== undefined && at > rev;
    return isAfter(this.#all) || isAfter(this.#users.get(user)) || roles.some((role) => isAfter(this.#roles.get(role)));
  }

  /** Waits for an answer where the last is too old, or older than the token; half as old, it is asked for meanwhile. */
  async #comeNear(rev: number): Promise<void> {
    // What is being asked already may have been asked too long ago: then it is asked once more.
    for (let turn = 0; turn < 2 && !(this.#age <= this.#maxLag && rev <= this.#to); turn++) await this.#goOn(rev);
    if (this.#age > this.#maxLag) throw unknown("what changed is not known recently enough");
    if (rev > this.#to) throw unknown("the token is of a later revision than the changes reach");
    if (this.#age > this.#maxLag / 2) this.#goOn(rev).catch(() => {}); // What comes next tells of it, if it lasts.
  }

  /** Of the last answer; endless where there is none. */
  get #age(): number {
    return this.#clock() - (this.#asked ?? Number.NEGATIVE_INFINITY);
  }

  #goOn(rev: number): Promise<void> {
    this.#asking ??= this.#learn(this.#asked === undefined ? rev : this.#to).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #learn(since: number): Promise<void> {
    const begun = this.#clock();
    const { revision, users, roles, all } = await this.#ask(since);
    if (this.#users.size + this.#roles.size > MOST_NAMES) this.#forget();
    // With what is known it makes one piece, or it is not kept.
    if (this.#asked === undefined) this.#from = since;
    else if (revision >= this.#from) this.#from = Math.min(this.#from, since);
    // A policy that went back is another one: nothing known before is of it.
    this.#all = all || revision < this.#to ? Math.max(revision, this.#to) : this.#all;
    for (const user of users) this.#users.set(user, Math.max(revision, this.#users.get(user) ?? 0));
    for (const role of roles) this.#roles.set(role, Math.max(revision, this.#roles.get(role) ?? 0));
    this.#to = Math.max(revision, this.#to);
    this.#asked = Math.max(begun, this.#asked ?? begun);
  }

  #forget(): void {
    this.#users.clear();
    this.#roles.clear();
    this.#from = this.#to;
  }

  async #ask(since: number) {
    let answer: unknown;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("it takes too long")), this.#maxLag);
    });
    try {
      answer = await Promise.race([this.#changes({ since }), late]);
    } catch (cause) {
      throw unknown("nobody tells what changed", cause);
    } finally {
      clearTimeout(timer);
    }
    return changeAnswer(answer) ?? Promise.reject(unknown("what is told of changes cannot be read"));
  }
}

const unknown = (why: string, cause?: unknown): RbacError =>
  new RbacError(4, "CHANGES_UNKNOWN", `${why}: no token can be judged`, { retry: true, cause });
