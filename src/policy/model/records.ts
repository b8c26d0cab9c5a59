/** One table that says of each kind of row whatever can be said once; the rest of the code derives from it. */
import type { Named } from "../../errors.ts";
import type { ColumnType, Kind, KindRecord } from "./rows.ts";

/** One record for each kind of row. A kind comes after all kinds that it refers to. */
export const RECORDS = {
  permission: {
    section: "permissions",
    table: "permissions",
    key: ["permission"],
    fields: ["description"],
    columns: { permission: "text", description: "text" },
    refersTo: {},
    goesWith: false,
    concerns: "structure",
    isNamed: true,
    decisive: [],
  },
  role: {
    section: "roles",
    table: "roles",
    key: ["role"],
    fields: ["description"],
    columns: { role: "text", description: "text" },
    refersTo: {},
    goesWith: false,
    concerns: "structure",
    isNamed: true,
    decisive: [],
  },
  user: {
    section: "users",
    table: "users",
    key: ["user"],
    fields: ["email", "name", "disabled"],
    columns: { user: "text", email: "text", name: "text", disabled: "flag" },
    refersTo: {},
    goesWith: false,
    concerns: "people",
    isNamed: true,
    decisive: ["disabled"],
  },
  inheritance: {
    section: "roles",
    table: "inheritance",
    key: ["role", "inherits"],
    fields: [],
    columns: { role: "text", inherits: "text" },
    refersTo: { role: "role", inherits: "role" },
    goesWith: true,
    concerns: "structure",
    isNamed: false,
    decisive: [],
  },
  grant: {
    section: "roles",
    table: "grants",
    key: ["role", "effect", "permission", "scope"],
    fields: [],
    columns: { role: "text", effect: "text", permission: "text", scope: "scope" },
    refersTo: { role: "role", permission: "permission" },
    goesWith: true,
    concerns: "structure",
    isNamed: false,
    decisive: [],
  },
  everyone: {
    section: "everyone",
    table: "everyone",
    key: ["role"],
    fields: [],
    columns: { role: "text" },
    refersTo: { role: "role" },
    goesWith: true,
    concerns: "structure",
    isNamed: false,
    decisive: [],
  },
  assignment: {
    section: "users",
    table: "assignments",
    key: ["user", "role", "scope"],
    fields: ["from", "until"],
    columns: { user: "text", role: "text", scope: "scope", from: "text", until: "text" },
    refersTo: { user: "user", role: "role" },
    goesWith: true,
    concerns: "people",
    isNamed: false,
    decisive: ["from", "until"],
  },
  constraint: {
    section: "constraints",
    table: "constraints",
    key: ["constraint"],
    fields: ["type", "roles", "limit", "needs"],
    columns: { constraint: "text", type: "text", roles: "names", limit: "number", needs: "names" },
    refersTo: { roles: "role", needs: "role" },
    goesWith: false,
    concerns: "structure",
    isNamed: true,
    decisive: ["type", "roles", "limit"],
  },
  policy: {
    section: "guarded",
    table: "policy",
    key: ["setting"],
    fields: [],
    columns: { setting: "text" },
    refersTo: {},
    goesWith: false,
    concerns: "structure",
    isNamed: false,
    decisive: [],
  },
  conditional: {
    section: "roles",
    table: "conditionals",
    key: ["role", "effect", "permission", "scope", "digest"],
    fields: ["but", "when"],
    columns: {
      role: "text",
      effect: "text",
      permission: "text",
      scope: "scope",
      digest: "text",
      but: "names",
      when: "text",
    },
    refersTo: { role: "role", permission: "permission" },
    goesWith: true,
    concerns: "structure",
    isNamed: false,
    decisive: ["but", "when"],
  },
  attribute: {
    section: "attributes",
    table: "attributes",
    key: ["resource", "attribute"],
    fields: ["type", "values"],
    columns: { resource: "text", attribute: "text", type: "text", values: "names" },
    refersTo: {},
    goesWith: false,
    concerns: "structure",
    isNamed: false,
    decisive: ["type", "values"],
  },
  former: {
    section: null,
    table: "formers",
    key: ["of", "name", "former", "revision"],
    fields: [],
    columns: { of: "text", name: "text", former: "text", revision: "number" },
    refersTo: {},
    goesWith: false,
    concerns: "structure",
    isNamed: false,
    decisive: null,
  },
  identity: {
    section: null,
    table: "identities",
    key: ["source", "key", "user"],
    fields: [],
    columns: { source: "text", key: "text", user: "text" },
    refersTo: { user: "user" },
    goesWith: true,
    concerns: "people",
    isNamed: false,
    decisive: null,
  },
  approval: {
    section: null,
    table: "approvals",
    key: ["approval"],
    fields: ["count", "roles", "and"],
    columns: { approval: "text", count: "number", roles: "names", and: "names" },
    refersTo: { roles: "role", and: "role" },
    goesWith: false,
    concerns: "structure",
    isNamed: false,
    decisive: null,
  },
  "api-key": {
    section: null,
    table: "api_keys",
    key: ["id", "user"],
    fields: ["digest", "rights", "until", "previous", "overlap"],
    columns: {
      id: "text",
      user: "text",
      digest: "text",
      rights: "names",
      until: "text",
      previous: "text",
      overlap: "text",
    },
    refersTo: { user: "user" },
    goesWith: true,
    concerns: "people",
    isNamed: false,
    decisive: null,
  },
} as const satisfies { [K in Kind]: KindRecord<K> };

export const KINDS = Object.keys(RECORDS) as readonly Kind[];

/** A record for code that treats all kinds alike. */
export interface AnyRecord {
  readonly section: string | null;
  readonly table: (typeof RECORDS)[Kind]["table"];
  readonly key: readonly string[];
  readonly fields: readonly string[];
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly refersTo: Readonly<Record<string, Named>>;
  readonly goesWith: boolean;
  readonly concerns: "people" | "structure";
  readonly isNamed: boolean;
  readonly decisive: readonly string[] | null;
}

/** The record of a kind, for code that treats all kinds alike. */
export const recordOf = (kind: Kind): AnyRecord => RECORDS[kind];

/** All fields of a kind: those of its key first. */
export const allFields = (kind: Kind): readonly string[] => ALL_FIELDS[kind];

const ALL_FIELDS = forEachKind((kind): readonly string[] => [...RECORDS[kind].key, ...RECORDS[kind].fields]);

/** The kinds whose rows are named things: those that can be renamed, and whose new names are compared. */
export const NAMED_KINDS = KINDS.filter((kind) => RECORDS[kind].isNamed) as readonly Named[];

/** Users and what they hold. */
export const PEOPLE_KINDS = KINDS.filter((kind) => RECORDS[kind].concerns === "people");

/** The kinds of rows that documents state: what they do not state, no comparison of policies takes away either. */
export const DOCUMENTED_KINDS = KINDS.filter((kind) => RECORDS[kind].section !== null);

/** Those, and the keys of programs, which commands make and end. */
export const EDITED_KINDS: readonly Kind[] = [...DOCUMENTED_KINDS, "api-key"];

/** An object with a value for each kind of row. */
export function forEachKind<T>(make: (kind: Kind) => T): { readonly [K in Kind]: T } {
  const made: { [K in Kind]?: T } = {};
  for (const kind of KINDS) made[kind] = make(kind);
  return made as { [K in Kind]: T };
}
