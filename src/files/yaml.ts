/** YAML as people write it, within limits that hold before and while it is parsed. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";
import { type Problem, wrong } from "../errors.ts";
import { DEEPEST, type FileInput, MOST_KEYS, type Position } from "./content.ts";

/** Columns before the first word of a line: nesting costs at least one, so this bounds it. */
const WIDEST_INDENT = 256;

/** Reads one YAML document. @throws RbacError (exit 2) with every fault at its place. */
export function readYaml(name: string, text: string): FileInput {
  const lines = new LineCounter();
  const found = new Faults(name, (offset) => at(lines, offset));
  scan(name, text);
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false, schema: "core" });
  for (const { pos, message } of [...document.errors, ...document.warnings])
    found.add(pos[0], "SYNTAX_INVALID", firstLine(message));
  found.throwIfAny();
  const value = new Reader(found).read(document.contents);
  found.throwIfAny();
  return {
    name,
    form: "nested",
    value,
    locate: (path) => at(lines, offsetOf(document.contents, path)),
    closed: /(^|\n)\.\.\.\s*$/.test(text),
  };
}

function at(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** What the parser says, in one line; its advice to programmers is of no use to whoever wrote the file. */
const firstLine = (message: string): string =>
  message.startsWith("Source contains multiple documents")
    ? "one file holds one document"
    : (message.split("\n")[0] ?? "");

class Faults {
  readonly #found: Problem[] = [];
  readonly #name: string;
  readonly #position: (offset: number) => Position;

  constructor(name: string, position: (offset: number) => Position) {
    this.#name = name;
    this.#position = position;
  }

  add(offset: number, code: string, message: string): void {
    this.#found.push({ file: this.#name, ...this.#position(offset), code, message });
  }

  throwIfAny(): void {
    const [first] = this.#found;
    if (!first) return;
    const more = this.#found.length > 1 ? ` (and ${this.#found.length - 1} more)` : "";
    throw wrong("DOCUMENT_INVALID", `${first.file}:${first.line}:${first.column}: ${first.message}${more}`, {
      problems: this.#found,
    });
  }
}

/** Bounds nesting and refuses directives before anything is parsed, for the parser guards itself only by overflowing. */
function scan(name: string, text: string): void {
  const refuse = (line: number, code: string, message: string) => {
    throw wrong(code, `${name}:${line}:1: ${message}`, { problems: [{ file: name, line, column: 1, code, message }] });
  };
  text.split("\n").forEach((line, index) => {
    if (line.startsWith("%")) refuse(index + 1, "DIRECTIVE", "directives such as %YAML are not read here");
    const indent = /^[\s?:-]*/.exec(line)?.[0].length ?? 0;
    if (indent > WIDEST_INDENT) refuse(index + 1, "TOO_DEEP", `indented more than ${WIDEST_INDENT} columns`);
  });
  let [depth, line, scalar] = [0, 1, false];
  for (const token of new Lexer().lex(text)) {
    if (scalar)
      scalar = false; // What follows its mark is the text of a plain or block scalar, whatever it looks like.
    else if (token === SCALAR) scalar = true;
    else if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) refuse(line, "TOO_DEEP", `nested more than ${DEEPEST} deep`);
    if (token.includes("\n")) line += token.split("\n").length - 1;
  }
}

/** The yaml lexer's mark before the text of a scalar. */
const SCALAR = "\x1f";

/** Turns nodes into plain values, refusing what a policy has no use for: aliases, tags, keys that are no text or come twice. */
class Reader {
  #keys = 0;
  readonly #found: Faults;

  constructor(found: Faults) {
    this.#found = found;
  }

  read(node: unknown): unknown {
    const offset = startOf(node);
    if (isAlias(node)) {
      this.#found.add(offset, "ALIAS", "aliases are not read here: write it out");
      return null;
    }
    if (isMap(node) || isSeq(node) || isScalar(node)) {
      if (node.tag !== undefined) this.#found.add(offset, "TAG", `tags such as ${node.tag} are not read here`);
      if (node.anchor !== undefined) this.#found.add(offset, "ALIAS", "anchors are not read here: write it out");
    }
    if (isMap(node)) return this.#map(node.items);
    if (isSeq(node)) return node.items.map((item) => this.read(item));
    return isScalar(node) ? node.value : null;
  }

  #map(pairs: readonly Pair[]): object {
    const seen = new Map<string, unknown>();
    for (const { key, value } of pairs) {
      this.#keys += 1;
      if (this.#keys === MOST_KEYS + 1) {
        this.#found.add(startOf(key), "TOO_MANY_KEYS", `more than ${MOST_KEYS} keys: use JSON or NDJSON for so many`);
      }
      if (this.#keys > MOST_KEYS) break;
      const name = this.#key(key);
      if (name === undefined) continue;
      if (seen.has(name))
        this.#found.add(startOf(key), "KEY_TWICE", `the key ${JSON.stringify(name)} stands here twice`);
      seen.set(name, this.read(value));
    }
    return Object.fromEntries(seen);
  }

  #key(key: unknown): string | undefined {
    if (isScalar(key) && key.tag === undefined && key.anchor === undefined) {
      if (typeof key.value === "string") return key.value;
      this.#found.add(
        startOf(key),
        "QUOTE_NEEDED",
        `${String(key.source ?? key.value)} is no text here: quote it to make it a name`,
      );
    } else this.#found.add(startOf(key), "KEY_INVALID", "a key is plain text, without tags, anchors or aliases");
    return undefined;
  }
}

const startOf = (node: unknown): number => (node as Partial<Node> | null)?.range?.[0] ?? 0;

/** The offset of the key or item at a path, or of the nearest thing above it. */
function offsetOf(root: unknown, path: readonly (string | number)[]): number {
  let node = root;
  let offset = startOf(root);
  for (const step of path) {
    if (isMap(node)) {
      const pair = pairsOf(node).get(String(step));
      if (!pair) return offset;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node);
    } else return offset;
  }
  return offset;
}

/** The pairs of a mapping by their keys, gathered once: a bad file may have as many faults as lines. */
const PAIRS = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known =
    PAIRS.get(map) ?? new Map(map.items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : "", pair]));
  PAIRS.set(map, known);
  return known;
}
