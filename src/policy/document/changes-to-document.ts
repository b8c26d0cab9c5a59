/** The changes that bring a policy to a document, and the check of their removals before a prune. */
import { EXIT, refused, wrong } from "../../errors.ts";
import { defaultsOf } from "../edit/entities.ts";
import { trailOf } from "../edit/former-names.ts";
import { addedRow, apply, type Change, diff, inverse, keyFields, kindOf, replay } from "../model/change.ts";
import { type Draft, draftOf, emptyDraft, keyOf, mapOf, type Policy, rowsOf } from "../model/policy.ts";
import { allFields, KINDS, RECORDS } from "../model/records.ts";
import type { AnyRow, Kind, Value } from "../model/rows.ts";
import { violationError, violationsAdded } from "../rules/constraint-violations.ts";
import { danglingRows } from "../rules/dangling-rows.ts";
import { integrityFaults } from "../rules/integrity.ts";
import { type Claim, isClaimed, refuseOutside, refuseWholeBesidePart } from "./claims.ts";
import type { Document } from "./facts.ts";
import { type DocumentPlace, Problems } from "./problems.ts";
import { placeOfPath } from "./read-conditional.ts";
import { removalsIn, renamingsIn, unsaidRenaming } from "./renamings.ts";
import { SECTIONS, type Section } from "./sections.ts";

/**
 * The changes that bring a policy to a document, without faults.
 * @throws RbacError with every name that refers to nothing (exit 2); `CYCLE` or `CONSTRAINT_CHAIN` (exit 3) if
 * there are no other faults.
 */
export function checkedChangesTo(policy: Policy, document: Document, prune: boolean): Change[] {
  const changes = changesTo(policy, document, prune);
  refuseFaults(apply(policy, changes), document);
  return changes;
}

/**
 * The changes that bring a policy to a document; whoever makes them judges their integrity. Without `prune` nothing is
 * removed. With it, each section that the document contains becomes exactly what it states, and rows that refer to
 * removed rows are removed, too (rules 14, 16). No row outside of the parts of the documents is changed or removed.
 * @param policy at least all names and edges, the grants that the document may state (with `prune` all), and the users
 * that it names (with `prune` of theirs, all)
 * @throws RbacError as `checkedChangesTo` does, for a stated row that refers to a removed one
 */
export function changesTo(policy: Policy, document: Document, prune: boolean): Change[] {
  const renamings = renamingsIn(document, policy);
  const renamed = renamings.length === 0 ? policy : apply(policy, renamings);
  const target = targetOf(renamed, document, prune);
  if (prune) {
    refuseWholeBesidePart(document.claims);
    const dangling = danglingRows(target);
    if (dangling.some((change) => factOf(document, change))) refuseFaults(target, document);
    replay(target, dangling, 0);
  }
  const changes = diff(policy, target, "stated");
  refuseOutside(renamings.length === 0 ? changes : diff(renamed, target), document.claims);
  return renamings.length === 0 ? changes : [...changes, ...trailOf(renamings, policy, target)];
}

function targetOf(policy: Policy, document: Document, prune: boolean): Draft {
  const target = draftOf({ ...policy, ...(prune ? outside(policy, document.claims) : {}) });
  for (const kind of KINDS) {
    const rows = mapOf(target, kind);
    const { fields } = RECORDS[kind] as { readonly fields: readonly string[] };
    const defaults: AnyRow = { ...defaultsOf(kind), revision: 0 };
    for (const [key, { row, isListed }] of document.facts[kind]) {
      const [current, known] = [rows.get(key), rowsOf(policy, kind).get(key)];
      const rest = current ?? (isListed ? known : undefined) ?? defaults;
      const isKnown = known && fields.every((field) => (field in row ? row : rest)[field] === known[field]);
      const isWhole = !current && fields.every((field) => row[field] !== undefined);
      // Most rows stay as they are. That it is the same row tells `diff` so.
      rows.set(key, isKnown ? known : isWhole ? row : { ...rest, ...row });
    }
  }
  return target;
}

/** What a prune leaves of the kinds that documents speak for: what lies in other sections, or in no part of theirs. */
function outside(policy: Policy, claims: readonly Claim[]): Partial<Policy> {
  const kinds = new Set(claims.flatMap(({ sections }) => [...sections].flatMap((name) => SECTIONS.get(name) ?? [])));
  const left: { [kind: string]: ReadonlyMap<string, AnyRow> } = {};
  for (const kind of kinds) {
    const rows = new Map<string, AnyRow>();
    for (const [key, row] of rowsOf(policy, kind)) if (!isClaimed(claims, kind, row)) rows.set(key, row);
    left[kind] = rows;
  }
  return left;
}

const factOf = (document: Document, change: Change) => document.facts[kindOf(change)].get(keyOfChange(change));

/**
 * Checks the facts of a document, to report every wrong name at once, each with its line. Cycles are searched
 * in the whole target policy.
 */
export function refuseFaults(target: Policy, document: Document): void {
  const dangling = danglingRows(target)
    .filter((change) => factOf(document, change))
    .map(inverse);
  const stated = (["inheritance", "constraint", "conditional"] as const).flatMap((kind) =>
    [...document.facts[kind].values()].map(({ row }) => addedRow(kind, row)),
  );
  const faults = integrityFaults(target, [...dangling, ...stated]);
  const problems = new Problems();
  const reported = new Set<DocumentPlace>();
  for (const { change, error, path } of faults) {
    const fact = factOf(document, change);
    if (!fact || reported.has(fact.place)) continue;
    const place = path !== undefined && fact.when ? placeOfPath(fact.when, path) : fact.place;
    problems.add(place, error.code, error.message);
    reported.add(fact.place);
  }
  const onlyRefusals = faults.every(({ error }) => error.exitCode === EXIT.refused);
  if (onlyRefusals) problems.throwIfAny(EXIT.refused, faults[0]?.error.code);
  problems.throwIfAny();
}

/**
 * A function from a change to the reason that a document gives for it (rule 17). For `null` the stamp keeps its
 * own reason.
 */
export function reasonsOf(document: Document): (change: Change) => string | null {
  // The returned function must not refer to the document, which may be too large to keep for a few reasons.
  const reasons = new Map<string, string>();
  for (const kind of KINDS)
    for (const [key, { reason }] of document.facts[kind]) if (reason !== null) reasons.set(`${kind} ${key}`, reason);
  return (change) => (reasons.size === 0 ? null : (reasons.get(`${kindOf(change)} ${keyOfChange(change)}`) ?? null));
}

/** The key of the row that a change affects. A change has the key fields itself, so it can be used as a row. */
const keyOfChange = (change: Change): string => keyOf(kindOf(change), keyFields(change));

/** The policy that a document states on its own. @throws RbacError as `checkedChangesTo` does. */
export function policyOf(document: Document): Policy {
  if (document.claims.some(({ within }) => within.length > 0))
    return apply(emptyDraft(), checkedChangesTo(emptyDraft(), document, false));
  // The rows that it states are the policy: changes made of them would only be made rows again.
  renamingsIn(document, emptyDraft());
  const target = targetOf(emptyDraft(), document, false);
  refuseFaults(target, document);
  for (const kind of KINDS) {
    const rows = mapOf(target, kind);
    for (const [key, row] of rows) rows.set(key, rowOf(kind, row));
  }
  return target;
}

/** A row with its fields in the order of all rows of its kind. */
function rowOf(kind: Kind, row: AnyRow): AnyRow {
  const whole: Record<string, Value> = {};
  for (const field of allFields(kind)) whole[field] = row[field] as Value;
  whole.revision = 0;
  return whole;
}

/** Like `policyOf`. @throws RbacError `CONSTRAINT_VIOLATED` (exit 3) where it breaks a constraint from `now` on. */
export function validPolicyOf(document: Document, now: string): Policy {
  const policy = policyOf(document);
  const constraints = [...policy.constraint.values()];
  const violations = violationsAdded(emptyDraft(), policy, constraints, now);
  if (violations.length > 0) throw violationError(violations, constraints);
  return policy;
}

/**
 * The changes that remove rows. What is only renamed is not removed.
 * @param limit the largest number that is allowed
 * @throws RbacError `TOO_MANY_REMOVALS` (exit 3).
 */
export function removalsWithin(limit: number | undefined, changes: readonly Change[]): Change[] {
  const removals = removalsIn(changes);
  if (limit !== undefined && removals.length > limit) {
    const rows = removals.length === 1 ? "1 row" : `${removals.length} rows`;
    const problem = `this would remove ${rows}, and at most ${limit} may be removed`;
    throw refused("TOO_MANY_REMOVALS", [problem, unsaidRenaming(changes) ?? []].flat().join(". "), {
      hint: { option: "maxRemovals", value: null },
    });
  }
  return removals;
}

/** The sections that every snapshot has. Later sections may be missing from an old snapshot. */
const REQUIRED_SECTIONS: readonly Section[] = ["permissions", "roles", "users", "everyone"];

/**
 * Returns the document, but refuses one that is not a snapshot, because a section is missing.
 * @throws RbacError `SECTION_MISSING` (exit 2).
 */
export function wholeDocument(document: Document): Document {
  if (document.claims.some(({ within }) => within.length > 0))
    throw wrong("SECTION_MISSING", "this is no snapshot: it keeps to a part of a policy");
  const missing = REQUIRED_SECTIONS.find((section) => !document.sections.has(section));
  if (missing) throw wrong("SECTION_MISSING", `this is no snapshot: it lacks the section ${missing}`);
  return document;
}
