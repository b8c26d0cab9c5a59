/** A condition taken apart: each question that it puts, once, with its values. */
import { expect, it } from "vitest";
import { parseCondition } from "../../../src/policy/conditions/condition.ts";
import { atomsOf } from "../../../src/policy/conditions/explain.ts";
import type { Declaration, Given } from "../../../src/policy/conditions/given.ts";

const DECLARED = new Map<string, Declaration>([["status", { type: "string", values: ["draft", "published"] }]]);

const atoms = (text: string, given: Given, declared: ReadonlyMap<string, Declaration> = new Map()) =>
  atomsOf(parseCondition(text), {
    given,
    user: "alice",
    permission: "posts:read",
    at: "2026-06-01T00:00:00.000Z",
    declared,
    isList: false,
  });

it.each<[string, Given, unknown[]]>([
  ["resource.a", { resource: { a: true } }, [["resource.a", true, { "resource.a": true }]]],
  ["resource.a", {}, [["resource.a", null, { "resource.a": null }]]],
  ["resource.a", { resource: { a: "x" } }, [["resource.a", null, { "resource.a": "x" }]]],
  ["resource.a", { resource: { a: { b: 1 } } }, [["resource.a", null, { "resource.a": null }]]],
  ["!resource.a", { resource: { a: true } }, [["resource.a", true, { "resource.a": true }]]],
  [
    "resource.owner == subject.user",
    { resource: { owner: "bob" } },
    [["resource.owner == subject.user", false, { "resource.owner": "bob", "subject.user": "alice" }]],
  ],
  [
    "has(resource.a) && (resource.a || !(resource.n > 3)) && resource.a",
    { resource: { n: 4 } },
    [
      ["has(resource.a)", false, { "resource.a": null }],
      ["resource.a", null, { "resource.a": null }],
      ["resource.n > 3", true, { "resource.n": 4 }],
    ],
  ],
  ["resource.a in [1, 2]", { resource: { a: 3 } }, [["resource.a in [1, 2]", false, { "resource.a": 3 }]]],
  ['"x" in subject.tags', { subject: { tags: ["x"] } }, [['"x" in subject.tags', true, { "subject.tags": ["x"] }]]],
  [
    'cidr(context.ip, "10.0.0.0/8")',
    { context: { ip: "10.1.2.3" } },
    [['cidr(context.ip, "10.0.0.0/8")', true, { "context.ip": "10.1.2.3" }]],
  ],
  [
    'within(context.time, "Mon-Fri 09:00-17:00 UTC")',
    {},
    [['within(context.time, "Mon-Fri 09:00-17:00 UTC")', false, { "context.time": "2026-06-01T00:00:00.000Z" }]],
  ],
  ["resource.__proto__", { resource: {} }, [["resource.__proto__", null, { "resource.__proto__": null }]]],
])("%s with %j", (text, given, expected) => {
  expect(atoms(text, given).map(({ text: atom, holds, values }) => [atom, holds, values])).toEqual(expected);
});

it("shows a value outside what is declared, which decides nothing", () => {
  const given = { resource: { status: "lost" } };
  expect(atoms('resource.status == "draft"', given)[0]?.holds).toBe(false);
  expect(atoms('resource.status == "draft"', given, DECLARED)).toEqual([
    { text: 'resource.status == "draft"', holds: null, values: { "resource.status": "lost" } },
  ]);
});
