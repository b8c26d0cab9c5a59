/** What documents would change in a policy. */
import { EXIT, refused, wrong } from "../../errors.ts";
import { defaultsOf } from "../edit/entities.ts";
import { addedRow, apply, type Change, diff, inverse, kindOf, replay } from "../model/change.ts";
import {
  type AnyRow,
  type Draft,
  draftOf,
  emptyDraft,
  KINDS,
  keyOf,
  mapOf,
  type Policy,
  RECORDS,
  SECTIONS,
  type Section,
} from "../model/policy.ts";
import { danglingRows } from "../rules/dangling-rows.ts";
import { integrityFaults } from "../rules/integrity.ts";
import type { Document } from "./facts.ts";
import { type DocumentPlace, Problems } from "./problems.ts";

/**
 * The changes that bring a policy to what a document says. Without `prune` nothing is removed; with it the sections that
 * the document contains become exactly what it says, and what refers to removed rows goes with them (rules 14, 16).
 * @param policy at least: all structure, and the users that the document names (with `prune`, every user).
 * @throws RbacError with every name that refers to nothing (exit 2); `CYCLE` or `CONSTRAINT_CHAIN` (exit 3) when nothing else is wrong.
 */
export function plan(policy: Policy, document: Document, prune: boolean): Change[] {
  const target = targetOf(policy, document, prune);
  refuseFaults(target, document);
  if (prune) replay(target, danglingRows(target), 0);
  return diff(policy, target, "stated");
}

function targetOf(policy: Policy, document: Document, prune: boolean): Draft {
  const target = draftOf(policy);
  for (const section of prune ? document.sections : []) {
    for (const kind of SECTIONS[section]) target[kind].clear();
  }
  for (const kind of KINDS) {
    const rows = mapOf(target, kind);
    const { fields } = RECORDS[kind] as { readonly fields: readonly string[] };
    const defaults: AnyRow = { ...defaultsOf(kind), revision: 0 };
    for (const [key, { row }] of document.facts[kind]) {
      const standing = rows.get(key);
      if (standing && fields.length === 0) continue;
      const isWhole = !standing && fields.every((field) => row[field] !== undefined);
      rows.set(key, isWhole ? row : { ...(standing ?? defaults), ...row });
    }
  }
  return target;
}

/** Judges what a document states, so that every wrong name is found at once, each at its line; cycles among all that stands. */
function refuseFaults(target: Policy, document: Document): void {
  const factOf = (change: Change) => document.facts[kindOf(change)].get(keyIn(change));
  const loose = danglingRows(target).filter(factOf).map(inverse);
  const stated = (["inheritance", "constraint"] as const).flatMap((kind) =>
    [...document.facts[kind].values()].map(({ row }) => addedRow(kind, row)),
  );
  const faults = integrityFaults(target, [...loose, ...stated]);
  const problems = new Problems();
  const told = new Set<DocumentPlace>();
  for (const { change, error } of faults) {
    const place = factOf(change)?.place;
    if (place && !told.has(place)) problems.add(place, error.code, error.message);
    if (place) told.add(place);
  }
  const understood = faults.every(({ error }) => error.exitCode === EXIT.refused);
  if (understood) problems.throwIfAny(EXIT.refused, faults[0]?.error.code);
  problems.throwIfAny();
}

/** The reasons that a document gives for what it causes (rule 17), by kind and key: the stamp's own reason stands otherwise. */
export function reasonsOf(document: Document): (change: Change) => string | null {
  const reasons = new Map<string, string>(); // Not the document: it may be too long to be held for few reasons.
  for (const kind of KINDS)
    for (const [key, { reason }] of document.facts[kind]) if (reason !== null) reasons.set(`${kind} ${key}`, reason);
  return (change) => (reasons.size === 0 ? null : (reasons.get(`${kindOf(change)} ${keyIn(change)}`) ?? null));
}

/** The key of the row that a change touches: a change has the words of it itself. */
const keyIn = (change: Change): string => keyOf(kindOf(change), change as unknown as AnyRow);

/** The policy that a document states by itself. @throws RbacError as `plan` does. */
export const policyOf = (document: Document): Policy => apply(emptyDraft(), plan(emptyDraft(), document, false));

/** The inputs, unless one to prune by may have been cut: what it lacks would be removed (rule 15). @throws RbacError (exit 2). */
export function refuseTruncated<T extends { readonly name: string; readonly closed: boolean }>(
  inputs: readonly T[],
): readonly T[] {
  const cut = inputs.find(({ name, closed }) => name === "standard input" && !closed);
  if (cut)
    throw wrong(
      "INPUT_OPEN",
      "to prune by standard input it must show its end: YAML ends with a line ..., CSV has no such mark",
    );
  return inputs;
}

/** Judges what a prune would remove: a question to confirm, and no more rows than allowed. @throws RbacError (exit 3). */
export const removalLimit =
  (most: number | undefined) =>
  (changes: readonly Change[]): string | undefined => {
    const count = changes.filter((change) => change.after === null).length;
    if (most !== undefined && count > most)
      throw refused("TOO_MANY_REMOVALS", `this would remove ${count} rows, and at most ${most} may be`);
    return count === 0 ? undefined : `This removes ${count} row${count === 1 ? "" : "s"}.`;
  };

/** The sections of the first snapshots; those that came later may be missing from an old one. */
const ALWAYS: readonly Section[] = ["permissions", "roles", "users", "everyone"];

/** Refuses a document that is no snapshot: what an export writes has every section. @throws RbacError `SECTION_MISSING` (exit 2). */
export function wholeDocument(document: Document): Document {
  const missing = ALWAYS.find((section) => !document.sections.has(section));
  if (missing) throw wrong("SECTION_MISSING", `this is no snapshot: it lacks the section ${missing}`);
  return document;
}
