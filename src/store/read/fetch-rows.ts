/**
 * Fetches the rows of a policy that a question needs, and no more: with one statement, or several for long lists and
 * wildcards.
 */
import type { NeededRows } from "../../policy/model/mutation.ts";
import { withoutOwn } from "../../policy/model/names.ts";
import { literalBeginning, resourceOf } from "../../policy/model/patterns.ts";
import type { Draft, Policy } from "../../policy/model/policy.ts";
import type { Kind } from "../../policy/model/rows.ts";
import type { Connection } from "../engine/connection.ts";
import { TABLE } from "../engine/tables.ts";
import {
  chunks,
  columnIn,
  columnStartsWith,
  type Fragment,
  fragment,
  joinFragments,
  padded,
} from "../sql/fragments.ts";
import { GRANT_KINDS, grantsWhere, neededGrants, type QueryDialect } from "../sql/needed-grants-sql.ts";
import {
  ALL_NAMES,
  FetchedRows,
  listedGrants,
  NEARBY_ROLES,
  namesWhere,
  nearbyRoles,
  rolesWhere,
  rowsWhere,
} from "../sql/needed-rows-sql.ts";
import { Statements, type WantedRows } from "../sql/statements.ts";

/** Fetches at least the needed rows. */
export type LoadRows = (needed: NeededRows) => Promise<Policy>;

/** When changes interfere this often, a transaction is worth its cost. */
const MAX_ATTEMPTS = 3;

export class RowFetcher {
  readonly #statements: Statements;
  readonly #outsideTransactions: Connection["outsideTransactions"];
  /** Most policies have no conditions. Where none was seen, none is asked for: that takes a fifth of a question. */
  #dialect: QueryDialect;

  constructor(connection: Pick<Connection, "prepare" | "outsideTransactions" | "dialect">) {
    this.#statements = new Statements(connection);
    this.#outsideTransactions = connection.outsideTransactions;
    const { columnInQuery, columnInNamed } = connection.dialect;
    this.#dialect = { columnInQuery, ...(columnInNamed && { columnInNamed }), grantKinds: ["grant"] };
  }

  /** Fetches the rows as the open transaction sees them, which makes them one snapshot. */
  readonly load: LoadRows = async (needed) => (await this.#fetch(needed)).draft;

  /**
   * Fetches without a transaction, and returns the revision too: each statement returns the one it saw, and every
   * change raises it. `undefined` if a change was committed in between in each attempt.
   */
  async withoutTransaction(needed: NeededRows): Promise<{ revision: number; policy: Policy } | undefined> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { draft, revisions } = await this.#outsideTransactions(() => this.#fetch(needed));
      const [revision, ...others] = revisions.values();
      if (revision !== undefined && others.length === 0) return { revision, policy: draft };
    }
    return undefined;
  }

  /** All rows that are named and those of nearby roles; then the permissions, which depend on the fetched grants. */
  async #fetch(needed: NeededRows): Promise<FetchedRows> {
    const fetched = new FetchedRows();
    const [nearby, ...further] = nearbyRolesOf(needed, this.#dialect);
    const structure = rowsOfNearbyRoles(needed, this.#dialect);
    const named = namedRows(needed, this.#dialect);
    await this.#statements.fetch([...named, ...(nearby ? structure : [])], fetched, nearby);
    for (const others of further) await this.#statements.fetch(structure, fetched, others);
    if (needed.permissions === "granted") await this.#statements.fetch(coveredPermissions(fetched.draft), fetched);
    if (!fetched.hasConditions || this.#dialect.grantKinds === GRANT_KINDS) return fetched;
    this.#dialect = { ...this.#dialect, grantKinds: GRANT_KINDS };
    return this.#fetch(needed); // What is missing may lead to further roles.
  }
}

/** The rows that are named directly, without following inheritance. */
function namedRows(needed: NeededRows, dialect: QueryDialect): WantedRows[] {
  const { roles, grants = "all", permissions = [] } = needed;
  const all = roles === "all";
  const structure: WantedRows[] = all ? ["role", "inheritance", ...grantsWhere(grants, dialect)] : [];
  const rules: Kind[] = all || needed.constraints ? ["constraint", "policy"] : [];
  const catalogue =
    typeof permissions === "string" ? PERMISSIONS[permissions] : rowsOf("permission", "permission", permissions);
  const hasConditions = dialect.grantKinds === GRANT_KINDS;
  const declared = hasConditions ? declarations(permissions) : [];
  const conditionals: Kind[] =
    hasConditions && needed.conditionals && !(all && grants === "all") ? ["conditional"] : [];
  const rows = [...rules, ...structure, ...catalogue, ...declared, ...conditionals];
  return ["everyone", ...peopleRows(needed), ...keyRows(needed), ...rows];
}

const keyRows = ({ keysOf = [], keys = [] }: NeededRows): WantedRows[] => [
  ...rowsOf("api-key", "user", keysOf),
  ...rowsOf("api-key", "id", keys),
  ...[...chunks(keys)].map((ids) => rowsWhere("user", hasKey(ids))),
];

function hasKey(ids: readonly string[]): Fragment {
  const { text, parameters } = columnIn("id", ids);
  return { text: `"user" in (select "user" from api_keys where ${text})`, parameters };
}

/** What a word instead of names asks for. */
const PERMISSIONS = { all: ["permission"], names: [ALL_NAMES], granted: [] } as const;

/** What is declared of the attributes of the resources that the permissions are about. */
const declarations = (permissions: NonNullable<NeededRows["permissions"]>): WantedRows[] =>
  typeof permissions === "string"
    ? ["attribute"]
    : rowsOf("attribute", "resource", [...new Set(permissions.map(resourceOf))]);

const rowsOf = (kind: Kind, column: string, names: readonly string[] | "all", ...also: Fragment[]): WantedRows[] =>
  names === "all" ? [kind] : [...chunks(names)].map((chunk) => rowsWhere(kind, columnIn(column, chunk), ...also));

function peopleRows({ users = [], holders = [], endedBy }: NeededRows): WantedRows[] {
  const ofUsers = [...rowsOf("user", "user", users), ...rowsOf("assignment", "user", users)];
  if (users === "all") return ofUsers;
  return [
    ...ofUsers,
    ...[...chunks(holders)].map((chunk) => rowsWhere("user", isAssigned(chunk))),
    ...rowsOf("assignment", "role", holders),
    ...(endedBy === undefined ? [] : [rowsWhere("assignment", fragment(`"until" <= ?`, endedBy))]),
  ];
}

function isAssigned(roles: readonly string[]): Fragment {
  const { text, parameters } = columnIn("role", roles);
  return { text: `"user" in (select "user" from assignments where ${text})`, parameters };
}

/** The most lists of names in one recursion. */
const MAX_LISTS = 16;

/**
 * Recursions over the roles that the needed rows reach and the roles that lead to their patterns: one or, for very many
 * names, several; none if all roles or no roles are needed.
 */
function nearbyRolesOf(
  { users = [], holders = [], roles = [], granting }: NeededRows,
  dialect: QueryDialect,
): Fragment[] {
  if (roles === "all" || roles === "none") return [];
  const from = (table: "roles" | "assignments", column: string, names: readonly string[]) =>
    [...chunks(names)].map((chunk) => rolesWhere(table, columnIn(column, chunk)));
  const starts = [
    ...(users === "all" ? [ASSIGNED] : from("assignments", "user", users)),
    ...from("roles", "role", [...roles, ...holders]),
  ];
  const ends = granting
    ? dialect.grantKinds.flatMap((kind) =>
        neededGrants(kind, granting, dialect).map((conditions) =>
          rolesWhere(TABLE[kind], joinFragments(" and ", conditions)),
        ),
      )
    : [];
  const statements = Math.max(1, Math.ceil(starts.length / MAX_LISTS), Math.ceil(ends.length / MAX_LISTS));
  const share = (all: readonly Fragment[], number: number) => all.slice(number * MAX_LISTS, (number + 1) * MAX_LISTS);
  return Array.from({ length: statements }, (_, number) =>
    nearbyRoles([EVERYONE, ...share(starts, number)], share(ends, number)),
  );
}

const EVERYONE = fragment("select role from everyone");
const ASSIGNED = fragment(
  "select role from roles where exists (select 1 from assignments where assignments.role = roles.role)",
);

/** The nearby roles, their inheritance and their grants. */
function rowsOfNearbyRoles({ grants = "all", permissions }: NeededRows, dialect: QueryDialect): WantedRows[] {
  const nearby = fragment(dialect.columnInQuery("role", NEARBY_ROLES));
  const isListed = permissions === "granted" && grants === "all";
  const granted = isListed
    ? [listedGrants(nearby), ...(dialect.grantKinds === GRANT_KINDS ? [rowsWhere("conditional", nearby)] : [])]
    : grantsWhere(grants, dialect, nearby);
  return [rowsWhere("role", nearby), rowsWhere("inheritance", nearby), ...granted];
}

/** At least the permissions that the fetched grants cover, except those that were fetched with a grant. */
function coveredPermissions({ grant, conditional, permission }: Draft): WantedRows[] {
  const all = [grant, conditional].flatMap((rows) => [...rows.values()]);
  const patterns = [...new Set(all.map((row) => withoutOwn(row.permission)))];
  const wildcards = patterns.filter((pattern) => pattern.includes("*")).map(literalBeginning);
  if (wildcards.includes("")) return [ALL_NAMES];
  const exact = patterns.filter((pattern) => !pattern.includes("*") && !permission.has(pattern));
  return [
    ...padded([...new Set(wildcards)]).map((text) => namesWhere(columnStartsWith("permission", text))),
    ...[...chunks(exact)].map((chunk) => namesWhere(columnIn("permission", chunk))),
  ];
}
