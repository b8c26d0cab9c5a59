/** Fetching the slice of a policy that a question needs, and no more: by three statements at most, but for long lists. */
import type { Draft, Kind, Policy } from "../policy/model.ts";
import { partsOf, withoutOwn } from "../policy/names.ts";
import { ancestorsOf } from "../policy/scopes.ts";
import type { GrantSlice, Slice } from "../policy/wish.ts";
import type { Connection } from "./connection.ts";
import { Found, heirsOf, keysWhere, reached, rolesIn, rowsWhere } from "./parts.ts";
import { among, below, chunks, type Piece, padded, piece } from "./pieces.ts";
import { Statements, type Wanted } from "./statements.ts";

/** Fetches a slice. */
export type Load = (slice: Slice) => Promise<Policy>;

/** Where changes come in between so often, a transaction is worth its price. */
const ATTEMPTS = 3;

export class Slices {
  readonly #statements: Statements;
  readonly #outside: Connection["outside"];

  constructor(connection: Pick<Connection, "db" | "prepare" | "outside">) {
    this.#statements = new Statements(connection);
    this.#outside = connection.outside;
  }

  /** A slice as the open transaction sees it, which makes all of it of one moment. */
  readonly load: Load = async (slice) => (await this.#found(slice)).draft;

  /**
   * A slice without a transaction, and the revision that it is of: each statement says the one it saw, and every change moves it.
   * `undefined` where there was one in between each time.
   */
  async glimpse(slice: Slice): Promise<{ revision: number; policy: Policy } | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { draft, revisions } = await this.#outside(() => this.#found(slice));
      const [revision, ...others] = revisions;
      if (revision !== undefined && others.length === 0) return { revision, policy: draft };
    }
    return undefined;
  }

  /** First all that the slice names and the names of the roles it comes to, then those roles, then what their grants cover. */
  async #found(slice: Slice): Promise<Found> {
    const found = new Found();
    await this.#statements.fetch(named(slice), found);
    await this.#statements.fetch(rolesFound(slice, [...found.roles]), found);
    if (slice.permissions === "granted") await this.#statements.fetch(covered(found.draft), found);
    return found;
  }
}

function named(slice: Slice): Wanted[] {
  const { roles, grants = "all", permissions = [] } = slice;
  const all = roles === "all";
  const structure: Wanted[] = all ? ["role", "inheritance", ...grantsWhere(grants)] : [];
  const rules: Kind[] = all || slice.constraints ? ["constraint", "policy"] : [];
  const catalogue = permissions === "granted" ? [] : rowsOf("permission", "permission", permissions);
  return ["everyone", ...people(slice), ...rules, ...structure, ...nearRoles(slice), ...catalogue];
}

const rowsOf = (kind: Kind, column: string, names: readonly string[] | "all", ...also: Piece[]): Wanted[] =>
  names === "all" ? [kind] : [...chunks(names)].map((chunk) => rowsWhere(kind, among(column, chunk), ...also));

function people({ users = [], holders = [] }: Slice): Wanted[] {
  const own = [...rowsOf("user", "user", users), ...rowsOf("assignment", "user", users)];
  if (users === "all") return own;
  return [
    ...own,
    ...[...chunks(holders)].map((chunk) => rowsWhere("user", holding(chunk))),
    ...rowsOf("assignment", "role", holders),
  ];
}

function holding(roles: readonly string[]): Piece {
  const { text, parameters } = among("role", roles);
  return { text: `"user" in (select "user" from assignments where ${text})`, parameters };
}

/** The names of the roles that the slice reaches, and of those that lead to its patterns. */
function nearRoles({ users = [], holders = [], roles = [], granting = [] }: Slice): Piece[] {
  if (roles === "all" || roles === "none") return [];
  const from = (table: "roles" | "assignments" | "grants", column: string, names: readonly string[]) =>
    [...chunks(names)].map((chunk) => rolesIn(table, among(column, chunk)));
  const held = users === "all" ? [ASSIGNED] : from("assignments", "user", users);
  const starts = [piece("select role from everyone"), ...held, ...from("roles", "role", [...roles, ...holders])];
  return [reached(starts), ...from("grants", "permission", granting).map((one) => heirsOf([one]))];
}

const ASSIGNED = piece(
  "select role from roles where exists (select 1 from assignments where assignments.role = roles.role)",
);

function rolesFound({ roles, grants = "all" }: Slice, names: readonly string[]): Wanted[] {
  if (roles === "all") return [];
  return [...chunks(names)].flatMap((chunk) => {
    const ours = among("role", chunk);
    return [rowsWhere("role", ours), rowsWhere("inheritance", ours), ...grantsWhere(grants, ours)];
  });
}

/**
 * The grants that are wanted, of some roles or of all. What allows and what denies are apart, so that each is looked up by its
 * whole key: a role may have millions of grants with one pattern.
 */
function grantsWhere(grants: "all" | "none" | GrantSlice, roles?: Piece): Wanted[] {
  if (grants === "none") return [];
  const ours = roles ? [roles] : [];
  const where = (...conditions: Piece[]) => rowsWhere("grant", ...ours, ...conditions);
  if (grants === "all") return roles ? [where()] : ["grant"];
  const { targets } = grants;
  return [...chunks(grants.patterns)].flatMap((patterns) => {
    const fitting = among("permission", patterns);
    if (!targets) return [where(fitting)];
    const around = [...new Set(targets.flatMap((target) => ancestorsOf(target).map((scope) => scope ?? "")))];
    const covering = where(fitting, EITHER, among("scope", around));
    if (targets.includes(null)) return [covering, where(fitting, DENY)];
    return [covering, ...padded(targets).map((target) => where(fitting, DENY, below("scope", `${target}/`)))];
  });
}

const EITHER = piece("effect in ('allow', 'deny')");
const DENY = piece("effect = 'deny'");

/** The permissions that the fetched grants cover. */
function covered({ grant }: Draft): Wanted[] {
  const patterns = [...new Set([...grant.values()].map((row) => withoutOwn(row.permission)))];
  if (patterns.some((pattern) => pattern.startsWith("*:"))) return ["permission"];
  const resources = patterns.filter((pattern) => pattern.endsWith(":*")).map((pattern) => partsOf(pattern).resource);
  const exact = patterns.filter((pattern) => !pattern.endsWith(":*"));
  return [
    ...padded(resources).map((resource) => keysWhere("permission", below("permission", `${resource}:`))),
    ...[...chunks(exact)].map((chunk) => keysWhere("permission", among("permission", chunk))),
  ];
}
