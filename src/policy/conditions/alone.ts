/** Whether one condition can hold where another does not: a wider condition is told as a gain, and as no loss. */
import { conditionText, type Truth } from "./condition.ts";
import { atomsIn, type Expression } from "./expression.ts";

/** When something is allowed: where `when` is true (`null` is always), and each of `unless` false (rule 34). */
export interface Allowance {
  readonly when: Expression | null;
  readonly unless: readonly Expression[];
}

/** With more atoms, every case would take too long: there are three for each. */
const MOST_ATOMS = 6;

/**
 * False where `one` never holds without `other`, whatever their atoms are. Atoms are taken to be independent of each
 * other, and of many no cases are tried: then the answer is true, though it may never happen.
 */
export function mayHoldAlone(one: Allowance, other: Allowance): boolean {
  const [ours, theirs] = [partsOf(one), partsOf(other)];
  // Each atom is put into words once, and not for each case.
  const texts = new Map(
    [...ours, ...theirs].flatMap(({ of }) =>
      [...atomsIn(of)].map((atom): [Expression, string] => [atom, conditionText(atom)]),
    ),
  );
  const atoms = [...new Set(texts.values())];
  if (atoms.length > MOST_ATOMS) return true;
  const truths = new Map<string, Truth>();
  const truthOfAtom = (atom: Expression): Truth => truths.get(texts.get(atom) as string);
  const holds = (parts: readonly Part[]) => parts.every(({ of, must }) => truthIn(of, truthOfAtom) === must);
  const tryFrom = (place: number): boolean => {
    const atom = atoms[place];
    if (atom === undefined) return holds(ours) && !holds(theirs);
    return [true, false, undefined].some((truth) => {
      truths.set(atom, truth);
      return tryFrom(place + 1);
    });
  };
  return tryFrom(0);
}

interface Part {
  readonly of: Expression;
  readonly must: boolean;
}

const partsOf = ({ when, unless }: Allowance): Part[] => [
  ...(when === null ? [] : [{ of: when, must: true }]),
  ...unless.map((of) => ({ of, must: false })),
];

/** The truth of a condition by those of its atoms (Kleene's tables). */
function truthIn(expression: Expression, truthOfAtom: (atom: Expression) => Truth): Truth {
  if (expression.kind === "not") {
    const truth = truthIn(expression.of, truthOfAtom);
    return truth === undefined ? undefined : !truth;
  }
  if (expression.kind !== "and" && expression.kind !== "or") return truthOfAtom(expression);
  const deciding = expression.kind === "or";
  const found = expression.all.map((part) => truthIn(part, truthOfAtom));
  if (found.includes(deciding)) return deciding;
  return found.includes(undefined) ? undefined : !deciding;
}
