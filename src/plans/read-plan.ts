/** Reads a plan: from the text of a file, or a value of a program. Nothing in it is believed that can be looked at. */
import { RbacError, wrong } from "../errors.ts";
import { parseJson } from "../files/json.ts";
import { keyFields, kindOf, rowInWords } from "../policy/model/change.ts";
import { parseReason } from "../policy/model/names.ts";
import { keyOf } from "../policy/model/policy.ts";
import { checkRows } from "../policy/model/row-check.ts";
import { digestOfContent, digestOfImpact, digestOfPlan } from "./digest.ts";
import { PLAN_FORMAT, type Plan } from "./plan.ts";
import { planShape } from "./plan-shape.ts";

/**
 * Reads the text of a file.
 * @param name of the file, for errors
 * @throws RbacError (exit 2) for what is no plan, is cut, of a newer format, or was changed since it was written.
 */
export function readPlan(text: string, name = "the plan"): Plan {
  const value = parseJson(name, text);
  requireFormat(value, name);
  const { content, ...plan } = value;
  if (typeof content !== "string") throw noPlan(name, "it has no digest of its content");
  if (content !== digestOfContent(plan)) throw altered(name);
  return checkedPlan(plan, name);
}

/**
 * A value as a plan: of the right shape, with rows that may be written, and digests that are those of what it says.
 * @throws RbacError (exit 2).
 */
export function checkedPlan(value: unknown, name = "the plan"): Plan {
  requireFormat(value, name);
  const fault = planShape(value);
  if (fault !== undefined) throw noPlan(name, fault.replace(/^\./, "").trimStart());
  const plan = value as unknown as Plan;
  requireRows(plan, name);
  const { database, impact, impactDigest, digest } = plan;
  const fits = digestOfImpact(impact, database) === impactDigest && digestOfPlan(plan) === digest;
  if (!fits || !areCounted(plan)) throw altered(name);
  return plan;
}

function requireFormat(value: unknown, name: string): asserts value is { readonly [field: string]: unknown } {
  const { rbacPlan } = (value ?? {}) as { readonly rbacPlan?: unknown };
  if (typeof rbacPlan === "number" && rbacPlan > PLAN_FORMAT)
    throw wrong(
      "PLAN_NEWER",
      `${name} is of format ${rbacPlan}, which is newer than this program: it reads ${PLAN_FORMAT}`,
    );
  if (typeof value !== "object" || rbacPlan === undefined) throw noPlan(name, "it does not begin with rbacPlan");
}

/** Each row may be changed once, to one that may be written. */
function requireRows({ changes, reasons }: Plan, name: string): void {
  try {
    checkRows(changes);
    for (const { reason } of reasons) parseReason(reason);
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    throw noPlan(name, error.message, error);
  }
  const known = new Set<string>();
  for (const change of changes) {
    const key = `${kindOf(change)} ${keyOf(kindOf(change), keyFields(change))}`;
    if (known.has(key)) throw noPlan(name, `it changes the ${rowInWords(change)} twice`);
    known.add(key);
  }
}

/** What is said in numbers, and follows from the rest: nobody would count it again. */
function areCounted({ changed, changes, reasons, impact: { people, outcomes } }: Plan): boolean {
  const counted = { gain: 0, lose: 0, both: 0 };
  for (const { users, gains, losses } of outcomes) {
    if (gains.length > 0) counted.gain += users.length;
    if (losses.length > 0) counted.lose += users.length;
    if (gains.length > 0 && losses.length > 0) counted.both += users.length;
  }
  return (
    changed === changes.length > 0 &&
    reasons.every(({ change }) => change < changes.length) &&
    (["gain", "lose", "both"] as const).every((side) => counted[side] === people[side])
  );
}

const noPlan = (name: string, why: string, cause?: unknown): RbacError =>
  wrong("PLAN_INVALID", `${name} is no plan: ${why}`, { cause });

const altered = (name: string): RbacError =>
  wrong("PLAN_ALTERED", `${name} was changed since it was written: plan again`);
