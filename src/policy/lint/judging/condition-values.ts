/** Whether a condition can be true, and false: tried with every value that could make a difference. */
import { conditionText, type Truth, truthOf } from "../../conditions/condition.ts";
import {
  type Atom,
  type AttributePath,
  atomsIn,
  type Expression,
  isPath,
  isTime,
  type Literal,
} from "../../conditions/expression.ts";
import type { Attributes, Declaration, Facts } from "../../conditions/given.ts";
import { dottedPath } from "../../conditions/print.ts";
import { byBytes } from "../../model/byte-order.ts";

/** What a condition is asked about: a permission, and what is declared of its resource. */
export interface AskedAbout {
  readonly permissions: readonly string[];
  readonly declared: ReadonlyMap<string, Declaration>;
}

export interface Truths {
  readonly canBeTrue: boolean;
  readonly canBeFalse: boolean;
}

/** More cases take too long, and are not tried: then a condition counts as one that can be either. */
const MOST_CASES = 2_000;
const EITHER: Truths = { canBeTrue: true, canBeFalse: true };

/** The truths that a condition can have. What is not certain counts as possible. */
export function truthsOf(condition: Expression, asked: AskedAbout): Truths {
  const judged = withoutOpaque(condition);
  const places = placesOf(judged, asked);
  if (places === undefined) return EITHER;
  if (places.reduce((cases, { values }) => cases * values.length, 1) > MOST_CASES) return EITHER;
  const truths = new Set<Truth>();
  for (const facts of casesOf(places, asked)) {
    truths.add(truthOf(judged, facts));
    if (truths.has(true) && truths.has(false)) break;
  }
  return { canBeTrue: truths.has(true), canBeFalse: truths.has(false) };
}

/** An attribute, and the values that make a difference to the condition. */
interface Place {
  readonly path: AttributePath;
  readonly values: readonly unknown[];
}

/** Each atom that no single value decides is an attribute of its own, that may be anything. */
function withoutOpaque(expression: Expression): Expression {
  if (expression.kind === "not") return { kind: "not", of: withoutOpaque(expression.of) };
  if ("all" in expression) return { kind: expression.kind, all: expression.all.map(withoutOpaque) };
  if (literalsIn(expression) !== undefined) return expression;
  return { kind: "path", path: { root: "context", names: [conditionText(expression)] } };
}

/** The path that an atom asks for, and what it is compared with; `undefined` for an atom that asks for more. */
function literalsIn(atom: Atom): { readonly path: AttributePath; readonly literals: readonly Literal[] } | undefined {
  switch (atom.kind) {
    case "path":
      return { path: atom.path, literals: [true] };
    case "has":
      return { path: atom.path, literals: [] };
    case "compare":
      return isPath(atom.to) ? undefined : { path: atom.path, literals: [atom.to.literal] };
    case "in":
      if (!isPath(atom.item) || "root" in atom.list) return undefined;
      return { path: atom.item, literals: atom.list };
    default:
      return undefined;
  }
}

/** The attributes of a condition; `undefined` where one lies within another. */
function placesOf(condition: Expression, { permissions, declared }: AskedAbout): Place[] | undefined {
  const found = new Map<string, { path: AttributePath; literals: Literal[] }>();
  for (const atom of atomsIn(condition)) {
    const asked = literalsIn(atom);
    if (asked === undefined) continue;
    const known = found.get(dottedPath(asked.path)) ?? { path: asked.path, literals: [] };
    for (const literal of asked.literals) known.literals.push(literal);
    found.set(dottedPath(asked.path), known);
  }
  const names = [...found.keys()];
  if (names.some((name) => names.some((other) => other.startsWith(`${name}.`)))) return undefined;
  return [...found].map(([name, { path, literals }]) => {
    if (name === "action.permission") return { path, values: permissions };
    const declaration = path.root === "resource" ? declared.get(path.names.join(".")) : undefined;
    const values = [...valuesAround(literals, isTime(path)), ...(declaration?.values ?? [])];
    return { path, values: [...new Set<unknown>([undefined, ...values, THERE])] };
  });
}

/** A value that is there, and that nothing is true or false of. */
const THERE: readonly never[] = [];

/** Values that are equal to, below, between and above some literals. */
function valuesAround(literals: readonly Literal[], areTimes: boolean): unknown[] {
  const values: unknown[] = literals.some((literal) => typeof literal === "boolean") ? [true, false] : [];
  const numbers = literals.filter((literal) => typeof literal === "number").sort((a, b) => a - b);
  for (const [at, number] of numbers.entries()) values.push(number, (number + (numbers[at + 1] ?? number + 2)) / 2);
  if (numbers[0] !== undefined) values.push(numbers[0] - 1);
  const texts = literals.filter((literal) => typeof literal === "string").sort(byBytes);
  if (areTimes) {
    const times = texts.map((text) => Date.parse(text));
    const around = times.flatMap((time) => [time - 1, time, time + 1]);
    return [...values, ...around.map((time) => new Date(time).toISOString())];
  }
  return texts.length === 0 ? values : [...values, "", ...texts.flatMap((text) => [text, `${text}\0`])];
}

/** Every choice of a value for each attribute, as what comes with a question. */
function* casesOf(places: readonly Place[], { permissions, declared }: AskedAbout): Iterable<Facts> {
  const chosen: unknown[] = [];
  const facts = (): Facts => {
    const given = { subject: branch(), resource: branch(), action: branch(), context: branch() };
    let [user, permission]: [unknown, unknown] = [null, permissions[0]];
    for (const [at, { path }] of places.entries()) {
      const name = dottedPath(path);
      if (name === "subject.user") user = typeof chosen[at] === "string" ? chosen[at] : null;
      else if (name === "action.permission") permission = chosen[at];
      else if (chosen[at] !== undefined) put(given[path.root], path.names, chosen[at]);
    }
    return {
      given,
      user: user as string | null,
      permission: String(permission),
      at: undefined,
      declared,
      isList: false,
    };
  };
  function* from(place: number): Iterable<Facts> {
    const next = places[place];
    if (next === undefined) yield facts();
    else
      for (const value of next.values) {
        chosen[place] = value;
        yield* from(place + 1);
      }
  }
  yield* from(0);
}

interface Branch {
  [name: string]: unknown;
}

/** Without a prototype, since attributes may be called as what every other object has, such as `constructor`. */
const branch = (): Branch & Attributes => Object.create(null);

function put(attributes: Branch, names: readonly string[], value: unknown): void {
  const [name = "", ...rest] = names;
  if (rest.length === 0) attributes[name] = value;
  else {
    attributes[name] ??= branch();
    put(attributes[name] as Branch, rest, value);
  }
}
