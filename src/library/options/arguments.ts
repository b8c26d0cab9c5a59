/**
 * Reads what a program passes. Nothing unsaid widens (rule 31): what is missing, empty or of another type is an
 * `RbacError`, and so is an option that a call does not have.
 */

import { wrong } from "../../errors.ts";
import { readGiven } from "../../policy/conditions/read-given.ts";
import type { Subject } from "../../policy/history/ability-history.ts";
import { parseName, parseReason, parseText } from "../../policy/model/names.ts";
import { parsePattern } from "../../policy/model/permissions.ts";
import { parseScope } from "../../policy/model/scopes.ts";
import type { Part } from "../../policy/part/part.ts";
import { parsePartKey, parsePartValue, partOf } from "../../policy/part/part-texts.ts";
import { filterColumnsOf } from "../values/filter-columns.ts";
import { gatesOf } from "../values/gate-values.ts";
import { loggingOf, logOptionsOf } from "../values/log-options.ts";
import { countOf, flagOf, invalid, objectOf, textOf, textsOf } from "../values/plain-values.ts";

/** A name in its normal form. @throws RbacError (exit 2). */
export const nameOf = (what: string, value: unknown): string => parseName(textOf(what, value));

/** Who asks: a name, or `null` for somebody whom the policy does not know. @throws RbacError (exit 2). */
export const askingUserOf = (value: unknown): string | null => (value === null ? null : nameOf("the user", value));

/** One name or several. @throws RbacError (exit 2). */
export const namesOf = (what: string, value: unknown): readonly string[] => textsOf(what, value).map(parseName);

/** @throws RbacError `VALUE_INVALID` (exit 2). */
function bytesOf(what: string, value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw invalid(what, "a Uint8Array", value);
  return value;
}

/** A time as text: that of a `Date`, or the text itself, which is read where it is used. */
function timeOf(what: string, value: unknown): string {
  if (!(value instanceof Date)) return textOf(what, value);
  if (Number.isNaN(value.getTime())) throw wrong("TIME_INVALID", `${what} is a Date without a time`);
  return value.toISOString();
}

/** @throws RbacError (exit 2) for what names nothing, or what no part has. */
function partFrom(what: string, value: unknown): Part {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(what, "an object", value);
  const entries = Object.entries(value);
  if (entries.length === 0) throw wrong("VALUE_EMPTY", `${what} names nothing: leave it out or name something`);
  return partOf(
    entries.flatMap(([name, list]) => {
      const key = parsePartKey(name);
      return textsOf(`${what}.${key}`, list).map((text) => [key, parsePartValue(key, text)] as const);
    }),
  );
}

export const optionalTextOf = (what: string, value: unknown): string | null =>
  value === null ? null : parseText(textOf(what, value));

/** The reader of each option. An option has one meaning and one form, whatever call has it. */
const READERS = {
  on: (what: string, value: unknown) => (value === null ? null : parseScope(textOf(what, value))),
  owner: nameOf,
  given: (_: string, value: unknown) => readGiven(value),
  columns: filterColumnsOf,
  dialect: textOf,
  firstParameter: countOf,
  at: timeOf,
  activate: namesOf,
  assume: namesOf,
  resource: textOf,
  from: timeOf,
  until: timeOf,
  for: textOf,
  since: (what: string, value: unknown) =>
    typeof value === "number" ? `@${countOf(what, value)}` : timeOf(what, value),
  to: timeOf,
  replace: flagOf,
  existing: flagOf,
  strangers: flagOf,
  explain: flagOf,
  everywhere: flagOf,
  ended: flagOf,
  all: flagOf,
  deny: flagOf,
  ifExists: flagOf,
  actor: nameOf,
  reason: (what: string, value: unknown) => parseReason(textOf(what, value)),
  dryRun: flagOf,
  allowComma: flagOf,
  allowConfusable: flagOf,
  expectRevision: countOf,
  prune: flagOf,
  only: partFrom,
  maxRemovals: countOf,
  format: textOf,
  description: optionalTextOf,
  email: optionalTextOf,
  name: optionalTextOf,
  disabled: flagOf,
  kind: textOf,
  roles: namesOf,
  needs: (what: string, value: unknown) => (value === null ? null : namesOf(what, value)),
  add: namesOf,
  drop: namesOf,
  match: (what: string, value: unknown) => parseText(textOf(what, value)),
  limit: (what: string, value: unknown) => (value === null ? null : countOf(what, value)),
  after: textOf,
  user: nameOf,
  role: nameOf,
  when: (what: string, value: unknown) => (value === null ? null : textOf(what, value)),
  but: (what: string, value: unknown) => textsOf(what, value).map(parsePattern),
  permission: (what: string, value: unknown) => parsePattern(textOf(what, value)),
  assigned: flagOf,
  by: nameOf,
  last: countOf,
  before: countOf,
  expect: textOf,
  assignments: textOf,
  osUser: nameOf,
  mode: textOf,
  wait: countOf,
  auditKey: bytesOf,
  decisions: (_: string, value: unknown) => logOptionsOf(value),
  requestId: textOf,
  log: loggingOf,
  gates: (_: string, value: unknown) => gatesOf(value),
  expand: flagOf,
  exact: flagOf,
  maxAge: textOf,
  everyone: flagOf,
  handOver: nameOf,
  disable: flagOf,
  delete: flagOf,
} as const satisfies Record<string, (what: string, value: unknown) => unknown>;

/** The name of an option of any call. */
export type OptionName = keyof typeof READERS;

/** Options that were read. */
export type ReadOptions<O extends OptionName = OptionName> = { [N in O]?: ReturnType<(typeof READERS)[N]> };

/**
 * Reads an object of options.
 * @param allowed the options that the call has
 * @throws RbacError as `objectOf` does.
 */
export const optionsOf = <O extends OptionName>(
  given: unknown,
  allowed: readonly O[],
  what = "what stands for the options",
): ReadOptions<O> => objectOf(what, given, READERS, allowed);

/** A user or a role that is asked about. @throws RbacError `VALUE_INVALID` (exit 2) for neither, and for both. */
export function subjectOf(of: Subject): Subject {
  const { user, role } = optionsOf(of, ["user", "role"]);
  if ((user === undefined) === (role === undefined)) throw wrong("VALUE_INVALID", "say a user or a role, and not both");
  return user === undefined ? { role: role as string } : { user };
}
