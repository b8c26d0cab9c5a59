/** The roles of a compiled policy: what each grants and inherits as integers, and what it reaches worked out once. */
import { UnknownName } from "../errors.ts";
import type { Effect } from "./model.ts";
import { NamedLists, roomFor } from "./named-lists.ts";
import type { Scope } from "./scopes.ts";

/** What grants say of one pattern, as bits that add up. */
export const ALLOW = 1;
export const DENY = 2;
export const OWN_ALLOW = 4;
export const OWN_DENY = 8;
const BITS = 4;

/** The bit of a grant. */
export function bitOf(effect: Effect, own: boolean): number {
  if (effect === "allow") return own ? OWN_ALLOW : ALLOW;
  return own ? OWN_DENY : DENY;
}

/** A role with all that it inherits. */
interface Closure {
  /** The roles reached, itself first. */
  readonly roles: readonly number[];
  /** Those of them that have grants on scopes. */
  readonly scoped: readonly number[];
}

/** Spreads patterns, which count up one by one, over a table (Knuth's multiplicative hash). */
const SPREAD = 0x9e3779b1;

/** The patterns that cover a catalogued permission, as integers; `*:*` is `ANY`. */
export interface Covering {
  readonly exact: number;
  readonly resource: number;
  readonly action: number;
}

/** The number of `*:*`. */
export const ANY = 1;

/** Which of the wider patterns occur in a closure, so that nothing is looked for in vain; and whether scopes do. */
const WILD = { resource: 1, action: 2, any: 4 } as const;
const SCOPED = 8;

export type Wild = keyof typeof WILD | undefined;

/** A grant with its pattern as an integer. */
export interface InternedGrant {
  readonly pattern: number;
  /** What its `*` leaves open, if it has one. */
  readonly wild: Wild;
  readonly bit: number;
  readonly scope: string | null;
}

/** Lists, for most are short and there are many roles: a map for each would take ten times the room. */
interface Role {
  known: boolean;
  readonly parents: number[];
  /** Unscoped grants, each as `pattern << BITS | bit`. */
  readonly grants: number[];
  /** The bits of the others, by pattern and scope; `undefined` where there were none yet. */
  scoped: Map<number, Map<string, number>> | undefined;
}

/**
 * The table of a role lies in one array with those of all others, for a question touches many: where it begins, how far to
 * shift, what occurs in it. A slot is `pattern << BITS | bits`, 0 where it is free.
 */
const HEAD = 3;

export class Hierarchy {
  /** Of each name its number. */
  readonly #ids = new NamedLists();
  readonly #roles: Role[] = [];
  readonly #wild = new Map<number, number>();
  #denials = 0;
  /** Filled as they are asked for; whatever changes the structure empties all three. */
  #closures: (Closure | undefined)[] = [];
  #heads = new Int32Array(HEAD << 6);
  #slots = new Int32Array(1 << 10);
  #end = 1;

  /** The number of a role, which it keeps whatever becomes of it: assignments hold on to it. */
  id(name: string): number {
    const known = this.#ids.first(name);
    if (known !== undefined) return known;
    this.#ids.add(name, [this.#roles.length]);
    return this.#roles.push({ known: false, parents: [], grants: [], scoped: undefined }) - 1;
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
    const { parents } = this.#role(this.id(heir));
    if (linked) parents.push(this.id(inherits));
    else takeOut(parents, this.id(inherits));
    this.#forget();
  }

  grant(role: string, { pattern, wild, bit, scope }: InternedGrant, granted: boolean): void {
    const own = this.#role(this.id(role));
    if (wild) this.#wild.set(pattern, WILD[wild]);
    if ((bit & (DENY | OWN_DENY)) !== 0) this.#denials += granted ? 1 : -1;
    const code = (pattern << BITS) | bit;
    if (scope !== null) {
      own.scoped ??= new Map();
      putScoped(own.scoped, pattern, scope, bit, granted);
    } else if (granted) own.grants.push(code);
    else takeOut(own.grants, code);
    this.#forget();
  }

  /** True where no grant denies: the first that allows then decides. */
  get onlyAllows(): boolean {
    return this.#denials === 0;
  }

  /** True when one role is, or inherits, another. */
  reaches(role: number, other: number): boolean {
    return this.#closed(role).roles.includes(other);
  }

  /** The bits of all grants of a role and what it inherits that cover a permission, on one of the scopes or on none. */
  bits(role: number, covering: Covering, scopes: Iterable<Scope>): number {
    const head = role * HEAD;
    if (head >= this.#heads.length || this.#heads[head] === 0) this.#closed(role);
    const what = this.#heads[head + 2] as number;
    let bits = this.#look(head, covering.exact);
    if (what === 0 || (this.onlyAllows && (bits & ALLOW) !== 0)) return bits;
    if ((what & WILD.resource) !== 0) bits |= this.#look(head, covering.resource);
    if ((what & WILD.action) !== 0) bits |= this.#look(head, covering.action);
    if ((what & WILD.any) !== 0) bits |= this.#look(head, ANY);
    return (what & SCOPED) === 0 ? bits : bits | this.#scopedBits(role, covering, scopes);
  }

  #look(head: number, pattern: number): number {
    const slots = this.#slots;
    const begin = this.#heads[head] as number;
    const shift = this.#heads[head + 1] as number;
    const mask = 2 ** (32 - shift) - 1;
    for (let at = Math.imul(pattern, SPREAD) >>> shift; ; at = (at + 1) & mask) {
      const slot = slots[begin + at] as number;
      if (slot === 0) return 0;
      if (slot >> BITS === pattern) return slot & ((1 << BITS) - 1);
    }
  }

  #scopedBits(role: number, { exact, resource, action }: Covering, scopes: Iterable<Scope>): number {
    let bits = 0;
    for (const next of this.#closed(role).scoped) {
      for (const pattern of [exact, resource, action, ANY]) {
        const places = this.#role(next).scoped?.get(pattern);
        if (places) for (const scope of scopes) bits |= (scope !== null && places.get(scope)) || 0;
      }
    }
    return bits;
  }

  #closed(role: number): Closure {
    const known = this.#closures[role];
    if (known) return known;
    const roles = new Set([role]);
    for (const next of roles) for (const parent of this.#role(next).parents) roles.add(parent);
    const bits = new Map<number, number>();
    const scoped = [...roles].filter((next) => this.#role(next).scoped?.size);
    for (const next of roles)
      for (const code of this.#role(next).grants) {
        const pattern = code >> BITS;
        bits.set(pattern, (bits.get(pattern) ?? 0) | (code & ((1 << BITS) - 1)));
      }
    let what = scoped.length > 0 ? SCOPED : 0;
    for (const next of scoped)
      for (const pattern of this.#role(next).scoped?.keys() ?? []) what |= this.#wild.get(pattern) ?? 0;
    for (const pattern of bits.keys()) what |= this.#wild.get(pattern) ?? 0;
    this.#lay(role * HEAD, bits, what);
    const made = { roles: [...roles], scoped };
    this.#closures[role] = made;
    return made;
  }

  /** Lays a table at the end, at most half full, so that a pattern that is not there is soon known not to be. */
  #lay(head: number, bits: ReadonlyMap<number, number>, what: number): void {
    const shift = Math.clz32(bits.size * 2 + 1);
    const size = 2 ** (32 - shift);
    this.#slots = roomFor(this.#slots, this.#end + size);
    this.#heads = roomFor(this.#heads, head + HEAD);
    for (const [pattern, bit] of bits) {
      let at = Math.imul(pattern, SPREAD) >>> shift;
      while (this.#slots[this.#end + at] !== 0) at = (at + 1) & (size - 1);
      this.#slots[this.#end + at] = (pattern << BITS) | bit;
    }
    this.#heads.set([this.#end, shift, what], head);
    this.#end += size;
  }

  #forget(): void {
    if (this.#end === 1) return;
    this.#closures = [];
    this.#heads.fill(0);
    this.#slots.fill(0, 0, this.#end);
    this.#end = 1;
  }

  #role(id: number): Role {
    return this.#roles[id] as Role;
  }
}

function putScoped(
  scoped: Map<number, Map<string, number>>,
  pattern: number,
  scope: string,
  bit: number,
  on: boolean,
): void {
  const places = scoped.get(pattern) ?? new Map<string, number>();
  const bits = places.get(scope) ?? 0;
  const now = on ? bits | bit : bits & ~bit;
  if (now === 0) places.delete(scope);
  else places.set(scope, now);
  if (places.size > 0) scoped.set(pattern, places);
  else scoped.delete(pattern);
}

/** Takes a number out of a list, if it is there; the last takes its place. */
function takeOut(list: number[], value: number): void {
  const last = list.length - 1;
  const at = list.indexOf(value);
  if (at < 0) return;
  list[at] = list[last] as number;
  list.length = last;
}
