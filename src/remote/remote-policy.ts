/** A policy that a service answers for, asked as a compiled policy is. */
import {
  type AtRevision,
  type CanAnswer,
  type CompiledCanOptions,
  type CompiledQuestion,
  type Filter,
  type FilterOptions,
  type HasAnswer,
  type HasOptions,
  type LoggingOptions,
  type PermissionName,
  type PermissionRow,
  type PermissionsOptions,
  RbacError,
  type RoleName,
  type UserRow,
  type WhoCanOptions,
} from "../index.ts";
import { textOf } from "../library/values/plain-values.ts";
import type { PolicyHandle } from "../web/policy-handle.ts";
import {
  asJson,
  canQuestion,
  filterQuestion,
  hasQuestion,
  manyQuestion,
  permissionsQuestion,
  whoCanQuestion,
} from "./asked-questions.ts";
import { Batches } from "./batches.ts";
import {
  allAnswers,
  canAnswers,
  filterAnswer,
  hasAnswers,
  permissionRows,
  userAnswer,
  userRows,
} from "./service-answers.ts";
import type { ServiceLink } from "./service-link.ts";

/**
 * Every call gives what the same call of `Compiled` gives, and throws what that throws. Besides, each throws an
 * RbacError `SERVICE_UNREACHABLE`, `SERVICE_TIMEOUT`, `SERVICE_DENIED` or `SERVICE_ANSWER_INVALID` (exit 4) where the
 * service gives no answer: that is neither a yes nor a no.
 */
export class RemotePolicy implements PolicyHandle {
  readonly #link: ServiceLink;
  readonly #can: Batches<CanAnswer>;
  readonly #has: Batches<HasAnswer>;

  /** @internal */
  constructor(link: ServiceLink) {
    this.#link = link;
    this.#can = new Batches((texts) => link.ask("can", bodyOf(texts, true), canAnswers(texts.length)));
    this.#has = new Batches((texts) => link.ask("has", bodyOf(texts), hasAnswers(texts.length)));
  }

  /** The service logs what it answers. */
  get logsElsewhere(): true {
    return true;
  }

  /**
   * Asks the service once, to know that it is there and answers this program: to be awaited before a server listens.
   * @throws RbacError (exit 4).
   */
  async ready(): Promise<void> {
    await this.all([]);
  }

  /** May the user do it? What is asked in one turn of the event loop is one request, answered as of one revision. */
  async can<P extends PermissionName>(
    user: string | null,
    permission: P,
    options?: CompiledCanOptions<P>,
  ): Promise<CanAnswer> {
    this.#link.requireOpen();
    const { json, isApart } = canQuestion(user, permission, options);
    if (!isApart) return this.#can.ask(asJson(json));
    const [answer] = await this.#link.ask("can", bodyOf([asJson(json)], true), canAnswers(1));
    if (answer instanceof RbacError) throw answer;
    return answer as CanAnswer;
  }

  /** Does the user hold the role? */
  async has(user: string | null, role: RoleName, options?: HasOptions & LoggingOptions): Promise<HasAnswer> {
    this.#link.requireOpen();
    return this.#has.ask(asJson(hasQuestion(user, role, options)));
  }

  /** Answers many questions by one request, all as of one revision. */
  async all(questions: readonly CompiledQuestion[]): Promise<AtRevision<{ answers: CanAnswer[] }>> {
    this.#link.requireOpen();
    if (!Array.isArray(questions)) throw new RbacError(2, "VALUE_INVALID", "the questions must be a list of objects");
    const texts = questions.map((one, place) => manyQuestion(one, place));
    return this.#link.ask("can", bodyOf(texts), allAnswers(texts.length));
  }

  /** @throws RbacError `NOT_AT_ONCE` (exit 2): a service gives a promise. */
  canSync(): never {
    throw new RbacError(2, "NOT_AT_ONCE", "a service is not answered at once: ask can, which gives a promise");
  }

  /** What the user may do, as rows. */
  async permissions(user: string | null, options?: PermissionsOptions): Promise<PermissionRow[]> {
    this.#link.requireOpen();
    const question = permissionsQuestion(user, options);
    return [...(await this.#link.ask("permissions", asJson(question), permissionRows))];
  }

  /** Which rows of a table the user may do it with, as SQL. */
  async filter<P extends PermissionName>(
    user: string | null,
    permission: P,
    options: FilterOptions<P>,
  ): Promise<Filter> {
    this.#link.requireOpen();
    return this.#link.ask("filter", asJson(filterQuestion(user, permission, options)), filterAnswer);
  }

  /** Who may do it, as rows. */
  async whoCan<P extends PermissionName>(permission: P, options?: WhoCanOptions<P>): Promise<UserRow[]> {
    this.#link.requireOpen();
    return [...(await this.#link.ask("who-can", asJson(whoCanQuestion(permission, options)), userRows))];
  }

  /** Whether the user is disabled. */
  async user(user: string): Promise<{ readonly disabled: boolean; readonly revision: number }> {
    this.#link.requireOpen();
    return this.#link.ask("user", asJson({ user: textOf("the user", user) }), userAnswer);
  }

  /** Ends what is under way. Closing it again does nothing. */
  async close(): Promise<void> {
    this.#link.close();
  }

  /** So that `await using` closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Questions as the body of a request. @param each where what is wrong with one is no fault of the others */
const bodyOf = (texts: readonly string[], each = false): string =>
  `{"questions":[${texts.join(",")}]${each ? ',"each":true' : ""}}`;
