/** Decides a mutation inside its transaction, and checks whether the resulting policy is allowed. */
import type { Transaction } from "kysely";
import { EXIT, RbacError, refused, wrong } from "../../errors.ts";
import { apply, type Change, keyFields, kindOf } from "../../policy/model/change.ts";
import type { Mutation, NeededRows, Refuse } from "../../policy/model/mutation.ts";
import { quote } from "../../policy/model/names.ts";
import { joinPolicies, keyOf, type Policy, rowsOf } from "../../policy/model/policy.ts";
import type { ChangeOutcome, Stamp } from "../../policy/model/results.ts";
import { checkRows } from "../../policy/model/row-check.ts";
import {
  affectedConstraints,
  peopleForConstraints,
  structureForConstraints,
} from "../../policy/rules/affected-constraints.ts";
import { mayUnname } from "../../policy/rules/conditional-faults.ts";
import { violationError, violationsAdded } from "../../policy/rules/constraint-violations.ts";
import { isGuarded, refuseBeyondRights, rowsForGuard } from "../../policy/rules/guard.ts";
import { integrityFaults } from "../../policy/rules/integrity.ts";
import { rowsForKeys, withKeysOfPeople } from "../../policy/rules/keys-of-people.ts";
import { escalatorRoles, refuseLockout, rowsForEscalators } from "../../policy/rules/last-escalator.ts";
import { mayMoveName } from "../../policy/rules/named-in-conditions.ts";
import { Refusals, refuseAtOnce } from "../../policy/rules/refusals.ts";
import type { OnProgress } from "../../progress.ts";
import { firstLaterEntry } from "../audit/later-entries.ts";
import { withoutTurns } from "../engine/signal-hearing.ts";
import type { Tables } from "../engine/tables.ts";
import type { LoadRows } from "../read/fetch-rows.ts";
import type { TransactionReads } from "../read/transaction-reads.ts";
import { constraintsInDoubt } from "./holder-counts.ts";
import { type OnLookalike, refuseLookalikes } from "./lookalikes.ts";
import { isLookedFor, WITHOUT_OTHERS } from "./looked-for.ts";

export interface ChangeOptions {
  readonly allowConfusable?: boolean;
  /** Accepts users of documents who look alike as people do, and tells of them. */
  readonly onLookalike?: OnLookalike;
  /** Refuse unless this is the current revision. */
  readonly expectRevision?: number;
  /** The key of a keyed audit record. */
  readonly auditKey?: Uint8Array;
  /** Bypass the guard, which only the owner of the database may; the reasons of the entries are marked. */
  readonly breakGlass?: boolean;
  /** What the first entry of a record is to say of the record that it replaces. */
  readonly replaces?: string;
  /** How long to wait for other writers, in milliseconds; 30 seconds if left out. */
  readonly wait?: number;
  /** Judges all changes at once when everything else allows them, and may refuse them by throwing. */
  accept?(changes: readonly Change[]): void;
  /**
   * Sees the changes once they are decided, before anything judges them, with reads of the policy before them in the
   * same transaction. It may refuse them by throwing.
   */
  onDecided?(changes: readonly Change[], before: TransactionReads): Promise<void>;
  readonly onProgress?: OnProgress | undefined;
}

type Decided = Pick<ChangeOutcome, "changes" | "notices">;

/**
 * Decides a mutation inside a transaction. Refuses a resulting policy that is not allowed, and changes that the actor
 * may not make.
 */
export function decideAndCheck(
  ...[trx, reads, mutation, stamp, options]: Parameters<typeof decideAndCheckNow>
): Promise<Decided> {
  const { needsToExplain } = mutation;
  return withoutTurns(async () => {
    try {
      return await decideAndCheckNow(trx, reads, mutation, stamp, options);
    } catch (error) {
      if (!needsToExplain || !(error instanceof RbacError) || error.exitCode !== EXIT.wrong) throw error;
      return decideAndCheckNow(trx, reads, { ...mutation, needs: needsToExplain }, stamp, options);
    }
  });
}

async function decideAndCheckNow(
  trx: Transaction<Tables>,
  reads: TransactionReads,
  mutation: Mutation,
  stamp: Pick<Stamp, "actor" | "at">,
  options: ChangeOptions,
): Promise<Decided> {
  const { load, revision } = reads;
  if (options.expectRevision !== undefined && options.expectRevision !== revision) {
    const problem = `the database stands at revision ${revision}, not ${options.expectRevision}`;
    throw refused("REVISION_MOVED", `${problem}: look again and repeat`);
  }
  const { untouched } = mutation;
  const later = untouched && (await firstLaterEntry(trx, untouched));
  if (untouched && later) throw untouched.refusal(later);
  options.onProgress?.({ step: "reading the policy" });
  const before = await load(mutation.needs);
  options.onProgress?.({ step: "comparing with the policy" });
  const kept = mutation.tellsAll ? new Refusals() : undefined;
  const refuse = kept?.refuse ?? refuseAtOnce;
  const changes = await withKeys(
    load,
    mutation.decide(before, refuse).map((change) => ofRevision(change, revision + 1)),
  );
  await options.onDecided?.(changes, reads);
  if (changes.length > 0) {
    options.onProgress?.({ step: "checking", unit: "changes", total: changes.length });
    checkRows(changes);
    refuseFaulty(mutation, await withConditionals(load, mutation.needs, before, changes), changes, revision);
    refuseChangedTwice(before, changes, revision);
    await refuseDisallowed(trx, load, changes, stamp, options, revision, refuse);
  }
  kept?.throwAny();
  options.accept?.(changes);
  const notices = changes.length > 0 && mutation.notices ? mutation.notices(apply(before, changes)) : [];
  return { changes, ...(notices.length > 0 && { notices }) };
}

/** The changes, with those of the API keys of whoever is deleted or renamed. */
async function withKeys(load: LoadRows, changes: readonly Change[]): Promise<readonly Change[]> {
  const needed = rowsForKeys(changes);
  return needed ? withKeysOfPeople(changes, await load(needed)) : changes;
}

/** A former name has the revision of the renaming in its key, which only the store knows. */
const ofRevision = (change: Change, revision: number): Change =>
  change.kind === "former.add" ? { ...change, revision } : change;

/** What is declared of attributes, and nothing else. */
const DECLARATIONS: NeededRows = { roles: "none", grants: "none", permissions: "granted" };

const CONDITIONALS: NeededRows = { roles: "none", grants: "none", conditionals: true };

/** The policy with all conditionals, where changes may take from one what it names. Mostly nothing is declared. */
async function withConditionals(
  load: LoadRows,
  { roles, grants = "all", permissions }: NeededRows,
  before: Policy,
  changes: readonly Change[],
): Promise<Policy> {
  if ([roles, grants, permissions].every((rows) => rows === "all")) return before;
  if (!changes.some(mayUnname))
    return changes.some(mayMoveName) ? joinPolicies(before, await load(CONDITIONALS)) : before;
  const isAsked =
    changes.some((change) => mayMoveName(change) || kindOf(change) === "attribute") ||
    (await load(DECLARATIONS)).attribute.size > 0;
  return isAsked ? joinPolicies(before, await load({ roles: "all", permissions: "all" })) : before;
}

/** Refuses broken integrity, with all that the mutation can say about it. */
function refuseFaulty(mutation: Mutation, before: Policy, changes: readonly Change[], revision: number): void {
  const lookedFor = { ...before, ...WITHOUT_OTHERS }; // The others are most of a policy, and would be copied in vain.
  const [fault] = integrityFaults(apply(lookedFor, changes.filter(isLookedFor), revision + 1), changes);
  if (!fault) return;
  mutation.refuseFaults?.(apply(before, changes, revision + 1));
  throw fault.error;
}

/** Refuses confusable names, what the guard forbids, and what breaks a constraint. */
async function refuseDisallowed(
  trx: Transaction<Tables>,
  load: LoadRows,
  changes: readonly Change[],
  stamp: Pick<Stamp, "actor" | "at">,
  options: ChangeOptions,
  revision: number,
  refuse: Refuse,
): Promise<void> {
  if (!options.allowConfusable) await refuseLookalikes(trx, changes, revision, options.onLookalike);
  const rules = apply(await load(ROWS_OF_RULES), changes.filter(isRule));
  if (isGuarded(rules)) await refuseUnguarded(load, changes, stamp, options.breakGlass ?? false, refuse);
  if (rules.constraint.size > 0) await refuseViolations(trx, load, changes, stamp.at, refuse);
}

/** True when the policy has constraints or the guard. */
export async function hasRules(load: LoadRows): Promise<boolean> {
  const rules = await load(ROWS_OF_RULES);
  return isGuarded(rules) || rules.constraint.size > 0;
}

/** The rows that show whether the policy has constraints or the guard. */
export const ROWS_OF_RULES: NeededRows = { constraints: true, grants: "none" };
const isRule = (change: Change): boolean =>
  change.after !== null && (kindOf(change) === "constraint" || kindOf(change) === "policy");

/** Applies the guard to all changes, of any origin, by the policy before them (rule 24). */
async function refuseUnguarded(
  load: LoadRows,
  changes: readonly Change[],
  { actor, at }: Pick<Stamp, "actor" | "at">,
  breakGlass: boolean,
  refuse: Refuse,
): Promise<void> {
  const before = await load(rowsForGuard(actor, changes));
  if (isGuarded(before) && !breakGlass) refuseBeyondRights(before, apply(before, changes), changes, actor, at, refuse);
  const structure = await load(rowsForEscalators());
  const both = [structure, apply(structure, changes)];
  const holders = both.flatMap(escalatorRoles);
  const everybody = both.some(({ everyone }) => holders.some((role) => everyone.has(role)));
  const { users } = rowsForGuard(actor, changes);
  const people = everybody ? ({ users: "all" } as const) : { users, holders: [...new Set(holders)] };
  const escalators = await load({ ...rowsForEscalators(), ...people });
  refuseLockout(escalators, apply(escalators, changes), at, refuse);
}

/**
 * Checks constraints for all times from this change on (rules 21, 22). Fetches in stages, so that most changes need few
 * rows: first the structure of the affected constraints, then counts, and only for those still in doubt the people.
 */
async function refuseViolations(
  trx: Transaction<Tables>,
  load: LoadRows,
  changes: readonly Change[],
  now: string,
  refuse: Refuse,
): Promise<void> {
  const before = await load(structureForConstraints(changes));
  const affected = affectedConstraints(before, changes);
  if (affected.constraints.length === 0) return;
  const structure = affected.counted.length === 0 ? before : await load({ roles: "all", grants: "none" });
  const inDoubt = await constraintsInDoubt(trx, structure, changes, affected, now);
  if (inDoubt.constraints.length === 0) return;
  const people = inDoubt.counted.length === 0 ? before : await load(peopleForConstraints(structure, changes, inDoubt));
  const violations = violationsAdded(people, apply(people, changes), inDoubt.constraints, now);
  const errorOf = (some: typeof violations) => violationError(some, inDoubt.constraints);
  if (violations.length > 0) refuse(errorOf(violations), () => violations.map((one) => errorOf([one])));
}

/** Refuses to change a row that an earlier part of the same mutation wrote: a document must state it only once. */
function refuseChangedTwice(before: Policy, changes: readonly Change[], revision: number): void {
  for (const change of changes) {
    if (change.before === null) continue;
    const key = keyOf(kindOf(change), keyFields(change));
    if (Number(rowsOf(before, kindOf(change)).get(key)?.revision) > revision)
      throw wrong("SAID_TWICE", `the ${kindOf(change)} ${quote(key.replaceAll("\0", " ").trim())} is said in two ways`);
  }
}
