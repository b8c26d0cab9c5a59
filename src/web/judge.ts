/** Judges what a request needs: lets it through, or says with which answer to refuse it. */
import { type Filter, type FilterOptions, type PermissionName, RbacError } from "../index.ts";
import { type Askers, LoadFault } from "./asker.ts";
import type { Framework, Reply } from "./framework.ts";
import { isFresh, secondsOf } from "./fresh.ts";
import type { Need } from "./needs.ts";
import type { Claims, GuardOptions, How } from "./options.ts";
import type { Outcome } from "./outcomes.ts";
import type { PolicyHandle } from "./policy-handle.ts";
import { Questions } from "./questions.ts";
import { answer, challenge, databaseAway, reply } from "./replies.ts";
import { after, recovering, type Soon } from "./soon.ts";
import { isTokenError } from "./token-error.ts";

/** Who signed in, and is no user: as codes of the policy's errors. */
const NO_USER: readonly string[] = ["USER_NOT_FOUND", "USER_GONE", "NAME_INVALID", "NAME_HAS_COMMA", "CONFUSABLE"];

/** Text that no scope is, which a path of a request may hold: as codes of the policy's errors. */
const NO_SCOPE: readonly string[] = ["SCOPE_INVALID"];

export class Judge<C extends object> {
  readonly #options: GuardOptions<C>;
  readonly #askers: Askers<C>;
  readonly #questions: Questions<C>;
  readonly #realm: string;

  constructor(policy: PolicyHandle, options: GuardOptions<C>, framework: Framework<C>, askers: Askers<C>) {
    this.#options = options;
    this.#askers = askers;
    this.#questions = new Questions(policy, options, framework, askers);
    this.#realm = options.realm ?? "api";
  }

  /**
   * Judges a need of one request.
   * @throws what functions of the application throw, and RbacError (exit 2) for a question that is wrong: that is a
   *   fault of the program, and neither a yes nor a no.
   */
  judge(c: C, need: Need, how: How<C>): Soon<Reply | undefined> {
    const state = this.#askers.stateOf(c);
    state.asked = true;
    if (how.load) state.load = how.load;
    return recovering(
      () => this.#verdict(c, need, how),
      (error) => this.#answerTo(c, error, how),
    );
  }

  /** May who asks do it? @throws as `judge` does, and RbacError (exit 4): only a no of the policy is a no. */
  async can(c: C, permission: string, how: How<C>): Promise<boolean> {
    this.#askers.stateOf(c).asked = true;
    const user = await this.#askers.userOf(c);
    if (user === undefined) return false;
    try {
      const outcome = await this.#questions.outcome(
        c,
        user,
        { kind: "permissions", names: [permission], all: true },
        how,
      );
      return outcome !== "nothing" && outcome.answer === "yes";
    } catch (error) {
      if (error instanceof RbacError && NO_USER.includes(error.code)) return false;
      throw error instanceof LoadFault ? error.cause : error;
    }
  }

  /** @throws as `judge` does, RbacError (exit 4), and where nobody signed in `USER_NOT_FOUND` (exit 2). */
  async filter<P extends PermissionName>(c: C, permission: P, options: FilterOptions<P>): Promise<Filter> {
    this.#askers.stateOf(c).asked = true;
    const user = await this.#askers.userOf(c);
    if (user === undefined)
      throw new RbacError(2, "USER_NOT_FOUND", "nobody signed in: a need must come before a filter");
    return this.#questions.filter(c, user, permission, options);
  }

  /** What who asks may do, as an answer. @throws as `judge` does. */
  async permissions(c: C, how: How<C>): Promise<Reply> {
    this.#askers.stateOf(c).asked = true;
    try {
      const user = await this.#askers.userOf(c);
      if (user === undefined) return this.#signIn(c, "UNAUTHENTICATED");
      return answer(await this.#questions.permissions(c, user, how));
    } catch (error) {
      return this.#answerTo(c, error, how);
    }
  }

  #verdict(c: C, need: Need, how: How<C>): Soon<Reply | undefined> {
    return after(this.#askers.userOf(c), (user) => {
      if (user === undefined) return this.#signIn(c, "UNAUTHENTICATED");
      if (how.fresh === undefined && need.kind !== "scopes") return this.#byPolicy(c, user, need, how);
      const refused = after(this.#askers.claimsOf(c), (claims) => this.#byClaims(c, user, need, how, claims));
      return after(refused, (reply) => reply ?? this.#byPolicy(c, user, need, how));
    });
  }

  /** What the claims of the token refuse. */
  #byClaims(c: C, user: string | null, need: Need, how: How<C>, claims: Claims | undefined): Reply | undefined {
    if (how.fresh !== undefined) {
      const seconds = secondsOf(how.fresh);
      if (!isFresh(claims?.auth_time, seconds, Date.now())) return this.#signInAgain(c, seconds);
    }
    if (need.kind !== "scopes") return undefined;
    const scope = claims?.scope ?? [];
    const held: readonly unknown[] = typeof scope === "string" ? scope.split(" ") : Array.isArray(scope) ? scope : [];
    const missing = need.names.filter((name) => !held.includes(name));
    if (missing.length === 0) return undefined;
    return user === null ? this.#signIn(c, "UNAUTHENTICATED") : this.#lacksScopes(c, need.names, missing);
  }

  #byPolicy(c: C, user: string | null, need: Need, how: How<C>): Soon<Reply | undefined> {
    return after(this.#questions.outcome(c, user, need, how), (outcome) => {
      if (outcome === "nothing") return this.#notFound(c);
      if (outcome.answer === "yes") return undefined;
      // A stranger may yet sign in.
      return user === null && !how.hide ? this.#signIn(c, "UNAUTHENTICATED") : this.#forbidden(c, need, how, outcome);
    });
  }

  #forbidden(c: C, need: Need, { hide }: How<C>, { missing, reason }: Outcome): Reply {
    if (hide) return this.#notFound(c);
    const id = this.#askers.requestIdOf(c);
    if (need.kind === "owner") return reply(403, { code: "NOT_OWNER", reason, ...id });
    if (need.kind === "roles") return reply(403, { code: "ROLE_MISSING", roles: missing, reason, ...id });
    if (missing.length === 0) return reply(403, { code: "USER_DISABLED", reason, ...id });
    return reply(403, { code: "PERMISSION_DENIED", permissions: missing, reason, ...id });
  }

  /** What is not there, and what is not to be known to be there, have the same answer. */
  #notFound(c: C): Reply {
    return reply(404, { code: "NOT_FOUND", ...this.#askers.requestIdOf(c) });
  }

  #lacksScopes(c: C, needed: readonly string[], missing: readonly string[]): Reply {
    const parameters = { error: "insufficient_scope", scope: needed.join(" ") };
    const id = this.#askers.requestIdOf(c);
    return reply(403, { code: "SCOPE_MISSING", scopes: missing, ...id }, challenge(this.#realm, parameters));
  }

  #signIn(c: C, code: string, parameters: Readonly<Record<string, string>> = {}, status = 401): Reply {
    const detail = parameters.error_description;
    const body = { code, ...(detail && { detail }), ...this.#askers.requestIdOf(c) };
    return reply(status, body, challenge(this.#realm, parameters));
  }

  #signInAgain(c: C, seconds: number): Reply {
    const parameters = {
      error: "insufficient_user_authentication",
      error_description: "a more recent sign-in is needed",
      max_age: String(seconds),
    };
    return this.#signIn(c, "SIGN_IN_TOO_OLD", parameters);
  }

  /** The answer to what went wrong without a fault of the program. @throws any other error. */
  #answerTo(c: C, error: unknown, how: How<C>): Reply {
    if (isTokenError(error)) {
      const parameters = { error: error.code, error_description: error.message };
      return this.#signIn(c, error.code.toUpperCase(), parameters, error.code === "invalid_request" ? 400 : 401);
    }
    if (error instanceof LoadFault) throw error.cause;
    if (!(error instanceof RbacError)) throw error;
    const body = { code: error.code, ...this.#askers.requestIdOf(c) };
    if (error.exitCode === 4) return databaseAway(body);
    if (NO_USER.includes(error.code)) return how.hide ? this.#notFound(c) : reply(403, body);
    // A scope of what was loaded is the application's own, and is not told.
    const isAsked = typeof (how.on ?? this.#options.on) === "function" && this.#askers.stateOf(c).loaded.size === 0;
    if (NO_SCOPE.includes(error.code) && isAsked) return reply(400, { ...body, detail: error.message });
    throw error;
  }
}
