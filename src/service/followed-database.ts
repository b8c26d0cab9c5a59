/** The database of a server: open, compiled, and opened anew where another file takes the place of the one it was. */
import { statSync } from "node:fs";
import { type Compiled, type DecisionLogOptions, open, type Rbac, type RbacReader } from "../index.ts";
import { awayFault } from "./fault-answers.ts";

interface Opened<T> {
  readonly reader: RbacReader;
  readonly policy: Compiled;
  /** What the server makes of it. */
  readonly made: T;
  readonly identity: string | undefined;
}

export interface DatabaseHow<T> {
  readonly url: string;
  readonly decisions?: DecisionLogOptions | undefined;
  /** Whether it is opened to be changed. */
  readonly isAdministered: boolean;
  /** What is made anew for each database. @param rbac where it is open to be changed */
  make(policy: Compiled, rbac: Rbac | undefined): Promise<T>;
  /** Hears why another database cannot be opened. */
  trouble(error: unknown): void;
}

/** Milliseconds between attempts to open a file that cannot be opened. */
const PAUSE = 500;

export class FollowedDatabase<T> {
  readonly #how: DatabaseHow<T>;
  #opened: Opened<T>;
  #isOpening = false;
  #triedAt = 0;
  #isTogether = false;
  /** Of the requests that are answered together: true once the file was seen for one of them. */
  #wasThere = false;
  /** Decisions that former handles did not log. */
  #dropped = 0;

  private constructor(how: DatabaseHow<T>, opened: Opened<T>) {
    this.#how = how;
    this.#opened = opened;
  }

  /** @throws RbacError as `open` does */
  static async open<T>(how: DatabaseHow<T>): Promise<FollowedDatabase<T>> {
    return new FollowedDatabase(how, await openNow(how));
  }

  get made(): T {
    return this.#opened.made;
  }

  /** The policy of the database that is open now. */
  get policy(): Compiled {
    return this.#opened.policy;
  }

  /** How many decisions were not logged that should have been. */
  get unloggedDecisions(): number {
    return this.#dropped + (this.#opened.reader.decisions?.dropped ?? 0);
  }

  /** Answers requests that all came in before this, with one look at the file, and one at what was committed. */
  together(answer: () => void): void {
    this.#isTogether = true;
    try {
      this.#opened.policy.together(answer);
    } finally {
      this.#isTogether = false;
      this.#wasThere = false;
    }
  }

  /**
   * An open file of SQLite answers on when it was removed, or another took its place: nobody changes it any more.
   * @throws HttpFault 503 until there is one that answers
   */
  requireThere(): void {
    const { identity } = this.#opened;
    if (identity === undefined || this.#wasThere) return; // On a server; or just looked for.
    const now = identityOf(this.#how.url);
    if (now === identity) {
      this.#wasThere = this.#isTogether;
      return;
    }
    if (now !== undefined) this.#openAnew();
    throw awayFault();
  }

  /** The revision that the database is at. @throws HttpFault, RbacError (exit 4) */
  async look(): Promise<number> {
    this.requireThere();
    return (await this.#opened.policy.all([])).revision;
  }

  close(): Promise<void> {
    return this.#opened.reader.close();
  }

  #openAnew(): void {
    if (this.#isOpening || performance.now() - this.#triedAt < PAUSE) return;
    this.#isOpening = true;
    openNow(this.#how)
      .then(async (opened) => {
        const { reader } = this.#opened;
        this.#dropped += reader.decisions?.dropped ?? 0;
        this.#opened = opened;
        await reader.close();
      })
      .catch((error) => this.#how.trouble(error))
      .finally(() => {
        this.#isOpening = false;
        this.#triedAt = performance.now();
      });
  }
}

/** The identity is that before the opening: a file that takes its place meanwhile differs from it. */
async function openNow<T>({ url, decisions, isAdministered, make }: DatabaseHow<T>): Promise<Opened<T>> {
  const identity = identityOf(url);
  const how = decisions && { decisions };
  const rbac = isAdministered ? await open(url, { ...how }) : undefined;
  const reader = rbac ?? (await open(url, { ...how, mode: "read" }));
  try {
    const policy = await reader.compile();
    return { reader, policy, made: await make(policy, rbac), identity };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** Which file is at the path; `undefined` where there is none, and for a database on a server. */
function identityOf(url: string): string | undefined {
  if (/^postgres(ql)?:\/\//i.test(url)) return undefined;
  try {
    const { dev, ino } = statSync(url);
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}
