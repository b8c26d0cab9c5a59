/** JSON, scanned for what JSON.parse lets pass: endless nesting, and keys said twice. */
import { wrong } from "../errors.ts";
import { DEEPEST, type FileInput, type Position } from "./content.ts";

type Path = (string | number)[];

/** Reads one JSON document. @throws RbacError (exit 2) with the place of the fault. */
export function readJson(name: string, text: string): FileInput {
  const value = parseJson(name, text);
  let places: Places | undefined;
  const locate = (path: readonly (string | number)[]) => {
    places ??= new Places(text);
    return places.of(path);
  };
  return { name, form: "nested", value, locate, closed: true };
}

/** Parses within the limits; what is wrong is told with its place. `line` is that of the text in its file. */
export function parseJson(name: string, text: string, line = 1): unknown {
  const fail = (offset: number, code: string, message: string, cause?: unknown): never => {
    const place = positionAt(text, offset);
    const at = { line: place.line + line - 1, column: place.column };
    throw wrong(code, `${name}:${at.line}:${at.column}: ${message}`, {
      problems: [{ file: name, ...at, code, message }],
      cause,
    });
  };
  scan(text, {
    deep: (offset) => fail(offset, "TOO_DEEP", `nested more than ${DEEPEST} deep`),
    twice: (offset, key) => fail(offset, "KEY_TWICE", `the key ${JSON.stringify(key)} stands here twice`),
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    const offset = Number(/position (\d+)/.exec(String(cause))?.[1] ?? text.length);
    return fail(offset, "SYNTAX_INVALID", "this is not JSON", cause);
  }
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}

/** Where everything stands: found out once, when the first place is asked for, since a bad file may have many faults. */
class Places {
  readonly #offsets = new Map<string, number>();
  /** The offsets at which lines begin. */
  readonly #lines = [0];

  constructor(text: string) {
    const at = (path: Path, offset: number) => this.#offsets.set(path.join("\0"), offset);
    scan(text, { at });
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) this.#lines.push(end + 1);
  }

  of(path: readonly (string | number)[]): Position {
    const offset = this.#offsets.get(path.join("\0")) ?? 0;
    let low = 0;
    for (let high = this.#lines.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#lines[low] ?? 0) + 1 };
  }
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
  const token = /[[\]{},"]|[^\s"[\]{},:]+/g;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const top = open.at(-1);
    const [mark] = match;
    const last = path.length - 1;
    if (mark === '"') token.lastIndex = stringEnd(text, match.index);
    if (mark === "," && top) {
      top.expectKey = top.keys !== null;
      if (typeof path[last] === "number" && top.keys === null) path[last] = (path[last] as number) + 1;
      continue;
    }
    if (mark === "}" || mark === "]") {
      open.pop();
      path.pop();
      continue;
    }
    if (top?.keys && top.expectKey) {
      const key = keyIn(text.slice(match.index, token.lastIndex));
      if (top.keys.has(key)) visit.twice?.(match.index, key);
      top.keys.add(key);
      top.expectKey = false;
      path[last] = key;
      visit.at?.(path, match.index);
      continue;
    }
    if (top?.keys === null) visit.at?.(path, match.index);
    if (mark === "{" || mark === "[") {
      if (open.length >= DEEPEST) visit.deep?.(match.index);
      open.push(mark === "{" ? { keys: new Set(), expectKey: true } : { keys: null, expectKey: false });
      path.push(mark === "{" ? "" : 0);
    }
  }
}

/** The offset behind the string that begins at a quote. A pattern for it would overflow the stack on a long one. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === 0x5c) before -= 1;
    if ((end - before) % 2 === 0) return end + 1;
  }
  return text.length;
}

/** Two spellings of one key, of which one has escapes, are the same key. */
function keyIn(word: string): string {
  if (!word.includes("\\")) return word.slice(1, -1);
  try {
    return String(JSON.parse(word));
  } catch {
    return word;
  }
}
