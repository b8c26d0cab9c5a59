/** Reading changes at a glance: what is read so is what JSON says, and its text is the canonical one. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/policy/model/canonical-json.ts";
import { type Change, canonicalChange, changeOf } from "../../../src/policy/model/change.ts";
import { KINDS, RECORDS } from "../../../src/policy/model/records.ts";
import type { AnyRow } from "../../../src/policy/model/rows.ts";
import { plainChange } from "../../../src/store/audit/canonical-change.ts";

const word = fc.oneof(
  fc.constantFrom("null", "true", "", '"', "\\", '"kind":"', "\u2028", "é", "\u{1f600}", "\ud800", "\n", "acme/p1"),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const value = fc.oneof(word, fc.constantFrom(null, true, false));

/** The kinds that are read at a glance: the names of the others' keys do not all follow "after" and "before". */
const GLANCED = KINDS.filter((kind) => RECORDS[kind].key.every((name) => name > "before"));

const changes = fc.constantFrom(...GLANCED).chain((kind) => {
  const { key, fields } = RECORDS[kind] as { readonly key: readonly string[]; readonly fields: readonly string[] };
  const names = fc.record(Object.fromEntries(key.map((name) => [name, word])));
  const side = fc.option(fc.record(Object.fromEntries(fields.map((name) => [name, value]))));
  return fc
    .tuple(names, side, side)
    .map(([of, before, after]) =>
      changeOf(kind, before ? ({ ...of, ...before } as AnyRow) : undefined, after ? { ...of, ...after } : undefined),
    )
    .filter((change) => change !== undefined);
});

/** What a reader of JSON makes of a text, where the text is the canonical one of a change. */
function carefully(text: string): Change | undefined {
  try {
    const change = JSON.parse(text) as Change;
    return canonicalChange(change) === text ? change : undefined;
  } catch {
    return undefined;
  }
}

const simple = (text: string) => !/["\\\p{Cs}\p{Cc}]/u.test(text) && [...text].every((char) => char.length === 1);

describe("a change read at a glance", () => {
  it("is the change that was written, wherever its text has no letter that JSON might write otherwise", () => {
    fc.assert(
      fc.property(changes, (change) => {
        const read = plainChange(canonicalJson(change));
        const { kind: _, before, after, ...names } = change;
        const texts = [names, before, after].flatMap((of) => Object.values(of ?? {})).filter((of) => of !== null);
        const all = texts.every((of) => typeof of === "boolean" || simple(String(of)));
        expect(read).toEqual(all ? change : read && change);
      }),
      { numRuns: 2000 },
    );
  });

  it("is never one of a text that is not canonical", () => {
    const chars = [...'{}",:\\ .abnu01e-é', "\ud800", "\u{1f600}"];
    let read = 0;
    fc.assert(
      fc.property(changes, fc.nat(), fc.constantFrom("", ...chars), fc.nat(1), (change, place, char, kept) => {
        const text = canonicalJson(change);
        const at = place % (text.length + 1);
        const edited = text.slice(0, at) + char + text.slice(at + 1 - kept);
        const found = plainChange(edited);
        if (!found) return;
        read += 1;
        expect(found).toEqual(carefully(edited));
      }),
      { numRuns: 20_000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it.each([
    '{"after":{"description":null},"before":null,"kind":"role.remove","role":"a"}',
    '{"after":{"description":null},"before":null,"kind":"role.update","role":"a"}',
    '{"after":{"description":null},"before":{"description":null},"kind":"role.update","role":"a"}',
    '{"after":null,"before":null,"kind":"role.remove","role":"a"}',
    '{"after":{},"before":{},"kind":"everyone.update","role":"a"}',
    '{"after":{"description":null},"before":null,"kind":"toString.add","role":"a"}',
    '{"before":null,"after":{"description":null},"kind":"role.add","role":"a"}',
    '{"after":{"description":7},"before":null,"kind":"role.add","role":"a"}',
    "null",
    "",
  ])("is none of %s", (text) => {
    expect([plainChange(text), carefully(text)?.kind.startsWith("role.add")]).toEqual([
      undefined,
      text.includes("7") ? true : undefined,
    ]);
  });

  it("may be of any kind but two", () => {
    expect(KINDS.filter((kind) => !GLANCED.includes(kind))).toEqual(["attribute", "approval"]);
    for (const kind of GLANCED) {
      const { key, fields } = RECORDS[kind] as { readonly key: readonly string[]; readonly fields: readonly string[] };
      const row = Object.fromEntries([...key, ...fields].map((name) => [name, name === "disabled" ? false : "a"]));
      const change = changeOf(kind, undefined, row) as Change;
      expect(plainChange(canonicalJson(change))).toEqual(change);
    }
  });
});
