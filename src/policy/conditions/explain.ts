/** A condition taken apart for whoever asks why: each question that it puts, with what is known and what it makes. */
import { type Truth, truthOf } from "./evaluate.ts";
import { type Atom, type AttributePath, atomsIn, type Expression, isPath, type Operand } from "./expression.ts";
import type { Facts } from "./given.ts";
import { conditionText, dottedPath } from "./print.ts";
import { type Comparable, valueAt } from "./values.ts";

/** A part of a condition that joins no others: a comparison, a path, a function. */
export interface JudgedAtom {
  /** The canonical text: `resource.published`. */
  readonly text: string;
  /** `null` where it is unknown. */
  readonly holds: boolean | null;
  /** What each path leads to, by its text; `null` where nothing is there. */
  readonly values: Readonly<Record<string, Comparable | null>>;
}

/** The atoms of a condition, each once, in the order in which they are written. */
export function atomsOf(condition: Expression, facts: Facts): JudgedAtom[] {
  const found = new Map<string, JudgedAtom>();
  for (const atom of atomsIn(condition)) {
    const text = conditionText(atom);
    const truth: Truth = truthOf(atom, facts);
    found.set(text, { text, holds: truth ?? null, values: valuesOf(pathsOf(atom), facts) });
  }
  return [...found.values()];
}

function pathsOf(atom: Atom): AttributePath[] {
  const pathsIn = (...operands: readonly Operand[]) => operands.filter(isPath);
  switch (atom.kind) {
    case "compare":
      return pathsIn(atom.path, atom.to);
    case "in":
      return [...pathsIn(atom.item), ...("root" in atom.list ? [atom.list] : [])];
    case "within":
      return [{ root: "context", names: ["time"] }];
    default:
      return [atom.path];
  }
}

const valuesOf = (paths: readonly AttributePath[], facts: Facts): JudgedAtom["values"] =>
  Object.fromEntries(paths.map((path) => [dottedPath(path), valueAt(path, facts)]));
