/**
 * Reads the fields of rows, and checks rows that are about to be written: the same rules for a file, a command and a
 * program, so that whatever stands in a database can be exported and seeded again.
 */
import { wrong } from "../../errors.ts";
import { byBytes } from "./byte-order.ts";
import { type Change, kindOf, valuesOf } from "./change.ts";
import { CONSTRAINT_READERS, checkConstraint, parseNames } from "./constraint.ts";
import { parseName, parseReason, parseText, quote } from "./names.ts";
import { parseCatalogued, parseNewPermission, parsePattern } from "./permissions.ts";
import { sameValue } from "./policy.ts";
import { allFields, forEachKind, recordOf } from "./records.ts";
import { type AnyRow, type Kind, SETTINGS, type Value } from "./rows.ts";
import { parseScope } from "./scopes.ts";
import { parseInstant } from "./times.ts";

/** The reader of each text field. Fields have the same names in rows and in all formats, so one table is enough. */
const READERS: Readonly<Record<string, (text: string) => string>> = {
  user: parseName,
  role: parseName,
  inherits: parseName,
  scope: parseScope,
  from: parseInstant,
  until: parseInstant,
  overlap: parseInstant,
  email: parseText,
  name: parseText,
  description: parseText,
  reason: parseReason,
  owner: parseName,
  at: parseInstant,
  effect: (text) => {
    if (text === "allow" || text === "deny") return text;
    throw wrong("EFFECT_INVALID", `an effect is allow or deny, not ${quote(text)}`);
  },
  setting: (text) => {
    if ((SETTINGS as readonly string[]).includes(text)) return text;
    throw wrong("SETTING_UNKNOWN", `a policy can be ${SETTINGS.join(", ")}, not ${quote(text)}`);
  },
};

/**
 * Reads patterns, as those that a grant leaves out: a pattern, or a list of them; none is legal. As in a row: sorted,
 * once each. @throws RbacError `VALUE_INVALID` or `PERMISSION_INVALID` (exit 2).
 */
function parsePatterns(field: string, value: unknown): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.some((pattern) => typeof pattern !== "string"))
    throw wrong("VALUE_INVALID", `${field} must be a list of patterns`);
  return [...new Set(list.map((pattern) => parsePattern(String(pattern))))].sort(byBytes);
}

/** The types that may be declared of an attribute. */
const ATTRIBUTE_TYPES: readonly string[] = ["bool", "number", "string", "list"];

/** Readers of the fields of an attribute. */
const ATTRIBUTE_READERS: Readonly<Record<string, (value: unknown) => Value>> = {
  attribute: (value) => {
    if (typeof value === "string" && value.length <= 255 && /^[A-Za-z_]\w*(\.[A-Za-z_]\w*){0,2}$/.test(value))
      return value;
    throw wrong("NAME_INVALID", `${quote(String(value))} is no attribute: it is one to three names, as in owner.team`);
  },
  type: (value) => {
    if (ATTRIBUTE_TYPES.includes(value as string)) return value as string;
    const types = `${ATTRIBUTE_TYPES.join(", ")} or a list of texts`;
    throw wrong("VALUE_INVALID", `an attribute is of type ${types}, not ${quote(String(value))}`);
  },
  values: (value) => {
    const texts = value === null ? [] : Array.isArray(value) ? value : [undefined];
    if (texts.some((text) => typeof text !== "string") || (value !== null && texts.length === 0))
      throw wrong("VALUE_INVALID", "the values of an attribute are a list of texts");
    for (const text of texts) parseText(text);
    return value === null ? null : [...new Set<string>(texts)].sort(byBytes); // As written: nothing is normalised.
  },
};

/** Reads the resource whose attributes are declared: the first part of a permission, or what stands for it. */
function parseResource(value: unknown): string {
  const name = typeof value === "string" ? parseName(value) : "";
  if (name !== "" && !/[:*]/.test(name)) return name;
  throw wrong("NAME_INVALID", `${quote(String(value))} is no resource: it is what permissions are about, as posts`);
}

/** Reads a condition as text. That it is canonical is for `policy/rules` to see. */
function parseWhen(value: unknown): string | null {
  if (value === null || typeof value === "string") return value;
  throw wrong("VALUE_INVALID", "when must be text");
}

function parseDigest(value: unknown): string {
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return value;
  throw wrong("VALUE_INVALID", "digest is 64 hexadecimal digits");
}

/** Readers of the fields of an API key, besides those that other rows have, too. */
const KEY_READERS: Readonly<Record<string, (value: unknown) => Value>> = {
  id: (value) => {
    if (typeof value === "string" && /^[a-z2-7]{12}$/.test(value)) return value;
    throw wrong("VALUE_INVALID", "the id of an API key is 12 lower-case letters or digits from 2 to 7");
  },
  digest: parseDigest,
  previous: (value) => (value === null ? null : parseDigest(value)),
  rights: (value) => {
    if (Array.isArray(value) && value.length === 0)
      throw wrong("VALUE_INVALID", "rights that name nothing: null means all that its user may");
    return value === null ? null : parsePatterns("rights", value);
  },
};

/** @throws RbacError `VALUE_INVALID` (exit 2) where a former digest counts for ever, or a time for nothing. */
function checkOverlap({ previous, overlap }: AnyRow): void {
  if ((previous === null) !== (overlap === null))
    throw wrong("VALUE_INVALID", "a previous digest counts until its overlap ends: both are there, or neither");
}

/** Readers that know the kind of row. */
const READERS_OF_KIND: { readonly [K in Kind]?: Readonly<Record<string, (value: unknown) => Value>> } = {
  constraint: CONSTRAINT_READERS,
  conditional: { but: (value) => parsePatterns("but", value), when: parseWhen, digest: parseDigest },
  attribute: { ...ATTRIBUTE_READERS, resource: parseResource },
  "api-key": KEY_READERS,
};

const NULLABLE = new Set([
  ...["scope", "from", "until", "email", "name", "description", "reason", "owner", "at"],
  ...["when", "values", "count", "roles", "and", "rights", "previous", "overlap"],
]);

/** Reads one field from its value in a file. @throws RbacError (exit 2) with the fault of the value. */
export function readField(kind: Kind | null, field: string, value: unknown): Value {
  const reader = kind === null ? undefined : READERS_OF_KIND[kind]?.[field];
  if (reader) return reader(value);
  if (value === null && NULLABLE.has(field)) return null;
  const column = kind === null ? "text" : recordOf(kind).columns[field];
  if (column === "number") return parseNumber(field, value);
  if (column === "names") return parseNames(field, value);
  if (field === "disabled") {
    if (typeof value === "boolean") return value;
    throw wrong("VALUE_INVALID", "disabled is true or false");
  }
  if (typeof value === "number") throw wrong("QUOTE_NEEDED", `${value} is a number here: quote it to make it a name`);
  if (typeof value === "boolean") throw wrong("QUOTE_NEEDED", `${value} is no text here: quote it to make it a name`);
  if (typeof value !== "string") throw wrong("VALUE_INVALID", `${field} must be text`);
  if (field === "permission") return kind === "permission" ? parseCatalogued(value) : parsePattern(value);
  return (READERS[field] ?? parseName)(value);
}

function parseNumber(field: string, value: unknown): number {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  throw wrong("VALUE_INVALID", `${field} must be a whole number`);
}

/** @throws RbacError `WINDOW_EMPTY` (exit 2) for a window that never opens. */
export function checkWindow({ from, until }: AnyRow): void {
  if (typeof from === "string" && typeof until === "string" && from >= until)
    throw wrong("WINDOW_EMPTY", `a window from ${from} until ${until} never opens`);
}

/** Keys that are longer do not fit into an index of PostgreSQL (2,704 bytes with what it adds to them). */
const LONGEST_KEY = 2600;

/**
 * Checks that the key of a grant or an assignment fits into the indexes, alike on both kinds of database.
 * @throws RbacError `NAME_TOO_LONG` (exit 2).
 */
export function checkKey({ user = null, role = null, permission = null, scope = null, digest = null }: AnyRow): void {
  // No unit of UTF-16 takes more than three bytes, so most keys need not be counted.
  const units = unitsOf(user) + unitsOf(role) + unitsOf(permission) + unitsOf(scope) + unitsOf(digest);
  if (3 * units <= LONGEST_KEY) return;
  const bytes = bytesOf(user) + bytesOf(role) + bytesOf(permission) + bytesOf(scope) + bytesOf(digest);
  if (bytes > LONGEST_KEY)
    throw wrong("NAME_TOO_LONG", `these names take ${bytes} bytes together, and may take ${LONGEST_KEY}`);
}

/** True for rows whose key has several names, and so may be too long. */
const hasLongKey = (kind: Kind): boolean => kind === "assignment" || kind === "grant" || kind === "conditional";

/** @throws RbacError `VALUE_INVALID` (exit 2) for values of an attribute that is no text. */
export function checkAttribute({ type, values }: AnyRow): void {
  if (values !== null && type !== "string")
    throw wrong("VALUE_INVALID", "only an attribute of type string has a list of the values that it may have");
}

const unitsOf = (name: Value): number => (typeof name === "string" ? name.length : 0);
const bytesOf = (name: Value): number => (typeof name === "string" ? Buffer.byteLength(name) : 0);

/** The number of checked texts that are remembered for each field: names of roles and permissions come many times. */
const MAX_REMEMBERED = 1000;

/**
 * Checks the row that each change leaves: every field in its normal form, and the fields together. Rows that a change
 * removes stood before, and are not checked. Reads from the changes without building rows, since there may be millions.
 * @throws RbacError (exit 2) with the first fault.
 */
export function checkRows(changes: Iterable<Change>): void {
  const remembered = forEachKind((kind) => allFields(kind).map(() => new Set<Value>()));
  for (const change of changes) {
    const { after } = change as { readonly after: AnyRow | null };
    if (after === null) continue;
    const kind = kindOf(change);
    const fields = allFields(kind);
    for (let at = 0; at < fields.length; at++) {
      const field = fields[at] as string;
      const value = valuesOf(change)[field] ?? after[field] ?? null;
      if (value === null && NULLABLE.has(field) && kind !== "constraint") continue;
      const known = remembered[kind][at] as Set<Value>;
      if (known.has(value)) continue;
      checkField(kind, field, value);
      if (known.size >= MAX_REMEMBERED) known.clear();
      known.add(value);
    }
    if (change.kind === "permission.add") parseNewPermission(change.permission);
    if (kind === "assignment") checkWindow(after);
    // A key that stands already may go on standing.
    if (change.before === null && hasLongKey(kind)) checkKey(valuesOf(change));
    if (kind === "constraint") checkConstraint(after);
    if (kind === "attribute") checkAttribute(after);
    if (kind === "api-key") checkOverlap(after);
  }
}

function checkField(kind: Kind, field: string, value: Value): void {
  if (!sameValue(readField(kind, field, value), value))
    throw wrong("VALUE_INVALID", `${field} ${quote(String(value))} is not written in its normal form`);
}
