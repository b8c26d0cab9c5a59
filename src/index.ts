/** The library: open a database, ask it, and change it through the one door. The command line stands on the same `Database`. */
import { Database } from "./database.ts";
import type { Decision, Holds, Question } from "./policy/decide.ts";
import type { PermissionRow, UserRow } from "./policy/lists.ts";
import { parseName, parsePermission, parseText } from "./policy/names.ts";
import { parseScope } from "./policy/scopes.ts";
import { parseInstant } from "./policy/times.ts";
import { askerOf } from "./policy/walk.ts";
import type { Wish } from "./policy/wish.ts";
import type { Outcome } from "./store/store.ts";

export { type Problem, RbacError } from "./errors.ts";
export type { Change } from "./policy/change.ts";
export type { Because, Decision, Holds, Reason } from "./policy/decide.ts";
export type { Extent, PermissionRow, UserRow } from "./policy/lists.ts";
export type { Wish } from "./policy/wish.ts";
export {
  assigning,
  creating,
  disinheriting,
  granting,
  inheriting,
  removing,
  renaming,
  revoking,
  setting,
  ungranting,
} from "./policy/wishes.ts";

export interface Options {
  /** Who changes things, for the record: a claim, not a proof. */
  readonly actor: string;
  /** The operating system's user, or whatever runs the program; the actor when left out. */
  readonly osUser?: string;
  /** `read` never writes, and needs no writable folder. */
  readonly mode?: "read" | "write";
}

/** How to ask: where, whose target, at which time to come (RFC 3339), in which session. */
export interface Asking {
  readonly on?: string;
  readonly owner?: string;
  readonly at?: string;
  readonly activate?: readonly string[];
  readonly assume?: readonly string[];
}

/** Opens a database that is there. @throws RbacError (exit 4) when it is missing, not ours, or of another version. */
export async function open(path: string, options: Options): Promise<Rbac> {
  return new Rbac(await Database.open(path, options.mode ?? "write"), options);
}

export class Rbac {
  readonly #database: Database;
  readonly #stamp: { readonly actor: string; readonly osUser: string };

  constructor(database: Database, { actor, osUser }: Options) {
    this.#database = database;
    this.#stamp = { actor: parseName(actor), osUser: parseName(osUser ?? actor) };
  }

  /** May the user do it? @throws RbacError (exit 2) for a name that the policy does not know: that is never a "no". */
  async can(user: string, permission: string, how: Asking = {}): Promise<Decision> {
    const { decisions } = await this.#database.can([questionOf(user, permission, how)]);
    return decisions[0] as Decision;
  }

  /** Does the user hold the role, by assignment, inheritance or everyone? @throws RbacError (exit 2) for an unknown name. */
  async has(user: string, role: string, how: Omit<Asking, "owner"> = {}): Promise<Holds> {
    const { decisions } = await this.#database.has([
      { ...askerFor(user, how), role: parseName(role), scope: scopeOf(how) },
    ]);
    return decisions[0] as Holds;
  }

  /** The decision with the stamps of its evidence and, for a "no", what was near. @throws RbacError (exit 2). */
  why(user: string, permission: string, how: Asking = {}): ReturnType<Database["why"]> {
    return this.#database.why(questionOf(user, permission, how));
  }

  /** What the user may do, a row for each permission and widest scope; `on` keeps what holds there. @throws RbacError (exit 2). */
  async permissions(user: string, how: Omit<Asking, "owner"> = {}): Promise<PermissionRow[]> {
    const on = how.on === undefined ? undefined : parseScope(how.on);
    return (await this.#database.permissions(askerFor(user, how), on)).permissions;
  }

  /** Who may do it somewhere, or `on` a scope; with `:own`, as the owner. @throws RbacError (exit 2). */
  async whoCan(permission: string, how: Pick<Asking, "on" | "at"> = {}): Promise<UserRow[]> {
    const on = how.on === undefined ? undefined : parseScope(how.on);
    return (await this.#database.whoCan(parsePermission(permission), atOf(how), on)).users;
  }

  /** Decides a wish and does it, in one transaction, recorded. @throws RbacError (exit 2, 3 or 4), and then nothing is changed. */
  apply(wish: Wish, reason?: string): Promise<Outcome> {
    const stamp = {
      ...this.#stamp,
      at: new Date().toISOString(),
      reason: reason === undefined ? null : parseText(reason),
    };
    return this.#database.change(stamp, wish);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

const atOf = ({ at }: Asking): string => (at === undefined ? new Date().toISOString() : parseInstant(at));
const scopeOf = ({ on }: Asking): string | null => (on === undefined ? null : parseScope(on));
const askerFor = (user: string, how: Asking) => askerOf(parseName(user), atOf(how), how);

const questionOf = (user: string, permission: string, how: Asking): Question => ({
  ...askerFor(user, how),
  permission: parsePermission(permission),
  owner: how.owner === undefined ? null : parseName(how.owner),
  scope: scopeOf(how),
});
