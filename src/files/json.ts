/** JSON, scanned for what JSON.parse lets pass: endless nesting, and keys said twice. */
import { wrong } from "../errors.ts";
import { DEEPEST, type Input, type Position } from "./content.ts";

type Path = (string | number)[];

/** Reads one JSON document. @throws RbacError (exit 2) with the place of the fault. */
export function readJson(name: string, text: string): Input {
  scan(text, {
    deep: (offset) => fail(name, text, offset, "TOO_DEEP", `nested more than ${DEEPEST} deep`),
    twice: (offset, key) => fail(name, text, offset, "KEY_TWICE", `the key ${JSON.stringify(key)} stands here twice`),
  });
  return { name, form: "nested", value: parseJson(name, text), locate: (path) => locate(text, path), closed: true };
}

/** JSON.parse, its complaint turned into a place. */
export function parseJson(name: string, text: string, line = 1): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const offset = Number(/position (\d+)/.exec(String(cause))?.[1] ?? text.length);
    const place = positionAt(text, offset);
    const at = { line: place.line + line - 1, column: place.column };
    const message = "this is not JSON";
    throw wrong("SYNTAX_INVALID", `${name}:${at.line}:${at.column}: ${message}`, {
      problems: [{ file: name, ...at, code: "SYNTAX_INVALID", message }],
      cause,
    });
  }
}

function fail(name: string, text: string, offset: number, code: string, message: string): never {
  const at = positionAt(text, offset);
  throw wrong(code, `${name}:${at.line}:${at.column}: ${message}`, {
    problems: [{ file: name, ...at, code, message }],
  });
}

export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}

function locate(text: string, path: readonly (string | number)[]): Position {
  let found = 0;
  scan(text, {
    at: (here, offset) => {
      if (here.length === path.length && here.every((step, i) => step === path[i])) found = offset;
    },
  });
  return positionAt(text, found);
}

interface Visitor {
  deep?(offset: number): void;
  twice?(offset: number, key: string): void;
  /** Told each key and list item, with the path to it. */
  at?(path: Path, offset: number): void;
}

/** One pass over the text, without recursion. Malformed text does no harm here: JSON.parse will refuse it. */
function scan(text: string, visit: Visitor): void {
  const path: Path = [];
  const open: { keys: Set<string> | null; expectKey: boolean }[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[[\]{},]|[^\s"[\]{},:]+/gs;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const top = open.at(-1);
    const [word] = match;
    const last = path.length - 1;
    if (word === "," && top) {
      top.expectKey = top.keys !== null;
      if (typeof path[last] === "number" && top.keys === null) path[last] = (path[last] as number) + 1;
      continue;
    }
    if (word === "}" || word === "]") {
      open.pop();
      path.pop();
      continue;
    }
    if (top?.keys && top.expectKey) {
      const key = word.includes("\\") ? unescaped(word) : word.slice(1, -1);
      if (top.keys.has(key)) visit.twice?.(match.index, key);
      top.keys.add(key);
      top.expectKey = false;
      path[last] = key;
      visit.at?.(path, match.index);
      continue;
    }
    if (top?.keys === null) visit.at?.(path, match.index);
    if (word === "{" || word === "[") {
      if (open.length >= DEEPEST) visit.deep?.(match.index);
      open.push(word === "{" ? { keys: new Set(), expectKey: true } : { keys: null, expectKey: false });
      path.push(word === "{" ? "" : 0);
    }
  }
}

function unescaped(word: string): string {
  try {
    return String(JSON.parse(word));
  } catch {
    return word;
  }
}
