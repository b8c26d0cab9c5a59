/** The questions that the library answers about an open database, present and past. */
import type { ListedAssignment, PageOf } from "../database/lists.ts";
import { wrong } from "../errors.ts";
import type { Comparison } from "../policy/evaluate/compare.ts";
import type { Decision, HasDecision } from "../policy/evaluate/decide.ts";
import type { PermissionRow } from "../policy/evaluate/effective-permissions.ts";
import type { ListedPermission, ListedRole, ListedUser } from "../policy/evaluate/entity-details.ts";
import { roleAlone } from "../policy/evaluate/matrix.ts";
import { askerOf } from "../policy/evaluate/walk.ts";
import type { UserRow } from "../policy/evaluate/who-can.ts";
import type { AbilityChange, Subject } from "../policy/history/ability-history.ts";
import type { Explanation } from "../policy/impact/advice.ts";
import { type Change, diff, parseKind } from "../policy/model/change.ts";
import { WHOLE_POLICY } from "../policy/model/mutation.ts";
import { parsePermission } from "../policy/model/permissions.ts";
import type { Policy } from "../policy/model/policy.ts";
import type { AtRevision, NamedEntry, VerificationReport } from "../policy/model/results.ts";
import { parsePeriod } from "../policy/model/times.ts";
import { type ConstraintViolation, violationsOf } from "../policy/rules/constraint-violations.ts";
import { askingUserOf, nameOf, optionsOf, type ReadOptions, textOf } from "./arguments.ts";
import { Compiled, questionOf } from "./compiled-handle.ts";
import { type DocumentSource, exported, exportFormatOf, type PolicyDocument, policyFrom } from "./documents.ts";
import { clock, type OpenDatabase } from "./open-database.ts";
import * as options from "./options.ts";

/** Two policies compared: whether they differ, and the changes that turn the first into the second. */
export interface Difference {
  readonly changed: boolean;
  readonly changes: readonly Change[];
}

/** A database that is open to be asked. */
export class RbacReader {
  /** @internal */
  protected readonly opened: OpenDatabase;

  /** @internal */
  constructor(opened: OpenDatabase) {
    this.opened = opened;
  }

  /**
   * May the user do it? `null` is somebody whom the policy does not know: they hold what everyone holds.
   * @returns the decision, with the paths that allow or deny as evidence
   * @throws RbacError (exit 2) for an unknown name or option, which is never a "no".
   */
  async can(user: string | null, permission: string, how: options.CanOptions = {}): Promise<Decision> {
    const read = optionsOf(how, options.CAN);
    return this.opened.useAt(read.at, async (database, at) => {
      const { decisions } = await database.can([questionOf(user, permission, read, at)]);
      return decisions[0] as Decision;
    });
  }

  /**
   * Does the user hold the role: by assignment, inheritance or everyone?
   * @throws RbacError (exit 2) for an unknown name.
   */
  async has(user: string | null, role: string, how: options.HasOptions = {}): Promise<HasDecision> {
    const { on: scope = null, ...read } = optionsOf(how, options.HAS);
    const [name, asked] = [askingUserOf(user), nameOf("the role", role)];
    return this.opened.useAt(read.at, async (database, at) => {
      const { decisions } = await database.has([{ ...askerOf(name, at, read), role: asked, scope }]);
      return decisions[0] as HasDecision;
    });
  }

  /** The decision with the entries behind its evidence and, for a "no", the near misses. @throws RbacError (exit 2). */
  async why(user: string | null, permission: string, how: options.CanOptions = {}): Promise<AtRevision<Explanation>> {
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
  async whoCan(permission: string, how: options.WhoCanOptions = {}): Promise<UserRow[]> {
    const { on, at: asked } = optionsOf(how, options.WHO_CAN);
    const parsed = parsePermission(textOf("the permission", permission));
    return this.opened.useAt(asked, async (database, at) => (await database.whoCan(parsed, at, on)).users);
  }

  /**
   * Compiles the policy for many questions: `can` of the result answers without evidence, ten to a hundred times as
   * fast.
   * @throws RbacError (exit 4).
   */
  async compile(how: options.CompileOptions = {}): Promise<Compiled> {
    const { assignments } = optionsOf(how, ["assignments"]);
    if (assignments !== undefined && assignments !== "memory" && assignments !== "demand")
      throw wrong("VALUE_INVALID", "assignments are kept in memory or read on demand: say memory or demand");
    return this.opened.use(async (database) => {
      const compiled = new Compiled(this.opened, await database.live(assignments));
      this.opened.own(compiled);
      return compiled;
    });
  }

  /** The users with what they are assigned, in byte order. @throws RbacError (exit 2) for an unknown role. */
  async users(how: options.UsersOptions = {}): Promise<PageOf<{ users: ListedUser[] }>> {
    const { at: asked, role, match, all = false, ...page } = optionsOf(how, options.USERS);
    const range = rangeOf(page);
    return this.opened.useAt(asked, (database, at) =>
      database.lists.users({ roles: role === undefined ? undefined : [role], match, at, all, ...range }),
    );
  }

  /** The roles with their parents, in byte order. @throws RbacError (exit 2). */
  async roles(how: options.NamedPageOptions = {}): Promise<PageOf<{ roles: ListedRole[] }>> {
    const { at, match, ...page } = optionsOf(how, options.NAMED_PAGE);
    return this.opened.useAt(at, (database) => database.lists.roles({ match, ...rangeOf(page) }));
  }

  /** The permissions that there are, in byte order. @throws RbacError (exit 2). */
  async catalogue(how: options.NamedPageOptions = {}): Promise<PageOf<{ permissions: ListedPermission[] }>> {
    const { at, match, ...page } = optionsOf(how, options.NAMED_PAGE);
    return this.opened.useAt(at, (database) => database.lists.permissions({ match, ...rangeOf(page) }));
  }

  /** The assignments, in the order of user, role and scope. @throws RbacError (exit 2) for an unknown name. */
  async assignments(how: options.AssignmentsOptions = {}): Promise<PageOf<{ assignments: ListedAssignment[] }>> {
    const { at: asked, user, role, on, all = false, ...page } = optionsOf(how, options.ASSIGNMENTS);
    const filter = { user, role, ...(on !== undefined && { scope: on }), ...rangeOf(page) };
    return this.opened.useAt(asked, (database, at) => database.lists.assignments({ ...filter, at, all }));
  }

  /** All violations of constraints, now or later, each with a text. */
  async violations(): Promise<ConstraintViolation[]> {
    return this.opened.use(async (database) => {
      const { policy } = await database.policy({ users: "all", roles: "all", grants: "none" });
      return violationsOf(policy, clock());
    });
  }

  /** The policy as a document, or with `format` as its text. Seeding it with `prune` restores exactly this policy. */
  export(how?: { readonly at?: options.Time }): Promise<PolicyDocument>;
  export(how: options.ExportOptions & { readonly format: options.ExportFormat }): Promise<string>;
  async export(how: options.ExportOptions = {}): Promise<PolicyDocument | string> {
    const { at: asked, format } = optionsOf(how, options.EXPORT);
    const known = format === undefined ? undefined : exportFormatOf(format);
    return this.opened.useAt(asked, async (database, at) => {
      const text = await exported(database, known ?? "json", at);
      return known === undefined ? (JSON.parse(text) as PolicyDocument) : text;
    });
  }

  /**
   * Compares two documents, or moments of the database.
   * @param from a document, its path, a `Date`, or text: `@12` is a revision, `@2026-03-01` and `@-7d` are times
   * @param to the same; by default the database as it is, `@now`
   * @throws RbacError (exit 2).
   */
  async diff(from: DocumentSource | Date, to: DocumentSource | Date = "@now"): Promise<Difference> {
    const before = await this.#policyOf(from);
    const changes = diff(before, await this.#policyOf(to));
    return { changed: changes.length > 0, changes };
  }

  /**
   * When a user or a role gained and lost a permission, with the entries that caused it.
   * @param permission all if left out. @throws RbacError (exit 2).
   */
  async history(of: Subject, permission?: string): Promise<AbilityChange[]> {
    const subject = subjectOf(of);
    const wanted = permission === undefined ? undefined : parsePermission(textOf("the permission", permission));
    return this.opened.use(async (database) => (await database.record.history(subject, wanted, clock())).changes);
  }

  /**
   * The matching entries, oldest first; those of a user or a role also under former names, each with `as` then.
   * @throws RbacError (exit 2) for an invalid time or kind, or an unknown name.
   */
  async entries(which: options.EntrySearch = {}): Promise<NamedEntry[]> {
    const { since, until, kind, user, role, ...others } = optionsOf(which, options.ENTRIES);
    const period = parsePeriod(since, until, clock());
    const names = { users: user === undefined ? undefined : [user], roles: role === undefined ? undefined : [role] };
    const search = { ...others, ...names, ...period, kind: kind && parseKind(kind) };
    return this.opened.use((database) => database.record.entries(search));
  }

  /** `SEQ:HASH` of the last entry. Kept elsewhere, it lets `verify` reveal a record that was cut or rewritten. */
  async head(): Promise<string> {
    return this.opened.use((database) => database.record.head());
  }

  /**
   * Verifies the audit record, and the policy against it. Faults are in the report, not thrown.
   * @param expect a head kept elsewhere, `SEQ:HASH`. @throws RbacError (exit 2) for an invalid head.
   */
  async verify(how: { readonly expect?: string } = {}): Promise<VerificationReport> {
    const { expect } = optionsOf(how, ["expect"]);
    return this.opened.use((database) => database.record.verify({ key: this.opened.auditKey, expect }));
  }

  /** Closes the database, and with it every handle of it. Closing it again does nothing. */
  close(): Promise<void> {
    return this.opened.close();
  }

  /** So that `await using` closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #policyOf(source: DocumentSource | Date): Promise<Policy> {
    const isMoment = source instanceof Date || (typeof source === "string" && source.startsWith("@"));
    if (!isMoment) return policyFrom(source);
    const at = source instanceof Date ? source.toISOString() : source === "@now" ? undefined : momentText(source);
    return this.opened.useAt(at, async (database) => (await database.policy(WHOLE_POLICY)).policy);
  }
}

/** A user or a role that is asked about. @throws RbacError `VALUE_INVALID` (exit 2) for neither, and for both. */
function subjectOf(of: Subject): Subject {
  const { user, role } = optionsOf(of, ["user", "role"]);
  if ((user === undefined) === (role === undefined)) throw wrong("VALUE_INVALID", "say a user or a role, and not both");
  return user === undefined ? { role: role as string } : { user };
}

/** `@12` stays, as it is a revision; other moments are written without their `@`. */
const momentText = (text: string): string => (/^@\d+$/.test(text) ? text : text.slice(1));

/** The part of a list. @throws RbacError `VALUE_INVALID` (exit 2) for a page without rows. */
function rangeOf({ limit, after }: ReadOptions<"limit" | "after">) {
  if (limit === null || limit === 0) throw wrong("VALUE_INVALID", "limit must be a whole number from 1 on");
  return { limit, after };
}
