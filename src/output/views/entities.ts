/** Views of users, roles, permissions and constraints: as a list, as a single record, and roles as a tree. */

import type { ListedUser } from "../../policy/evaluate/entity-details.ts";
import type { View } from "../render.ts";
import { safe } from "../sanitize.ts";
import { PLAIN, type Style } from "../style.ts";
import { type Cell, cellText } from "../table.ts";
import { type Branch, drawTree } from "../tree.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a list can do without, whichever of these it has. */
const LEAST = ["description", "everyone", "grants", "inherits", "roles", "needs"];

/**
 * The view of a list of records: in JSON under the name of its section. The columns are the fields of the first record.
 */
export function listView(
  section: string,
  revision: number,
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
  };
}

/** The view of a list of users. A role is shown with its scope and its window, for its name alone says too much. */
export function usersView(revision: number, users: readonly ListedUser[], hints: readonly string[] = []): View {
  const rows = users.map(({ user, email, name, disabled, assignments }) => {
    const held = (style: Style) => assignments.map(({ revision: _, ...row }) => rowText(row, style)).join(", ");
    return [user, email, name, disabled, held];
  });
  return {
    ...listView("users", revision, users, hints),
    table: {
      head: rows.length > 0 ? ["user", "email", "name", "disabled", "roles"] : [],
      rows,
      least: ["name", "email", "disabled", "roles"],
    },
  };
}

/** The view of a role. People read its holders in the assignments alone, where their scopes stand. */
export function roleView(revision: number, role: Fields & { readonly users: readonly string[] }): View {
  const { users: _, ...shown } = role;
  return { ...recordView(revision, shown), json: { ...role, revision } };
}

/** The view of one record: a line for each field, then its lists, indented. */
export function recordView(revision: number, record: Fields): View {
  const plain = Object.entries(record).filter(([, value]) => !isRows(value));
  const lists = Object.entries(record).filter((entry): entry is [string, Fields[]] => isRows(entry[1]));
  return {
    json: { ...record, revision },
    table: {
      head: ["field", "value"],
      rows: Object.entries(record).map(([field, value]) => [
        field,
        isRows(value) ? value.map((row) => rowText(row, PLAIN)).join("; ") : (value as Cell),
      ]),
    },
    text: (style) => [
      ...plain.map(([field, value]) => `${style.faint(`${fieldWords(field)}:`)} ${safe`${valueWords(value)}`}`),
      ...lists.flatMap(([field, rows]) => [
        style.faint(`${fieldWords(field)}:`),
        ...rows.map((row) => `  ${safe`${rowText(row, style)}`}`),
      ]),
    ],
  };
}

/** The name of a field as people say it: `inherited by` */
const fieldWords = (field: string): string => field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const valueWords = (value: unknown): string =>
  typeof value === "boolean" ? (value ? "yes" : "no") : cellText(value as Cell, "–");

const isRows = (value: unknown): value is Fields[] =>
  Array.isArray(value) && typeof value[0] === "object" && value[0] !== null;

/** `allow posts:* on acme until … (@3)`, `editor until … (ended, @3)` */
function rowText({ scope, from, until, revision, state, ...words }: Fields, style: Style): string {
  const remarks = [state !== "open" && state, revision !== undefined && `@${revision}`].filter(Boolean);
  const parts = [
    Object.values(words).join(" "),
    scope && `on ${scope}`,
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
