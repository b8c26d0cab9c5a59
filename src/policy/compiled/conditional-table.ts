/** The conditional grants of a compiled policy: by pattern and scope, then by the roles that reach them. */
import { storedCondition, type Truth, truthOf } from "../conditions/condition.ts";
import type { Expression } from "../conditions/expression.ts";
import type { Facts } from "../conditions/given.ts";
import { isOwn } from "../model/names.ts";
import type { Rows } from "../model/rows.ts";
import type { Scope } from "../model/scopes.ts";
import type { RoleTables } from "./role-tables.ts";

/** What a role reaches of a group, as bits of its table: none of those of plain denies, which are counted. */
export const REACHES_ALLOW = 1;
export const REACHES_DENY = 4;

const NONE: readonly CompiledConditional[] = [];

/** The most entries of lists of what a role reaches that are kept. */
const MAX_REACHED = 1_000_000;

/** A conditional grant, ready to be judged. */
export class CompiledConditional {
  readonly isDeny: boolean;
  readonly isOwn: boolean;
  readonly #digest: string;
  /** The last question that judged it: a grant that is reached on several ways is judged once. */
  judgedBy = 0;
  /** The patterns that it leaves out, as numbers of their tables. */
  readonly #but: readonly number[];
  readonly #when: string | null;
  #condition: Expression | undefined;

  constructor({ effect, permission, digest, when }: Rows["conditional"], but: readonly number[]) {
    this.isDeny = effect === "deny";
    this.isOwn = isOwn(permission);
    this.#digest = digest;
    this.#but = but;
    this.#when = when;
  }

  /** True for the row that it was made of, among those of its role, pattern and scope. */
  isOf({ effect, permission, digest }: Rows["conditional"]): boolean {
    return this.#digest === digest && this.isDeny === (effect === "deny") && this.isOwn === isOwn(permission);
  }

  /** True where it leaves a permission out. @param tables those of the patterns that cover the permission */
  leavesOut(tables: readonly number[]): boolean {
    for (const table of this.#but) if (tables.includes(table)) return true;
    return false;
  }

  /** The condition, read when it is first needed; `null` where it has none. @throws RbacError (exit 4). */
  get condition(): Expression | null {
    if (this.#when === null) return null;
    this.#condition ??= storedCondition(this.#when);
    return this.#condition;
  }

  truth(facts: Facts): Truth {
    const { condition } = this;
    return condition === null ? true : truthOf(condition, facts);
  }
}

/** The conditional grants of one pattern on one scope. */
export interface ConditionalGroup {
  readonly scope: Scope;
  /** The table of the roles that reach any of them. */
  readonly table: number;
  readonly byRole: Map<number, CompiledConditional[]>;
  denies: number;
  /** What each role reaches, itself or by inheritance; kept once it was asked for. */
  readonly reached: Map<number, readonly CompiledConditional[]>;
}

type GroupsByScope = Map<Scope, ConditionalGroup>;

export class ConditionalTable {
  readonly roles: RoleTables;
  /** By root table of a pattern, then by scope. */
  readonly #groups = new Map<number, GroupsByScope>();
  /** Those of them that deny anything. */
  readonly #denyGroups = new Map<number, GroupsByScope>();
  /** Tables of groups that no longer are, to be reused. */
  readonly #freeTables: number[] = [];
  #reachedEntries = 0;
  #inheritance = 0;

  constructor(roles: RoleTables) {
    this.roles = roles;
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0;
  }

  /** @param pattern the root table of its pattern @param but the root tables of the patterns that it leaves out */
  add(row: Rows["conditional"], pattern: number, but: readonly number[]): void {
    const groups = this.#groups.get(pattern) ?? new Map<Scope, ConditionalGroup>();
    const group = groups.get(row.scope) ?? this.#emptyGroup(row.scope);
    this.#groups.set(pattern, groups.set(row.scope, group));
    const role = this.roles.id(row.role);
    const conditional = new CompiledConditional(row, but);
    const list = group.byRole.get(role);
    if (list) list.push(conditional);
    else group.byRole.set(role, [conditional]);
    if (conditional.isDeny) this.#countDeny(pattern, group, 1);
    this.roles.grant(group.table, row.role, conditional.isDeny ? REACHES_DENY : REACHES_ALLOW);
    group.reached.clear();
  }

  /** Removes a conditional grant, which must exist. */
  remove(row: Rows["conditional"], pattern: number): void {
    const group = this.#groups.get(pattern)?.get(row.scope) as ConditionalGroup;
    const role = this.roles.id(row.role);
    const list = group.byRole.get(role) as CompiledConditional[];
    const removed = list.find((one) => one.isOf(row)) as CompiledConditional;
    list.splice(list.indexOf(removed), 1);
    if (list.length === 0) group.byRole.delete(role);
    if (removed.isDeny) this.#countDeny(pattern, group, -1);
    this.roles.revoke(group.table, row.role, removed.isDeny ? REACHES_DENY : REACHES_ALLOW);
    group.reached.clear();
    if (group.byRole.size > 0) return;
    deleteFrom(this.#groups, pattern, row.scope);
    this.#freeTables.push(group.table);
  }

  /**
   * The groups of some patterns on some scopes that any role reaches; valid until the next change.
   * @param patterns root tables
   */
  groupsOn(patterns: readonly number[], scopes: readonly Scope[]): ConditionalGroup[] {
    const found: ConditionalGroup[] = [];
    for (const pattern of patterns) {
      const groups = this.#groups.get(pattern);
      if (groups)
        for (const scope of scopes) {
          const group = groups.get(scope);
          if (group && this.roles.prepare(group.table)) found.push(group);
        }
    }
    return found;
  }

  /** The same on any scope, but only those that deny anything. */
  denyGroups(patterns: readonly number[]): ConditionalGroup[] {
    const found: ConditionalGroup[] = [];
    for (const pattern of patterns)
      for (const group of this.#denyGroups.get(pattern)?.values() ?? [])
        if (this.roles.prepare(group.table)) found.push(group);
    return found;
  }

  /** True where a permission has conditional grants on any scope. */
  concern(patterns: readonly number[]): boolean {
    for (const pattern of patterns) if (this.#groups.has(pattern)) return true;
    return false;
  }

  /** What a role reaches of a group. @param bits the effects that are asked about: `REACHES_ALLOW`, `REACHES_DENY` */
  reachedBy(group: ConditionalGroup, role: number, bits: number): readonly CompiledConditional[] {
    if ((this.roles.bits(group.table, role) & bits) === 0) return NONE;
    if (this.#inheritance !== this.roles.inheritanceVersion) this.#forget();
    const known = group.reached.get(role);
    if (known) return known;
    if (this.#reachedEntries > MAX_REACHED) this.#forget();
    const list = this.roles.above(role).flatMap((reached) => group.byRole.get(reached) ?? []);
    group.reached.set(role, list);
    this.#reachedEntries += list.length;
    return list;
  }

  #forget(): void {
    for (const groups of this.#groups.values()) for (const { reached } of groups.values()) reached.clear();
    this.#reachedEntries = 0;
    this.#inheritance = this.roles.inheritanceVersion;
  }

  #countDeny(pattern: number, group: ConditionalGroup, by: 1 | -1): void {
    group.denies += by;
    if (group.denies === 0) deleteFrom(this.#denyGroups, pattern, group.scope);
    else {
      const groups = this.#denyGroups.get(pattern) ?? new Map<Scope, ConditionalGroup>();
      this.#denyGroups.set(pattern, groups.set(group.scope, group));
    }
  }

  #emptyGroup(scope: Scope): ConditionalGroup {
    const table = this.#freeTables.pop() ?? this.roles.createTable();
    return { scope, table, byRole: new Map(), denies: 0, reached: new Map() };
  }
}

function deleteFrom(groups: Map<number, GroupsByScope>, pattern: number, scope: Scope): void {
  const byScope = groups.get(pattern);
  byScope?.delete(scope);
  if (byScope?.size === 0) groups.delete(pattern);
}
