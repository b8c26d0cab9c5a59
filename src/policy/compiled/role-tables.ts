/**
 * The roles of a compiled policy, and what comes to them: for each pattern on a scope a table of all roles that have it, by a grant
 * of their own or by what they inherit.
 */
import { UnknownName } from "../../errors.ts";
import type { Effect } from "../model/policy.ts";
import { IntListsByName, roomFor } from "./int-lists-by-name.ts";
import { LinkedIntLists } from "./linked-int-lists.ts";

/** What grants say of one pattern, as bits that add up. */
export const ALLOW = 1;
export const DENY = 2;
export const OWN_ALLOW = 4;
export const OWN_DENY = 8;
const BITS = 4;
const EVERY_BIT = (1 << BITS) - 1;

/** The bit of a grant. */
export function bitOf(effect: Effect, own: boolean): number {
  if (effect === "allow") return own ? OWN_ALLOW : ALLOW;
  return own ? OWN_DENY : DENY;
}

/** Spreads roles, which count up one by one, over a table (Knuth's multiplicative hash). */
const SPREAD = 0x9e3779b1;

interface Role {
  known: boolean;
  /** The list of the roles that inherit it. */
  readonly heirs: number;
  /** The table of the roles that reach it: only a session asks. */
  readonly reached: number;
}

/**
 * All tables lie in one array, made as they are asked for. The head of each says where it begins, 0 where it is not made, and how
 * far to shift for a slot. A slot is `role << BITS | bits`, 0 where it is free.
 */
const HEAD = 2;
/** Where a table begins that has nothing in it. */
const EMPTY = -1;

export class RoleTables {
  /** Of each name its number. */
  readonly #ids = new IntListsByName();
  readonly #roles: Role[] = [];
  /** The heirs of each role; of each table what is granted itself, as `role << BITS | bit`. */
  readonly #lists = new LinkedIntLists();
  #denials = 0;
  #heads = new Int32Array(HEAD << 6);
  #slots = new Int32Array(1 << 10);
  #end = 1;
  #waste = 0;

  /** The number of a role, which it keeps whatever becomes of it: assignments hold on to it. */
  id(name: string): number {
    const known = this.#ids.first(name);
    if (known !== undefined) return known;
    const id = this.#roles.length;
    this.#ids.add(name, [id]);
    this.#roles.push({ known: false, heirs: this.#lists.open(), reached: this.table() });
    this.#lists.put(this.#role(id).reached, (id << BITS) | ALLOW);
    return id;
  }

  /** The number of a role that the policy names. @throws UnknownName (exit 2). */
  known(name: string): number {
    const id = this.#ids.first(name);
    if (id === undefined || !this.#role(id).known) throw new UnknownName("role", name);
    return id;
  }

  name(name: string, known: boolean): void {
    this.#role(this.id(name)).known = known;
  }

  link(heir: string, inherits: string, linked: boolean): void {
    const { heirs } = this.#role(this.id(inherits));
    if (linked) this.#lists.put(heirs, this.id(heir));
    else this.#lists.take(heirs, this.id(heir));
    this.#forgetAll();
  }

  /** The number of a new table, in which nothing is granted. */
  table(): number {
    const table = this.#lists.open();
    this.#heads = roomFor(this.#heads, (table + 1) * HEAD);
    return table;
  }

  grant(table: number, role: string, bit: number): void {
    this.#lists.put(table, (this.id(role) << BITS) | bit);
    if (isDenial(bit)) this.#denials += 1;
    this.#forget(table);
  }

  /** Takes a grant away, if it is there. False when that leaves nothing granted in the table. */
  revoke(table: number, role: string, bit: number): boolean {
    if (this.#lists.take(table, (this.id(role) << BITS) | bit) && isDenial(bit)) this.#denials -= 1;
    this.#forget(table);
    return !this.#lists.isEmpty(table);
  }

  /** True where no grant denies: the first that allows then decides. */
  get onlyAllows(): boolean {
    return this.#denials === 0;
  }

  /** True when one role is, or inherits, another. */
  reaches(role: number, other: number): boolean {
    const { reached } = this.#role(other);
    return this.isGranted(reached) && this.bits(reached, role) !== 0;
  }

  /** Makes a table ready for `bits`. False where nothing is in it. */
  isGranted(table: number): boolean {
    if (this.#heads[table * HEAD] === 0) this.#lay(table);
    return this.#heads[table * HEAD] !== EMPTY;
  }

  /** The bits of all grants in a table that is ready, to a role or to what it inherits. */
  bits(table: number, role: number): number {
    const slots = this.#slots;
    const begin = this.#heads[table * HEAD] as number;
    const shift = this.#heads[table * HEAD + 1] as number;
    const mask = -1 >>> shift;
    for (let at = Math.imul(role, SPREAD) >>> shift; ; at = (at + 1) & mask) {
      const slot = slots[begin + at] as number;
      if (slot === 0) return 0;
      if (slot >> BITS === role) return slot & EVERY_BIT;
    }
  }

  /** Lays a table at the end, at most half full, so that a role that is not there is soon known not to be. */
  #lay(table: number): void {
    const bits = this.#spread(this.#lists.of(table));
    const shift = Math.clz32(bits.size * 2 + 1);
    const size = 2 ** (32 - shift);
    this.#heads.set([bits.size === 0 ? EMPTY : this.#end, shift], table * HEAD);
    this.#slots = roomFor(this.#slots, this.#end + size);
    for (const [role, bit] of bits) {
      let at = Math.imul(role, SPREAD) >>> shift;
      while (this.#slots[this.#end + at] !== 0) at = (at + 1) & (size - 1);
      this.#slots[this.#end + at] = (role << BITS) | bit;
    }
    this.#end += size;
  }

  /** What is granted to roles, as it comes to them and all that inherit them. */
  #spread(granted: Iterable<number>): ReadonlyMap<number, number> {
    const found = new Map<number, number>();
    const coming = [...granted];
    for (const code of coming) {
      const role = code >> BITS;
      const had = found.get(role) ?? 0;
      const bits = had | (code & EVERY_BIT);
      if (bits === had) continue;
      found.set(role, bits);
      for (const heir of this.#lists.of(this.#role(role).heirs)) coming.push((heir << BITS) | bits);
    }
    return found;
  }

  /** A change of grants is one of a single table; when half of the slots are left behind by such, all go. */
  #forget(table: number): void {
    const head = table * HEAD;
    if (this.#heads[head] === 0) return;
    this.#heads[head] = 0;
    this.#waste += 2 ** (32 - (this.#heads[head + 1] as number));
    if (this.#waste * 2 > this.#end) this.#forgetAll();
  }

  /** A change of who inherits what may change any table. */
  #forgetAll(): void {
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

const isDenial = (bit: number): boolean => (bit & (DENY | OWN_DENY)) !== 0;
