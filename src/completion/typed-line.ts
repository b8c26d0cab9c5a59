/** A command line as it stands before the cursor, read the way a shell will read it, but never evaluated. */

export interface TypedLine {
  /** Variables that are set before the command, such as `RBAC_DB=team.db rbac …`. */
  readonly assignments: Readonly<Record<string, string>>;
  /** The whole words between `rbac` and the cursor, without their quotes. */
  readonly words: readonly string[];
  /** The word at the cursor. */
  readonly current: Word;
}

export interface Word {
  /** As it will be read. */
  readonly text: string;
  /** As it was typed. */
  readonly typed: string;
  /** The quote that is still open at its end; empty where none is. */
  readonly quote: "" | "'" | '"';
  /** What was typed of it before that quote. */
  readonly beforeQuote: string;
}

const NOTHING: Word = { text: "", typed: "", quote: "", beforeQuote: "" };

/** Reads up to the cursor; of several commands on the line the last counts. */
export function typedLine(line: string): TypedLine {
  const words = lastCommand(line);
  const current = words.pop() ?? NOTHING;
  const texts = words.map(({ text }) => text);
  const at = Math.max(
    texts.findIndex((text) => /(^|\/)rbac$/.test(text)),
    0,
  ); // None: an alias stands first.
  const assignments = texts.slice(0, at).map((text) => /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text));
  return {
    assignments: Object.fromEntries(assignments.flatMap((found) => (found ? [[found[1], found[2]]] : []))),
    words: texts.slice(at + 1),
    current,
  };
}

/** The words of the last command, the one at the cursor last; that is empty behind a blank. */
function lastCommand(line: string): Word[] {
  let words: Word[] = [];
  let word: Word | undefined;
  const add = (typed: string, text: string, quote = word?.quote ?? "") => {
    const before = word ?? NOTHING;
    const beforeQuote = quote === before.quote ? before.beforeQuote : before.typed;
    word = { typed: before.typed + typed, text: before.text + text, quote, beforeQuote };
  };
  for (const [piece] of line.matchAll(/\\[\s\S]?|[\s\S]/gu)) {
    const quote = word?.quote ?? "";
    const isEscape = piece.startsWith("\\");
    if (quote === "'") add(piece, piece.replace(/'$/, ""), piece.endsWith("'") ? "" : quote);
    else if (isEscape) add(piece, quote === '"' && !/[\\"$`]$/.test(piece.slice(1)) ? piece : piece.slice(1));
    else if (quote === '"') add(piece, piece === '"' ? "" : piece, piece === '"' ? "" : quote);
    else if (piece === '"' || piece === "'") add(piece, "", piece);
    else if (/[\s;|&()]/.test(piece)) {
      if (word) words.push(word);
      word = undefined;
      if (/[\n;|&()]/.test(piece)) words = [];
    } else add(piece, piece);
  }
  return [...words, word ?? NOTHING];
}
