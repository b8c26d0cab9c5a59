/**
 * Reads the attributes that come with a question (rules 31, 34): from nested values, and from texts such as
 * `resource.published=true`. What could be read in two ways is refused, for it would decide something unsaid.
 */
import { didYouMean, RbacError, wrong } from "../../errors.ts";
import { nearest } from "../model/name-suggestions.ts";
import { quote } from "../model/names.ts";
import { parseInstant } from "../model/times.ts";
import { Fault } from "./fault.ts";
import { type AttributeValue, type Given, ROOTS } from "./given.ts";
import { JSON_NUMBER, readNumber } from "./number-literal.ts";
import { isPlain } from "./values.ts";

/** Attributes as they are read. They inherit nothing: `resource.constructor` is no attribute unless it is given. */
interface Branch {
  [name: string]: AttributeValue | Branch;
}

const MOST_NAMES = 3;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What a question says itself, so that no attribute may say otherwise. */
const SAID_BY_QUESTION: Readonly<Record<string, string>> = {
  "subject.user": "the user who asks",
  "action.permission": "the permission that is asked about",
};

/**
 * Reads nested attributes: an object by roots, each with its attributes. A key with dots at the top is a path
 * (`{ "resource.published": true }`). What is `undefined` or `null` is absent. Only own properties of plain objects
 * are read.
 * @param value of whatever type
 * @throws RbacError `GIVEN_INVALID` (exit 2), which names the attribute.
 */
export const readGiven = (value: unknown): Given => givenOf([value]);

/**
 * Reads texts of the form `resource.published=true`, together with nested attributes. The value is `true`, `false`,
 * `null` (absent), a number, a text in `"`, a list of these in `[]`, or else a text as it stands.
 * @throws RbacError `GIVEN_INVALID`, `VALUE_EMPTY` (exit 2); also for what is said twice.
 */
export const readGivenTexts = (texts: readonly string[], nested: readonly unknown[]): Given =>
  givenOf([...nested, ...texts.map(assigned)]);

function givenOf(values: readonly unknown[]): Given {
  const reader = new GivenReader();
  for (const value of values) reader.read(value);
  return reader.given as Given;
}

class GivenReader {
  readonly given: Branch = emptyBranch();
  /** The paths of values that were said, also of those that are absent. */
  readonly #said = new Set<string>();

  read(value: unknown): void {
    for (const [key, entry] of entriesOf("given", value)) {
      const [root = "", ...names] = key.split(".");
      checkRoot(root, key);
      if (names.length > MOST_NAMES) throw tooDeep(key);
      if (names.length > 0) this.#fill(this.given, root, nested(names, entry));
      else if (entry !== undefined && entry !== null) this.#fill(this.given, root, entry);
    }
  }

  /** Fills the attributes of an object into the branch that a name has. */
  #fill(parent: Branch, path: string, value: unknown): void {
    const names = path.split(".");
    const name = names.at(-1) as string;
    if (this.#said.has(path)) throw saidTwice(path);
    const entries = entriesOf(path, value);
    parent[name] ??= emptyBranch();
    const branch = parent[name] as Branch;
    for (const [inner, entry] of entries) {
      const innerPath = `${path}.${inner}`;
      if (!NAME.test(inner)) throw invalid(innerPath, NO_NAME);
      if (names.length > MOST_NAMES) throw tooDeep(innerPath);
      this.#put(branch, inner, innerPath, entry);
    }
  }

  #put(branch: Branch, name: string, path: string, value: unknown): void {
    const isAbsent = value === undefined || value === null;
    const said = Object.hasOwn(SAID_BY_QUESTION, path) ? SAID_BY_QUESTION[path] : undefined;
    if (said !== undefined && !isAbsent) throw invalid(path, `is ${said}, and cannot be given`);
    if (typeof value === "object" && !isAbsent && !Array.isArray(value)) {
      this.#fill(branch, path, value);
      return;
    }
    if (this.#said.has(path) || branch[name] !== undefined) throw saidTwice(path);
    this.#said.add(path);
    if (!isAbsent) branch[name] = path === "context.time" ? timeOf(value) : attributeOf(path, value);
  }
}

const emptyBranch = (): Branch => Object.create(null);

/** The object in which a value lies under some names. */
const nested = (names: readonly string[], value: unknown): unknown =>
  names.reduceRight((inner, name) => ({ [name]: inner }), value);

function checkRoot(root: string, key: string): void {
  if ((ROOTS as readonly string[]).includes(root)) return;
  const suggestions = nearest(root, ROOTS);
  const known = suggestions.length > 0 ? didYouMean(suggestions) : `: attributes are of ${ROOTS.join(", ")}`;
  throw wrong("GIVEN_INVALID", `${quote(key)} is of nothing that has attributes${known}`, { suggestions });
}

/** The own entries of a plain object, in their order. */
function entriesOf(what: string, value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(what, `must be an object, and is ${described(value)}`);
  if (!isPlain(value)) throw invalid(what, `is ${described(value)}: only plain objects are read`);
  return Object.entries(value);
}

function attributeOf(path: string, value: unknown): AttributeValue {
  if (!Array.isArray(value)) return plainOf(path, value);
  // By index, as a list of a class of its own may list something else; and holes are no values.
  return Array.from({ length: value.length }, (_, at) => plainOf(`an item of ${path}`, value[at]));
}

function plainOf(what: string, value: unknown): string | number | boolean {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value !== "number")
    throw invalid(what, `must be text, a number, true, false or a list of these, and is ${described(value)}`);
  if (Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value))) return value;
  throw invalid(what, `is ${value}, which is no exact number: give it as text`);
}

function timeOf(value: unknown): string {
  const isTime = typeof value === "string" && /^\d{4}-\d\d-\d\d[Tt ]/.test(value);
  if (!isTime) throw invalid("context.time", `must be a time such as 2027-01-31T09:00:00Z, and is ${described(value)}`);
  try {
    return parseInstant(value);
  } catch (error) {
    throw error instanceof RbacError ? invalid("context.time", `is no time: ${error.message}`) : error;
  }
}

/** What a text says: a path, and the value at it. */
function assigned(text: string): unknown {
  const sign = text.indexOf("=");
  if (sign < 0) throw wrong("GIVEN_INVALID", `${quote(text)} gives no value: write it as resource.published=true`);
  const [path, value] = [text.slice(0, sign), text.slice(sign + 1)];
  if (!path.includes(".")) throw invalid(path, "names no attribute: write it as resource.published=true");
  if (value === "")
    throw wrong("VALUE_EMPTY", `${quote(path)} is empty; is a shell variable unset? "" is an empty text`);
  return { [path]: scalarOf(path, value) };
}

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** Texts that begin like JSON are JSON: a list with a slip in it is no text. */
function scalarOf(path: string, text: string): unknown {
  if (WORDS.has(text)) return WORDS.get(text);
  if (JSON_NUMBER.test(text)) return numberOf(path, text);
  if (/^-?(NaN|Infinity)$/.test(text)) throw notExact(path, text);
  if (!/^["[{]/.test(text)) return text;
  for (const [number] of text.replace(STRINGS, "").matchAll(/-?\d[\d.eE+-]*/g)) numberOf(path, number);
  if (text.startsWith("{")) throw invalid(path, "is an object: give each of its attributes by itself");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrong("GIVEN_INVALID", `${path} begins like JSON and is none; quote all of it: '${path}=${jsonOf(text)}'`, {
      cause,
    });
  }
}

const STRINGS = /"(?:[^"\\]|\\.)*"/g;
const jsonOf = (text: string): string => JSON.stringify(text);

function numberOf(path: string, text: string): number {
  try {
    return readNumber(text, 0);
  } catch (error) {
    throw error instanceof Fault ? notExact(path, text) : error;
  }
}

const NO_NAME = "cannot be asked for by a condition: a name has letters, digits and _, and begins with no digit";

const tooDeep = (path: string) => invalid(path, `has more than ${MOST_NAMES} names behind its root`);

const notExact = (path: string, text: string) =>
  invalid(path, `is ${text}, which is no exact number; for text write '${path}=${jsonOf(text)}'`);

function described(value: unknown): string {
  if (value === null || ["undefined", "number", "boolean"].includes(typeof value)) return String(value);
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a Date: give the text that toISOString makes";
  if (typeof value !== "object") return typeof value === "string" ? "text" : `a ${typeof value}`;
  return isPlain(value) ? "an object" : "of a class";
}

const invalid = (what: string, fault: string): RbacError =>
  wrong("GIVEN_INVALID", `${what === "given" ? "what is given" : quote(what)} ${fault}`);

const saidTwice = (path: string): RbacError =>
  wrong("GIVEN_INVALID", `${quote(path)} is given twice, or once as a value and once with attributes of its own`);
