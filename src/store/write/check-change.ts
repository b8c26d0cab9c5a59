/** Judging a wish inside its transaction: what it would change, and whether the policy may become that. */
import type { Transaction } from "kysely";
import { type Named, refused, wrong } from "../../errors.ts";
import { apply, type Change, keyFields, kindOf } from "../../policy/model/change.ts";
import { skeleton } from "../../policy/model/confusables.ts";
import type { Mutation, NeededRows } from "../../policy/model/mutation.ts";
import { quote } from "../../policy/model/names.ts";
import { keyOf, type Policy, rowsOf } from "../../policy/model/policy.ts";
import {
  affectedConstraints,
  peopleForConstraints,
  structureForConstraints,
} from "../../policy/rules/affected-constraints.ts";
import { violationError, violationsAdded } from "../../policy/rules/constraint-violations.ts";
import {
  escalatorRoles,
  isGuarded,
  refuseBeyondRights,
  refuseLockout,
  rowsForEscalators,
  rowsForGuard,
} from "../../policy/rules/guard.ts";
import { integrityFaults } from "../../policy/rules/integrity.ts";
import type { Stamp } from "../audit/entries.ts";
import { type Column, TABLE, type Tables } from "../engine/tables.ts";
import type { LoadRows } from "../read/fetch-rows.ts";
import { constraintsInDoubt } from "./holder-counts.ts";

/** How a wish is to be carried out. */
export interface ChangeOptions {
  readonly allowConfusable?: boolean;
  /** Refuse when the database stands at another revision. */
  readonly expectRevision?: number;
  /** The key of a record that is kept with one. */
  readonly auditKey?: Uint8Array;
  /** Pass the guard, as whoever owns the database may in need; the entries say so. */
  readonly breakGlass?: boolean;
  /** How long to wait for other writers, in milliseconds; half a minute when left out. */
  readonly wait?: number;
  /** Told how many rows of how many are written. */
  progress?(done: number, total: number): void;
}

/** What came of a wish. */
export interface ChangeOutcome {
  readonly changed: boolean;
  /** How many changes there are, where a wish came in parts: `changes` then holds no more than the first of them. */
  readonly count?: number;
  /** The revision that now stands; of a dry run, the one that still stands. */
  readonly revision: number;
  readonly changes: readonly Change[];
}

/** Decides a wish inside a transaction, and refuses what would make a policy that is not allowed, or what the actor may not do. */
export async function decideAndCheck(
  trx: Transaction<Tables>,
  load: LoadRows,
  mutation: Mutation,
  stamp: Pick<Stamp, "actor" | "at">,
  options: ChangeOptions,
  revision: number,
): Promise<readonly Change[]> {
  if (options.expectRevision !== undefined && options.expectRevision !== revision) {
    const what = `the database stands at revision ${revision}, not ${options.expectRevision}`;
    throw refused("REVISION_MOVED", `${what}: look again and repeat`);
  }
  const before = await load(mutation.needs);
  const changes = mutation.decide(before);
  if (changes.length === 0) return changes;
  refuseSaidTwice(before, changes, revision);
  const [fault] = integrityFaults(apply(before, changes.filter(isReferredTo), revision + 1), changes);
  if (fault) throw fault.error;
  if (!options.allowConfusable) await refuseConfusable(trx, changes, revision);
  const rules = apply(await load(ROWS_OF_RULES), changes.filter(isRule));
  if (isGuarded(rules)) await refuseUnguarded(load, changes, stamp, options.breakGlass ?? false);
  if (rules.constraint.size > 0) await refuseViolations(trx, load, changes, stamp.at);
  return changes;
}

/** True where constraints or the guard judge. */
export async function hasRules(load: LoadRows): Promise<boolean> {
  const rules = await load(ROWS_OF_RULES);
  return isGuarded(rules) || rules.constraint.size > 0;
}

/** What tells whether there is anything to judge by. */
export const ROWS_OF_RULES: NeededRows = { constraints: true, grants: "none" };
const isRule = (change: Change): boolean =>
  change.after !== null && (kindOf(change) === "constraint" || kindOf(change) === "policy");

/** The guard looks at changes, whatever made them, and judges them by the policy before (rule 24). */
async function refuseUnguarded(
  load: LoadRows,
  changes: readonly Change[],
  { actor, at }: Pick<Stamp, "actor" | "at">,
  breakGlass: boolean,
): Promise<void> {
  const before = await load(rowsForGuard(actor, changes));
  if (isGuarded(before) && !breakGlass) refuseBeyondRights(before, apply(before, changes), changes, actor, at);
  const structure = await load(rowsForEscalators());
  const both = [structure, apply(structure, changes)];
  const holders = both.flatMap(escalatorRoles);
  const everybody = both.some(({ everyone }) => holders.some((role) => everyone.has(role)));
  const { users } = rowsForGuard(actor, changes);
  const people = everybody ? ({ users: "all" } as const) : { users, holders: [...new Set(holders)] };
  const escalators = await load({ ...rowsForEscalators(), ...people });
  refuseLockout(escalators, apply(escalators, changes), at);
}

/** Constraints are judged on the rows that they speak of, for every moment from this change on (rules 21, 22). */
async function refuseViolations(
  trx: Transaction<Tables>,
  load: LoadRows,
  changes: readonly Change[],
  now: string,
): Promise<void> {
  const before = await load(structureForConstraints(changes));
  const concerned = affectedConstraints(before, changes);
  if (concerned.constraints.length === 0) return;
  const structure = concerned.counted.length === 0 ? before : await load({ roles: "all", grants: "none" });
  const found = await constraintsInDoubt(trx, structure, changes, concerned, now);
  if (found.constraints.length === 0) return;
  const people = found.counted.length === 0 ? before : await load(peopleForConstraints(structure, changes, found));
  const violations = violationsAdded(people, apply(people, changes), found.constraints, now);
  if (violations.length > 0) throw violationError(violations, found.constraints);
}

/** Refuses to change what an earlier part of the same wish has written: a document says a thing in one way. */
function refuseSaidTwice(before: Policy, changes: readonly Change[], revision: number): void {
  for (const change of changes) {
    if (change.before === null) continue;
    const key = keyOf(kindOf(change), keyFields(change));
    if (Number(rowsOf(before, kindOf(change)).get(key)?.revision) > revision)
      throw wrong("SAID_TWICE", `the ${kindOf(change)} ${quote(key.replaceAll("\0", " ").trim())} is said in two ways`);
  }
}

/** What a check looks at besides the changes themselves: names, and the edges of the hierarchy. */
const isReferredTo = (change: Change): boolean => !["grant", "assignment", "everyone"].includes(kindOf(change));

/**
 * Refuses a new name that looks like one that is there already and stays (rule 19). Names that come together are not held
 * against each other: whoever states both in one document sees both, and an export must always be a legal seed.
 */
async function refuseConfusable(trx: Transaction<Tables>, changes: readonly Change[], revision: number): Promise<void> {
  for (const named of ["user", "role", "permission", "constraint"] as const) {
    const touched = changes.filter((change) => kindOf(change) === named);
    const nameOf = (change: Change) => String((change as { readonly [word: string]: unknown })[named]);
    const gone = new Set(touched.filter((change) => change.after === null).map(nameOf));
    const fresh = touched.filter((change) => change.before === null).map(nameOf);
    const seen = new Map<string, string>();
    for (let at = 0; at < fresh.length; at += 500) {
      const skeletons = fresh.slice(at, at + 500).map(skeleton);
      const query = trx
        .selectFrom(TABLE[named])
        .select([named, "skeleton"])
        .where("skeleton", "in", skeletons)
        .where("revision", "<=", revision)
        .orderBy(named, "desc"); // The first of several that look alike is named.
      for (const row of (await query.execute()) as Record<string, Column>[]) {
        const name = String(row[named]);
        if (!gone.has(name)) seen.set(String(row.skeleton), name);
      }
    }
    for (const name of fresh) {
      const alike = seen.get(skeleton(name));
      if (alike !== undefined && alike !== name) throw confusable(named, name, alike);
    }
  }
}

const confusable = (named: Named, name: string, alike: string) =>
  refused(
    "CONFUSABLE",
    `${named} ${quote(name)} looks like ${quote(alike)}: say --allow-confusable if both are meant`,
    {
      suggestions: [alike],
    },
  );
