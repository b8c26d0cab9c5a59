/** Whether a name that no user has may be answered as that of a stranger (rule 30). */
import { type RbacError, UnknownName, wrong } from "../../errors.ts";
import { confusableKeys } from "../../policy/model/confusables.ts";
import { quote } from "../../policy/model/names.ts";
import type { Connection } from "../engine/connection.ts";
import { inTurn, runningBy, type Steps } from "../sql/steps.ts";
import { loadAt } from "./policy-at.ts";

type OpenDatabase = Pick<Connection, "db" | "prepare">;

/** A past revision to read; the present one if undefined. */
type Past = number | undefined;

/** Strangers of one transaction. What is read of a past revision is kept, since it is replayed from the record. */
export class Strangers {
  readonly #open: OpenDatabase;
  readonly #admits = new Map<Past, Promise<boolean>>();
  readonly #namesByKey = new Map<number, Promise<ReadonlyMap<string, string>>>();

  constructor(open: OpenDatabase) {
    this.#open = open;
  }

  /**
   * The error for a name that no user has; `undefined` where it may be that of a stranger.
   * @param user a name in its normal form that no user has at the revision that is read
   * @param isAdmitted true where the question admits strangers, whatever the policy says
   */
  async refusal(user: string, past: Past, isAdmitted = false): Promise<RbacError | undefined> {
    if (!isAdmitted && !(await this.#admitsStrangers(past))) return new UnknownName("user", user);
    if (past === undefined) return inTurn(refusingStranger(this.#open, user));
    const gone = await inTurn(leavingOf(this.#open, user, past));
    return gone ?? lookingLike(user, await this.#userLike(user, past));
  }

  #admitsStrangers(past: Past): Promise<boolean> {
    const admits = this.#admits.get(past) ?? admitsStrangers(this.#open, past);
    this.#admits.set(past, admits);
    return admits;
  }

  /** A user of a past revision who looks like a name. */
  async #userLike(user: string, past: number): Promise<string | undefined> {
    const namesByKey = this.#namesByKey.get(past) ?? userNamesByKey(this.#open, past);
    this.#namesByKey.set(past, namesByKey);
    const names = await namesByKey;
    return confusableKeys(user).flatMap((key) => names.get(key) ?? [])[0];
  }
}

/**
 * The error for a name that no stranger may have now. A name that was a user's is barred, and so is one that looks like
 * a user's: nobody may come back in by being deleted, or by another letter.
 * @param user a name in its normal form that no user has
 */
export function* refusingStranger(open: OpenDatabase, user: string): Steps<RbacError | undefined> {
  const gone = yield* leavingOf(open, user, Number.MAX_SAFE_INTEGER);
  return gone ?? lookingLike(user, yield* userLike(open, user));
}

/** The errors of those names that no stranger may have now. */
export async function refusedStrangers(
  open: OpenDatabase,
  names: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  const refused = new Map<string, unknown>();
  for (const name of names) {
    const error = await inTurn(refusingStranger(open, name));
    if (error) refused.set(name, error);
  }
  return refused;
}

/** The error for a name that looks like a user's; `undefined` where there is no such user. */
function lookingLike(user: string, alike: string | undefined): RbacError | undefined {
  if (alike === undefined) return undefined;
  const message = `there is no user ${quote(user)}, and no stranger may look like the user ${quote(alike)}`;
  return wrong("USER_NOT_FOUND", message, { suggestions: [alike] });
}

/** The first user now who looks like a name. */
function* userLike(open: OpenDatabase, user: string): Steps<string | undefined> {
  const [found, keys] = [[] as string[], [...new Set(confusableKeys(user))]];
  for (const column of ["skeleton", "skeleton_folded"] as const) {
    const query = open.db.selectFrom("users").select("user").where(column, "in", keys).orderBy("user").limit(1);
    for (const [name] of yield runningBy(open)(query.compile())) found.push(String(name));
  }
  return found.sort()[0];
}

/** True where the policy says `strangers: true`. */
async function admitsStrangers({ db, prepare }: OpenDatabase, past: Past): Promise<boolean> {
  if (past !== undefined) return (await loadAt({ db, prepare }, { grants: "none" }, past)).policy.has("strangers");
  const row = db.selectFrom("policy").select("setting").where("setting", "=", "strangers").executeTakeFirst();
  return (await row) !== undefined;
}

/** The users of a past revision by both keys of their names. */
async function userNamesByKey(open: OpenDatabase, past: number): Promise<ReadonlyMap<string, string>> {
  const { user } = await loadAt(open, { users: "all", roles: "none" }, past);
  return new Map([...user.keys()].flatMap((name) => confusableKeys(name).map((key) => [key, name] as const)));
}

/** The error for a name that was a user's, which says how and when they went; `undefined` for any other. */
function* leavingOf(open: OpenDatabase, user: string, until: number): Steps<RbacError | undefined> {
  const { db } = open;
  const leavings = db.selectFrom("entries").select("revision").where("user", "=", user);
  const removals = leavings.where("kind", "=", "user.remove").where("revision", "<=", until);
  const [last] = yield runningBy(open)(removals.orderBy("seq", "desc").limit(1).compile());
  if (!last) return undefined;
  const revision = Number(last[0]);
  const renamings = db.selectFrom("formers").select("name").where("of", "=", "user").where("former", "=", user);
  const [renaming] = yield runningBy(open)(renamings.where("revision", "=", revision).compile());
  const how = renaming ? `renamed to ${quote(String(renaming[0]))} @${revision}` : `deleted @${revision}`;
  return wrong("USER_GONE", `${quote(user)} is no user any more: ${how}`);
}
