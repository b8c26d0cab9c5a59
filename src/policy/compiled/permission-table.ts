/** The permissions of a compiled policy, and which tables of grants cover each. */
import { UnknownName } from "../../errors.ts";
import { patternsCovering, withoutOwn } from "../model/names.ts";
import { ancestorsOf, type Scope } from "../model/scopes.ts";
import { IntListsByName } from "./int-lists-by-name.ts";
import type { RoleTables } from "./role-tables.ts";

export class PermissionTable {
  readonly #roles: RoleTables;
  /** Of each pattern its table. */
  readonly #patterns = new IntListsByName();
  /** Of a pattern's table those of the same pattern on scopes. */
  readonly #scoped = new Map<number, Map<string, number>>();
  /** Tables of scopes that nothing is granted on any more. */
  readonly #free: number[] = [];
  /** Of each permission the tables of the patterns that cover it. */
  readonly #permissions = new IntListsByName();

  constructor(roles: RoleTables) {
    this.#roles = roles;
  }

  add(permission: string): void {
    this.#permissions.add(
      permission,
      patternsCovering(permission, false).map((pattern) => this.#pattern(pattern)),
    );
  }

  delete(permission: string): void {
    this.#permissions.delete(permission);
  }

  grant(role: string, pattern: string, bit: number, scope: Scope): void {
    this.#roles.grant(this.#table(pattern, scope), role, bit);
  }

  revoke(role: string, pattern: string, bit: number, scope: Scope): void {
    const table = this.#table(pattern, scope);
    if (this.#roles.revoke(table, role, bit) || scope === null) return;
    this.#scoped.get(this.#pattern(pattern))?.delete(scope);
    this.#free.push(table);
  }

  /** Where `find` begins: best asked for before something else is looked for. */
  seek(permission: string): number {
    return this.#permissions.seek(permission);
  }

  /** Where a permission is, with or without its `:own`, until the next change. @throws UnknownName (exit 2). */
  find(permission: string, sought: number): number {
    const place = this.#permissions.find(permission, sought) || this.#permissions.find(withoutOwn(permission));
    if (place === 0) throw new UnknownName("permission", withoutOwn(permission));
    return place;
  }

  /** Tells the tables of the patterns that cover a permission, on a scope, on what covers that, or on none. */
  tell(place: number, scope: Scope, listener: { cover(table: number): void }): void {
    const start = this.#permissions.start(place);
    const end = start + this.#permissions.size(place);
    for (let at = start; at < end; at++) listener.cover(this.#permissions.at(at));
    if (scope === null || this.#scoped.size === 0) return;
    const around = ancestorsOf(scope);
    for (let at = start; at < end; at++) {
      const tables = this.#scoped.get(this.#permissions.at(at));
      if (tables)
        for (const over of around) {
          const table = over === null ? undefined : tables.get(over);
          if (table !== undefined) listener.cover(table);
        }
    }
  }

  #table(pattern: string, scope: Scope): number {
    const everywhere = this.#pattern(pattern);
    if (scope === null) return everywhere;
    const tables = this.#scoped.get(everywhere) ?? new Map<string, number>();
    const table = tables.get(scope) ?? this.#free.pop() ?? this.#roles.table();
    this.#scoped.set(everywhere, tables.set(scope, table));
    return table;
  }

  #pattern(name: string): number {
    const known = this.#patterns.first(name);
    if (known !== undefined) return known;
    const table = this.#roles.table();
    this.#patterns.add(name, [table]);
    return table;
  }
}
