/** Whose an e-mail is, where the users of a request are named by theirs. */
import { type Compiled, RbacError } from "../../../index.ts";
import type { Soon } from "../../../web/soon.ts";

/** The most e-mails whose users are kept. */
const MOST_KEPT = 10_000;

/** In characters: no address is longer, so that what is kept is bounded. */
const LONGEST = 320;

/** Looks e-mails up, and keeps what was found until the policy moves. */
export class Emails {
  readonly #policy: Compiled;
  readonly #users = new Map<string, readonly string[]>();
  #revision = -1;

  constructor(policy: Compiled) {
    this.#policy = policy;
  }

  /**
   * `undefined` where nobody has it, as one that is longer than any address.
   * @throws RbacError (exit 2) where several users have it, so that none is meant.
   */
  userOf(email: string): Soon<string | undefined> {
    if (email.length > LONGEST) return undefined;
    const users = this.#users.get(email);
    if (users) return onlyOf(users);
    return this.#policy.usersByEmail(email).then((found) => {
      this.areAsOf(found.revision);
      if (this.#users.size >= MOST_KEPT) this.#users.clear();
      this.#users.set(email, found.users);
      return onlyOf(found.users);
    });
  }

  /** True where what is kept is as of that revision; else it is let go of. */
  areAsOf(revision: number): boolean {
    if (this.#revision === revision) return true;
    this.#users.clear();
    this.#revision = revision;
    return false;
  }

  /** Lets go of what is not of the current revision. @returns true if it was of another */
  async follow(): Promise<boolean> {
    const { revision } = await this.#policy.all([]);
    return !this.areAsOf(revision);
  }
}

function onlyOf(users: readonly string[]): string | undefined {
  if (users.length <= 1) return users[0];
  throw new RbacError(2, "VALUE_INVALID", `${users.length} users have this e-mail, so it names none of them`);
}
