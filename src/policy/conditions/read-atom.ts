/** Reads what stands between `&&`, `||`, `!` and parentheses: comparisons, `in`, functions, paths that must be true. */
import { quote } from "../model/names.ts";
import { blockOf } from "./addresses.ts";
import { type Bounded, bounded, checkNodes } from "./bounded.ts";
import {
  type AttributePath,
  type ComparisonOperator,
  isPath,
  isTime,
  type Literal,
  type Operand,
} from "./expression.ts";
import { Fault } from "./fault.ts";
import { ROOTS, type Root } from "./given.ts";
import { hoursOf, isKnownZone } from "./hours.ts";
import { instantOf } from "./instants.ts";
import type { Scanner, Token } from "./scanner.ts";

/** Each comparison, and the one that says the same with its sides changed. */
const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};
const WORDS = ["true", "false", "null", "in"];
const JOINING: Readonly<Record<string, string>> = { and: "&&", or: "||", not: "!", AND: "&&", OR: "||", NOT: "!" };

/** A path as it stands in a text. */
export interface PathPlace {
  readonly path: AttributePath;
  /** Offset in the text, in UTF-16 units from 0. */
  readonly at: number;
}

type Side = { readonly operand: Operand; readonly at: number };

export class AtomReader {
  /** The paths read so far, from left to right. */
  readonly paths: PathPlace[] = [];
  /** True where the last atom was written with an operator, which `x == true` is, too. */
  isComparison = false;
  readonly #scanner: Scanner;
  readonly #zonesAreKnown: boolean;

  constructor(scanner: Scanner, zonesAreKnown: boolean) {
    this.#scanner = scanner;
    this.#zonesAreKnown = zonesAreKnown;
  }

  /** Takes one atom. @throws Fault where none stands. */
  read(): Bounded {
    const first = this.#scanner.next;
    this.isComparison = false;
    const called = first.kind === "name" && !WORDS.includes(first.text) ? this.#callOrPath() : undefined;
    if (called && !("operand" in called)) return called;
    const side = called ?? { operand: { literal: this.#literal() }, at: first.at };
    const { kind, text } = this.#scanner.next;
    this.isComparison = isOperator(this.#scanner.next);
    if (kind === "name" && text === "in") return this.#membership(side);
    if (this.isComparison) return this.#comparison(side, text as ComparisonOperator);
    if (!isPath(side.operand)) throw new Fault("a value alone is no condition: compare a path with it", side.at);
    if (isTime(side.operand)) throw new Fault("context.time is a time: compare it with one, or use within", side.at);
    return bounded({ kind: "path", path: side.operand }, 1, 1, side.at);
  }

  #callOrPath(): Bounded | Side {
    const name = this.#scanner.take();
    if (this.#scanner.next.text === "(" && this.#scanner.next.kind === "mark") return this.#call(name);
    return { operand: this.#path(name), at: name.at };
  }

  #comparison(left: Side, operator: ComparisonOperator): Bounded {
    const at = this.#scanner.take().at;
    const right = this.#side();
    if (isOperator(this.#scanner.next)) {
      throw new Fault("comparisons cannot follow each other: join two of them by &&", this.#scanner.next.at);
    }
    if (isPath(left.operand)) return compared(left.operand, operator, right, left.at);
    if (isPath(right.operand)) return compared(right.operand, MIRRORED[operator], left, left.at);
    throw new Fault("a comparison has a path on one side at least", at);
  }

  /** A path or a value at the right of a comparison. */
  #side(): Side {
    const { kind, text, at } = this.#scanner.next;
    if (kind === "name" && !WORDS.includes(text)) return { operand: this.#path(this.#scanner.take()), at };
    return { operand: { literal: this.#literal() }, at };
  }

  #membership(item: Side): Bounded {
    this.#scanner.take();
    const { at, kind, text } = this.#scanner.next;
    if (!(kind === "mark" && text === "[")) {
      if (kind !== "name" || WORDS.includes(text)) throw new Fault("a list or a path stands behind in", at);
      const list = this.#path(this.#scanner.take());
      if (isTime(list)) throw new Fault("context.time is a time, and no list", at);
      return bounded({ kind: "in", item: item.operand, list }, 3, 2, item.at);
    }
    if (!isPath(item.operand)) throw new Fault("a path stands before in, or behind it", item.at);
    const list = this.#list(item.operand);
    return bounded({ kind: "in", item: item.operand, list }, 2 + list.length, 2, item.at);
  }

  #list(item: AttributePath): Literal[] {
    this.#scanner.take();
    const list: Literal[] = [];
    if (this.#scanner.takeIf("]")) return list;
    do {
      const { at } = this.#scanner.next;
      const literal = this.#literal();
      checkPair(item, literal, "==", at);
      list.push(literal);
      checkNodes(list.length, at);
    } while (this.#scanner.takeIf(","));
    this.#expect("]");
    return list;
  }

  /** A function, its name taken. */
  #call(name: Token): Bounded {
    this.#scanner.take();
    if (!["has", "cidr", "within"].includes(name.text)) {
      throw new Fault(`there is no function ${quote(name.text)}: there are has, cidr and within`, name.at);
    }
    const place = this.#scanner.next.at;
    const path = this.#path(this.#scanner.take());
    const read =
      name.text === "has" ? bounded({ kind: "has", path }, 2, 2, name.at) : this.#measured(name, path, place);
    this.#expect(")");
    return read;
  }

  /** `cidr` and `within`: a path and a text whose form is checked now. */
  #measured(name: Token, path: AttributePath, place: number): Bounded {
    this.#expect(",");
    const { kind, text, at } = this.#scanner.next;
    if (kind !== "string") throw new Fault(`${name.text} has a path, and a text between quotes behind it`, at);
    this.#scanner.take();
    if (name.text === "cidr")
      return bounded({ kind: "cidr", path, range: text, block: blockOf(text, at) }, 3, 2, name.at);
    if (!isTime(path)) throw new Fault("within is about context.time", place);
    const hours = hoursOf(text, at);
    if (this.#zonesAreKnown && !isKnownZone(hours.zone)) {
      throw new Fault(`there is no time zone ${quote(hours.zone)}: write one such as Europe/Berlin or UTC`, at);
    }
    return bounded({ kind: "within", text, hours }, 3, 2, name.at);
  }

  /** A path whose first name is taken. */
  #path(first: Token): AttributePath {
    const root = rootOf(first);
    const names: string[] = [];
    while (this.#scanner.takeIf(".")) {
      const name = this.#scanner.take();
      if (name.kind !== "name") throw new Fault("a name stands behind a dot: letters, digits and _", name.at);
      if (WORDS.includes(name.text)) throw new Fault(`"${name.text}" is a word of the language, and no name`, name.at);
      if (names.length === 3) throw new Fault("a path has at most three names behind its root", name.at);
      names.push(name.text);
    }
    if (names.length === 0) throw new Fault(`a name is missing behind "${root}", as in ${root}.name`, first.at);
    const { kind, text, at } = this.#scanner.next;
    if (kind === "mark" && (text === "(" || text === "[")) throw new Fault(`there is no "${text}" behind a path`, at);
    const path = { root, names };
    this.paths.push({ path, at: first.at });
    return path;
  }

  #literal(): Literal {
    const { kind, text, number, at } = this.#scanner.next;
    if (kind === "name" && (text === "true" || text === "false")) {
      this.#scanner.take();
      return text === "true";
    }
    if (kind === "name" && text === "null") throw new Fault("there is no null: ask has(path), or !has(path)", at);
    if (kind !== "string" && kind !== "number") throw unexpected(this.#scanner.next, "a path or a value is missing");
    this.#scanner.take();
    return kind === "string" ? text : number;
  }

  #expect(mark: string): void {
    if (!this.#scanner.takeIf(mark)) throw unexpected(this.#scanner.next, `"${mark}" is missing`);
  }
}

/** True for a comparison, and for `in`. */
export const isOperator = ({ kind, text }: Token): boolean =>
  kind === "mark" ? Object.hasOwn(MIRRORED, text) : kind === "name" && text === "in";

/** A fault at a token that does not belong there. */
export function unexpected({ kind, text, at }: Token, missing: string): Fault {
  if (kind === "end") return new Fault(`${missing} at the end`, at);
  return new Fault(
    kind === "name" && Object.hasOwn(JOINING, text) ? `write ${JOINING[text]} for "${text}"` : missing,
    at,
  );
}

function rootOf({ kind, text, at }: Token): Root {
  const root = kind === "name" ? ROOTS.find((one) => one === text) : undefined;
  if (root !== undefined) return root;
  if (kind !== "name") throw new Fault("a path is missing", at);
  if (Object.hasOwn(JOINING, text)) throw new Fault(`write ${JOINING[text]} for "${text}"`, at);
  throw new Fault(`there is no ${quote(text)}: a path begins with subject, resource, action or context`, at);
}

/** A comparison in its canonical form. @throws Fault where it can never be true or false. */
function compared(path: AttributePath, operator: ComparisonOperator, { operand, at }: Side, start: number): Bounded {
  if (!isPath(operand)) {
    checkPair(path, operand.literal, operator, at);
    if (operator === "==" && operand.literal === true) return bounded({ kind: "path", path }, 1, 1, start);
  }
  return bounded({ kind: "compare", operator, path, to: operand }, 3, 2, start);
}

/** A path and a value that may stand in one comparison. */
function checkPair(path: AttributePath, literal: Literal, operator: ComparisonOperator, at: number): void {
  if (typeof literal === "boolean" && operator !== "==" && operator !== "!=") {
    throw new Fault(`${operator} compares numbers or texts`, at);
  }
  if (isTime(path) && (typeof literal !== "string" || instantOf(literal) === undefined)) {
    throw new Fault("context.time is compared with a time such as 2027-01-31T09:00:00Z, with its zone", at);
  }
}
