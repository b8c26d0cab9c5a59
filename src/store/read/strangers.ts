/** Whether a name that no user has may be answered as that of a stranger (rule 30). */
import type { Kysely } from "kysely";
import { type RbacError, UnknownName, wrong } from "../../errors.ts";
import { confusableKeys } from "../../policy/model/confusables.ts";
import { quote } from "../../policy/model/names.ts";
import type { Connection } from "../engine/connection.ts";
import type { Tables } from "../engine/tables.ts";
import { standingByKey } from "./names-alike.ts";
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
   * The error for a name that no user has; `undefined` where it may be that of a stranger. A name that was a user's is
   * barred, and so is one that looks like a user's: nobody may come back in by being deleted, or by another letter.
   * @param user a name in its normal form that no user has at the revision that is read
   */
  async refusal(user: string, past: Past): Promise<RbacError | undefined> {
    const admits = this.#admits.get(past) ?? admitsStrangers(this.#open, past);
    this.#admits.set(past, admits);
    if (!(await admits)) return new UnknownName("user", user);
    const gone = await leavingOf(this.#open.db, user, past ?? Number.MAX_SAFE_INTEGER);
    if (gone !== undefined) return wrong("USER_GONE", `${quote(user)} is no user any more: ${gone}`);
    const alike = await this.#userLike(user, past);
    if (alike === undefined) return undefined;
    const message = `there is no user ${quote(user)}, and no stranger may look like the user ${quote(alike)}`;
    return wrong("USER_NOT_FOUND", message, { suggestions: [alike] });
  }

  /** A user who looks like a name. */
  async #userLike(user: string, past: Past): Promise<string | undefined> {
    const keys = confusableKeys(user);
    if (past === undefined) return [...(await standingByKey(this.#open.db, "user", keys)).values()].flat().sort()[0];
    const namesByKey = this.#namesByKey.get(past) ?? userNamesByKey(this.#open, past);
    this.#namesByKey.set(past, namesByKey);
    const names = await namesByKey;
    return keys.flatMap((key) => names.get(key) ?? [])[0];
  }
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

/** How and when a user last went, in words; `undefined` for a name that never was a user's. */
async function leavingOf(db: Kysely<Tables>, user: string, until: number): Promise<string | undefined> {
  const removals = db
    .selectFrom("entries")
    .select("revision")
    .where("user", "=", user)
    .where("kind", "=", "user.remove");
  const last = await removals.where("revision", "<=", until).orderBy("seq", "desc").limit(1).executeTakeFirst();
  if (!last) return undefined;
  const renamings = db.selectFrom("formers").select("name").where("of", "=", "user").where("former", "=", user);
  const renaming = await renamings.where("revision", "=", last.revision).executeTakeFirst();
  return renaming ? `renamed to ${quote(renaming.name)} @${last.revision}` : `deleted @${last.revision}`;
}
