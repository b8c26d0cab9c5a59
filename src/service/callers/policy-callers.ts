/** Callers by a policy: its keys, the tokens of issuers that are trusted, certificates; their rights are its rights. */
import { type PresentedKey, readApiKey } from "../../api-keys/secret.ts";
import type { Compiled } from "../../index.ts";
import { coversRight, type PrincipalRights, principalRights } from "../../library/principal-rights.ts";
import type { Verifying } from "../../tokens/verifying.ts";
import type { Soon } from "../../web/soon.ts";
import { isTokenError } from "../../web/token-error.ts";
import type { CallerRights, Callers, Credentials } from "../http/callers.ts";
import { HttpFault } from "../http/fault.ts";
import type { Caller } from "../http/route.ts";
import { bearerOf, notAccepted, unauthorized } from "./challenges.ts";
import { FailedAttempts } from "./failed-attempts.ts";
import { isMeantAsKey, type KeyBook, readKeys } from "./key-book.ts";

/** What is known of a caller besides what routes are told. */
interface Judged {
  readonly moves: number;
  /** The rights that the key is limited to; `null` for all of the principal's. */
  readonly limits: readonly string[] | null;
  /** When the token is taken no more, in milliseconds. */
  readonly ends?: number;
}

interface KnownRights extends PrincipalRights {
  readonly moves: number;
}

/** The most principals whose rights are kept. */
const MOST_KNOWN = 10_000;

class PolicyCallers implements Callers {
  readonly #policy: Compiled;
  readonly #tokens: Verifying | undefined;
  readonly #clock: () => number;
  readonly #failed: FailedAttempts;
  readonly #judged = new WeakMap<Caller, Judged>();
  readonly #rights = new Map<string, KnownRights>();
  #book: KeyBook | undefined;

  /** @param tokens verifies the tokens of the trusted issuer. @param clock milliseconds since 1970 */
  constructor(policy: Compiled, tokens: Verifying | undefined, clock: () => number) {
    this.#policy = policy;
    this.#tokens = tokens;
    this.#clock = clock;
    this.#failed = new FailedAttempts(clock);
  }

  identify({ authorization, certificate, address }: Credentials): Soon<Caller> {
    if (authorization === undefined) return this.#byCertificate(certificate, address);
    const text = bearerOf(authorization);
    if (text === undefined)
      return this.#refuse(address, unauthorized("invalid_request", "the header authorization is not Bearer and a key"));
    return isMeantAsKey(text) ? this.#byKey(text, address) : this.#byToken(text, address);
  }

  requireRight(caller: Caller, right: string): Soon<void> {
    const { principal } = caller;
    if (principal === null) throw unauthorized(undefined, "this needs a key");
    const known = this.#knownRights(principal);
    const limits = this.#judged.get(caller)?.limits ?? null;
    if (known && faultOf(known, limits, principal, right) === undefined) return undefined;
    return this.#requireAsOfNow(caller, principal, right);
  }

  /** What is no more so may be so again, or for the first time: a no is as of now, also of whose the key is. */
  async #requireAsOfNow(caller: Caller, former: string, right: string): Promise<void> {
    await this.look();
    const { rights, limits, principal } = await this.#heldNow(caller, former);
    const fault = faultOf(rights, limits, principal, right);
    if (fault) throw fault;
  }

  async rightsOf(caller: Caller): Promise<CallerRights> {
    if (caller.principal === null) throw unauthorized(undefined, "this needs a key");
    if (this.#clock() >= (this.#judged.get(caller)?.ends ?? Number.POSITIVE_INFINITY))
      throw notAccepted("the token has ended");
    for (;;) {
      const { revision } = await this.#policy.all([]);
      const { moves } = this.#policy;
      const { rights, limits, principal } = await this.#heldNow(caller, caller.principal);
      if (!rights.isEnabled) throw faultOf(rights, null, principal, "") as HttpFault;
      const require = (right: string, scope: string | null) => {
        const fault = faultOf(rights, limits, principal, right, scope);
        if (fault) throw fault;
      };
      if (moves === this.#policy.moves) return { principal, revision, require };
    }
  }

  /** What a caller holds now, or at a later revision. @throws HttpFault 401 for a key that has ended */
  async #heldNow(caller: Caller, former: string) {
    let [principal, limits] = [former, null as readonly string[] | null];
    if (caller.key !== undefined) {
      const key = (await this.#currentBook()).withId(caller.key, this.#now());
      if (!key) throw keyGone();
      [principal, limits] = [key.user, key.rights];
    }
    return { principal, limits, rights: this.#knownRights(principal) ?? (await this.#readRights(principal)) };
  }

  #knownRights(principal: string): KnownRights | undefined {
    const known = this.#rights.get(principal);
    if (known?.moves !== this.#policy.moves) return undefined;
    return known.until === null || known.until > this.#now() ? known : undefined;
  }

  async look(): Promise<void> {
    await this.#policy.all([]);
  }

  isCurrent(caller: Caller): boolean {
    return caller.principal === null || this.#judged.get(caller)?.moves === this.#policy.moves;
  }

  #now(): string {
    return new Date(this.#clock()).toISOString();
  }

  #byKey(text: string, address: string): Soon<Caller> {
    const presented = readApiKey(text);
    if (!presented) return this.#refuse(address, notAccepted("that is no key: a part of it is missing, or is wrong"));
    const book = this.#book;
    const caller = book?.moves === this.#policy.moves ? this.#callerOf(book, presented) : undefined;
    return caller ?? this.#byKeyReadAgain(presented, address);
  }

  /** For a key that is not known: it may have been made since. */
  async #byKeyReadAgain(presented: PresentedKey, address: string): Promise<Caller> {
    await this.look();
    const caller = this.#callerOf(await this.#currentBook(), presented);
    return caller ?? this.#refuse(address, keyGone());
  }

  /** The keys as the policy stands. */
  async #currentBook(): Promise<KeyBook> {
    if (this.#book?.moves !== this.#policy.moves) this.#book = await readKeys(this.#policy);
    return this.#book;
  }

  #callerOf(book: KeyBook, presented: PresentedKey): Caller | undefined {
    const row = book.keyOf(presented, this.#now());
    if (!row) return undefined;
    const caller: Caller = { principal: row.user, by: "key", key: row.id };
    this.#judged.set(caller, { moves: book.moves, limits: row.rights });
    return caller;
  }

  async #byToken(text: string, address: string): Promise<Caller> {
    if (!this.#tokens) return this.#refuse(address, notAccepted("no issuer of tokens is trusted here"));
    const { moves } = this.#policy;
    try {
      const { user, claims } = await this.#tokens.verify(text);
      return this.#known({ principal: user, by: "token" }, moves, (claims.exp + this.#tokens.tolerance) * 1000);
    } catch (error) {
      if (!isTokenError(error)) throw error;
      return this.#refuse(address, unauthorized(error.code, error.message));
    }
  }

  #byCertificate(certificate: Credentials["certificate"], address: string): Soon<Caller> {
    if (!certificate) throw unauthorized(undefined, "this needs a key");
    const { CN } = certificate.subject;
    if (typeof CN !== "string" || CN === "")
      return this.#refuse(address, notAccepted("the certificate names no one user: its subject needs one CN"));
    return this.#known({ principal: CN.normalize("NFC"), by: "certificate" }, this.#policy.moves);
  }

  #known(caller: Caller, moves: number, ends?: number): Caller {
    this.#judged.set(caller, { moves, limits: null, ...(ends !== undefined && { ends }) });
    return caller;
  }

  async #refuse(address: string, fault: HttpFault): Promise<never> {
    await this.#failed.slow(address);
    throw fault;
  }

  /** Reads what a principal may, of the revision at which the policy is, or a later one. */
  async #readRights(principal: string): Promise<KnownRights> {
    const { moves } = this.#policy;
    const read = await this.#policy.beside((database) => principalRights(database, principal, this.#now()));
    const rights = { ...read, moves };
    if (this.#rights.size >= MOST_KNOWN) this.#rights.clear();
    this.#rights.set(principal, rights);
    return rights;
  }
}

const keyGone = (): HttpFault => notAccepted("the key is wrong, has ended, or was revoked");

/** @param limits of the key @param principal whose it is, which whoever has it may know */
function faultOf(
  rights: PrincipalRights,
  limits: readonly string[] | null,
  principal: string,
  right: string,
  scope: string | null = null,
): HttpFault | undefined {
  const who = JSON.stringify(principal);
  if (limits && !coversRight(limits, right))
    return forbidden(`this key of ${who} is limited to ${limits.join(", ")}, and this needs ${right}`);
  if (!rights.isEnabled) return forbidden(`${who}, for whom this is asked, is disabled or no user of the policy`);
  if (rights.hold(right, scope)) return undefined;
  const where = scope === null ? "at the root" : `on ${scope}`;
  return forbidden(`${who} does not hold ${right}: assign a role that grants it ${where}`);
}

const forbidden = (message: string): HttpFault => new HttpFault(403, "RIGHT_MISSING", message);

/** Callers by a policy. @throws RbacError (exit 4) where its keys cannot be read. */
export async function callersByPolicy(
  policy: Compiled,
  tokens: Verifying | undefined,
  clock: () => number = Date.now,
): Promise<Callers> {
  const callers = new PolicyCallers(policy, tokens, clock);
  await callers.look();
  return callers;
}
