/** What is wrong with conditional grants: their rows, the names they leave out, the attributes they ask for. */
import { RbacError, refused, wrong } from "../../errors.ts";
import { storedCondition } from "../conditions/condition.ts";
import { coverageOf } from "../evaluate/policy-index.ts";
import { by } from "../model/byte-order.ts";
import { type Change, kindOf, rowAfter } from "../model/change.ts";
import { conditionalRow } from "../model/conditional-digest.ts";
import { grouped } from "../model/group-by.ts";
import { isOwn, quote, withoutOwn } from "../model/names.ts";
import { patternContains, resourceOf } from "../model/patterns.ts";
import { parsePattern } from "../model/permissions.ts";
import { type Conditional, keyOf, moreInWords, type Policy, sameValue } from "../model/policy.ts";
import type { Effect } from "../model/rows.ts";
import { attributeFault, type DeclaredResource } from "./declared-attributes.ts";
import { changeOfNamed, mayMoveName } from "./named-in-conditions.ts";

/** A fault and the change that causes it. */
export interface IntegrityFault {
  readonly change: Change;
  readonly error: RbacError;
  /** The path in the condition of the change that it is about: `resource.published`. */
  readonly path?: string;
}

const MOST_LEFT_OUT = 64;

export const BUT_ON_DENY = "but stands with an allow only: a deny leaves nothing out";

/** @throws RbacError `BUT_INVALID`, `PERMISSION_INVALID` (exit 2) for patterns that no grant can leave out. */
export function checkBut(effect: Effect, but: readonly string[]): void {
  const invalid = (why: string) => wrong("BUT_INVALID", why);
  if (but.length === 0) return;
  if (effect === "deny") throw invalid(BUT_ON_DENY);
  if (but.length > MOST_LEFT_OUT)
    throw invalid(`a grant leaves out at most ${MOST_LEFT_OUT} patterns, not ${but.length}`);
  for (const pattern of but) {
    if (isOwn(parsePattern(pattern)))
      throw invalid(`${quote(pattern)} cannot be left out: but has no :own, since it leaves out both forms`);
  }
}

/** @throws RbacError (exit 2) for a row that this tool would not write. */
function checkConditional({ revision: _, ...row }: Conditional): void {
  checkBut(row.effect, row.but);
  if (row.when !== null) storedCondition(row.when);
  const written = conditionalRow(row, row);
  const isPlain = row.but.length === 0 && row.when === null;
  if (isPlain || written.digest !== row.digest || !sameValue(written.but, row.but))
    throw wrong("VALUE_INVALID", `the grant of ${row.permission}${moreInWords(row)} is not written in its normal form`);
}

/** True where a change may take from a conditional what it names: a permission, or what is declared of a resource. */
export const mayUnname = (change: Change): boolean => {
  const kind = kindOf(change);
  return kind === "attribute" || (kind === "permission" && (change.before === null || change.after === null));
};

/**
 * The faults of conditionals that are added, and of those that stand where changes take from them what they name.
 * @param after with all conditionals where one of the changes `mayMoveName`, and with all attributes and permissions
 * too where one `mayUnname`
 * @param unknown makes the error of a permission that is not in the catalogue
 */
export function conditionalFaults(
  after: Policy,
  changes: readonly Change[],
  unknown: (permission: string) => RbacError,
): IntegrityFault[] {
  const faultOfNames = namesJudged(after, unknown);
  const added = new Set<string>();
  const faults = changes.flatMap((change): IntegrityFault[] => {
    if (kindOf(change) !== "conditional" || change.after === null) return [];
    const row = rowAfter(change, 0) as unknown as Conditional;
    added.add(keyOf("conditional", { ...row }));
    const error = faultOfRow(row);
    const fault = error ? { error } : faultOfNames(row);
    return fault ? [{ change, ...fault }] : [];
  });
  const ofNames = changes.filter(mayUnname);
  const movedFrom = changeOfNamed(changes, (change, row) => concerns(change, row, after));
  if (ofNames.length === 0 && !changes.some(mayMoveName)) return faults;
  // The policy may be read in part: what no change removes is there.
  const removed = new Set(ofNames.flatMap((change) => (isRemoved(change, after) ? [change.permission] : [])));
  const standing = [...after.conditional].filter(([key]) => !added.has(key)).sort(by(([key]) => key));
  for (const [, row] of standing) {
    const fault = ofNames.length === 0 ? undefined : faultOfNames(row, (name) => removed.has(name));
    const change = fault && ofNames.find((one) => concerns(one, row, after));
    if (change) faults.push({ change, error: ungrantFirst(row, `then ${withoutSuggestions(fault.error)}`) });
    const moved = change ? undefined : movedFrom(row);
    if (moved) faults.push({ change: moved.change, error: ungrantFirst(row, `it names ${moved.named}`) });
  }
  return faults;
}

const isRemoved = (change: Change, after: Policy): change is Change & { readonly permission: string } =>
  "permission" in change && change.after === null && !after.permission.has(change.permission);

const withoutSuggestions = ({ message }: RbacError): string => message.replace(/; did you mean .*$/, "");

function faultOfRow(row: Conditional): RbacError | undefined {
  try {
    checkConditional(row);
    return undefined;
  } catch (error) {
    if (error instanceof RbacError) return error;
    throw error;
  }
}

/** Returns a function that finds a name of a conditional, of a permission or an attribute, that is not there. */
function namesJudged(
  after: Policy,
  unknown: (permission: string) => RbacError,
): (row: Conditional, isMissing?: (permission: string) => boolean) => Omit<IntegrityFault, "change"> | undefined {
  const declaredOf = declarationsFor(after);
  return ({ permission, but, when }, isMissing = (name) => !after.permission.has(name)) => {
    const missing = but.find((pattern) => !pattern.includes("*") && isMissing(pattern));
    if (missing !== undefined) return { error: unknown(missing) };
    if (when === null || after.attribute.size === 0) return undefined;
    return attributeFault(storedCondition(when), declaredOf(permission, but));
  };
}

/** Returns a function that finds what is declared of the resources that a pattern covers, less what it leaves out. */
function declarationsFor(after: Policy): (pattern: string, but: readonly string[]) => DeclaredResource[] {
  const covered = coverageOf(after);
  const byResource = grouped(after.attribute.values(), (row) => row.resource);
  const resourcesOf = (names: readonly string[]) => new Set(names.map(resourceOf));
  const known = new Map<string, ReadonlySet<string>>();
  return (pattern, but) => {
    const names = covered(pattern);
    const resources =
      but.length > 0
        ? resourcesOf(names.filter((name) => !but.some((left) => patternContains(left, name))))
        : (known.get(pattern) ?? resourcesOf(names));
    if (but.length === 0) known.set(pattern, resources);
    return [...byResource]
      .filter(([resource]) => resources.has(resource))
      .sort(by(([resource]) => resource))
      .map(([resource, rows]) => ({ resource, attributes: new Map(rows.map((row) => [row.attribute, row])) }));
  };
}

/** True where a change may be why a conditional names what is not there. */
function concerns(change: Change, { permission, but }: Conditional, after: Policy): boolean {
  const pattern = withoutOwn(permission);
  if ("permission" in change) return but.includes(change.permission) || patternContains(pattern, change.permission);
  if (!("resource" in change)) return false;
  const { resource } = change;
  return [...after.permission.keys()].some((name) => resourceOf(name) === resource && patternContains(pattern, name));
}

/** What a standing conditional names stays as it is (rule 36). */
function ungrantFirst(row: Conditional, why: string): RbacError {
  const granted = row.effect === "deny" ? "is denied" : "is granted";
  const scope = row.scope === null ? "" : ` on ${row.scope}`;
  const text = `${quote(row.role)} ${granted} ${row.permission}${scope}${moreInWords(row)}`;
  return refused("CONDITIONAL_NAMES", `${text}: ungrant it first, since ${why}`);
}
