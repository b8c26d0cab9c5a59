/** Properties as attributes for conditions: none that has no form there may make an answer wider. */
import { type Given, RbacError } from "../../../index.ts";
import { isObject, type Properties } from "./reading.ts";

/** A value of the language, or a branch of further names. */
type Attribute = Exclude<NonNullable<Given["resource"]>[string], null | undefined>;

/** A condition may not be longer, and so no name in it. */
const LONGEST_NAME = 1000;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const isName = (name: string): boolean => name.length <= LONGEST_NAME && NAME.test(name);
const MOST_NAMES = 3;

/**
 * Something that is there, and that nothing can be said of: `has` of it is true, and whatever compares it unknown. It
 * stands for what the language has no form for. Were that left out, `!has(resource.x)` would be true.
 */
const THERE: Attribute = Object.freeze(Object.create(null));

export type AttributeBranch = { [name: string]: Attribute };

/** @param taken the name that the question itself has a value for, so that none can be given */
export function attributesOf(properties: Properties, taken?: string, depth = 1): AttributeBranch {
  const branch: AttributeBranch = Object.create(null);
  for (const [name, value] of Object.entries(properties)) {
    // No condition can ask for another name; and null is the same as left out.
    if (value === null || value === undefined || name === taken || !isName(name)) continue;
    branch[name] = attributeOf(value, depth);
  }
  return branch;
}

function attributeOf(value: unknown, depth: number): Attribute {
  if (isPlain(value)) return value;
  if (Array.isArray(value)) return value.every(isPlain) ? value : THERE;
  return isObject(value) && depth < MOST_NAMES ? attributesOf(value, undefined, depth + 1) : THERE;
}

/** True for text, for true and false, and for a number that is exact. */
const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === "string" ||
  typeof value === "boolean" ||
  (typeof value === "number" && Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value)));

/** The time as it was sent, for the library to read or refuse; without seconds, as AuthZEN writes it, it has none. */
export function withTime(attributes: AttributeBranch, { time }: Properties): AttributeBranch {
  if (time === undefined || time === null) return attributes;
  if (typeof time === "string" && time.length > LONGEST_TIME)
    throw new RbacError(2, "GIVEN_INVALID", "context.time is no time: it is too long");
  attributes.time = (typeof time === "string" ? time.replace(MINUTES, "$1:00$2") : time) as Attribute;
  return attributes;
}
const LONGEST_TIME = 100;
const MINUTES = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d)([Zz]|[+-]\d\d:\d\d)$/;
