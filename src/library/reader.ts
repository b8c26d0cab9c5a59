/** What the library reads of an open database: questions, lists, documents and the record, present and past. */
import type { StampedAccess } from "../database/access.ts";
import { changedSince } from "../database/changed-since.ts";
import type { ListedAssignment, PageOf } from "../database/lists.ts";
import { wrong } from "../errors.ts";
import { differenceOf, type Side, sideOf } from "../policy/document/difference.ts";
import type { ListedPermission, ListedRole, ListedUser } from "../policy/evaluate/entity-details.ts";
import type { AbilityChange, Subject } from "../policy/history/ability-history.ts";
import type { ChangedSince } from "../policy/history/changed-names.ts";
import { type Change, parseKind } from "../policy/model/change.ts";
import { parsePermission } from "../policy/model/permissions.ts";
import type { AtRevision, NamedEntry, VerificationReport } from "../policy/model/results.ts";
import { parseEnd, parsePeriod } from "../policy/model/times.ts";
import { type ConstraintViolation, violationsOf } from "../policy/rules/constraint-violations.ts";
import { Compiled } from "./compiled-handle.ts";
import { type DocumentSource, documentFrom, exported, exportFormatOf, type PolicyDocument } from "./documents.ts";
import { clock } from "./open-database.ts";
import { optionsOf, type ReadOptions, subjectOf } from "./options/arguments.ts";
import * as options from "./options/read-options.ts";
import { RbacQuestions } from "./questions.ts";
import { textOf } from "./values/plain-values.ts";

/** Two policies compared: whether they differ, and the changes that turn the first into the second. */
export interface Difference {
  readonly changed: boolean;
  readonly changes: readonly Change[];
}

/** A database that is open to be asked. */
export class RbacReader extends RbacQuestions {
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
      const live = await database.live(assignments);
      const log = this.opened.decisions;
      const compiled = new Compiled(this.opened, live, log && (await live.traceAnswers(log.keeps)));
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

  /**
   * Who may do what: a row for each user, permission and held role, in this order, with who assigned the role and who
   * granted the permission. @throws RbacError (exit 2) for an unknown name.
   */
  async access(how: options.AccessOptions = {}): Promise<PageOf<{ access: StampedAccess[] }>> {
    const { at: asked, user, role, permission, on, match, assigned, only, ...page } = optionsOf(how, options.ACCESS);
    const one = (name: string | undefined) => (name === undefined ? undefined : [name]);
    const names = { users: one(user), roles: one(role), patterns: one(permission) };
    const filter = { ...names, on, match, assigned, part: only, ...rangeOf(page) };
    return this.opened.useAt(asked, (database, at) => database.lists.access({ ...filter, at }));
  }

  /** All violations of constraints, now or later, each with a text. */
  async violations(): Promise<ConstraintViolation[]> {
    return this.opened.use(async (database) => {
      const { policy } = await database.policy({ users: "all", roles: "all", grants: "none" });
      return violationsOf(policy, clock());
    });
  }

  /** The policy as a document, or with `format` as its text. Seeding it with `prune` restores exactly this policy. */
  export(how?: Omit<options.ExportOptions, "format">): Promise<PolicyDocument>;
  export(how: options.ExportOptions & { readonly format: options.ExportFormat }): Promise<string>;
  async export(how: options.ExportOptions = {}): Promise<PolicyDocument | string> {
    const { at: asked, format, only } = optionsOf(how, options.EXPORT);
    const known = format === undefined ? undefined : exportFormatOf(format);
    return this.opened.useAt(asked, async (database, at) => {
      const text = await exported(database, known ?? "json", at, only);
      return known === undefined ? (JSON.parse(text) as PolicyDocument) : text;
    });
  }

  /**
   * Compares two documents, or moments of the database; by a document with a part, only in that part.
   * @param from a document, its path, a `Date`, or text: `@12` is a revision, `@2026-03-01` and `@-7d` are times
   * @param to the same; by default the database as it is, `@now`
   * @throws RbacError (exit 2).
   */
  async diff(from: DocumentSource | Date, to: DocumentSource | Date = "@now"): Promise<Difference> {
    const changes = differenceOf(await this.#sideOf(from), await this.#sideOf(to));
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

  /**
   * Whose answers may have changed since a revision: for a user who is not in `users`, and who reached none of `roles`
   * then and reaches none now, every `can` and `has` answers as it did, unless `all` is true. The names are sorted.
   * @throws RbacError (exit 2) for a missing or an invalid `since`.
   */
  async changes(how: options.ChangesOptions): Promise<AtRevision<ChangedSince>> {
    const { since } = optionsOf(how, options.CHANGES);
    if (since === undefined) throw wrong("USAGE", "say since which revision, or which time: since: 12");
    const moment = parseEnd(since, clock());
    return this.opened.use((database) => database.read((reading) => changedSince(reading, moment)));
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

  async #sideOf(source: DocumentSource | Date): Promise<Side> {
    const isMoment = source instanceof Date || (typeof source === "string" && source.startsWith("@"));
    if (!isMoment) return sideOf(await documentFrom(source));
    const at = source instanceof Date ? source.toISOString() : source === "@now" ? undefined : momentText(source);
    return this.opened.useAt(at, async (database) => ({ policy: await database.documented() }));
  }
}

/** `@12` stays, as it is a revision; other moments are written without their `@`. */
const momentText = (text: string): string => (/^@\d+$/.test(text) ? text : text.slice(1));

/** The part of a list. @throws RbacError `VALUE_INVALID` (exit 2) for a page without rows. */
function rangeOf({ limit, after }: ReadOptions<"limit" | "after">) {
  if (limit === null || limit === 0) throw wrong("VALUE_INVALID", "limit must be a whole number from 1 on");
  return { limit, after };
}
