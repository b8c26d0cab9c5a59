/** Reads JSON. Scans it first for what JSON.parse accepts and this program refuses: deep nesting and duplicate keys. */
import { type CodeOf, wrong } from "../errors.ts";
import { DEEPEST, type FileInput, type Position } from "./file-input.ts";

type JsonPath = (string | number)[];

/** Reads one JSON document. @throws RbacError (exit 2) with the position of the error. */
export function readJson(name: string, text: string): FileInput {
  const value = parseJson(name, text);
  let positions: Positions | undefined;
  const locate = (path: readonly (string | number)[], at?: number) => {
    positions ??= new Positions(text);
    return positions.of(path, at);
  };
  return { name, form: "nested", value, locate, closed: true };
}

/**
 * Parses JSON within the limits. @param line the line of the file on which the text begins.
 * @throws RbacError (exit 2) with the position of the error.
 */
export function parseJson(name: string, text: string, line = 1): unknown {
  const fail = (offset: number, code: CodeOf<"wrong">, message: string, cause?: unknown): never => {
    const inText = positionAt(text, offset);
    const inFile = { line: inText.line + line - 1, column: inText.column };
    throw wrong(code, `${name}:${inFile.line}:${inFile.column}: ${message}`, {
      problems: [{ file: name, ...inFile, code, message }],
      cause,
    });
  };
  scanJson(text, {
    onTooDeep: (offset) => fail(offset, "TOO_DEEP", `nested more than ${DEEPEST} deep`),
    onDuplicateKey: (offset, key) => fail(offset, "KEY_TWICE", `the key ${JSON.stringify(key)} stands here twice`),
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

/** The positions of all values by path. Built once, by the first error with a path, as a bad file may have many. */
class Positions {
  readonly #offsets = new Map<string, number>();
  /** The offsets at which lines begin. */
  readonly #lines = [0];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    const onValue = (path: JsonPath, offset: number) => this.#offsets.set(path.join("\0"), offset);
    scanJson(text, { onValue });
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) this.#lines.push(end + 1);
  }

  /** The start of the file for an unknown path. O(log lines). */
  of(path: readonly (string | number)[], at?: number): Position {
    const key = this.#offsets.get(path.join("\0")) ?? 0;
    const offset = at === undefined ? key : this.#offsetInText(key, at);
    let low = 0;
    for (let high = this.#lines.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#lines[low] ?? 0) + 1 };
  }

  /** The offset of a character of the text behind a key; of its beginning where escapes stand before it. */
  #offsetInText(key: number, at: number): number {
    const value = this.#text.indexOf('"', this.#text.indexOf(":", stringEnd(this.#text, key)));
    const isPlain = !this.#text.slice(value + 1, value + 1 + at).includes("\\");
    return isPlain ? value + 1 + at : value;
  }
}

interface Visitor {
  onTooDeep?(offset: number): void;
  onDuplicateKey?(offset: number, key: string): void;
  /** Called for each key and each list item. The path is reused: read it during the call only. */
  onValue?(path: JsonPath, offset: number): void;
}

/** Scans the text once, without recursion. Malformed text is not detected here: JSON.parse will refuse it. */
export function scanJson(text: string, visitor: Visitor): void {
  const path: JsonPath = [];
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
      if (top.keys.has(key)) visitor.onDuplicateKey?.(match.index, key);
      top.keys.add(key);
      top.expectKey = false;
      path[last] = key;
      visitor.onValue?.(path, match.index);
      continue;
    }
    if (top?.keys === null) visitor.onValue?.(path, match.index);
    if (mark === "{" || mark === "[") {
      if (open.length >= DEEPEST) visitor.onTooDeep?.(match.index);
      open.push(mark === "{" ? { keys: new Set(), expectKey: true } : { keys: null, expectKey: false });
      path.push(mark === "{" ? "" : 0);
    }
  }
}

/** The offset behind the string that begins at `start`. Not a regular expression: a long string overflows its stack. */
export function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === 0x5c) before -= 1;
    if ((end - before) % 2 === 0) return end + 1;
  }
  return text.length;
}

/** The key in a quoted word, with escapes decoded: two spellings of one key are duplicates. */
function keyIn(word: string): string {
  if (!word.includes("\\")) return word.slice(1, -1);
  try {
    return String(JSON.parse(word));
  } catch {
    return word;
  }
}
