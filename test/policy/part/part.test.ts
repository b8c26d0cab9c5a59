/** Parts: how they are written, which rows lie in one, and which two of them meet. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnyRow, Kind } from "../../../src/policy/model/rows.ts";
import { fits, liesIn, meet, PART_KEYS, type Part, type PartKey } from "../../../src/policy/part/part.ts";
import { parsePartText, parsePartValue, partOf, partText } from "../../../src/policy/part/part-texts.ts";
import { errorOf } from "../../support/documents.ts";

const part = (text: string): Part => partOf(parsePartText(text));

describe("a name with a * at its end is every name that begins so, any other is itself", () => {
  const fitting: readonly [said: string, name: string, fits: boolean][] = [
    ["roles=billing-*", "billing-clerk", true],
    ["roles=billing-*", "billing-", true],
    ["roles=billing-*", "billing", false],
    ["roles=billing", "billing-clerk", false],
    ["roles=*", "anything", true],
    ["roles=Billing *", "Billing Clerk", true],
    ["roles=a\\*", "a*", true],
    ["roles=a\\*", "ab", false],
    ["roles=a\\**", "a*b", true],
    ["roles=\\*x", "*x", true],
    ["users=Doe\\, Jane", "Doe, Jane", true],
    ["users=a=b", "a=b", true],
    ["permissions=invoices:*", "invoices:read:all", true],
    ["permissions=invoices:*", "invoice:read", false],
    ["scopes=acme", "acme/posts/42", true],
    ["scopes=acme", "acmeX", false],
    ["scopes=acme,scopes=beta", "beta", true],
  ];
  it.each(fitting)("%s, %s: %s", (said, name, expected) => {
    expect(fits(part(said), said.slice(0, said.indexOf("=")) as PartKey, name)).toBe(expected);
  });

  it("a root, or nobody, fits only where the key is left open", () => {
    expect(PART_KEYS.map((key) => fits(part("scopes=acme,users=*"), key, null))).toEqual([true, false, true, false]);
  });
});

describe("what is no part is exit 2", () => {
  it.each([
    ["roles", "VALUE_INVALID", "no KEY=VALUE: say roles=a,roles=b, and \\, for a comma in a name"],
    ["roles=a,b", "VALUE_INVALID", '"b" is no KEY=VALUE'],
    ["roles=a,", "VALUE_INVALID", '"" is no KEY=VALUE'],
    ["roles=", "VALUE_EMPTY", "roles names nothing"],
    ["role=a", "KEY_UNKNOWN", 'a part has no key "role"; did you mean "roles"?'],
    ["=a", "KEY_UNKNOWN", "the keys are roles, users, permissions, scopes"],
    ["roles=*-clerk", "NAME_INVALID", "only a * at the end stands for more"],
    ["roles=a**", "NAME_INVALID", "only a * at the end stands for more"],
    ["roles= a", "NAME_INVALID", "begins or ends with a space"],
    ["scopes=acme/*", "SCOPE_INVALID", "write acme"],
  ])("%s", (text, code, message) => {
    const error = errorOf(() => part(text));
    expect(error).toMatchObject({ code, exitCode: 2 });
    expect(error.message).toContain(message);
  });
});

it("whatever names it has, a part is read from its own text, and a name from what is written for it", () => {
  const name = fc.stringMatching(/^[a*,\\=]{1,6}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.boolean()), { minLength: 1, maxLength: 3 }), (names) => {
      const made = partOf(names.map(([text, isPrefix]) => ["users", { name: text, isPrefix }]));
      const isClear = names.every(([text]) => !text.endsWith("\\")); // What comes behind would be taken for escaped.
      if (isClear) expect(part(partText(made))).toEqual(made);
    }),
  );
});

describe("rows lie in a part by the names and the scope that they have", () => {
  const rows: readonly [kind: Kind, row: AnyRow, within: readonly string[], outside: readonly string[]][] = [
    ["role", { role: "a" }, ["roles=a", "roles=a,scopes=acme"], ["roles=b", "users=a", "scopes=acme"]],
    ["user", { user: "u" }, ["users=u", "users=u,roles=a"], ["users=v", "roles=u"]],
    ["permission", { permission: "a:b" }, ["permissions=a:*"], ["roles=*", "users=*"]],
    ["inheritance", { role: "a", inherits: "b" }, ["roles=a"], ["roles=b", "users=*"]],
    [
      "grant",
      { role: "a", effect: "allow", permission: "p:q", scope: "acme/x" },
      ["roles=a", "scopes=acme", "roles=a,scopes=acme"],
      ["roles=b,scopes=acme", "roles=a,scopes=beta", "permissions=p:q", "users=*"],
    ],
    ["grant", { role: "a", effect: "allow", permission: "p:q", scope: null }, ["roles=a"], ["roles=a,scopes=acme"]],
    [
      "assignment",
      { user: "u", role: "a", scope: "acme" },
      ["users=u", "roles=a", "scopes=acme", "users=u,roles=a,scopes=acme"],
      ["users=u,roles=b", "users=v,roles=a", "scopes=acme/x"],
    ],
    ["everyone", { role: "a" }, ["roles=a"], ["roles=a,users=*", "roles=a,scopes=acme", "roles=b"]],
    [
      "constraint",
      { constraint: "c", type: "ssd", roles: ["a", "ab"], limit: 2, needs: null },
      ["roles=a*"],
      ["roles=a", "roles=a*,users=*", "roles=a*,scopes=acme"],
    ],
    ["constraint", { constraint: "c", roles: ["a"], needs: ["b"] }, ["roles=a,roles=b"], ["roles=a", "roles=b"]],
    ["policy", { setting: "guarded" }, [], ["roles=*,users=*,permissions=*"]],
  ];
  it.each(rows)("%s %o", (kind, row, within, outside) => {
    for (const text of within) expect([text, liesIn(part(text), kind, row)]).toEqual([text, true]);
    for (const text of outside) expect([text, liesIn(part(text), kind, row)]).toEqual([text, false]);
  });
});

describe("parts meet where a row could lie in both", () => {
  it.each([
    ["roles=a-*", "roles=a-b", true],
    ["roles=a-*", "roles=a*", true],
    ["roles=a-*", "roles=b-*", false],
    ["roles=a", "roles=a*", true],
    ["roles=a", "users=u", true], // An assignment of the role to the user.
    ["roles=a", "permissions=p:*", false],
    ["roles=a,scopes=acme", "scopes=beta", false],
    ["scopes=acme", "scopes=acme/x", true],
    ["roles=a,users=u", "roles=a,users=v", true], // The role itself.
    ["users=u,scopes=acme", "roles=a,scopes=beta", false],
  ])("%s and %s: %s", (one, other, expected) => {
    expect([meet(part(one), part(other)), meet(part(other), part(one))]).toEqual([expected, expected]);
  });

  it("and only there, over small names", () => {
    const texts = ["a", "ab", "b", "a*", "ab*", "*"];
    const value = (key: PartKey) => (key === "scopes" ? fc.constantFrom("a", "a/b", "b") : fc.constantFrom(...texts));
    const parts = fc
      .array(
        fc
          .constantFrom(...PART_KEYS)
          .chain((key) => value(key).map((text) => [key, parsePartValue(key, text)] as const)),
        { minLength: 1, maxLength: 4 },
      )
      .map(partOf);
    const names = ["a", "ab", "abc", "b", "c"];
    const scopes = [null, "a", "a/b", "a/b/c", "b"];
    const all: [Kind, AnyRow][] = [
      ...names.flatMap((name): [Kind, AnyRow][] => [
        ["role", { role: name }],
        ["user", { user: name }],
        ["permission", { permission: name }],
        ["everyone", { role: name }],
      ]),
      ...names.flatMap((role) => scopes.map((scope): [Kind, AnyRow] => ["grant", { role, scope }])),
      ...names.flatMap((role) =>
        names.flatMap((user) => scopes.map((scope): [Kind, AnyRow] => ["assignment", { user, role, scope }])),
      ),
    ];
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const isShared = all.some(([kind, row]) => liesIn(one, kind, row) && liesIn(other, kind, row));
        expect(meet(one, other)).toBe(isShared);
      }),
    );
  });
});
