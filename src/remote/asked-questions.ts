/**
 * What a program asks, as JSON. It is read as the library reads it: `undefined` and NaN, which JSON leaves out or makes
 * `null`, would be another question.
 */
import { RbacError } from "../index.ts";
import { askingUserOf, type OptionName, optionsOf } from "../library/options/arguments.ts";
import { FILTER } from "../library/options/filter-options.ts";
import { COMPILED_CAN, HAS, PERMISSIONS, WHO_CAN } from "../library/options/read-options.ts";
import { LOGGING } from "../library/values/log-options.ts";
import { textOf } from "../library/values/plain-values.ts";

/** A question that is ready to be sent. */
export interface SentQuestion {
  readonly json: object;
  /** True where it cannot be answered together with others: about another time, or with evidence. */
  readonly isApart: boolean;
}

/** @throws RbacError (exit 2), as the library. */
export function canQuestion(user: unknown, permission: unknown, options: unknown = {}): SentQuestion {
  const how = read(options, COMPILED_CAN);
  return { json: { ...names(user, "permission", permission), ...how }, isApart: "at" in how || "explain" in how };
}

/** @throws RbacError (exit 2), as the library. */
export function hasQuestion(user: unknown, role: unknown, options: unknown = {}): object {
  const how = read(options, [...HAS, ...LOGGING]);
  return { ...names(user, "role", role), ...how };
}

/** One of many, as JSON. What is no object is left to be refused. @throws RbacError (exit 2), as the library. */
export function manyQuestion(one: unknown, place: number): string {
  if (typeof one !== "object" || one === null) return "null";
  const options: Record<string, unknown> = Object.create(null);
  for (const name in one) options[name] = (one as Readonly<Record<string, unknown>>)[name];
  const { user, permission, ...how } = options;
  try {
    return asJson(canQuestion(user, permission, how).json);
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    const { exitCode, code, message, suggestions } = error;
    throw new RbacError(exitCode, code, `question ${place + 1}: ${message}`, { suggestions, cause: error });
  }
}

/** @throws RbacError (exit 2), as the library. */
export function permissionsQuestion(user: unknown, options: unknown = {}): object {
  const how = read(options, PERMISSIONS);
  return { user: isKept(user) ? user : askingUserOf(user), ...how };
}

/** @throws RbacError (exit 2), as the library. */
export function filterQuestion(user: unknown, permission: unknown, options: unknown): object {
  const { columns, ...how } = read(options, FILTER);
  const named = columns && { owner: columns.owner, scope: columns.scope, ...Object.fromEntries(columns.attributes) };
  return { ...names(user, "permission", permission), ...how, ...(named && { columns: named }) };
}

/** @throws RbacError (exit 2), as the library. */
export function whoCanQuestion(permission: unknown, options: unknown = {}): object {
  const how = read(options, WHO_CAN);
  return { permission: isKept(permission) ? permission : textOf("the permission", permission), ...how };
}

/** Without `log`, which says nothing to a service: what that logs is said there. */
const read = <O extends OptionName>(options: unknown, allowed: readonly O[]) => {
  const how = optionsOf(options, allowed);
  if (!("log" in how)) return how;
  if (how.log === "later")
    throw new RbacError(2, "VALUE_INVALID", "a service logs what it answers: nothing is logged later here");
  return { ...how, log: undefined };
};

/** Names as they are: the service reads them. What JSON would make another value of is refused here. */
function names(user: unknown, what: "permission" | "role", name: unknown): object {
  const asked = { user, [what]: name };
  if (isKept(user) && isKept(name)) return asked;
  return { user: askingUserOf(user), [what]: textOf(`the ${what}`, name) };
}

/** True for what a request says as it is: a Date would become text, and NaN `null`, which is a stranger. */
const isKept = (value: unknown): boolean =>
  typeof value === "string"
    ? !UNPAIRED.test(value)
    : value === null || typeof value === "boolean" || value === undefined || Number.isFinite(value);

/** Half of a pair of surrogates, which UTF-8 cannot say. */
const UNPAIRED = /\p{Surrogate}/u;

/** The escape that JSON has for such a half: behind a pair of backslashes, which is one, it is none. */
const ESCAPED_HALF = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/**
 * A question as JSON.
 * @throws RbacError `VALUE_INVALID` (exit 2) for half of a pair of surrogates, for which a request would be refused.
 */
export function asJson(question: object | null): string {
  const text = JSON.stringify(question);
  if (!ESCAPED_HALF.test(text)) return text;
  throw new RbacError(2, "VALUE_INVALID", "a text has half of a pair of surrogates, which is no character");
}
