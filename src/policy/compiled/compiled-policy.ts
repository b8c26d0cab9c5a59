/**
 * A policy compiled into integer tables for many verdicts: the answers of `decide`, without evidence, by a few lookups.
 * It is updated by the recorded changes. The walk defines a decision; tests hold this evaluator equal to it.
 */
import { UnknownName } from "../../errors.ts";
import { NOTHING_GIVEN } from "../conditions/given.ts";
import { asksAsOwner, type Question } from "../evaluate/decide.ts";
import { type Change, keyFields, kindOf, rowAfter } from "../model/change.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import { type HeldAssignment, type Policy, rowsOf } from "../model/policy.ts";
import { KINDS } from "../model/records.ts";
import type { AnyRow, Kind, Rows } from "../model/rows.ts";
import type { Scope } from "../model/scopes.ts";
import { AssignmentTable, type HoldingListener } from "./assignment-table.ts";
import { answerByConditions } from "./conditional-answer.ts";
import { ConditionalTable } from "./conditional-table.ts";
import { DeclaredAttributes } from "./declared-attributes.ts";
import { DeniedScopes } from "./denied-scopes.ts";
import { PermissionTable } from "./permission-table.ts";
import { QuestionState } from "./question-state.ts";
import { bitOf, RoleTables } from "./role-tables.ts";
import { VERDICT_BY_REASON, type Verdict } from "./verdict.ts";

const NONE: readonly number[] = [];

/** Who asks, by what is held. */
interface Holder {
  readonly userPosition: number;
  readonly held: Iterable<HeldAssignment> | undefined;
  readonly activated: readonly number[];
  readonly assumed: readonly number[];
}

export class CompiledPolicy {
  readonly #roles = new RoleTables();
  readonly #permissions = new PermissionTable(this.#roles);
  readonly #conditionals = new ConditionalTable(this.#roles);
  readonly #declared = new DeclaredAttributes();
  #everyone = NONE;
  readonly #assignments: AssignmentTable | undefined;
  /** The disabled users, if users and assignments are not stored here. */
  readonly #disabled = new Set<string>();
  readonly #dsd = new Map<string, { readonly roles: readonly number[]; readonly limit: number }>();
  #admitsStrangers = false;
  readonly #state = new QuestionState(this.#roles);

  /** @param people true to store users and assignments; false to store only which users are disabled */
  constructor({ people }: { readonly people: boolean }) {
    this.#assignments = people ? new AssignmentTable() : undefined;
  }

  static of(policy: Policy): CompiledPolicy {
    const compiled = new CompiledPolicy({ people: true });
    for (const kind of KINDS) for (const row of rowsOf(policy, kind).values()) compiled.add(kind, row);
    return compiled;
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
    if (activated.length > 0 && this.#breaksDsd(activated, assumed)) return VERDICT_BY_REASON.session;
    const reason = state.reason(activated);
    if (reason !== "allow" && (reason !== "none" || this.#conditionals.isEmpty)) return VERDICT_BY_REASON[reason];
    if (this.#roles.onlyAllows && this.#conditionals.isEmpty) return VERDICT_BY_REASON.allow;
    return this.#answerFurther(question, permission, reason === "allow", { userPosition, held, activated, assumed });
  }

  /** The answer where plain grants at the target and above do not deny: by conditions, with what is denied below. */
  #answerFurther(question: Question, permission: number, allowed: boolean, holder: Holder): Verdict {
    const verdict = this.#answerByConditions(question, permission, allowed, holder);
    if (verdict) return verdict;
    if (!allowed) return VERDICT_BY_REASON.none;
    const denied = this.#denialsOf(question, permission);
    if (!denied) return VERDICT_BY_REASON.allow;
    this.#visitHoldings(holder.userPosition, holder.held, holder.assumed, denied);
    return { ...VERDICT_BY_REASON.allow, except: denied.widest };
  }

  /** What collects the scopes below the target that plain grants deny; `undefined` where they deny nothing. */
  #denialsOf(question: Question, permission: number): DeniedScopes | undefined {
    const tables = this.#permissions.denyTables(permission);
    if (tables.length === 0) return undefined;
    return new DeniedScopes(this.#roles, tables, asksAsOwner(question), question.scope, question.at);
  }

  /** The answer where plain grants do not refuse; `undefined` where no grant of the permission has conditions. */
  #answerByConditions(
    question: Question,
    position: number,
    allowed: boolean,
    { userPosition, held, activated, assumed }: Holder,
  ): Verdict | undefined {
    if (this.#conditionals.isEmpty) return undefined;
    const patterns = this.#permissions.patternsOf(position);
    if (!this.#conditionals.concern(patterns)) return undefined;
    const session = activated.length > 0 ? [...activated, ...assumed] : undefined;
    const { user, at, scope: target, given = NOTHING_GIVEN } = question;
    const permission = withoutOwn(question.permission);
    const facts = { given, user, permission, at, declared: this.#declared.of(permission), isList: false };
    const asked = { patterns, own: asksAsOwner(question), target, facts, at, session };
    const visit = (listener: HoldingListener) => this.#visitHoldings(userPosition, held, assumed, listener);
    const deniedBelow = () => {
      const denied = this.#denialsOf(question, position);
      if (denied) visit(denied);
      return denied?.found ?? [];
    };
    return answerByConditions(this.#conditionals, asked, { allowed, deniedBelow }, visit);
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

  /** As in `decide`: true when activated roles, with inherited ones, reach a `dsd` limit; assumed ones are ignored. */
  #breaksDsd(activated: readonly number[], assumed: readonly number[]): boolean {
    const notAssumed = activated.filter((role) => !assumed.includes(role));
    const active = (role: number) => notAssumed.some((from) => this.#roles.reaches(from, role));
    for (const { roles, limit } of this.#dsd.values()) if (roles.filter(active).length >= limit) return true;
    return false;
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
    constraint: ({ constraint, type, roles, limit }, exists) => {
      this.#dsd.delete(constraint);
      if (exists && type === "dsd")
        this.#dsd.set(constraint, { roles: roles.map((role) => this.#roles.id(role)), limit: limit ?? 0 });
    },
    assignment: ({ user, role, scope, from, until }, exists) => {
      if (exists) this.assign(user, role, scope, from, until);
      else this.#assignments?.revoke(user, this.#roles.id(role), scope);
    },
    policy: ({ setting }, exists) => {
      if (setting === "strangers") this.#admitsStrangers = exists; // No verdict depends on the guard.
    },
    conditional: (row, exists) => {
      const pattern = this.#permissions.tableOfPattern(withoutOwn(row.permission));
      const but = row.but.map((one) => this.#permissions.tableOfPattern(one));
      if (exists) this.#conditionals.add(row, pattern, but);
      else this.#conditionals.remove(row, pattern);
    },
    attribute: (row, exists) => this.#declared.set(row, exists),
    former: () => {},
    identity: () => {},
    approval: () => {},
  };

  #disable(user: string, disabled: boolean): void {
    if (this.#assignments) this.#assignments.disable(user, disabled);
    else if (disabled) this.#disabled.add(user);
    else this.#disabled.delete(user);
  }

  #set(kind: Kind, row: AnyRow, exists: boolean): void {
    (this.#setters[kind] as (row: AnyRow, exists: boolean) => void)(row, exists);
  }
}
