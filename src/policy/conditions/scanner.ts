/** The text of a condition as tokens, each with its place. */
import { quote } from "../model/names.ts";
import { Fault } from "./fault.ts";
import { readNumber } from "./number-literal.ts";

export interface Token {
  readonly kind: "name" | "string" | "number" | "mark" | "end";
  /** As written; of a string what it means. */
  readonly text: string;
  /** What a number means; 0 for all else. */
  readonly number: number;
  /** Offset in the text, in UTF-16 units from 0. */
  readonly at: number;
}

/** Longest first, so that none is read as a shorter one. */
const MARKS = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!"];
/** Marks that nothing longer begins with. */
const SINGLE = "()[],.";
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  '"': '"',
  "'": "'",
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
};

/** Reads tokens from left to right, with one in sight. */
export class Scanner {
  readonly #text: string;
  #at = 0;
  #next: Token;

  constructor(text: string) {
    this.#text = text;
    this.#next = this.#read();
  }

  /** The token that is next. */
  get next(): Token {
    return this.#next;
  }

  /** Takes the token that is next. @throws Fault for text behind it that is no token. */
  take(): Token {
    const token = this.#next;
    this.#next = this.#read();
    return token;
  }

  /** Takes the mark that is next if it is this one. */
  takeIf(mark: string): boolean {
    const isNext = this.#next.kind === "mark" && this.#next.text === mark;
    if (isNext) this.take();
    return isNext;
  }

  #read(): Token {
    const text = this.#text;
    while (this.#at < text.length && " \t\r\n\f".includes(text.charAt(this.#at))) this.#at++;
    const at = this.#at;
    const first = text.charAt(at);
    if (first === "") return { kind: "end", text: "", number: 0, at };
    if (first === '"' || first === "'") return { kind: "string", text: this.#string(first), number: 0, at };
    if (SINGLE.includes(first)) return this.#took({ kind: "mark", text: first, number: 0, at }, first);
    const name = match(/[A-Za-z_][A-Za-z0-9_]*/y, text, at);
    if (name !== undefined) return this.#took({ kind: "name", text: name, number: 0, at }, name);
    const digits = match(/-?\d[\w.]*(?:(?<=[eE])[+-]\d[\w.]*)?/y, text, at);
    if (digits !== undefined) {
      return this.#took({ kind: "number", text: digits, number: readNumber(digits, at), at }, digits);
    }
    const mark = MARKS.find((one) => text.startsWith(one, at));
    if (mark === undefined) throw new Fault(strange(text, at), at);
    return this.#took({ kind: "mark", text: mark, number: 0, at }, mark);
  }

  #took(token: Token, written: string): Token {
    this.#at += written.length;
    return token;
  }

  /** What stands between two quotes, escapes read. The place is that of the first quote. */
  #string(quoted: string): string {
    const text = this.#text;
    const start = this.#at++;
    let value = "";
    for (;;) {
      const char = text.charAt(this.#at);
      if (char === "") throw new Fault(`the text that begins here has no ${quoted} at its end`, start);
      if (char < " ")
        throw new Fault('there is a control character within a text: write it as "\\n", "\\t" or "\\u001b"', this.#at);
      this.#at++;
      if (char === quoted) break;
      value += char === "\\" ? this.#escape() : char;
    }
    if (!isWellFormed(value)) throw new Fault("half a character (a lone surrogate) is no text", start);
    return value;
  }

  #escape(): string {
    const at = this.#at - 1;
    const letter = this.#text.charAt(this.#at++);
    if (letter === "u") {
      const hex = match(/[0-9A-Fa-f]{4}/y, this.#text, this.#at);
      if (hex === undefined) throw new Fault('"\\u" needs four hexadecimal digits', at);
      this.#at += 4;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const meant = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (meant === undefined) {
      throw new Fault(`there is no escape ${quote(`\\${letter}`)}: write \\\\ for a backslash, or \\uXXXX`, at);
    }
    return meant;
  }
}

/** What a pattern matches at a place, if it matches just there. */
function match(sticky: RegExp, text: string, at: number): string | undefined {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0];
}

const isWellFormed = (text: string): boolean => !/[\ud800-\udfff]/u.test(text);

/** Words for what begins no token, with what may have been meant. */
function strange(text: string, at: number): string {
  const char = String.fromCodePoint(text.codePointAt(at) as number);
  const meant: Readonly<Record<string, string>> = { "=": ": write ==", "&": ": write &&", "|": ": write ||" };
  return `there is no ${quote(char)} in conditions${meant[char] ?? ""}`;
}
