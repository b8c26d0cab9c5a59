/**
 * A policy compiled into integer tables for many verdicts: the answers of `decide`, without evidence, by a few lookups.
 * It is updated by the recorded changes. The walk defines a decision; tests hold this evaluator equal to it.
 */
import { UnknownName } from "../../errors.ts";
import { asksAsOwner, type Question, type RoleQuestion } from "../evaluate/decide.ts";
import { type Change, keyFields, kindOf, rowAfter } from "../model/change.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import { type HeldAssignment, type Policy, rowsOf } from "../model/policy.ts";
import { KINDS } from "../model/records.ts";
import type { AnyRow, Kind, Rows } from "../model/rows.ts";
import type { Scope } from "../model/scopes.ts";
import { AssignmentTable, type HoldingListener, type Holdings } from "./assignment-table.ts";
import { ConditionalTable } from "./conditional-table.ts";
import { DecidingGrants } from "./deciding-grants.ts";
import type { Deciding } from "./deciding-search.ts";
import { DeclaredAttributes } from "./declared-attributes.ts";
import { DsdSets } from "./dsd-sets.ts";
import { FurtherAnswers } from "./further-answers.ts";
import { HeldRoleState } from "./held-role-state.ts";
import { PermissionTable } from "./permission-table.ts";
import { QuestionState } from "./question-state.ts";
import { bitOf, RoleTables } from "./role-tables.ts";
import { VERDICT_BY_REASON, type Verdict } from "./verdict.ts";

const NONE: readonly number[] = [];

export class CompiledPolicy {
  readonly #roles = new RoleTables();
  readonly #permissions = new PermissionTable(this.#roles);
  readonly #conditionals = new ConditionalTable(this.#roles);
  readonly #declared = new DeclaredAttributes();
  #everyone = NONE;
  readonly #assignments: AssignmentTable | undefined;
  /** The disabled users, if users and assignments are not stored here. */
  readonly #disabled = new Set<string>();
  readonly #dsd = new DsdSets(this.#roles);
  #admitsStrangers = false;
  readonly #state = new QuestionState(this.#roles);
  readonly #deciding = new DecidingGrants(this.#roles, this.#permissions);
  readonly #further = new FurtherAnswers({
    roles: this.#roles,
    permissions: this.#permissions,
    conditionals: this.#conditionals,
    declared: this.#declared,
  });

  /** @param people true to store users and assignments; false to store only which users are disabled */
  constructor({ people }: { readonly people: boolean }) {
    this.#assignments = people ? new AssignmentTable() : undefined;
  }

  static of(policy: Policy): CompiledPolicy {
    const compiled = new CompiledPolicy({ people: true });
    for (const kind of KINDS) for (const row of rowsOf(policy, kind).values()) compiled.add(kind, row);
    return compiled;
  }

  /** Whether it is a permission of the catalogue. */
  hasPermission(permission: string): boolean {
    return this.#permissions.has(permission);
  }

  /**
   * Answers as `decide` does. The fields `alone` and `direct` of an asker are for lists, and ignored.
   * @param held the assignments of the user, who must exist; leave it out if users and assignments are stored here
   * @throws UnknownName (exit 2) for a user, role or permission that the policy does not name, `OWN_TWICE` (exit 2).
   */
  answer(question: Question, held?: Iterable<HeldAssignment>): Verdict {
    const { user, scope, at, activate, assume } = question;
    const slot = this.#permissions.seek(question.permission);
    const userPosition = user === null || held || question.stranger ? 0 : this.#positionOf(user);
    const activated = this.#idsOf(activate);
    const assumed = this.#idsOf(assume);
    const permission = this.#permissions.find(question.permission, slot);
    const state = this.#state.begin(asksAsOwner(question), scope, at);
    if (userPosition !== 0 ? this.#assignments?.isDisabled(userPosition) : this.#disabled.has(user ?? ""))
      return VERDICT_BY_REASON.disabled;
    this.#permissions.visitTables(permission, scope, state);
    if (activated.length > 0) state.narrowTo([...activated, ...assumed]);
    this.#visitHoldings(userPosition, held, assumed, state);
    if (activated.length > 0 && this.#dsd.areBrokenBy(activated, assumed)) return VERDICT_BY_REASON.session;
    const reason = state.reason(activated);
    if (reason !== "allow" && (reason !== "none" || this.#conditionals.isEmpty)) return VERDICT_BY_REASON[reason];
    if (this.#roles.onlyAllows && this.#conditionals.isEmpty) return VERDICT_BY_REASON.allow;
    return this.#answerFurther(question, permission, reason === "allow", { userPosition, held, activated, assumed });
  }

  /** A function of its own: what a closure takes hold of would cost the questions that need none. */
  #answerFurther(question: Question, permission: number, allowed: boolean, holder: Holdings): Verdict {
    const { userPosition, held, activated, assumed } = holder;
    const session = activated.length > 0 ? [...activated, ...assumed] : undefined;
    const visit = (listener: HoldingListener) => this.#visitHoldings(userPosition, held, assumed, listener);
    return this.#further.answer(question, permission, { allowed, session }, visit);
  }

  /**
   * Whether a role is held, as `holds` answers.
   * @param held as for `answer`. @throws UnknownName (exit 2) for a user or a role that the policy does not name.
   */
  holds(question: RoleQuestion, held?: Iterable<HeldAssignment>): Verdict {
    const { user, activate, assume } = question;
    const userPosition = user === null || held || question.stranger ? 0 : this.#positionOf(user);
    const session = { activated: this.#idsOf(activate), assumed: this.#idsOf(assume) };
    const state = new HeldRoleState(this.#roles, question, this.#roles.existingId(question.role), session);
    if (userPosition !== 0 ? this.#assignments?.isDisabled(userPosition) : this.#disabled.has(user ?? ""))
      return VERDICT_BY_REASON.disabled;
    this.#visitHoldings(userPosition, held, session.assumed, state);
    if (activate.length > 0 && this.#dsd.areBrokenBy(session.activated, session.assumed))
      return VERDICT_BY_REASON.session;
    return VERDICT_BY_REASON[state.reason];
  }

  /**
   * By which plain grant a question was decided; `undefined` where none did. To be asked right after its answer.
   * @param held as for the answer
   */
  decidingIn(
    question: Question | RoleQuestion,
    { reason }: Verdict,
    held?: Iterable<HeldAssignment>,
  ): Deciding | undefined {
    if (reason !== "allow" && reason !== "deny") return undefined;
    const { user } = question;
    const [activated, assumed] = [this.#idsOf(question.activate), this.#idsOf(question.assume)];
    const session = activated.length > 0 ? [...activated, ...assumed] : undefined;
    const userPosition = user === null || held || question.stranger ? 0 : this.#positionOf(user);
    const visit = (listener: HoldingListener) => this.#visitHoldings(userPosition, held, assumed, listener);
    if ("role" in question) return this.#deciding.ofRole(question, session, visit);
    return this.#deciding.of(question, reason, session, visit);
  }

  /** True where unknown users may be strangers: `answer` still refuses one that is not said to be (rule 30). */
  get admitsStrangers(): boolean {
    return this.#admitsStrangers;
  }

  /** Passes on all that somebody holds: assigned, by `everyone`, and assumed. */
  #visitHoldings(
    userPosition: number,
    held: Iterable<HeldAssignment> | undefined,
    assumed: readonly number[],
    listener: HoldingListener,
  ): void {
    if (userPosition !== 0) this.#assignments?.visitHoldings(userPosition, listener);
    if (held)
      for (const { role, scope, from, until } of held) listener.addHolding(this.#roles.id(role), scope, from, until);
    for (const role of this.#everyone) listener.addHolding(role, null, null, null);
    for (const role of assumed) listener.addHolding(role, null, null, null);
  }

  /** Updates the policy from one revision to a later one. @param changes all changes in between, in their order */
  apply(changes: Iterable<Change>): void {
    for (const change of changes) {
      if (change.kind === "user.update") this.#disable(change.user, change.after?.disabled ?? false);
      else {
        if (change.before) this.#set(kindOf(change), keyFields(change), false);
        if (change.after) this.#set(kindOf(change), rowAfter(change, 0) as AnyRow, true);
      }
    }
  }

  /** Adds a new row. The rows that it refers to must be added before it. */
  add(kind: Kind, row: AnyRow): void {
    this.#set(kind, row, true);
  }

  /** Adds a new user, as `add` does, without a row object. */
  addUser(user: string, disabled: boolean): void {
    if (this.#assignments) this.#assignments.add(user, disabled);
    else this.#disable(user, disabled);
  }

  /**
   * Adds a new assignment, as `add` does, without a row object. It costs least right after its user was added: the
   * list of the user is then at the end of the array, and need not move to grow.
   */
  assign(user: string, role: string, scope: Scope, from: string | null, until: string | null): void {
    this.#assignments?.assign(user, this.#roles.id(role), scope, from, until);
  }

  #idsOf(roles: readonly string[]): readonly number[] {
    return roles.length === 0 ? NONE : roles.map((role) => this.#roles.existingId(role));
  }

  #positionOf(user: string): number {
    if (!this.#assignments) throw new UnknownName("user", user);
    return this.#assignments.find(user);
  }

  /** Adds or removes a row of each kind. */
  readonly #setters: { readonly [K in Kind]: (row: Rows[K], exists: boolean) => void } = {
    permission: ({ permission }, exists) => {
      if (exists) this.#permissions.add(permission);
      else this.#permissions.delete(permission);
    },
    role: ({ role }, exists) => this.#roles.setExists(role, exists),
    user: ({ user, disabled }, exists) => {
      if (exists) this.addUser(user, disabled);
      else if (this.#assignments) this.#assignments.remove(user);
      else this.#disable(user, false);
    },
    inheritance: ({ role, inherits }, exists) => this.#roles.setInheritance(role, inherits, exists),
    grant: ({ role, effect, permission, scope }, exists) => {
      const bit = bitOf(effect, isOwn(permission));
      if (exists) this.#permissions.grant(role, withoutOwn(permission), bit, scope);
      else this.#permissions.revoke(role, withoutOwn(permission), bit, scope);
    },
    everyone: ({ role }, exists) => {
      const id = this.#roles.id(role);
      this.#everyone = exists ? [...this.#everyone, id] : this.#everyone.filter((other) => other !== id);
    },
    constraint: (row, exists) => this.#dsd.set(row, exists),
    assignment: ({ user, role, scope, from, until }, exists) => {
      if (exists) this.assign(user, role, scope, from, until);
      else this.#assignments?.revoke(user, this.#roles.id(role), scope);
    },
    policy: ({ setting }, exists) => {
      if (setting === "strangers") this.#admitsStrangers = exists; // No verdict depends on the guard.
    },
    conditional: (row, exists) => {
      const pattern = this.#permissions.tableOfPattern(withoutOwn(row.permission));
      const leftOut = () => row.but.map((one) => this.#permissions.tableOfPattern(one));
      if (exists) this.#conditionals.add(row, pattern, leftOut());
      else this.#conditionals.remove(row, pattern);
    },
    attribute: (row, exists) => this.#declared.set(row, exists),
    former: () => {},
    identity: () => {},
    approval: () => {},
    "api-key": () => {},
  };

  #disable(user: string, disabled: boolean): void {
    if (this.#assignments) this.#assignments.disable(user, disabled);
    else if (disabled) this.#disabled.add(user);
    else this.#disabled.delete(user);
  }

  #set(kind: Kind, row: AnyRow, exists: boolean): void {
    if (kind !== "assignment" && kind !== "user") this.#deciding.forget();
    (this.#setters[kind] as (row: AnyRow, exists: boolean) => void)(row, exists);
  }
}
