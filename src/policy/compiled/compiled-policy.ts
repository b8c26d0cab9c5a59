/**
 * A policy compiled for many questions: the answer of `decide`, without the evidence, for a few lookups in tables of integers. It
 * is kept up to date by the same changes that are recorded. What a decision is stays said by the walk alone.
 */
import { UnknownName } from "../../errors.ts";
import { asksAsOwner, type Question, type Reason } from "../evaluate/decide.ts";
import { type Change, keyFields, kindOf, rowAfter } from "../model/change.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import { type AnyRow, type HeldAssignment, KINDS, type Kind, type Policy, type Rows, rowsOf } from "../model/policy.ts";
import type { Scope } from "../model/scopes.ts";
import { AssignmentTable } from "./assignment-table.ts";
import { PermissionTable } from "./permission-table.ts";
import { QuestionState } from "./question-state.ts";
import { bitOf, RoleTables } from "./role-tables.ts";

/** A decision without its evidence. */
export interface Verdict {
  readonly allowed: boolean;
  readonly reason: Reason;
}

/** One answer for each reason: millions are given, and none is ever changed. */
const VERDICTS: { readonly [reason in Reason]: Verdict } = {
  allow: { allowed: true, reason: "allow" },
  deny: { allowed: false, reason: "deny" },
  none: { allowed: false, reason: "none" },
  disabled: { allowed: false, reason: "disabled" },
  session: { allowed: false, reason: "session" },
};

/** The kinds of rows that decide, apart from those of people. What is referred to comes first, as in `KINDS`. */
export const STRUCTURE = [
  "permission",
  "role",
  "inheritance",
  "grant",
  "everyone",
  "constraint",
] as const satisfies readonly Kind[];

const NONE: readonly number[] = [];

export class CompiledPolicy {
  readonly #roles = new RoleTables();
  readonly #catalogue = new PermissionTable(this.#roles);
  #everyone = NONE;
  readonly #holders: AssignmentTable | undefined;
  /** Who is disabled, where people are not held here. */
  readonly #disabled = new Set<string>();
  readonly #dsd = new Map<string, { readonly roles: readonly number[]; readonly limit: number }>();
  readonly #weighing = new QuestionState(this.#roles);

  /** @param people true to hold users and their assignments; else, of people, only who is disabled. */
  constructor({ people }: { readonly people: boolean }) {
    this.#holders = people ? new AssignmentTable() : undefined;
  }

  static of(policy: Policy): CompiledPolicy {
    const compiled = new CompiledPolicy({ people: true });
    for (const kind of KINDS) for (const row of rowsOf(policy, kind).values()) compiled.add(kind, row);
    return compiled;
  }

  /**
   * Answers as `decide` does. `alone` and `direct` of an asker are for lists, and not heeded.
   * @param held what the user, who is there, is assigned; left out where people are held here.
   * @throws UnknownName (exit 2) for a user, role or permission that the policy does not name, `OWN_TWICE` (exit 2).
   */
  answer(question: Question, held?: Iterable<HeldAssignment>): Verdict {
    const { user, scope, at, activate, assume } = question;
    const sought = this.#catalogue.seek(question.permission);
    const place = user === null || held ? 0 : this.#placeOf(user);
    const activated = this.#known(activate);
    const assumed = this.#known(assume);
    const permission = this.#catalogue.find(question.permission, sought);
    const weighing = this.#weighing.begin(asksAsOwner(question), scope, at);
    if (place !== 0 ? this.#holders?.isDisabled(place) : this.#disabled.has(user ?? "")) return VERDICTS.disabled;
    this.#catalogue.tell(permission, scope, weighing);
    if (activated.length > 0) weighing.narrowTo([...activated, ...assumed]);
    if (place !== 0) this.#holders?.tell(place, weighing);
    if (held) for (const { role, scope: on, from, until } of held) weighing.hold(this.#roles.id(role), on, from, until);
    for (const role of this.#everyone) weighing.hold(role, null, null, null);
    for (const role of assumed) weighing.hold(role, null, null, null);
    if (activated.length > 0 && this.#breaksDsd(activated, assumed)) return VERDICTS.session;
    return VERDICTS[weighing.reason(activated)];
  }

  /** As in `decide`: what a session activates, with what that inherits, stays below the limit of every `dsd`; but for what is assumed. */
  #breaksDsd(activated: readonly number[], assumed: readonly number[]): boolean {
    const named = activated.filter((role) => !assumed.includes(role));
    const active = (role: number) => named.some((from) => this.#roles.reaches(from, role));
    for (const { roles, limit } of this.#dsd.values()) if (roles.filter(active).length >= limit) return true;
    return false;
  }

  /** Brings the policy from one revision to a later one by the changes between. */
  apply(changes: Iterable<Change>): void {
    for (const change of changes) {
      if (change.kind === "user.update") this.#disable(change.user, change.after?.disabled ?? false);
      else {
        if (change.before) this.#put(kindOf(change), keyFields(change), false);
        if (change.after) this.#put(kindOf(change), rowAfter(change, 0) as AnyRow, true);
      }
    }
  }

  /** Takes in a row that is new; what it refers to comes first. */
  add(kind: Kind, row: AnyRow): void {
    this.#put(kind, row, true);
  }

  /** Takes in a user who is new, as `add` does, without a row. */
  addUser(user: string, disabled: boolean): void {
    if (this.#holders) this.#holders.add(user, disabled);
    else this.#disable(user, disabled);
  }

  /** Takes in an assignment that is new, as `add` does, without a row. It costs least where its user was the last to be added. */
  assign(user: string, role: string, scope: Scope, from: string | null, until: string | null): void {
    this.#holders?.assign(user, this.#roles.id(role), scope, from, until);
  }

  #known(roles: readonly string[]): readonly number[] {
    return roles.length === 0 ? NONE : roles.map((role) => this.#roles.known(role));
  }

  #placeOf(user: string): number {
    if (!this.#holders) throw new UnknownName("user", user);
    return this.#holders.find(user);
  }

  /** How each kind of row is put in place or taken away; what decides nothing is passed over. */
  readonly #kinds: { readonly [K in Kind]?: (row: Rows[K], there: boolean) => void } = {
    permission: ({ permission }, there) => {
      if (there) this.#catalogue.add(permission);
      else this.#catalogue.delete(permission);
    },
    role: ({ role }, there) => this.#roles.name(role, there),
    user: ({ user, disabled }, there) => {
      if (there) this.addUser(user, disabled);
      else if (this.#holders) this.#holders.remove(user);
      else this.#disable(user, false);
    },
    inheritance: ({ role, inherits }, there) => this.#roles.link(role, inherits, there),
    grant: ({ role, effect, permission, scope }, there) => {
      const bit = bitOf(effect, isOwn(permission));
      if (there) this.#catalogue.grant(role, withoutOwn(permission), bit, scope);
      else this.#catalogue.revoke(role, withoutOwn(permission), bit, scope);
    },
    everyone: ({ role }, there) => {
      const id = this.#roles.id(role);
      this.#everyone = there ? [...this.#everyone, id] : this.#everyone.filter((other) => other !== id);
    },
    constraint: ({ constraint, type, roles, limit }, there) => {
      this.#dsd.delete(constraint);
      if (there && type === "dsd")
        this.#dsd.set(constraint, { roles: roles.map((role) => this.#roles.id(role)), limit: limit ?? 0 });
    },
    assignment: ({ user, role, scope, from, until }, there) => {
      if (there) this.assign(user, role, scope, from, until);
      else this.#holders?.revoke(user, this.#roles.id(role), scope);
    },
  };

  #disable(user: string, disabled: boolean): void {
    if (this.#holders) this.#holders.disable(user, disabled);
    else if (disabled) this.#disabled.add(user);
    else this.#disabled.delete(user);
  }

  #put(kind: Kind, row: AnyRow, there: boolean): void {
    (this.#kinds[kind] as ((row: AnyRow, there: boolean) => void) | undefined)?.(row, there);
  }
}
