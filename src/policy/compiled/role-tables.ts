/**
 * The roles of a compiled policy and their grants: for each pattern on a scope, a hash table of all roles that have it,
 * by their own grant or by inheritance.
 */
import { UnknownName } from "../../errors.ts";
import { IntListsByName } from "../arrays/int-lists-by-name.ts";
import { LinkedIntLists } from "../arrays/linked-int-lists.ts";
import { withCapacity } from "../arrays/with-capacity.ts";
import type { Effect } from "../model/rows.ts";

/** The effects of grants of one pattern, as bits to be combined by `|`. */
export const ALLOW = 1;
export const DENY = 2;
export const OWN_ALLOW = 4;
export const OWN_DENY = 8;
const BITS = 4;
const ALL_BITS = (1 << BITS) - 1;

/** The bit of a grant. */
export function bitOf(effect: Effect, own: boolean): number {
  if (effect === "allow") return own ? OWN_ALLOW : ALLOW;
  return own ? OWN_DENY : DENY;
}

/** Distributes the consecutive numbers of roles over a table (Knuth's multiplicative hash). */
const HASH_MULTIPLIER = 0x9e3779b1;

interface Role {
  readonly name: string;
  exists: boolean;
  /** The list of the roles that inherit it directly. */
  readonly heirList: number;
  /** The table of the roles that are or inherit it. It is built only for sessions. */
  readonly reacherTable: number;
}

/**
 * All tables share one array, and each is built when it is first needed. A head has two integers: where the table
 * begins (0: not built), and the shift that turns a hash into a slot. A slot is `role << BITS | bits`, 0 if it is free.
 */
const HEAD = 2;
/** The beginning of a table that is built and empty. */
const EMPTY = -1;

export class RoleTables {
  /** Counts the changes of inheritance: what was derived from it before is of the past. */
  inheritanceVersion = 0;
  /** By name: the number of the role, a list of one. */
  readonly #ids = new IntListsByName();
  readonly #roles: Role[] = [];
  /** The heirs of each role; and for each table its grants without inheritance, as `role << BITS | bit`. */
  readonly #lists = new LinkedIntLists();
  /** By role: its parents. Derived from the heirs when it is first needed, which only conditions do. */
  #parents: ReadonlyMap<number, readonly number[]> | undefined;
  #denials = 0;
  #heads = new Int32Array(HEAD << 6);
  #slots = new Int32Array(1 << 10);
  #end = 1;
  #waste = 0;

  /** The number of a role; a new name gets a new number. It never changes, even if the role is deleted. */
  id(name: string): number {
    const known = this.#ids.first(name);
    if (known !== undefined) return known;
    const id = this.#roles.length;
    this.#ids.add(name, [id]);
    this.#roles.push({ name, exists: false, heirList: this.#lists.create(), reacherTable: this.createTable() });
    this.#lists.add(this.#role(id).reacherTable, (id << BITS) | ALLOW);
    return id;
  }

  nameOf(role: number): string {
    return this.#role(role).name;
  }

  /** The number of a role that exists in the policy. @throws UnknownName (exit 2). */
  existingId(name: string): number {
    const id = this.#ids.first(name);
    if (id === undefined || !this.#role(id).exists) throw new UnknownName("role", name);
    return id;
  }

  setExists(name: string, exists: boolean): void {
    this.#role(this.id(name)).exists = exists;
  }

  setInheritance(heir: string, inherits: string, exists: boolean): void {
    const { heirList } = this.#role(this.id(inherits));
    if (exists) this.#lists.add(heirList, this.id(heir));
    else this.#lists.remove(heirList, this.id(heir));
    this.#parents = undefined;
    this.inheritanceVersion += 1;
    this.#discardAll();
  }

  /** Creates a table without grants and returns its number. */
  createTable(): number {
    const table = this.#lists.create();
    this.#heads = withCapacity(this.#heads, (table + 1) * HEAD);
    return table;
  }

  grant(table: number, role: string, bit: number): void {
    this.#lists.add(table, (this.id(role) << BITS) | bit);
    if (isDenial(bit)) this.#denials += 1;
    this.#discard(table);
  }

  /** The grants of a table to roles themselves, each as its bit. Takes as long as the table has grants. */
  *grantsOf(table: number): Iterable<readonly [role: number, bit: number]> {
    for (const code of this.#lists.values(table)) yield [code >> BITS, code & ALL_BITS];
  }

  /** Removes a grant, if it exists. False when the table then has no grants. */
  revoke(table: number, role: string, bit: number): boolean {
    if (this.#lists.remove(table, (this.id(role) << BITS) | bit) && isDenial(bit)) this.#denials -= 1;
    this.#discard(table);
    return !this.#lists.isEmpty(table);
  }

  /** True when a grant of a table itself denies. Takes as long as the table has grants. */
  hasDenies(table: number): boolean {
    for (const code of this.#lists.values(table)) if (isDenial(code & ALL_BITS)) return true;
    return false;
  }

  /** True when no grant denies: then the first path that allows decides. */
  get onlyAllows(): boolean {
    return this.#denials === 0;
  }

  /** True when a role is, or inherits, another role. */
  reaches(role: number, other: number): boolean {
    const { reacherTable } = this.#role(other);
    return this.prepare(reacherTable) && this.bits(reacherTable, role) !== 0;
  }

  /** A role and all that it inherits. After a change of inheritance, the first call takes as long as all edges. */
  above(role: number): number[] {
    this.#parents ??= this.#parentsByRole();
    const found = new Set([role]);
    for (const one of found) for (const parent of this.#parents.get(one) ?? []) found.add(parent);
    return [...found];
  }

  #parentsByRole(): ReadonlyMap<number, readonly number[]> {
    const parents = new Map<number, number[]>();
    this.#roles.forEach(({ heirList }, role) => {
      for (const heir of this.#lists.values(heirList)) {
        const list = parents.get(heir);
        if (list) list.push(role);
        else parents.set(heir, [role]);
      }
    });
    return parents;
  }

  /** Builds a table if needed, so that `bits` may read it. False when the table is empty. */
  prepare(table: number): boolean {
    if (this.#heads[table * HEAD] === 0) this.#build(table);
    return this.#heads[table * HEAD] !== EMPTY;
  }

  /** The bits of all grants to a role and to its inherited roles. The table must be prepared and not empty. */
  bits(table: number, role: number): number {
    const slots = this.#slots;
    const begin = this.#heads[table * HEAD] as number;
    const shift = this.#heads[table * HEAD + 1] as number;
    const mask = -1 >>> shift;
    for (let at = Math.imul(role, HASH_MULTIPLIER) >>> shift; ; at = (at + 1) & mask) {
      const slot = slots[begin + at] as number;
      if (slot === 0) return 0;
      if (slot >> BITS === role) return slot & ALL_BITS;
    }
  }

  /** Builds a table at the end of the array. It is at most half full, so that a search for a missing role ends soon. */
  #build(table: number): void {
    const bitsByRole = this.#inheritedBits(this.#lists.values(table));
    const shift = Math.clz32(bitsByRole.size * 2 + 1);
    const size = 2 ** (32 - shift);
    this.#heads.set([bitsByRole.size === 0 ? EMPTY : this.#end, shift], table * HEAD);
    this.#slots = withCapacity(this.#slots, this.#end + size);
    for (const [role, bit] of bitsByRole) {
      let at = Math.imul(role, HASH_MULTIPLIER) >>> shift;
      while (this.#slots[this.#end + at] !== 0) at = (at + 1) & (size - 1);
      this.#slots[this.#end + at] = (role << BITS) | bit;
    }
    this.#end += size;
  }

  /** By role: the combined bits of its own and its inherited grants. */
  #inheritedBits(granted: Iterable<number>): ReadonlyMap<number, number> {
    const bitsByRole = new Map<number, number>();
    const queue = [...granted];
    for (const code of queue) {
      const role = code >> BITS;
      const oldBits = bitsByRole.get(role) ?? 0;
      const bits = oldBits | (code & ALL_BITS);
      if (bits === oldBits) continue;
      bitsByRole.set(role, bits);
      for (const heir of this.#lists.values(this.#role(role).heirList)) queue.push((heir << BITS) | bits);
    }
    return bitsByRole;
  }

  /** Discards a table after a change of its grants, and all tables once over half of the slots are wasted. */
  #discard(table: number): void {
    const headIndex = table * HEAD;
    if (this.#heads[headIndex] === 0) return;
    this.#heads[headIndex] = 0;
    this.#waste += 2 ** (32 - (this.#heads[headIndex + 1] as number));
    if (this.#waste * 2 > this.#end) this.#discardAll();
  }

  /** Discards all tables, since a change of inheritance may affect any of them. */
  #discardAll(): void {
    if (this.#end === 1) return;
    this.#heads.fill(0);
    this.#slots.fill(0, 0, this.#end);
    this.#end = 1;
    this.#waste = 0;
  }

  #role(id: number): Role {
    return this.#roles[id] as Role;
  }
}

/** True for the bits of denies. */
export const isDenial = (bit: number): boolean => (bit & (DENY | OWN_DENY)) !== 0;
