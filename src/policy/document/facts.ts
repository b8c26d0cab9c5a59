/** What documents state, one fact a row, whatever format stated it; and the merging of several documents into one. */
import { wrong } from "../../errors.ts";
import { CONSTRAINT_READERS, checkConstraint } from "../model/constraint.ts";
import { parseCatalogued, parseName, parsePattern, parseReason, parseText, quote } from "../model/names.ts";
import {
  type AnyRow,
  KINDS,
  type Kind,
  keyOf,
  RECORDS,
  SETTINGS,
  type Section,
  sameValue,
  type Value,
} from "../model/policy.ts";
import { parseScope } from "../model/scopes.ts";
import { parseInstant } from "../model/times.ts";
import type { DocumentPlace, Problems } from "./problems.ts";

/** A row as a document states it: the key, and only those fields that are written. */
export interface Fact {
  readonly kind: Kind;
  readonly row: AnyRow;
  /** The stamp of the change that it causes; never compared or exported (rule 17). */
  readonly reason: string | null;
  readonly place: DocumentPlace;
}

/** A question with the answer that a document expects of itself (rule 18). */
export interface Test {
  readonly user: string | null;
  readonly assume: readonly string[];
  readonly activate: readonly string[];
  readonly scope: string | null;
  readonly owner: string | null;
  readonly at: string | null;
  readonly can: readonly string[];
  readonly cannot: readonly string[];
  readonly has: readonly string[];
  readonly place: DocumentPlace;
}

export interface Document {
  /** The sections it contains, which is more than those it says something in: `{}` is an empty section. */
  readonly sections: ReadonlySet<Section>;
  readonly facts: Facts;
  readonly tests: readonly Test[];
}

/** By kind and by key within it, as a policy holds its rows. */
export type Facts = { readonly [K in Kind]: ReadonlyMap<string, Fact> };

/** How each field is read from text. Keys of a row and fields share their words, so one table serves every format. */
const READERS: Readonly<Record<string, (text: string) => string>> = {
  user: parseName,
  role: parseName,
  inherits: parseName,
  scope: parseScope,
  from: parseInstant,
  until: parseInstant,
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

const NULLABLE = new Set(["scope", "from", "until", "email", "name", "description", "reason", "owner", "at"]);

/** Reads one field as it stands in a file. @throws RbacError (exit 2) saying what is wrong with it. */
function readField(kind: Kind | null, field: string, value: unknown): Value {
  if (value === null && NULLABLE.has(field)) return null;
  const ofConstraint = kind === "constraint" ? CONSTRAINT_READERS[field] : undefined;
  if (ofConstraint) return ofConstraint(value);
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

/** Holds a row that a program made to the rules of what people write. @throws RbacError (exit 2) saying what is wrong with it. */
export function checkRow(kind: Kind, row: AnyRow): void {
  for (const field of FIELDS[kind]) {
    const value = row[field] ?? null;
    if (!sameValue(readField(kind, field, value), value))
      throw wrong("VALUE_INVALID", `${field} ${quote(String(value))} is not written in its normal form`);
  }
  if (kind === "constraint") checkConstraint(row);
}

/** So many texts of each field are remembered: most of what comes again comes soon. */
const REMEMBERED = 10_000;

/** Reads facts from written fields, whatever the format. */
export class FactReader {
  readonly problems: Problems;
  /** By kind and field: what each text was read as. */
  readonly #known = new Map<Kind | null, Map<string, Map<string, Value>>>();

  constructor(problems: Problems) {
    this.problems = problems;
  }

  /** The fact that a row stands, or `undefined` and a problem. The reason may stand among the written fields. */
  fact(place: DocumentPlace, kind: Kind, written: { readonly [field: string]: unknown }): Fact | undefined {
    const row: Record<string, Value> = {}; // Filled in one order, so that all rows of a kind are alike to the engine.
    for (const field of FIELDS[kind]) {
      const said = written[field];
      const read = said === undefined ? UNWRITTEN[kind]?.[field] : this.field(place, kind, field, said);
      if (read !== undefined) row[field] = read;
      else if (said !== undefined) return undefined;
    }
    const needed = kind === "constraint" ? FIELDS.constraint : RECORDS[kind].key;
    const missing = needed.find((field) => row[field] === undefined);
    if (missing) this.problems.add(place, "KEY_MISSING", `${missing} is missing from this ${kind}`);
    const { from, until } = row;
    if (typeof from === "string" && typeof until === "string" && from >= until) {
      this.problems.add(place, "WINDOW_EMPTY", `a window from ${from} until ${until} never opens`);
    }
    if (kind === "constraint" && !missing) this.problems.attempt(place, () => checkConstraint(row));
    const reason = written.reason === undefined ? null : this.field(place, kind, "reason", written.reason);
    return missing ? undefined : { kind, row, reason: typeof reason === "string" ? reason : null, place };
  }

  /** Reads a field; what was read well once, as the same few permissions are in grant after grant, is not read again. */
  field(place: DocumentPlace, kind: Kind | null, field: string, value: unknown): Value | undefined {
    if (typeof value !== "string") return this.#read(place, kind, field, value);
    const known = this.#knownOf(kind, field);
    const before = known.get(value);
    if (before !== undefined) return before;
    const read = this.#read(place, kind, field, value);
    if (known.size >= REMEMBERED) known.clear();
    if (read !== undefined) known.set(value, read);
    return read;
  }

  #read(place: DocumentPlace, kind: Kind | null, field: string, value: unknown): Value | undefined {
    return this.problems.attempt(place, () => readField(kind, field, value));
  }

  #knownOf(kind: Kind | null, field: string): Map<string, Value> {
    const fields = this.#known.get(kind) ?? new Map<string, Map<string, Value>>();
    const known = fields.get(field) ?? new Map<string, Value>();
    if (known.size === 0) this.#known.set(kind, fields.set(field, known));
    return known;
  }
}

/** What facts that are stated in full mean by what they leave out (rule 14). */
const UNWRITTEN: { readonly [K in Kind]?: Readonly<Record<string, Value>> } = {
  assignment: { scope: null, from: null, until: null },
  grant: { scope: null },
  constraint: { limit: null, needs: null },
};

const FIELDS = Object.fromEntries(
  Object.entries(RECORDS).map(([kind, { key, fields }]) => [kind, [...key, ...fields]]),
) as unknown as { readonly [K in Kind]: readonly string[] };

/** Merges what several documents state. One key with two different values is a problem naming both places (rule 14). */
export function merge(documents: readonly ParsedDocument[], problems: Problems): Document {
  const facts = Object.fromEntries(KINDS.map((kind) => [kind, new Map()])) as { [K in Kind]: Map<string, Fact> };
  for (const fact of documents.flatMap((document) => document.facts)) {
    const key = keyOf(fact.kind, fact.row);
    const other = facts[fact.kind].get(key);
    facts[fact.kind].set(key, other ? joined(other, fact, problems) : fact);
  }
  return {
    sections: new Set(documents.flatMap((document) => [...document.sections])),
    facts,
    tests: documents.flatMap((document) => document.tests),
  };
}

/** One source, read but not merged. */
export interface ParsedDocument {
  readonly sections: ReadonlySet<Section>;
  readonly facts: readonly Fact[];
  readonly tests: readonly Test[];
}

function joined(first: Fact, second: Fact, problems: Problems): Fact {
  const { fields } = RECORDS[first.kind] as { fields: readonly string[] };
  for (const field of fields) {
    const [a, b] = [first.row[field], second.row[field]];
    if (a === undefined || b === undefined || sameValue(a, b)) continue;
    const { line, column } = first.place.source.locate(first.place.path);
    const where = `${first.place.source.name}:${line}:${column}`;
    problems.add(
      second.place,
      "SAID_TWICE",
      `${field} is ${JSON.stringify(b)} here and ${JSON.stringify(a)} at ${where}`,
    );
  }
  return { ...first, row: { ...first.row, ...second.row }, reason: first.reason ?? second.reason };
}
