/** Fetching the slice of a policy that a question needs, and no more: by one statement, but for long lists and wildcards. */

import type { NeededGrants, NeededRows } from "../../policy/model/mutation.ts";
import { partsOf, withoutOwn } from "../../policy/model/names.ts";
import type { Draft, Kind, Policy } from "../../policy/model/policy.ts";
import { ancestorsOf } from "../../policy/model/scopes.ts";
import type { Connection } from "../engine/connection.ts";
import type { Dialect } from "../engine/dialect.ts";
import { chunks, columnIn, columnStartsWith, type Fragment, fragment, paddedToPowerOfTwo } from "../sql/fragments.ts";
import {
  FetchedRows,
  listedGrants,
  NEAR,
  namesWhere,
  nearbyRoles,
  rolesWhere,
  rowsWhere,
} from "../sql/needed-rows-sql.ts";
import { Statements, type WantedRows } from "../sql/statements.ts";

/** Fetches a slice. */
export type LoadRows = (slice: NeededRows) => Promise<Policy>;

/** Where changes come in between so often, a transaction is worth its price. */
const ATTEMPTS = 3;

export class RowFetcher {
  readonly #statements: Statements;
  readonly #outside: Connection["outsideTransactions"];
  readonly #oneOf: Dialect["columnInQuery"];

  constructor(connection: Pick<Connection, "db" | "prepare" | "outsideTransactions" | "dialect">) {
    this.#statements = new Statements(connection);
    this.#outside = connection.outsideTransactions;
    this.#oneOf = connection.dialect.columnInQuery;
  }

  /** A slice as the open transaction sees it, which makes all of it of one moment. */
  readonly load: LoadRows = async (slice) => (await this.#found(slice)).draft;

  /**
   * A slice without a transaction, and the revision that it is of: each statement says the one it saw, and every change moves it.
   * `undefined` where there was one in between each time.
   */
  async withoutTransaction(slice: NeededRows): Promise<{ revision: number; policy: Policy } | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { draft, revisions } = await this.#outside(() => this.#found(slice));
      const [revision, ...others] = revisions;
      if (revision !== undefined && others.length === 0) return { revision, policy: draft };
    }
    return undefined;
  }

  /** All that the slice names, with the roles that it comes to; then what could not be said before. */
  async #found(slice: NeededRows): Promise<FetchedRows> {
    const found = new FetchedRows();
    const [near, ...further] = nearRoles(slice);
    const structure = rolesNear(slice, this.#oneOf);
    await this.#statements.fetch([...named(slice), ...(near ? structure : [])], found, near);
    for (const more of further) await this.#statements.fetch(structure, found, more);
    if (slice.permissions === "granted") await this.#statements.fetch(covered(found.draft), found);
    return found;
  }
}

function named(slice: NeededRows): WantedRows[] {
  const { roles, grants = "all", permissions = [] } = slice;
  const all = roles === "all";
  const structure: WantedRows[] = all ? ["role", "inheritance", ...grantsWhere(grants)] : [];
  const rules: Kind[] = all || slice.constraints ? ["constraint", "policy"] : [];
  const catalogue = permissions === "granted" ? [] : rowsOf("permission", "permission", permissions);
  return ["everyone", ...people(slice), ...rules, ...structure, ...catalogue];
}

const rowsOf = (kind: Kind, column: string, names: readonly string[] | "all", ...also: Fragment[]): WantedRows[] =>
  names === "all" ? [kind] : [...chunks(names)].map((chunk) => rowsWhere(kind, columnIn(column, chunk), ...also));

function people({ users = [], holders = [] }: NeededRows): WantedRows[] {
  const own = [...rowsOf("user", "user", users), ...rowsOf("assignment", "user", users)];
  if (users === "all") return own;
  return [
    ...own,
    ...[...chunks(holders)].map((chunk) => rowsWhere("user", holding(chunk))),
    ...rowsOf("assignment", "role", holders),
  ];
}

function holding(roles: readonly string[]): Fragment {
  const { text, parameters } = columnIn("role", roles);
  return { text: `"user" in (select "user" from assignments where ${text})`, parameters };
}

/** So many lists of names in one statement, with all that it asks for them. */
const LISTS = 16;

/** The roles that the slice reaches, and those that lead to its patterns: for one statement or, where it names very many, for several. */
function nearRoles({ users = [], holders = [], roles = [], granting = [] }: NeededRows): Fragment[] {
  if (roles === "all" || roles === "none") return [];
  const from = (table: "roles" | "assignments" | "grants", column: string, names: readonly string[]) =>
    [...chunks(names)].map((chunk) => rolesWhere(table, columnIn(column, chunk)));
  const starts = [
    ...(users === "all" ? [ASSIGNED] : from("assignments", "user", users)),
    ...from("roles", "role", [...roles, ...holders]),
  ];
  const ends = from("grants", "permission", granting);
  const statements = Math.max(1, Math.ceil(starts.length / LISTS), Math.ceil(ends.length / LISTS));
  const some = (all: readonly Fragment[], number: number) => all.slice(number * LISTS, (number + 1) * LISTS);
  return Array.from({ length: statements }, (_, number) =>
    nearbyRoles([EVERYONE, ...some(starts, number)], some(ends, number)),
  );
}

const EVERYONE = fragment("select role from everyone");
const ASSIGNED = fragment(
  "select role from roles where exists (select 1 from assignments where assignments.role = roles.role)",
);

function rolesNear({ grants = "all", permissions }: NeededRows, oneOf: Dialect["columnInQuery"]): WantedRows[] {
  const near = fragment(oneOf("role", NEAR));
  const granted = permissions === "granted" && grants === "all" ? [listedGrants(near)] : grantsWhere(grants, near);
  return [rowsWhere("role", near), rowsWhere("inheritance", near), ...granted];
}

/**
 * The grants that are wanted, of some roles or of all. What allows and what denies are apart, so that each is looked up by its
 * whole key: a role may have millions of grants with one pattern.
 */
function grantsWhere(grants: "all" | "none" | NeededGrants, roles?: Fragment): WantedRows[] {
  if (grants === "none") return [];
  const ours = roles ? [roles] : [];
  const where = (...conditions: Fragment[]) => rowsWhere("grant", ...ours, ...conditions);
  if (grants === "all") return roles ? [where()] : ["grant"];
  const { targets } = grants;
  return [...chunks(grants.patterns)].flatMap((patterns) => {
    const fitting = columnIn("permission", patterns);
    if (!targets) return [where(fitting)];
    const around = [...new Set(targets.flatMap((target) => ancestorsOf(target).map((scope) => scope ?? "")))];
    const covers = columnIn("scope", around);
    if (targets.includes(null)) return [where(fitting, ALLOW, covers), where(fitting, DENY)];
    return [
      where(fitting, EITHER, covers),
      ...paddedToPowerOfTwo(targets).map((target) => where(fitting, DENY, columnStartsWith("scope", `${target}/`))),
    ];
  });
}

const EITHER = fragment("effect in ('allow', 'deny')");
const ALLOW = fragment("effect = 'allow'");
const DENY = fragment("effect = 'deny'");

/** The permissions that the fetched grants cover, and that they do not name word for word. */
function covered({ grant, permission }: Draft): WantedRows[] {
  const patterns = [...new Set([...grant.values()].map((row) => withoutOwn(row.permission)))];
  if (patterns.some((pattern) => pattern.startsWith("*:"))) return ["permission"];
  const resources = patterns.filter((pattern) => pattern.endsWith(":*")).map((pattern) => partsOf(pattern).resource);
  const exact = patterns.filter((pattern) => !pattern.endsWith(":*") && !permission.has(pattern));
  return [
    ...paddedToPowerOfTwo(resources).map((resource) => namesWhere(columnStartsWith("permission", `${resource}:`))),
    ...[...chunks(exact)].map((chunk) => namesWhere(columnIn("permission", chunk))),
  ];
}
