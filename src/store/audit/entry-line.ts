/** Parses a line of an exported record. What two programs might read in two ways is no entry. */
import { canonicalJson } from "../../policy/model/canonical-json.ts";
import { quote } from "../../policy/model/names.ts";
import type { WrittenEntry } from "./verify-record.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The entry of a line, or what is wrong with the line, to be said behind its number. */
export function entryOfLine(line: string): WrittenEntry | string {
  const { isDeep, doubled } = scan(line);
  const entry = isDeep ? undefined : parsed(line);
  if (!isObject(entry)) return NO_ENTRY;
  if (doubled !== undefined) return `has the key ${quote(doubled)} twice`;
  const { change, mac, seq, revision, at, actor, osUser, reason, prev, hash, ...others } = entry;
  const [other] = Object.keys(others);
  if (other !== undefined) return `has the key ${quote(other)}, which no entry has`;
  const fields = { seq, revision, at, actor, osUser, reason, prev, hash };
  if (!areFields(fields) || !isObject(change)) return NO_ENTRY;
  const text = canonicalJson(change);
  if (!Object.hasOwn(entry, "mac")) return { ...fields, text };
  return typeof mac === "string" ? { ...fields, text, mac } : NO_ENTRY;
}

const NO_ENTRY = "is no entry";

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** True if the fields that an entry must have are of their types. */
function areFields(fields: Fields): fields is Omit<WrittenEntry, "text" | "mac"> {
  const hasTexts = ["at", "actor", "osUser", "prev", "hash"].every((name) => typeof fields[name] === "string");
  const hasNumbers = ["seq", "revision"].every((name) => Number.isSafeInteger(fields[name]));
  const hasReason = fields.reason === null || typeof fields.reason === "string";
  return hasTexts && hasNumbers && hasReason;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** In an entry lies a change, in that its two sides, and in these lists of names. */
const MAX_DEPTH = 4;

interface Scanned {
  /** Deeper than any entry: a value of a million lists would fill the stack. */
  readonly isDeep?: boolean;
  /** A key that an object has twice: `JSON.parse` takes the last of its values, and another program the first. */
  readonly doubled?: string;
}

/** Scans a line once, without recursion. Malformed lines are not detected: `JSON.parse` will refuse them. */
function scan(line: string): Scanned {
  const open: Set<string>[] = [];
  const mark = /[[\]{}"]/g;
  for (let match = mark.exec(line); match; match = mark.exec(line)) {
    if (match[0] === "{" || match[0] === "[") {
      if (open.push(new Set()) > MAX_DEPTH) return { isDeep: true };
    } else if (match[0] !== '"') open.pop();
    else {
      mark.lastIndex = stringEnd(line, match.index);
      if (!isColonNext(line, mark.lastIndex)) continue;
      const key = String(parsed(line.slice(match.index, mark.lastIndex))); // Escapes may spell it in another way.
      const keys = open.at(-1);
      if (keys?.has(key)) return { doubled: key };
      keys?.add(key);
    }
  }
  return {};
}

/** The offset behind the string that begins at `start`. Not a regular expression: a long string overflows its stack. */
function stringEnd(line: string, start: number): number {
  for (let end = start + 1; end < line.length; end++) {
    if (line[end] === '"') return end + 1;
    if (line[end] === "\\") end += 1;
  }
  return line.length;
}

function isColonNext(line: string, from: number): boolean {
  let at = from;
  while (line.charCodeAt(at) <= SPACE) at += 1;
  return line[at] === ":";
}

const SPACE = " ".charCodeAt(0);
