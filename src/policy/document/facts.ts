/** Facts: the rows that documents state, the same for every format. Also merges several documents into one. */
import type { Given } from "../conditions/given.ts";
import { checkConstraint } from "../model/constraint.ts";
import { quote } from "../model/names.ts";
import { keyOf, sameValue } from "../model/policy.ts";
import { allFields, forEachKind, RECORDS, recordOf } from "../model/records.ts";
import { checkAttribute, checkKey, checkWindow, readField } from "../model/row-check.ts";
import type { AnyRow, Kind, Value } from "../model/rows.ts";
import type { Part } from "../part/part.ts";
import { type Claim, partsOf } from "./claims.ts";
import { type DocumentPlace, type Problems, placeText } from "./problems.ts";
import type { Section } from "./sections.ts";

/** A condition as a document writes it. */
export interface WrittenCondition {
  readonly place: DocumentPlace;
  readonly text: string;
}

/** A row as a document states it: its key, and only the fields that are written. */
export interface Fact {
  readonly kind: Kind;
  readonly row: AnyRow;
  /** The reason in the stamp of the change that the fact causes; never compared or exported (rule 17). */
  readonly reason: string | null;
  /** The name that it is renamed from, where it stands under that; an instruction, never exported (rule 39). */
  readonly was: string | null;
  /** True for a user of a list, which has no columns for the fields of users: a prune leaves these as they are. */
  readonly isListed: boolean;
  readonly place: DocumentPlace;
  /** The condition of a conditional grant as it is written, and where. */
  readonly when?: WrittenCondition;
}

/** A test of a document: a question and the expected answers (rule 18). */
export interface Test {
  readonly user: string | null;
  readonly assume: readonly string[];
  readonly activate: readonly string[];
  readonly scope: string | null;
  readonly owner: string | null;
  readonly at: string | null;
  readonly given: Given | null;
  readonly can: readonly string[];
  readonly cannot: readonly string[];
  readonly has: readonly string[];
  /** In the place of questions: a change, and what refuses it. */
  readonly change?: TestedChange;
  readonly place: DocumentPlace;
}

/** A change that a test asks for: by whom (`null`: nobody in particular), and what refuses it; `true` for anything. */
export interface TestedChange {
  readonly verb: "assign" | "revoke";
  readonly roles: readonly string[];
  readonly actor: string | null;
  readonly refused: string | boolean;
}

/** A finding that is meant to stand. */
export interface LintSkip {
  /** The id of a rule. */
  readonly rule: string;
  /** The name that the finding is about, such as a role; `null` for all findings of the rule. */
  readonly on: string | null;
  /** RFC 3339 UTC: from then on it is skipped no more; `null` for never. */
  readonly until: string | null;
  readonly reason: string;
  readonly place: DocumentPlace;
}

/** Two permissions that nobody may have both. */
export interface ToxicPair {
  readonly permissions: readonly [string, string];
  readonly place: DocumentPlace;
}

export interface LintSettings {
  readonly skips: readonly LintSkip[];
  readonly toxic: readonly ToxicPair[];
}

export const NO_LINT: LintSettings = { skips: [], toxic: [] };

/** The settings of several documents together. */
const joinedLint = (all: readonly LintSettings[]): LintSettings => ({
  skips: all.flatMap(({ skips }) => skips),
  toxic: all.flatMap(({ toxic }) => toxic),
});

export interface Document {
  /**
   * The sections that the document contains. An empty section counts, too: with pruning it removes all rows of
   * the section.
   */
  readonly sections: ReadonlySet<Section>;
  /** What each file speaks for, of those that have sections. */
  readonly claims: readonly Claim[];
  readonly facts: Facts;
  readonly tests: readonly Test[];
  readonly lint: LintSettings;
}

/** Facts by kind and key, like the rows of a policy. */
type Facts = { readonly [K in Kind]: ReadonlyMap<string, Fact> };

/** The number of texts cached for each field. A full cache is emptied, as repetitions are mostly close together. */
const MAX_CACHED = 10_000;

/** Reads facts from written fields, for every format. */
export class FactReader {
  readonly problems: Problems;
  readonly #isList: boolean;
  /** The value of each text that was read, by kind and field. */
  readonly #cache = new Map<Kind | null, Map<string, Map<string, Value>>>();

  /** @param isList true for CSV, which has assignments, and of users only the names */
  constructor(problems: Problems, isList = false) {
    this.problems = problems;
    this.#isList = isList;
  }

  /** Reads the fact of a row, with its `reason` and `was`; adds faults to the problems, then maybe `undefined`. */
  fact(place: DocumentPlace, kind: Kind, written: { readonly [field: string]: unknown }): Fact | undefined {
    // Filled in a fixed order, so that all rows of a kind share one hidden class in V8.
    const row: Record<string, Value> = {};
    for (const field of allFields(kind)) {
      const value = written[field];
      const parsed = value === undefined ? FACT_DEFAULTS[kind][field] : this.field(place, kind, field, value);
      if (parsed !== undefined) row[field] = parsed;
      else if (value !== undefined) return undefined;
    }
    const isStatedInFull = kind === "constraint" || kind === "attribute";
    const required = isStatedInFull ? allFields(kind) : RECORDS[kind].key;
    const missing = required.find((field) => row[field] === undefined);
    if (missing) this.problems.add(place, "KEY_MISSING", `${missing} is missing from this ${kind}`);
    this.problems.attempt(place, () => checkWindow(row));
    if (kind === "grant" || kind === "assignment") this.problems.attempt(place, () => checkKey(row));
    if (kind === "constraint" && !missing) this.problems.attempt(place, () => checkConstraint(row));
    if (kind === "attribute" && !missing) this.problems.attempt(place, () => checkAttribute(row));
    const reason = written.reason === undefined ? null : this.field(place, kind, "reason", written.reason);
    const was = written.was === undefined ? null : this.field(place, kind, kind, written.was);
    if (was !== null && was === row[kind]) this.problems.add(place, "VALUE_INVALID", `was names the ${kind} itself`);
    if (missing) return undefined;
    const isListed = this.#isList && kind === "user";
    return { kind, row, reason: textOrNull(reason), was: textOrNull(was), isListed, place };
  }

  /** Reads a field. Valid values are cached, because grants repeat the same few permissions. */
  field(place: DocumentPlace, kind: Kind | null, field: string, value: unknown): Value | undefined {
    if (typeof value !== "string") return this.#read(place, kind, field, value);
    const cache = this.#cacheOf(kind, field);
    const cached = cache.get(value);
    if (cached !== undefined) return cached;
    const parsed = this.#read(place, kind, field, value);
    if (cache.size >= MAX_CACHED) cache.clear();
    if (parsed !== undefined) cache.set(value, parsed);
    return parsed;
  }

  #read(place: DocumentPlace, kind: Kind | null, field: string, value: unknown): Value | undefined {
    return this.problems.attempt(place, () => readField(kind, field, value));
  }

  #cacheOf(kind: Kind | null, field: string): Map<string, Value> {
    const fields = this.#cache.get(kind) ?? new Map<string, Map<string, Value>>();
    const cache = fields.get(field) ?? new Map<string, Value>();
    if (cache.size === 0) this.#cache.set(kind, fields.set(field, cache));
    return cache;
  }
}

const textOrNull = (value: Value | undefined): string | null => (typeof value === "string" ? value : null);

/** The values of left-out fields: only the kinds that are always stated as a whole have some (rule 14). */
const FACT_DEFAULTS: { readonly [K in Kind]: Readonly<Record<string, Value>> } = {
  permission: {},
  role: {},
  user: {},
  inheritance: {},
  grant: { scope: null },
  everyone: {},
  assignment: { scope: null, from: null, until: null },
  constraint: { limit: null, needs: null },
  policy: {},
  conditional: {},
  attribute: { values: null },
  former: {},
  identity: {},
  approval: {},
  "api-key": {},
};

/**
 * Merges several documents. Two different values for one field are a problem that names both places (rule 14).
 * @param only a part that all of them keep to
 */
export function merge(documents: readonly ParsedDocument[], problems: Problems, only?: Part): Document {
  const claims = documents.map(({ sections, part, place }) => ({ sections, within: partsOf(part, only), place }));
  return {
    sections: new Set(documents.flatMap((document) => [...document.sections])),
    claims: claims.filter(({ sections }) => sections.size > 0),
    facts: mergedFacts(factsIn(documents), problems),
    tests: documents.flatMap((document) => document.tests),
    lint: joinedLint(documents.map(({ lint }) => lint)),
  };
}

function* factsIn(documents: readonly ParsedDocument[]): Iterable<Fact> {
  for (const { facts } of documents) yield* facts;
}

/** Facts by kind and key. Two different values for one field are a problem that names both places (rule 14). */
export function mergedFacts(all: Iterable<Fact>, problems: Problems): Facts {
  const facts = forEachKind(() => new Map<string, Fact>());
  for (const fact of all) {
    const key = keyOf(fact.kind, fact.row);
    const other = facts[fact.kind].get(key);
    facts[fact.kind].set(key, other ? mergedFact(other, fact, problems) : fact);
  }
  return facts;
}

/** One document, read but not merged. */
export interface ParsedDocument {
  /** The part that it keeps to; without one it speaks for the whole policy. */
  readonly part: Part | undefined;
  /** Where it says its part; where it has none, its beginning. */
  readonly place: DocumentPlace;
  readonly sections: ReadonlySet<Section>;
  readonly facts: Iterable<Fact>;
  readonly tests: readonly Test[];
  readonly lint: LintSettings;
}

function mergedFact(first: Fact, second: Fact, problems: Problems): Fact {
  const { fields } = recordOf(first.kind);
  for (const field of fields) {
    const [a, b] = [first.row[field], second.row[field]];
    if (a === undefined || b === undefined || sameValue(a, b)) continue;
    const contradiction = `${field} is ${JSON.stringify(b)} here and ${JSON.stringify(a)} at ${placeText(first.place)}`;
    problems.add(second.place, "SAID_TWICE", contradiction);
  }
  if (first.was !== null && second.was !== null && first.was !== second.was)
    problems.add(second.place, "SAID_TWICE", `was is ${quote(second.was)} here and ${quote(first.was)} elsewhere`);
  const row = { ...first.row, ...second.row };
  const isListed = first.isListed && second.isListed;
  return { ...first, row, reason: first.reason ?? second.reason, was: first.was ?? second.was, isListed };
}
