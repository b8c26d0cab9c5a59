/** How parts are written: read from texts, and written as texts that are read as the same part. */
import { didYouMean, wrong } from "../../errors.ts";
import { by } from "../model/byte-order.ts";
import { nearest } from "../model/name-suggestions.ts";
import { parseName, quote } from "../model/names.ts";
import { parseScope } from "../model/scopes.ts";
import { PART_KEYS, type Part, type PartKey, type PartValue } from "./part.ts";

/** @throws RbacError `KEY_UNKNOWN` (exit 2) with the key that was meant. */
export function parsePartKey(text: string): PartKey {
  const key = PART_KEYS.find((known) => known === text);
  if (key) return key;
  const suggestions = nearest(text, PART_KEYS);
  const known = suggestions.length > 0 ? didYouMean(suggestions) : `: the keys are ${PART_KEYS.join(", ")}`;
  throw wrong("KEY_UNKNOWN", `a part has no key ${quote(text)}${known}`, { suggestions });
}

/**
 * Reads a value of a key. Of names a `*` at the end stands for any rest; `\*` is the sign itself, wherever it stands.
 * @throws RbacError `VALUE_EMPTY`, `NAME_INVALID` or `SCOPE_INVALID` (exit 2).
 */
export function parsePartValue(key: PartKey, text: string): PartValue {
  if (text === "") throw wrong("VALUE_EMPTY", `${key} names nothing: leave the key out, or name something`);
  if (key === "scopes") return { name: parseScope(text), isPrefix: false };
  const isPrefix = /(^|[^\\])\*$/s.test(text);
  const name = isPrefix ? text.slice(0, -1) : text;
  if (/(^|[^\\])\*/s.test(name))
    throw wrong("NAME_INVALID", `${quote(text)}: only a * at the end stands for more; \\* is the sign itself`);
  const plain = name.replaceAll("\\*", "*");
  // A beginning is right if a name begins so.
  return { name: isPrefix ? parseName(`${plain}.`).slice(0, -1) : parseName(plain), isPrefix };
}

/** A value as `parsePartValue` reads it. */
const partValueText = (key: PartKey, { name, isPrefix }: PartValue): string =>
  key === "scopes" ? name : `${name.replaceAll("*", "\\*")}${isPrefix ? "*" : ""}`;

/** The part that names these values. */
export function partOf(values: Iterable<readonly [PartKey, PartValue]>): Part {
  const part: { [P in PartKey]?: readonly PartValue[] } = {};
  const all = [...values];
  for (const key of PART_KEYS) {
    const texts = new Map(all.flatMap(([of, value]) => (of === key ? [[partValueText(key, value), value]] : [])));
    if (texts.size > 0) part[key] = [...texts].sort(by(([text]) => text)).map(([, value]) => value);
  }
  return part;
}

/** The texts of the values of each key. */
export const partTexts = (part: Part): (readonly [PartKey, readonly string[]])[] =>
  PART_KEYS.flatMap((key) => {
    const values = part[key];
    return values ? [[key, values.map((value) => partValueText(key, value))] as const] : [];
  });

/** A part as one text that `parsePartText` reads. */
export const partText = (part: Part): string =>
  partTexts(part)
    .flatMap(([key, texts]) => texts.map((text) => `${key}=${text.replaceAll(",", "\\,")}`))
    .join(",");

/**
 * Reads `roles=billing-*,scopes=acme`. A comma of a value is written `\,`.
 * @throws RbacError `VALUE_INVALID`, and as `parsePartKey` and `parsePartValue` do (exit 2).
 */
export function parsePartText(text: string): (readonly [PartKey, PartValue])[] {
  return text.split(/(?<!\\),/).map((piece) => {
    const [said = "", key, value = ""] = /^([^=]*)=(.*)$/s.exec(piece) ?? [];
    if (said === "")
      throw wrong(
        "VALUE_INVALID",
        `${quote(piece)} is no KEY=VALUE: say roles=a,roles=b, and \\, for a comma in a name`,
      );
    const known = parsePartKey(key as string);
    return [known, parsePartValue(known, value.replaceAll("\\,", ","))];
  });
}
