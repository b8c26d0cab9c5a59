/** What a path leads to: only own properties of plain objects are read (rule 34). */
import type { AttributePath } from "./expression.ts";
import type { Declaration, Facts, Root } from "./given.ts";

/** A value that can be compared, or a list. */
export type Comparable = string | number | boolean | readonly unknown[];

/** The value of a path; `undefined` where it is absent, or what is declared of it does not fit. */
export function comparableAt(path: AttributePath, facts: Facts): Comparable | undefined {
  const value = rawOf(path, facts);
  if (!isComparable(value)) return undefined;
  return facts.declared.size === 0 || path.root !== "resource" || fits(value, path, facts.declared) ? value : undefined;
}

/** The value of a path as it is shown, whatever is declared of it; `null` where there is none. */
export function valueAt(path: AttributePath, facts: Facts): Comparable | null {
  const value = rawOf(path, facts);
  return isComparable(value) ? value : null;
}

/** Whether a path leads to something; `undefined` where that is not known. */
export function isThere(path: AttributePath, facts: Facts): boolean | undefined {
  const value = rawOf(path, facts);
  if (value === UNREADABLE) return undefined;
  if (value !== undefined && value !== null) return true;
  if (path.root === "subject" && path.names[0] === "user" && facts.user === null) return false;
  return facts.isList || !isPlain(ownOf(facts.given, path.root)) ? undefined : false;
}

/** An object that is not plain stands on the way: nobody can say what it holds. */
const UNREADABLE = Symbol("unreadable");

function rawOf({ root, names }: AttributePath, facts: Facts): unknown {
  const [first] = names;
  if (root === "subject" && first === "user") return names.length === 1 ? facts.user : undefined;
  if (root === "action" && first === "permission") return names.length === 1 ? facts.permission : undefined;
  const given = givenAt(root, names, facts);
  return root === "context" && first === "time" && names.length === 1 ? (given ?? facts.at) : given;
}

function givenAt(root: Root, names: readonly string[], { given }: Facts): unknown {
  let value = ownOf(given, root);
  for (const name of names) {
    if (typeof value !== "object" || value === null) return undefined;
    if (!isPlain(value)) return UNREADABLE;
    value = ownOf(value, name);
  }
  return value;
}

const ownOf = (object: object, name: string): unknown =>
  Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;

/** True for an object as JSON or a literal makes it; the literal of another realm has a prototype of its own. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** True for what can be compared: no NaN, no infinity, no object. */
export function isComparable(value: unknown): value is Comparable {
  return (
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value)) ||
    Array.isArray(value)
  );
}

/** True where a value is what is declared of it, or nothing is declared. */
function fits(value: Comparable, { names }: AttributePath, declared: ReadonlyMap<string, Declaration>): boolean {
  for (let length = 1; length < names.length; length++) {
    if (declared.has(names.slice(0, length).join("."))) return false; // What is declared holds no further names.
  }
  const declaration = declared.get(names.join("."));
  if (declaration === undefined) return true;
  const { type, values } = declaration;
  const isListed = (one: unknown) => typeof one === "string" && (values === null || values.includes(one));
  if (type === "list") return Array.isArray(value) && value.every(isListed);
  return type === "string" ? isListed(value) : typeof value === (type === "bool" ? "boolean" : type);
}
