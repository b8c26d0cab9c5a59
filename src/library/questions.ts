/** The questions that the library answers by the walk, present and past, each with its evidence. */
import type { Decisions, WithId } from "../decisions/decisions.ts";
import type { Comparison } from "../policy/evaluate/compare.ts";
import type { Decision, HasDecision } from "../policy/evaluate/decide.ts";
import type { PermissionRow } from "../policy/evaluate/effective-permissions.ts";
import { roleAlone } from "../policy/evaluate/matrix.ts";
import { askerOf } from "../policy/evaluate/walk.ts";
import type { UserRow } from "../policy/evaluate/who-can.ts";
import type { Subject } from "../policy/history/ability-history.ts";
import type { Explanation } from "../policy/impact/advice.ts";
import { parsePermission } from "../policy/model/permissions.ts";
import type { AtRevision } from "../policy/model/results.ts";
import { questionOf, roleQuestionOf } from "./compiled-questions.ts";
import type { OpenDatabase } from "./open-database.ts";
import { askingUserOf, optionsOf, subjectOf } from "./options/arguments.ts";
import type { PermissionName, RoleName } from "./options/names.ts";
import * as options from "./options/read-options.ts";
import { LOGGING, type LoggingOptions } from "./values/log-options.ts";
import { textOf } from "./values/plain-values.ts";

/** The questions about who may do what. */
export class RbacQuestions {
  /** @internal */
  protected readonly opened: OpenDatabase;

  /** @internal */
  constructor(opened: OpenDatabase) {
    this.opened = opened;
  }

  /** The log of decisions; `undefined` where the database was opened without one. */
  get decisions(): Decisions | undefined {
    return this.opened.decisions;
  }

  /**
   * May the user do it? `null` is somebody whom the policy does not know: they hold what everyone holds.
   * @returns the decision, with the paths that allow or deny as evidence
   * @throws RbacError (exit 2) for an unknown name or option, which is never a "no".
   */
  async can<P extends PermissionName>(
    user: string | null,
    permission: P,
    how: options.CanOptions<P> & LoggingOptions = {},
  ): Promise<WithId<Decision>> {
    const read = optionsOf(how, [...options.CAN, ...LOGGING]);
    return this.opened.decide(
      read,
      (at) => questionOf(user, permission, read, at),
      (database, question) => database.can([question]),
      (decision: Decision) => decision,
    );
  }

  /**
   * Does the user hold the role: by assignment, inheritance or everyone?
   * @throws RbacError (exit 2) for an unknown name.
   */
  async has(
    user: string | null,
    role: RoleName,
    how: options.HasOptions & LoggingOptions = {},
  ): Promise<WithId<HasDecision>> {
    const read = optionsOf(how, [...options.HAS, ...LOGGING]);
    return this.opened.decide(
      read,
      (at) => roleQuestionOf(user, role, read, at),
      (database, question) => database.has([question]),
      (decision: HasDecision) => decision,
    );
  }

  /** The decision with the entries behind its evidence and, for a "no", the near misses. @throws RbacError (exit 2). */
  async why<P extends PermissionName>(
    user: string | null,
    permission: P,
    how: options.CanOptions<P> = {},
  ): Promise<AtRevision<Explanation>> {
    const read = optionsOf(how, options.CAN);
    return this.opened.useAt(read.at, (database, at) => database.why(questionOf(user, permission, read, at)));
  }

  /**
   * What the user may do: a row for each permission and widest scope. With `on` only what holds on that scope.
   * @throws RbacError (exit 2).
   */
  async permissions(user: string | null, how: options.PermissionsOptions = {}): Promise<PermissionRow[]> {
    const read = optionsOf(how, options.PERMISSIONS);
    const name = askingUserOf(user);
    return this.opened.useAt(read.at, async (database, at) => {
      const { permissions } = await database.permissions(askerOf(name, at, read), read.on, read.resource);
      return permissions;
    });
  }

  /** What each of two may do and the other may not; a role is compared alone. @throws RbacError (exit 2). */
  async compare(left: Subject, right: Subject, how: Pick<options.CanOptions, "at"> = {}) {
    const [one, other] = [subjectOf(left), subjectOf(right)];
    return this.opened.useAt(optionsOf(how, ["at"]).at, (database, at): Promise<AtRevision<Comparison>> => {
      const asker = (of: Subject) => ("role" in of ? roleAlone(of.role, at) : askerOf(of.user, at, {}));
      return database.compare(asker(one), asker(other));
    });
  }

  /**
   * Who may do it somewhere or `on` a scope; a permission with `:own` asks as the owner. @throws RbacError (exit 2).
   */
  async whoCan<P extends PermissionName>(permission: P, how: options.WhoCanOptions<P> = {}): Promise<UserRow[]> {
    const { on, at: asked, given } = optionsOf(how, options.WHO_CAN);
    const parsed = parsePermission(textOf("the permission", permission));
    return this.opened.useAt(asked, async (database, at) => (await database.whoCan(parsed, at, on, { given })).users);
  }
}
