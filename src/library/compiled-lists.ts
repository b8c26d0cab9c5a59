/** What a compiled policy lists: permissions, users, and a filter, from structure that stays in memory. */
import type { Database } from "../database/database.ts";
import { admitted } from "../database/strangers.ts";
import { joined, usersWhoCan, type WhoCanFilter } from "../database/who-can.ts";
import type { AskedPlace, Decisions } from "../decisions/decisions.ts";
import { UnknownName, wrong } from "../errors.ts";
import { type PermissionRow, permissionsOf } from "../policy/evaluate/effective-permissions.ts";
import { withPeople } from "../policy/evaluate/policy-index.ts";
import { askerOf } from "../policy/evaluate/walk.ts";
import type { UserRow } from "../policy/evaluate/who-can.ts";
import type { Filter } from "../policy/filter/filter.ts";
import { isAscii } from "../policy/model/names.ts";
import { looksLikeOwn, parsePermission } from "../policy/model/permissions.ts";
import type { AtRevision } from "../policy/model/results.ts";
import type { LivePolicy } from "../store/read/live-policy.ts";
import { questionOf } from "./compiled-questions.ts";
import type { OpenDatabase } from "./open-database.ts";
import { askingUserOf, nameOf, optionsOf } from "./options/arguments.ts";
import { FILTER, type FilterOptions, filteredRowsOf } from "./options/filter-options.ts";
import type { PermissionName } from "./options/names.ts";
import { PERMISSIONS, type PermissionsOptions, WHO_CAN, type WhoCanOptions } from "./options/read-options.ts";
import { textOf } from "./values/plain-values.ts";

/** What is longer is no name, and normalising it could take long. */
const LONGEST_NAME = 1020;

export class CompiledLists {
  /** @internal */
  protected readonly opened: OpenDatabase;
  /** @internal */
  protected readonly live: LivePolicy;
  /** Where it is, for questions without an answer in the log. @internal */
  protected readonly place: () => AskedPlace;
  #isClosed = false;

  /** @internal */
  constructor(opened: OpenDatabase, live: LivePolicy, place?: AskedPlace) {
    this.opened = opened;
    this.live = live;
    this.place = () => place;
  }

  /** The log of decisions; `undefined` where the database was opened without one. */
  get decisions(): Decisions | undefined {
    return this.opened.decisions;
  }

  /**
   * What the user may do: the same rows as `Rbac.permissions`. The first such question loads the structure, which stays
   * in memory until a change of it is committed.
   * @throws RbacError (exit 2) for an unknown name or resource, (exit 4).
   */
  async permissions(user: string | null, options: PermissionsOptions = {}): Promise<PermissionRow[]> {
    this.requireOpen();
    const how = optionsOf(options, PERMISSIONS);
    const name = askingUserOf(user);
    return this.opened.useAt(how.at, async (database, at) => {
      const asker = askerOf(name, at, how);
      return database.read(async (reading) => {
        const people = await reading.load({ users: name === null ? [] : [name], roles: "none" });
        const asking = await admitted(reading, people, asker);
        return permissionsOf(withPeople(await reading.structure(), people), asking, how.on, how.resource);
      });
    });
  }

  /**
   * Which rows of a table the user may do it with, for one query of the application: a condition for its WHERE, over
   * columns that hold what conditions ask of the resource, and perhaps the owner and the scope of a row. It picks the
   * rows for which `can` says yes with all of that. What is not given is unknown, and NULL is absent; so is, for a
   * condition, a value of another type than the column says.
   * @throws RbacError (exit 2) for an unknown name, column or option, and for a condition that SQL cannot say.
   */
  async filter<P extends PermissionName>(
    user: string | null,
    permission: P,
    options: FilterOptions<P>,
  ): Promise<Filter> {
    this.requireOpen();
    const how = optionsOf(options, FILTER);
    const rows = filteredRowsOf(how);
    const { filterOf } = await import("../policy/filter/filter.ts");
    return this.opened.useAt(how.at, async (database, at) => {
      const question = questionOf(user, permission, how, at);
      return database.read(async (reading) => {
        const people = await reading.load({ users: question.user === null ? [] : [question.user], roles: "none" });
        const asking = await admitted(reading, people, question);
        return filterOf(withPeople(await reading.structure(), people), asking, rows);
      });
    });
  }

  /**
   * Who may do it somewhere, or `on` a scope: the same rows as `Rbac.whoCan`, read with the structure that
   * `permissions` keeps, too.
   * @throws RbacError (exit 2) for an unknown name, (exit 4).
   */
  async whoCan<P extends PermissionName>(permission: P, options: WhoCanOptions<P> = {}): Promise<UserRow[]> {
    return this.whoCanFrom<P>(permission, options, {});
  }

  /** The same from a user on, and no more rows than a limit. @internal */
  async whoCanFrom<P extends PermissionName>(
    permission: P,
    options: WhoCanOptions<P>,
    range: Pick<WhoCanFilter, "from" | "limit">,
  ): Promise<UserRow[]> {
    this.requireOpen();
    const { on, at: asked, given } = optionsOf(options, WHO_CAN);
    const parsed = parsePermission(textOf("the permission", permission));
    return this.opened.useAt(asked, (database, at) =>
      database.read(async (reading) => {
        const structure = await reading.structure();
        return (await joined(usersWhoCan(reading, parsed, { at, on, structure, given, ...range }))).users;
      }),
    );
  }

  /** The users with exactly this e-mail, which several may have. @internal */
  async usersByEmail(email: string): Promise<AtRevision<{ users: string[] }>> {
    this.requireOpen();
    return this.opened.use((database) =>
      database.read(async (reading) => ({
        revision: reading.revision,
        users: await reading.userNames({ email: email.normalize("NFC") }),
      })),
    );
  }

  /** Asks questions that all were asked before this, with one look at the database. @internal */
  together(ask: () => void): void {
    this.live.together(ask);
  }

  /** Counts the moves of the policy: as long as it is the same, so is what was read beside it. @internal */
  get moves(): number {
    return this.live.followed.moves;
  }

  /**
   * What a text is as the name of a permission: `listed` in the catalogue, as far as the database was followed, or
   * `own` where it would claim ownership, or be read so by people. @internal
   */
  standingOf(name: string): "listed" | "own" | "other" {
    const normal = name.length > LONGEST_NAME || isAscii(name) ? name : name.normalize("NFC");
    if (looksLikeOwn(normal.slice(normal.lastIndexOf(":") + 1))) return "own";
    return this.live.followed.hasPermission(normal) ? "listed" : "other";
  }

  /**
   * Whether the user is disabled, who then may nothing. For what asks for no permission, such as ownership.
   * @throws RbacError (exit 2) for an unknown name, (exit 4).
   */
  async user(user: string): Promise<{ readonly disabled: boolean; readonly revision: number }> {
    this.requireOpen();
    const name = nameOf("the user", user);
    return this.opened.use((database) =>
      database.answer({ users: [name], roles: "none" }, (policy) => {
        const row = policy.user.get(name);
        if (!row) throw new UnknownName("user", name);
        return { disabled: row.disabled };
      }),
    );
  }

  /** Reads what is kept beside it: of a revision at which the policy is, or a later one. @internal */
  beside<T>(read: (database: Database) => Promise<T>): Promise<T> {
    this.requireOpen();
    return this.opened.use(read);
  }

  /** Lets go of what it keeps. Closing it again does nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.opened.letGoOf(this);
    await this.live.close();
  }

  /** So that `await using` closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal @throws RbacError `CLOSED` (exit 2). */
  protected requireOpen(cause?: unknown): void {
    if (this.#isClosed) throw wrong("CLOSED", "this compiled policy is closed: compile another", { cause });
  }
}
