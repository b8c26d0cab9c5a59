/** Reads YAML as people write it, within limits that are checked before and during parsing. */
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
  type Scalar,
  type YAMLMap,
} from "yaml";
import { type CodeOf, type Problem, wrong } from "../errors.ts";
import { DEEPEST, type FileInput, MOST_KEYS, type Position } from "./file-input.ts";

/** Columns before the first word of a line. Each level of nesting needs at least one, so this bounds the nesting. */
const WIDEST_INDENT = 256;

/** Reads one YAML document. @throws RbacError (exit 2) with all problems and their positions. */
export function readYaml(name: string, text: string): FileInput {
  const lines = new LineCounter();
  const problems = new ProblemList(name, (offset) => positionOf(lines, offset));
  scan(name, text);
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false, schema: "core" });
  for (const { pos, message } of [...document.errors, ...document.warnings])
    problems.add(pos[0], "SYNTAX_INVALID", firstLine(message));
  problems.throwIfAny();
  const value = new Reader(problems).read(document.contents);
  problems.throwIfAny();
  return {
    name,
    form: "nested",
    value,
    locate: (path, at) => positionOf(lines, offsetOf(document.contents, path, text, at)),
    closed: /(^|\n)\.\.\.\s*$/.test(text),
  };
}

function positionOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** The first line of a parser message. The rest is advice to programmers, useless to the author of the file. */
function firstLine(message: string): string {
  if (message.startsWith("Source contains multiple documents")) return "one file holds one document";
  if (message === "Alias cannot be an empty string") return 'a * by itself is no text in YAML: write it in quotes, "*"';
  return message.split("\n")[0] ?? "";
}

/** Collects all problems of a file, so that they are reported at once. */
class ProblemList {
  readonly #problems: Problem[] = [];
  readonly #name: string;
  readonly #position: (offset: number) => Position;

  constructor(name: string, position: (offset: number) => Position) {
    this.#name = name;
    this.#position = position;
  }

  add(offset: number, code: CodeOf<"wrong">, message: string): void {
    this.#problems.push({ file: this.#name, ...this.#position(offset), code, message });
  }

  throwIfAny(): void {
    const [first] = this.#problems;
    if (!first) return;
    const others = this.#problems.length > 1 ? ` (and ${this.#problems.length - 1} more)` : "";
    throw wrong("DOCUMENT_INVALID", `${first.file}:${first.line}:${first.column}: ${first.message}${others}`, {
      problems: this.#problems,
    });
  }
}

/** Limits nesting and refuses directives before parsing: the parser has no limit of its own but a stack overflow. */
function scan(name: string, text: string): void {
  const refuse = (line: number, code: CodeOf<"wrong">, message: string) => {
    throw wrong(code, `${name}:${line}:1: ${message}`, { problems: [{ file: name, line, column: 1, code, message }] });
  };
  text.split("\n").forEach((line, index) => {
    if (line.startsWith("%")) refuse(index + 1, "DIRECTIVE", "directives such as %YAML are not read here");
    const indent = /^[\s?:-]*/.exec(line)?.[0].length ?? 0;
    if (indent > WIDEST_INDENT) refuse(index + 1, "TOO_DEEP", `indented more than ${WIDEST_INDENT} columns`);
  });
  let [depth, line, isScalarText] = [0, 1, false];
  for (const token of new Lexer().lex(text)) {
    if (isScalarText)
      isScalarText = false; // The text of a plain or block scalar may look like brackets.
    else if (token === SCALAR_MARK) isScalarText = true;
    else if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) refuse(line, "TOO_DEEP", `nested more than ${DEEPEST} deep`);
    if (token.includes("\n")) line += token.split("\n").length - 1;
  }
}

/** The token that the lexer of `yaml` puts before the text of a scalar. */
const SCALAR_MARK = "\x1f";

/** Converts nodes to plain values. Refuses aliases, tags, duplicate keys and keys that are not text. */
class Reader {
  #keys = 0;
  readonly #problems: ProblemList;

  constructor(problems: ProblemList) {
    this.#problems = problems;
  }

  read(node: unknown): unknown {
    const offset = startOf(node);
    if (isAlias(node)) {
      this.#problems.add(offset, "ALIAS", "aliases are not read here: write it out, and a * in quotes");
      return null;
    }
    if (isMap(node) || isSeq(node) || isScalar(node)) {
      if (node.tag !== undefined) this.#problems.add(offset, "TAG", `tags such as ${node.tag} are not read here`);
      if (node.anchor !== undefined) this.#problems.add(offset, "ALIAS", "anchors are not read here: write it out");
    }
    if (isMap(node)) return this.#map(node.items);
    if (isSeq(node)) return node.items.map((item) => this.read(item));
    return isScalar(node) ? node.value : null;
  }

  #map(pairs: readonly Pair[]): object {
    const entries = new Map<string, unknown>();
    for (const { key, value } of pairs) {
      this.#keys += 1;
      if (this.#keys === MOST_KEYS + 1) {
        this.#problems.add(
          startOf(key),
          "TOO_MANY_KEYS",
          `more than ${MOST_KEYS} keys: use JSON or NDJSON for so many`,
        );
      }
      if (this.#keys > MOST_KEYS) break;
      const name = this.#key(key);
      if (name === undefined) continue;
      if (entries.has(name))
        this.#problems.add(startOf(key), "KEY_TWICE", `the key ${JSON.stringify(name)} stands here twice`);
      entries.set(name, this.read(value));
    }
    return Object.fromEntries(entries);
  }

  #key(key: unknown): string | undefined {
    if (isScalar(key) && key.tag === undefined && key.anchor === undefined) {
      if (typeof key.value === "string") return key.value;
      this.#problems.add(
        startOf(key),
        "QUOTE_NEEDED",
        `${String(key.source ?? key.value)} is no text here: quote it to make it a name`,
      );
    } else this.#problems.add(startOf(key), "KEY_INVALID", "a key is plain text, without tags, anchors or aliases");
    return undefined;
  }
}

const startOf = (node: unknown): number => (node as Partial<Node> | null)?.range?.[0] ?? 0;

/**
 * The offset of the key or list item at a path, or of its nearest ancestor that exists.
 * @param at a character of the text there, for the offset of that
 */
function offsetOf(root: unknown, path: readonly (string | number)[], text: string, at: number | undefined): number {
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
  return at === undefined || !isScalar(node) ? offset : startOf(node) + offsetInScalar(node, text, at);
}

/** How far into a scalar a character of its value stands; 0 where it is not written as it is read, up to there. */
function offsetInScalar({ value, range }: Scalar, text: string, at: number): number {
  const written = text.slice(...(range ?? [0, 0]));
  const quotes = /^["']/.test(written) ? 1 : 0;
  const isSame = written.slice(quotes, quotes + at) === String(value).slice(0, at);
  return isSame && /^[^\n]*$/.test(written) ? quotes + at : 0;
}

/** The pairs of a mapping by key, cached per mapping: a bad file may have as many problems as lines. */
const PAIRS_OF_MAPS = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const pairs =
    PAIRS_OF_MAPS.get(map) ??
    new Map(map.items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : "", pair]));
  PAIRS_OF_MAPS.set(map, pairs);
  return pairs;
}
