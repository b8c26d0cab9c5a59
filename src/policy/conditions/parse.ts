/**
 * Reads a condition (rule 33). `&&`, `||`, `!` and parentheses wait in a list of their own rather than on the stack of
 * the machine, so that no text can overflow it.
 */
import { quote } from "../model/names.ts";
import { type Bounded, checkDepth, checkNodes, combined, negated } from "./bounded.ts";
import type { Expression } from "./expression.ts";
import { Fault } from "./fault.ts";
import { conditionText } from "./print.ts";
import { AtomReader, isOperator, type PathPlace, unexpected } from "./read-atom.ts";
import { Scanner, type Token } from "./scanner.ts";

export interface Reading {
  readonly condition: Expression;
  /** Its paths from left to right, each as often as it stands there. */
  readonly paths: readonly PathPlace[];
}

type Mark = "(" | "!" | "&&" | "||";

const GIVEN_LENGTH = 4000;
const CANONICAL_LENGTH = 1000;
const STRENGTH: Readonly<Record<Mark, number>> = { "(": 0, "||": 1, "&&": 2, "!": 3 };

/**
 * Reads a text as a condition, within its limits.
 * @param zonesAreKnown whether zones of hours must be known here; they need not be in text that was written elsewhere
 * @throws Fault for any other text.
 */
export function readLimited(text: string, zonesAreKnown: boolean): Reading {
  if (isLonger(text, GIVEN_LENGTH)) throw new Fault("a condition has at most 4,000 characters");
  const scanner = new Scanner(text);
  const atoms = new AtomReader(scanner, zonesAreKnown);
  const condition = new Reader(scanner, atoms).read();
  if (isLonger(conditionText(condition), CANONICAL_LENGTH)) {
    throw new Fault("a condition has at most 1,000 characters in its canonical form");
  }
  return { condition, paths: atoms.paths };
}

/** True for more than `limit` code points. */
const isLonger = (text: string, limit: number): boolean =>
  text.length > 2 * limit || (text.length > limit && [...text].length > limit);

class Reader {
  readonly #scanner: Scanner;
  readonly #atoms: AtomReader;
  readonly #read: Bounded[] = [];
  readonly #waiting: { readonly mark: Mark; readonly at: number }[] = [];

  /** The nodes of all operands. */
  #nodes = 0;
  /** How many `!` wait: each is a level of the tree. */
  #negations = 0;

  constructor(scanner: Scanner, atoms: AtomReader) {
    this.#scanner = scanner;
    this.#atoms = atoms;
  }

  read(): Expression {
    do {
      this.#operand();
      while (this.#scanner.next.text === ")" && this.#scanner.next.kind === "mark") this.#close();
    } while (this.#join());
    const { next } = this.#scanner;
    if (next.kind !== "end") throw afterOperand(next);
    this.#reduce(1);
    const open = this.#waiting.at(-1);
    if (open) throw new Fault("this ( is never closed", open.at);
    return (this.#read[0] as Bounded).node;
  }

  /** Takes what stands before an operand, and the operand. */
  #operand(): void {
    for (;;) {
      const { next } = this.#scanner;
      if (next.kind !== "mark" || (next.text !== "(" && next.text !== "!")) break;
      this.#waiting.push({ mark: next.text, at: this.#scanner.take().at });
      if (next.text === "!") checkDepth(++this.#negations, next.at);
    }
    const atom = this.#atoms.read();
    if (this.#waiting.at(-1)?.mark === "!" && this.#atoms.isComparison) {
      throw new Fault("! stands for less than the comparison: write !(…)", atom.at);
    }
    this.#push(atom);
  }

  /** Keeps an operand, with the `!` before it. */
  #push(operand: Bounded): void {
    this.#nodes += operand.nodes;
    checkNodes(this.#nodes, operand.at);
    this.#read.push(operand);
    this.#reduce(STRENGTH["!"]);
  }

  #close(): void {
    const { at } = this.#scanner.take();
    this.#reduce(STRENGTH["||"]);
    if (this.#waiting.pop() === undefined) throw new Fault("there is no ( for this )", at);
    this.#reduce(STRENGTH["!"]);
  }

  /** Takes `&&` or `||`; false where another token stands. */
  #join(): boolean {
    const { kind, text } = this.#scanner.next;
    if (kind !== "mark" || (text !== "&&" && text !== "||")) return false;
    this.#reduce(STRENGTH[text]);
    this.#waiting.push({ mark: text, at: this.#scanner.take().at });
    return true;
  }

  /** Puts together what waits and binds as strongly as this, or more. */
  #reduce(strength: number): void {
    for (;;) {
      const waiting = this.#waiting.at(-1);
      if (waiting === undefined || STRENGTH[waiting.mark] < strength) return;
      this.#waiting.pop();
      const right = this.#read.pop() as Bounded;
      if (waiting.mark === "!") {
        this.#negations--;
        this.#read.push(negated(right, waiting.at));
      } else this.#read.push(combined(waiting.mark === "&&" ? "and" : "or", this.#read.pop() as Bounded, right));
    }
  }
}

/** What does not belong behind a whole operand. */
function afterOperand(next: Token): Fault {
  if (isOperator(next)) return new Fault("a comparison has a path or a value on each side, without ( )", next.at);
  return unexpected(next, `&& or || is missing before ${quote(next.text)}`);
}
