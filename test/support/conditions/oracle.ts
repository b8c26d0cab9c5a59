/**
 * A naive second evaluator of conditions, by rule 34: truth is 1, falsehood 0, what is not known a half; "and" is the
 * least, "or" the most, "not" the rest to 1. It shares no code with src.
 */
import { BlockList, isIP } from "node:net";
import type { PlainCondition, PlainPath, PlainQuestion, PlainSide } from "./plain.ts";

const UNKNOWN = 0.5;
const number = (value: boolean): number => (value ? 1 : 0);

export function degree(condition: PlainCondition, question: PlainQuestion): number {
  const of = (one: PlainCondition) => degree(one, question);
  if ("not" in condition) return 1 - of(condition.not);
  if ("every" in condition) return Math.min(1, ...condition.every.map(of));
  if ("some" in condition) return Math.max(0, ...condition.some.map(of));
  if ("is" in condition) return same(known(condition.is, question), true);
  if ("has" in condition) return presence(condition.has, question);
  if ("address" in condition) return isInBlock(known(condition.address, question), condition.block);
  if ("item" in condition) {
    const { item, list } = condition;
    const values = "path" in list ? known(list.path, question) : list.values;
    if (!Array.isArray(values)) return UNKNOWN;
    return Math.max(0, ...values.map((value) => sameMoment(isTime(item), sideOf(item, question), value)));
  }
  const { left, operator, right } = condition;
  return compared(operator, isTime(left) || isTime(right), sideOf(left, question), sideOf(right, question));
}

const isTime = (side: PlainSide): boolean => "path" in side && side.path.join(".") === "context.time";

const sideOf = (side: PlainSide, question: PlainQuestion): unknown =>
  "path" in side ? known(side.path, question) : side.value;

/** What stands at the end of a path, without a thought to its type. */
function found(path: PlainPath, { given, user, permission, at }: PlainQuestion): unknown {
  const name = path.join(".");
  if (/^(subject\.user|action\.permission)\./.test(name)) return undefined;
  if (name === "subject.user") return user ?? undefined;
  if (name === "action.permission") return permission;
  let value: unknown = new Map(Object.entries(given));
  for (const part of path) {
    value = value instanceof Map ? value.get(part) : undefined;
    if (value !== null && typeof value === "object" && !Array.isArray(value)) value = new Map(Object.entries(value));
  }
  return value ?? (name === "context.time" ? at : undefined);
}

/** The same where it fits what is declared. */
function known(path: PlainPath, question: PlainQuestion): unknown {
  const value = found(path, question);
  const [root, ...names] = path;
  if (value === undefined || root !== "resource") return value;
  const { declared } = question;
  if (names.length > 1 && Object.hasOwn(declared, String(names[0]))) return undefined;
  const declaration = Object.hasOwn(declared, names.join(".")) ? declared[names.join(".")] : undefined;
  if (declaration === undefined) return value;
  const fits =
    typeof declaration !== "string"
      ? declaration.some((one) => one === value)
      : declaration === "list"
        ? Array.isArray(value) && value.every((one) => typeof one === "string")
        : typeof value === { bool: "boolean", number: "number", string: "string" }[declaration];
  return fits ? value : undefined;
}

function presence(path: PlainPath, question: PlainQuestion): number {
  if (found(path, question) !== undefined) return 1;
  if (path[0] === "subject" && path[1] === "user" && question.user === null) return 0;
  if (question.isList) return UNKNOWN;
  return (question.given[String(path[0])] ?? null) === null ? UNKNOWN : 0;
}

const same = (left: unknown, right: unknown): number => compared("==", false, left, right);

const sameMoment = (asTimes: boolean, left: unknown, right: unknown): number => compared("==", asTimes, left, right);

function compared(operator: string, asTimes: boolean, left: unknown, right: unknown): number {
  if (operator === "!=") return 1 - compared("==", asTimes, left, right);
  if (operator === ">") return compared("<", asTimes, right, left);
  if (operator === ">=") return 1 - compared("<", asTimes, left, right);
  if (operator === "<=") return 1 - compared("<", asTimes, right, left);
  const types = [typeof left, typeof right].join();
  if (types === "boolean,boolean") return operator === "==" ? number(left === right) : UNKNOWN;
  if (types === "number,number") return number(operator === "==" ? left === right : Number(left) < Number(right));
  if (types !== "string,string") return UNKNOWN;
  if (asTimes) {
    const [a, b] = [left, right].map((one) =>
      /T.*(Z|[+-]\d\d:\d\d)$/.test(String(one)) ? Date.parse(String(one)) : NaN,
    );
    return Number.isNaN(a) || Number.isNaN(b) ? UNKNOWN : number(operator === "==" ? a === b : Number(a) < Number(b));
  }
  return operator === "=="
    ? number(left === right)
    : number(Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right))) < 0);
}

/** As Node's own list of blocks has it, in which mapped addresses are IPv4 once they are written so. */
export function isInBlock(value: unknown, block: string): number {
  if (typeof value !== "string" || isIP(value) === 0 || value.includes("%")) return UNKNOWN;
  const [address = "", bits] = block.split("/");
  const list = new BlockList();
  list.addSubnet(address, Number(bits), isIP(address) === 4 ? "ipv4" : "ipv6");
  const plain = unmapped(value);
  return number(isIP(plain) === isIP(address) && list.check(plain, isIP(plain) === 4 ? "ipv4" : "ipv6"));
}

/** `::ffff:10.0.0.1` as `10.0.0.1`, by what a URL makes of it. */
function unmapped(address: string): string {
  if (isIP(address) !== 6) return address;
  const [, high, low] = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(new URL(`http://[${address}]`).hostname) ?? [];
  if (high === undefined) return address;
  return [high, low]
    .flatMap((word) => [Number.parseInt(String(word), 16) >> 8, Number.parseInt(String(word), 16) & 255])
    .join(".");
}
