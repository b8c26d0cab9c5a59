/** Random conditions as people might write them, and random questions: small, and chosen to trip. */
import type { Chance } from "../store/random-databases.ts";
import type { PlainCondition, PlainPath, PlainQuestion, PlainSide, PlainValue } from "./plain.ts";

export interface Range {
  /** False leaves out what CEL would compare as text: times, and letters beyond the first 65,536. */
  readonly isWide: boolean;
}

const NARROW_TEXTS = [
  "",
  "a",
  "b",
  "A",
  "é",
  "e\u0301",
  "\u{1F600}",
  "alice",
  "posts:read",
  "true",
  "1",
  "q\"'\\\n",
  "toString",
];
const TIMES = [
  "2027-01-31T09:00:00Z",
  "2027-01-31T10:00:00.000+01:00",
  "2027-01-31T09:00:00.001Z",
  "2026-02-28T23:59:59Z",
];
const ADDRESSES = ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1", "192.168.0.1", "::1", "10.1.2", "::ffff:0a01:0203"];
const BLOCKS = ["10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0", "::/0", "10.1.2.3/32", "192.168.0.0/31"];
const NUMBERS = [0, 1, -1, 7, 1.5, -0.25, 1e21, 2 ** 53];

const texts = ({ isWide }: Range): readonly string[] => (isWide ? [...NARROW_TEXTS, "\uFFFD", ...TIMES] : NARROW_TEXTS);

/** Every attribute, and what it mostly is. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  "resource.a": "bool",
  "resource.b": "bool",
  "resource.n": "number",
  "resource.m": "number",
  "resource.s": "text",
  "resource.constructor": "text",
  "resource.tags": "list",
  "resource.owner.team": "text",
  "resource.owner.x.y": "bool",
  "subject.roles": "list",
  "subject.level": "number",
  "subject.user": "text",
  "subject.toString": "bool",
  "action.permission": "text",
  "action.kind": "text",
  "context.ip": "address",
  "context.__proto__": "bool",
  "context.time": "time",
};

function pathOf(chance: Chance, range: Range, kinds?: readonly string[]): PlainPath {
  const names = Object.keys(ATTRIBUTES).filter(
    (name) => (range.isWide || name !== "context.time") && (!kinds || kinds.includes(String(ATTRIBUTES[name]))),
  );
  return chance.pick(names).split(".");
}

const kindOf = (path: PlainPath): string => String(ATTRIBUTES[path.join(".")]);

/** A value of a kind; what cannot be written in a condition only where `isGiven`. */
function valueFor(chance: Chance, range: Range, kind: string): PlainValue {
  if (kind === "bool") return chance.below(2) === 1;
  if (kind === "number") return chance.pick(NUMBERS);
  if (kind === "address") return chance.pick(ADDRESSES);
  if (kind === "time") return chance.pick(TIMES);
  return chance.pick(texts(range));
}

const KINDS = ["bool", "number", "text"];

/** A value that may be compared with a path: mostly of its kind, never one that no time can be. */
function fitting(chance: Chance, range: Range, path: PlainPath): PlainValue {
  const kind = kindOf(path);
  return valueFor(chance, range, kind === "time" || chance.below(8) > 0 ? kind : chance.pick(KINDS));
}

const OPERATORS = ["==", "!=", "<", "<=", ">", ">="];

function atomOf(chance: Chance, range: Range): PlainCondition {
  switch (chance.below(9)) {
    case 0:
    case 1:
      return { is: pathOf(chance, range, chance.below(5) > 0 ? ["bool"] : [...KINDS, "list"]) };
    case 2:
      return { has: pathOf(chance, range) };
    case 3:
      return {
        address: pathOf(chance, range, chance.below(5) > 0 ? ["address"] : undefined),
        block: chance.pick(BLOCKS),
      };
    case 4: {
      const item = pathOf(chance, range, [...KINDS, "time"]);
      const values = Array.from({ length: chance.below(4) }, () => fitting(chance, range, item));
      return { item: { path: item }, list: { values } };
    }
    case 5: {
      const list = pathOf(chance, range, chance.below(6) > 0 ? ["list"] : KINDS);
      const value = valueFor(chance, range, chance.pick(KINDS));
      return { item: chance.below(2) === 0 ? { value } : { path: pathOf(chance, range) }, list: { path: list } };
    }
    default:
      return comparisonOf(chance, range);
  }
}

function comparisonOf(chance: Chance, range: Range): PlainCondition {
  const path = pathOf(chance, range);
  const kind = kindOf(path);
  const other: PlainSide =
    chance.below(4) === 0
      ? { path: pathOf(chance, range, kind === "time" ? ["time", "text"] : [kind]) }
      : { value: fitting(chance, range, path) };
  const isOfBool = "value" in other && typeof other.value === "boolean";
  const operator = chance.pick(isOfBool ? OPERATORS.slice(0, 2) : OPERATORS);
  return chance.below(2) === 0
    ? { left: { path }, operator, right: other }
    : { left: other, operator, right: { path } };
}

/** A condition of at most so many atoms, within the limits while these are at most six. */
export function conditionOf(chance: Chance, range: Range, atoms: number): PlainCondition {
  const plain = plainOf(chance, range, atoms);
  if (chance.below(5) > 0) return plain;
  return chance.below(4) === 0 ? { not: { not: plain } } : { not: plain };
}

function plainOf(chance: Chance, range: Range, atoms: number): PlainCondition {
  if (atoms === 1) return atomOf(chance, range);
  const count = 2 + chance.below(Math.min(3, atoms - 1));
  const all = Array.from({ length: count }, () => conditionOf(chance, range, Math.max(1, Math.floor(atoms / count))));
  return chance.below(2) === 0 ? { every: all } : { some: all };
}

/** A text of the condition: values on either side, spaces and parentheses as chance has them. */
export function textOf(condition: PlainCondition, chance: Chance): string {
  const space = () => chance.pick(["", "", " ", " ", "  ", "\n"]);
  const around = (text: string): string => (chance.below(12) === 0 ? `(${space()}${around(text)}${space()})` : text);
  const all = (conditions: readonly PlainCondition[], mark: string, isTight: boolean): string =>
    conditions
      .map((one) => (isTight && "some" in one ? `(${textOf(one, chance)})` : textOf(one, chance)))
      .join(`${space()}${mark}${space()}`);
  if ("not" in condition) {
    const of = condition.not;
    const isWhole = "not" in of || "has" in of || "address" in of;
    return around(`!${space()}${isWhole ? textOf(of, chance) : `(${textOf(of, chance)})`}`);
  }
  if ("every" in condition) return around(all(condition.every, "&&", true));
  if ("some" in condition) return around(all(condition.some, "||", false));
  if ("is" in condition) {
    const path = condition.is.join(".");
    return around(chance.pick([path, path, `${path}${space()}==${space()}true`, `true${space()}==${space()}${path}`]));
  }
  if ("has" in condition) return around(`has(${space()}${condition.has.join(".")}${space()})`);
  if ("address" in condition) {
    return around(`cidr(${condition.address.join(".")}${space()},${space()}${quoted(condition.block, chance)})`);
  }
  const side = (one: PlainSide) => ("path" in one ? one.path.join(".") : literal(one.value, chance));
  if ("item" in condition) {
    const { item, list } = condition;
    const values =
      "path" in list ? list.path.join(".") : `[${list.values.map((one) => literal(one, chance)).join(`,${space()}`)}]`;
    return around(`${side(item)} in ${values}`);
  }
  return around(`${side(condition.left)}${space()}${condition.operator}${space()}${side(condition.right)}`);
}

const literal = (value: PlainValue, chance: Chance): string =>
  typeof value === "string" ? quoted(value, chance) : String(value);

/** In either kind of quotes. */
function quoted(text: string, chance: Chance): string {
  const json = JSON.stringify(text);
  return chance.below(2) === 0 ? json : `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** What is given of all attributes: most of them, mostly of their kind. */
export function questionOf(chance: Chance, range: Range): PlainQuestion {
  const given: Record<string, Record<string, unknown>> = {};
  for (const root of ["subject", "resource", "action", "context"]) if (chance.below(10) > 0) given[root] = {};
  for (const [name, kind] of Object.entries(ATTRIBUTES)) {
    const [root = "", ...names] = name.split(".");
    const isReserved = name === "subject.user" || name === "action.permission";
    if (isReserved || !given[root] || chance.below(8) === 0) continue;
    if (names[0] === "owner" && chance.below(8) === 0) given[root] = { ...given[root], owner: "nobody" };
    else put(given[root], names, givenOf(chance, range, kind));
  }
  return {
    given,
    user: chance.pick(["alice", "alice", "a", null, undefined]),
    permission: chance.pick(["posts:read", "a"]),
    at: chance.pick([TIMES[0], TIMES[2], undefined]),
    declared: chance.below(4) === 0 ? { a: "bool", s: ["a", "b"], n: "number", tags: "list", owner: "string" } : {},
    isList: chance.below(4) === 0,
  };
}

function put(object: Record<string, unknown>, [name = "", ...more]: readonly string[], value: unknown): void {
  // As JSON does it: a key `__proto__` is one like any other.
  const set = (held: unknown) =>
    Object.defineProperty(object, name, { value: held, enumerable: true, writable: true, configurable: true });
  if (more.length === 0) set(value);
  else {
    if (typeof object[name] !== "object" || !Object.hasOwn(object, name)) set({});
    put(object[name] as Record<string, unknown>, more, value);
  }
}

function givenOf(chance: Chance, range: Range, kind: string): unknown {
  if (chance.below(20) === 0) return null;
  const kinds = [...KINDS, "list", "address"];
  const shown = chance.below(8) === 0 ? chance.pick(kinds) : kind;
  if (shown !== "list") return valueFor(chance, range, shown);
  return Array.from({ length: chance.below(4) }, () =>
    valueFor(chance, range, chance.pick(["text", "text", "text", "number"])),
  );
}
