/** Views of users, roles, permissions and constraints: as a list, as a single record, and roles as a tree. */

import type { ListedUser } from "../../policy/evaluate/entity-details.ts";
import type { AtRevision, RecordedStamp, RowStamps } from "../../policy/model/results.ts";
import type { View } from "../render.ts";
import { safe } from "../sanitize.ts";
import { PLAIN, type Style } from "../style.ts";
import { type Cell, cellText } from "../table.ts";
import { type Branch, drawTree } from "../tree.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The revision of a list, and where it was cut. */
type Listed = AtRevision<Pick<View, "cut">>;

/** What a list can do without, whichever of these it has. */
const LEAST = ["description", "everyone", "grants", "inherits", "roles", "needs"];

/**
 * The view of a list of records: in JSON under the name of its section. The columns are the fields of the first record.
 */
export function listView(
  section: string,
  { revision, cut }: Listed,
  records: readonly object[],
  hints: readonly string[] = [],
): View {
  const head = Object.keys(records[0] ?? {});
  return {
    json: { revision, [section]: records },
    table: {
      head,
      rows: (records as readonly Fields[]).map((record) => head.map((field) => record[field] as Cell)),
      least: LEAST,
    },
    notices: [...hints, ...(records.length === 0 ? [`no ${section}`] : [])],
    cut,
  };
}

/** The view of a list of users. A role is shown with its scope and its window, for its name alone says too much. */
export function usersView(of: Listed, users: readonly ListedUser[], hints: readonly string[] = []): View {
  const rows = users.map(({ user, email, name, disabled, assignments }) => {
    const held = (style: Style) => assignments.map(({ revision: _, ...row }) => rowText(row, style)).join(", ");
    return [user, email, name, disabled, held];
  });
  return {
    ...listView("users", of, users, hints),
    table: {
      head: rows.length > 0 ? ["user", "email", "name", "disabled", "roles"] : [],
      rows,
      least: ["name", "email", "disabled", "roles"],
    },
  };
}

/** What `show` found, and who made and changed it. */
type Found<T extends Fields> = AtRevision<{ readonly found: T; readonly stamps: RowStamps }>;

/** The view of a role. People read its holders in the assignments alone, where their scopes stand. */
export function roleView(role: Found<Fields & { readonly users: readonly string[] }>): View {
  const { users: _, ...shown } = role.found;
  const { json, ...view } = recordView({ ...role, found: shown });
  return { ...view, json: { ...role.found, ...json } };
}

/** The view of one record: a line for each field, then its lists, indented. */
export function recordView({ revision, found, stamps: { created, changed } }: Found<Fields>): View {
  const stamps = Object.entries({ created, changed });
  const plain = Object.entries(found).filter(([, value]) => !isRows(value));
  const lists = Object.entries(found).filter((entry): entry is [string, Fields[]] => isRows(entry[1]));
  return {
    json: { ...found, created, changed, revision },
    table: {
      head: ["field", "value"],
      rows: [
        ...Object.entries(found).map(([field, value]) => [
          field,
          isRows(value) ? value.map((row) => rowText(row, PLAIN)).join("; ") : (value as Cell),
        ]),
        ...stamps.map(([field, stamp]) => [field, stampText(stamp, PLAIN)]),
      ],
    },
    text: (style) => [
      ...plain.map(([field, value]) => `${style.faint(`${fieldWords(field)}:`)} ${safe`${valueWords(value)}`}`),
      ...stamps.map(
        ([field, stamp]) => `${style.faint(`${field}:`)} ${safe`${cellText(stampText(stamp, style), "–")}`}`,
      ),
      ...lists.flatMap(([field, rows]) => [
        style.faint(`${fieldWords(field)}:`),
        ...rows.map((row) => `  ${safe`${rowText(row, style)}`}`),
      ]),
    ],
  };
}

/** `2026-03-01T00:00:00Z by ann, @3 ("on call")` */
function stampText(stamp: RecordedStamp | null, style: Style): string | null {
  if (!stamp) return null;
  const { revision, actor, at, reason } = stamp;
  return `${style.time(at)} by ${actor}, @${revision}${reason === null ? "" : ` (${JSON.stringify(reason)})`}`;
}

/** The name of a field as people say it: `inherited by` */
const fieldWords = (field: string): string => field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const valueWords = (value: unknown): string =>
  typeof value === "boolean" ? (value ? "yes" : "no") : cellText(value as Cell, "–");

const isRows = (value: unknown): value is Fields[] =>
  Array.isArray(value) && typeof value[0] === "object" && value[0] !== null;

/** `allow posts:* on acme but posts:delete when resource.draft (@3)`, `editor until … (ended, @3)` */
function rowText({ scope, from, until, revision, state, but, when, ...words }: Fields, style: Style): string {
  const remarks = [state !== "open" && state, revision !== undefined && `@${revision}`].filter(Boolean);
  const parts = [
    Object.values(words).join(" "),
    scope && `on ${scope}`,
    Array.isArray(but) && but.length > 0 && `but ${but.join(", ")}`,
    when && `when ${when}`,
    from && `from ${style.time(String(from))}`,
    until && `until ${style.time(String(until))}`,
    remarks.length > 0 && `(${remarks.join(", ")})`,
  ];
  return parts.filter(Boolean).join(" ");
}

/**
 * The view of the role hierarchy: a tree for people, and in JSON and CSV a flat list of what each role inherits,
 * because nested JSON of any depth breaks readers.
 */
export function treeView(
  revision: number,
  { roots, inherits }: { readonly roots: readonly string[]; readonly inherits: ReadonlyMap<string, readonly string[]> },
): View {
  const shown = new Set<string>();
  const branch = (role: string): Branch => {
    const parents = inherits.get(role) ?? [];
    const repeated = shown.has(role) && parents.length > 0;
    shown.add(role);
    return {
      text: safe`${role}` + (repeated ? " (shown above)" : ""),
      below: () => (repeated ? [] : parents.map(branch)),
    };
  };
  const roles = [...inherits].map(([role, parents]) => ({ role, inherits: parents }));
  return {
    json: { revision, roles },
    table: { head: ["role", "inherits"], rows: roles.map((row) => [row.role, row.inherits]) },
    text: () => roots.flatMap((root) => drawTree(branch(root))),
    notices: roots.length === 0 ? ["no roles"] : [],
  };
}
