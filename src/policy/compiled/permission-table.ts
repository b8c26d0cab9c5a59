/** The permissions of a compiled policy, each with the tables of grants that cover it. */
import { UnknownName } from "../../errors.ts";
import { IntListsByName } from "../arrays/int-lists-by-name.ts";
import { patternsCovering, withoutOwn } from "../model/names.ts";
import { ancestorsOf, type Scope } from "../model/scopes.ts";
import type { DenyTable } from "./denied-scopes.ts";
import { isDenial, type RoleTables } from "./role-tables.ts";

/** The table of the grants of a pattern on a scope. */
interface NamedTable {
  readonly table: number;
  readonly pattern: string;
  readonly scope: Scope;
}

export class PermissionTable {
  readonly #roles: RoleTables;
  /** By pattern: the table of its grants at the root, a list of one. */
  readonly #tablesByPattern = new IntListsByName();
  /** By root table of a pattern, then by scope: the table of its grants on that scope. */
  readonly #scopedTables = new Map<number, Map<string, number>>();
  /** By root table of a pattern: the tables of its grants that deny something, by scope. There are few of them. */
  readonly #denyTables = new Map<number, Map<Scope, number>>();
  /** Tables of scopes that no longer have grants, to be reused. */
  readonly #freeTables: number[] = [];
  /** By permission: the root tables of the patterns that cover it. */
  readonly #permissions = new IntListsByName();

  constructor(roles: RoleTables) {
    this.#roles = roles;
  }

  add(permission: string): void {
    this.#permissions.add(
      permission,
      patternsCovering(permission, false).map((pattern) => this.tableOfPattern(pattern)),
    );
  }

  delete(permission: string): void {
    this.#permissions.delete(permission);
  }

  grant(role: string, pattern: string, bit: number, scope: Scope): void {
    const table = this.#table(pattern, scope);
    this.#roles.grant(table, role, bit);
    if (isDenial(bit)) this.#noteDenies(pattern, scope, table, true);
  }

  revoke(role: string, pattern: string, bit: number, scope: Scope): void {
    const table = this.#table(pattern, scope);
    const hasMore = this.#roles.revoke(table, role, bit);
    if (isDenial(bit)) this.#noteDenies(pattern, scope, table, this.#roles.hasDenies(table));
    if (hasMore || scope === null) return;
    this.#scopedTables.get(this.tableOfPattern(pattern))?.delete(scope);
    this.#freeTables.push(table);
  }

  /** Whether it is a permission, without `:own`. */
  has(permission: string): boolean {
    return this.#permissions.find(permission) !== 0;
  }

  /** The slot where `find` begins. Split from `find` so that two probes can overlap their cache misses. */
  seek(permission: string): number {
    return this.#permissions.seek(permission);
  }

  /** The position of a permission, with or without `:own`, until the next change. @throws UnknownName (exit 2). */
  find(permission: string, slot: number): number {
    const position = this.#permissions.find(permission, slot) || this.#permissions.find(withoutOwn(permission));
    if (position === 0) throw new UnknownName("permission", withoutOwn(permission));
    return position;
  }

  /** Passes on the tables of all patterns that cover a permission: at the root, on the scope, and on its ancestors. */
  visitTables(position: number, scope: Scope, listener: { addTable(table: number): void }): void {
    const start = this.#permissions.start(position);
    const end = start + this.#permissions.size(position);
    for (let at = start; at < end; at++) listener.addTable(this.#permissions.at(at));
    if (scope === null || this.#scopedTables.size === 0) return;
    const ancestors = ancestorsOf(scope);
    for (let at = start; at < end; at++) {
      const tables = this.#scopedTables.get(this.#permissions.at(at));
      if (tables)
        for (const ancestor of ancestors) {
          const table = ancestor === null ? undefined : tables.get(ancestor);
          if (table !== undefined) listener.addTable(table);
        }
    }
  }

  /** The tables of `visitTables`, each with its pattern and its scope. @param permission without `:own` */
  *namedTables(permission: string, scope: Scope): Iterable<NamedTable> {
    for (const pattern of patternsCovering(permission, false)) {
      const root = this.#tablesByPattern.first(pattern);
      if (root === undefined) continue;
      yield { table: root, pattern, scope: null };
      const tables = this.#scopedTables.get(root);
      if (!tables || scope === null) continue;
      for (const ancestor of ancestorsOf(scope)) {
        const table = ancestor === null ? undefined : tables.get(ancestor);
        if (table !== undefined) yield { table, pattern, scope: ancestor };
      }
    }
  }

  /** The root tables of all patterns that cover a permission. */
  patternsOf(position: number): number[] {
    const patterns: number[] = [];
    const start = this.#permissions.start(position);
    const end = start + this.#permissions.size(position);
    for (let at = start; at < end; at++) patterns.push(this.#permissions.at(at));
    return patterns;
  }

  /** The tables that deny a permission on some scope. */
  denyTables(position: number): DenyTable[] {
    const tables: DenyTable[] = [];
    const start = this.#permissions.start(position);
    const end = start + this.#permissions.size(position);
    for (let at = start; at < end; at++)
      for (const [scope, table] of this.#denyTables.get(this.#permissions.at(at)) ?? []) tables.push([table, scope]);
    return tables;
  }

  /** Notes whether the grants of a pattern on a scope deny anything. */
  #noteDenies(pattern: string, scope: Scope, table: number, denies: boolean): void {
    const rootTable = this.tableOfPattern(pattern);
    const tables = this.#denyTables.get(rootTable) ?? new Map<Scope, number>();
    if (denies) this.#denyTables.set(rootTable, tables.set(scope, table));
    else if (tables.delete(scope) && tables.size === 0) this.#denyTables.delete(rootTable);
  }

  #table(pattern: string, scope: Scope): number {
    const rootTable = this.tableOfPattern(pattern);
    if (scope === null) return rootTable;
    const tables = this.#scopedTables.get(rootTable) ?? new Map<string, number>();
    const table = tables.get(scope) ?? this.#freeTables.pop() ?? this.#roles.createTable();
    this.#scopedTables.set(rootTable, tables.set(scope, table));
    return table;
  }

  /** The root table of a pattern, without `:own`. */
  tableOfPattern(name: string): number {
    const existing = this.#tablesByPattern.first(name);
    if (existing !== undefined) return existing;
    const table = this.#roles.createTable();
    this.#tablesByPattern.add(name, [table]);
    return table;
  }
}
