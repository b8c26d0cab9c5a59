/** The tables that other programs JOIN: made of the policy by `rbac materialize`, and not part of it or its record. */

/** The rows of each; `from` and `until` are always there. */
export interface JoinTables {
  effective_permissions: {
    user: string;
    permission: string;
    /** Empty text for the root. */
    scope: string;
    own: string;
    from: string;
    until: string;
    revision: number;
  };
  /** How many rows were left out, since a JOIN would read them wrongly. */
  effective_permissions_omitted: { user: string; permission: string; reason: string; count: number; revision: number };
  /** At most one row: what the tables were made of. */
  effective_permissions_made: {
    id: number;
    database: string;
    revision: number;
    at: string;
    patterns: string;
    rows: number;
    omitted: number;
  };
}

export type JoinTable = keyof JoinTables;

/** The columns of the two tables with many rows, in the order of their rows. */
export const JOIN_COLUMNS = {
  effective_permissions: ["user", "permission", "scope", "own", "from", "until", "revision"],
  effective_permissions_omitted: ["user", "permission", "reason", "count", "revision"],
} as const;

export const JOIN_TABLES: readonly JoinTable[] = [
  "effective_permissions",
  "effective_permissions_omitted",
  "effective_permissions_made",
];

/** True for what a schema has of these tables, by kind and name: it is no part of a policy's database. */
export const isOfJoinTable = (name: string): boolean =>
  /^(table|index|constraint) (sqlite_autoindex_)?effective_permissions(_omitted|_made)?(_pkey|_1)?$/.test(name);

/** How a dialect writes types of columns, and ends of statements. */
type Wording = Readonly<Record<"text" | "integer" | "tableOptions" | "linkTableOptions", string>>;

/** The statements that make the tables. */
export const createJoinTables = ({ text, integer, tableOptions, linkTableOptions }: Wording): readonly string[] => [
  `create table effective_permissions ("user" ${text} not null, permission ${text} not null, scope ${text} not null,
     own ${text} not null, "from" ${text} not null, "until" ${text} not null, revision ${integer} not null,
     primary key ("user", permission, scope, own, "from")) ${linkTableOptions}`,
  `create table effective_permissions_omitted ("user" ${text} not null, permission ${text} not null,
     reason ${text} not null, "count" ${integer} not null, revision ${integer} not null,
     primary key ("user", permission, reason)) ${linkTableOptions}`,
  `create table effective_permissions_made (id ${integer} primary key, "database" ${text} not null,
     revision ${integer} not null, at ${text} not null, patterns ${text} not null, "rows" ${integer} not null,
     omitted ${integer} not null) ${tableOptions}`,
];
