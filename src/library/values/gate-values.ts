/** The gates of a plan, as a program says them. */
import { wrong } from "../../errors.ts";
import type { AllowedGain, GateRequest } from "../../plans/plan.ts";
import { parseName } from "../../policy/model/names.ts";
import { parsePattern } from "../../policy/model/permissions.ts";
import { countOf, flagOf, invalid, objectOf, textOf, textsOf } from "./plain-values.ts";

const GAIN = {
  user: (what: string, value: unknown) => parseName(textOf(what, value)),
  pattern: (what: string, value: unknown) => parsePattern(textOf(what, value)),
};

const READERS = {
  noGains: flagOf,
  noLosses: flagOf,
  maxAffected: countOf,
  maxRemovals: removalsOf,
  protect: (what: string, value: unknown) => textsOf(what, value).map(parsePattern),
  protectRole: (what: string, value: unknown) => textsOf(what, value).map(parseName),
  allowGain: gainsOf,
} as const;

/** @throws RbacError (exit 2), as for options, and for no gate at all. */
export function gatesOf(value: unknown): GateRequest {
  const gates = objectOf("gates", value, READERS);
  if (Object.keys(gates).length === 0) throw wrong("VALUE_EMPTY", "gates says none: leave it out or say one");
  return gates;
}

/** Rows, or a share of a hundred of all rows of the kinds that lose rows. */
function removalsOf(what: string, value: unknown): NonNullable<GateRequest["maxRemovals"]> {
  if (typeof value !== "string") return { rows: countOf(what, value) };
  const [, digits] = /^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(value) ?? [];
  if (digits === undefined || Number(digits) > 100) throw invalid(what, 'a number, or a share such as "5%",', value);
  return { percent: Number(digits) };
}

function gainsOf(what: string, value: unknown): readonly AllowedGain[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw wrong("VALUE_EMPTY", `${what} is an empty list: leave it out or name somebody`);
  return list.map((one) => gainOf(what, one));
}

function gainOf(what: string, value: unknown): AllowedGain {
  const { user, pattern } = objectOf(`each of ${what}`, value, GAIN);
  if (user === undefined || pattern === undefined)
    throw wrong("ARGUMENT_MISSING", `each of ${what} must say a user and a pattern`);
  return { user, pattern };
}
