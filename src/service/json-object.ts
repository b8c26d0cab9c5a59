/** Reads the body of a request: one object of JSON, of which each reader makes the same (RFC 7493, I-JSON). */
import { isUtf8 } from "node:buffer";
import { HttpFault } from "./http/fault.ts";

/** The deepest nesting that is read. */
const DEEPEST_BODY = 32;

const invalid = (message: string): HttpFault => new HttpFault(400, "BODY_INVALID", message);

/** In characters: blanks are looked at again and again. */
const LONGEST_TYPE = 100;
const CONTENT_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?;?[ \t]*$/i;

/**
 * @param type the header content-type @param encoding the header content-encoding
 * @throws HttpFault 400
 */
export function readObject(
  bytes: Buffer | undefined,
  type: string | undefined,
  encoding: string | undefined,
): Readonly<Record<string, unknown>> {
  if (type !== "application/json" && !isJson(type ?? ""))
    throw invalid("the content-type must be application/json, in UTF-8");
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") throw invalid("the body must not be encoded");
  if (bytes === undefined) throw invalid("the body is empty: send an object of JSON");
  if (!isUtf8(bytes)) throw invalid("the body is not UTF-8");
  const text = bytes.toString();
  const members = membersIn(text);
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("the body is not one object");
  const hasEscapes = text.includes("\\");
  if (countMembers(value as Tree, hasEscapes) !== members) throw invalid("the body says one member twice");
  return value as Readonly<Record<string, unknown>>;
}

const isJson = (type: string): boolean => type.length <= LONGEST_TYPE && CONTENT_TYPE.test(type);

/** Not the message of the parser: it repeats a part of the body, which may hold a secret. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("the body is not JSON");
  }
}

/** The characters that structure JSON. */
const [QUOTE, COLON, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE, BACKSLASH] = [0x22, 0x3a, 0x5b, 0x5d, 0x7b, 0x7d, 0x5c];

/** Counts the members of all objects in a text: the colons outside of strings. @throws HttpFault 400 where too deep */
function membersIn(text: string): number {
  let [members, depth] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COLON) members += 1;
    else if (code === OPEN || code === OPEN_LIST) {
      depth += 1;
      if (depth > DEEPEST_BODY) throw invalid(`the body is nested more than ${DEEPEST_BODY} deep`);
    } else if (code === CLOSE || code === CLOSE_LIST) depth -= 1;
  }
  return members;
}

/** Where the string that begins at `start` ends. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}

type Tree = Record<string, unknown> | unknown[];

/**
 * Counts the members that a reader has kept: fewer than the text has where one stands twice. `__proto__` is taken away,
 * as it would be the prototype of a careless copy. @throws HttpFault 400 for half of a pair of surrogates
 */
function countMembers(tree: Tree, hasEscapes: boolean): number {
  if (Array.isArray(tree)) {
    let members = 0;
    for (const item of tree) members += membersOf(item, hasEscapes);
    return members;
  }
  const names = Object.keys(tree);
  let members = names.length;
  for (const name of names) {
    if (hasEscapes) requirePaired(name);
    members += membersOf(tree[name], hasEscapes);
    if (name === "__proto__") delete tree[name];
  }
  return members;
}

function membersOf(value: unknown, hasEscapes: boolean): number {
  if (typeof value === "object") return value === null ? 0 : countMembers(value as Tree, hasEscapes);
  if (hasEscapes && typeof value === "string") requirePaired(value);
  return 0;
}

/** Half of a pair of surrogates, which only an escape can write in UTF-8. */
const UNPAIRED = /\p{Surrogate}/u;

function requirePaired(text: string): void {
  if (UNPAIRED.test(text)) throw invalid("the body has half of a pair of surrogates");
}
