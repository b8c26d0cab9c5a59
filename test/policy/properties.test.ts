/** What must hold of every policy: random ones, against the oracle, against each other, and there and back again. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { readJson } from "../../src/files/json.ts";
import { readNdjson } from "../../src/files/ndjson.ts";
import { readYaml } from "../../src/files/yaml.ts";
import { toJsonDocument, toNdjson } from "../../src/output/views/document.ts";
import { toYamlDocument } from "../../src/output/yaml-document.ts";
import { checkedChangesTo, policyOf } from "../../src/policy/document/changes-to-document.ts";
import { documentOf } from "../../src/policy/document/read.ts";
import { sortedRows } from "../../src/policy/document/snapshot.ts";
import { decide, holds, type Question } from "../../src/policy/evaluate/decide.ts";
import { type Extent, holdsAt, permissionsOf } from "../../src/policy/evaluate/effective-permissions.ts";
import { indexPolicy } from "../../src/policy/evaluate/policy-index.ts";
import { whoCan } from "../../src/policy/evaluate/who-can.ts";
import { nearMissesOf } from "../../src/policy/impact/advice.ts";
import { apply, diff, inverse } from "../../src/policy/model/change.ts";
import { type Policy, rowsOf } from "../../src/policy/model/policy.ts";
import { KINDS } from "../../src/policy/model/records.ts";
import { indexFrom, policyFrom, read } from "../support/documents.ts";
import { expectSame } from "../support/expect-same.ts";
import { often } from "../support/often.ts";
import { type OracleQuestion, oracleHas, oracleReason, type PlainDocument, patternCounts } from "../support/oracle.ts";
import { ASKED_SCOPES, catalogueOf, documents, questions } from "../support/random-policies.ts";

/** A random document with so many questions about it. */
const asked = (count: number) =>
  documents().chain((document) =>
    fc.tuple(fc.constant(document), fc.array(questions(document), { minLength: count, maxLength: count })),
  );

/** The same question in the two ways to say that the target is the asker's own. */
function asQuestion({ own, ...question }: OracleQuestion, byOwner: boolean): Question {
  const { user, permission } = question;
  if (own && byOwner && user !== null) return { ...question, owner: user };
  if (own) return { ...question, owner: null, permission: `${permission}:own` };
  return { ...question, owner: byOwner ? "somebody else" : null };
}

it(`${often(700)} random policies with 20 questions each: the oracle decides alike, for the same reason`, () => {
  const agree = ([document, list]: [PlainDocument, OracleQuestion[]]) => {
    const index = indexFrom(document);
    for (const [at, question] of list.entries()) {
      const { allowed, reason } = decide(index, asQuestion(question, at % 2 === 0));
      const expected = oracleReason(document, question);
      expectSame(reason, expected, question);
      expectSame(allowed, expected === "allow", question);
    }
  };
  fc.assert(fc.property(asked(20), agree), { numRuns: often(700) });
});

it("evidence proves its answer: each path covers the target, and exceptions are noes", () => {
  const proven = ([document, list]: [PlainDocument, OracleQuestion[]]) => {
    const index = indexFrom(document);
    for (const question of list) {
      const { because, except, reason, scope } = decide(index, asQuestion(question, false));
      expect(because.length > 0).toBe(reason === "allow" || reason === "deny");
      expect(because.map(({ effect }) => effect)).toEqual(because.map(() => reason));
      const told = because.map(({ held, assignment, grant }) => JSON.stringify([held, assignment, grant]));
      expect(new Set(told).size).toBe(told.length);
      for (const path of because) expect(path.scope === null || `${scope}/`.startsWith(`${path.scope}/`)).toBe(true);
      for (const { grant } of because)
        expect(patternCounts(grant?.permission ?? "", question.permission, question.own)).toBe(true);
      for (const below of except) expect(oracleReason(document, { ...question, scope: below })).toBe("deny");
    }
  };
  fc.assert(fc.property(asked(10), proven), { numRuns: often(150) });
});

it("has agrees with the oracle for every role", () => {
  const agree = ([document, list]: [PlainDocument, OracleQuestion[]]) => {
    const index = indexFrom(document);
    for (const question of list) {
      for (const role of Object.keys(document.roles ?? {})) {
        const asks = { ...question, role, activate: [] };
        expectSame(holds(index, asks).allowed, oracleHas(document, asks), asks);
      }
    }
  };
  fc.assert(fc.property(asked(5), agree), { numRuns: often(200) });
});

/** Whether rows say yes for a target, to its owner or to another. */
const says = (rows: readonly Extent[], own: boolean, scope: string | null): boolean =>
  rows.some((row) => row.own !== (own ? "not" : "only") && holdsAt(row, scope));

it("can, permissions and who-can give one answer, on every scope, to the owner and to others", () => {
  const agree = ([document, list]: [PlainDocument, OracleQuestion[]]) => {
    const index = indexFrom(document);
    for (const { own: _, ...question } of list) {
      const { user, permission } = question;
      const all = permissionsOf(index, question);
      const mine = all.filter((row) => row.permission === permission);
      for (const own of [true, false]) {
        const named = own ? `${permission}:own` : permission;
        const holders = whoCan(index, named, question).filter((row) => row.user === user);
        for (const scope of ASKED_SCOPES) {
          const { allowed } = decide(index, { ...question, permission: named, owner: null, scope });
          expectSame(says(mine, own, scope), allowed, { permissions: named, scope });
          if (user) expectSame(says(holders, own, scope), allowed, { whoCan: named, scope });
        }
      }
      expect(permissionsOf(index, question, question.scope)).toEqual(all.filter((row) => holdsAt(row, question.scope)));
    }
  };
  fc.assert(fc.property(asked(4), agree), { numRuns: often(200) });
});

it("who-can names exactly the users who can somewhere", () => {
  const agree = ([document, [question]]: [PlainDocument, OracleQuestion[]]) => {
    const index = indexFrom(document);
    const session = { at: question?.at ?? "", activate: [], assume: [] };
    for (const permission of catalogueOf(document)) {
      const can = (user: string, scope: string | null) =>
        oracleReason(document, { ...session, user, permission, scope, own: false }) === "allow";
      const users = Object.keys(document.users ?? {}).filter((user) => ASKED_SCOPES.some((scope) => can(user, scope)));
      expect([...new Set(whoCan(index, permission, session).map(({ user }) => user))]).toEqual(users.sort());
    }
  };
  fc.assert(fc.property(asked(1), agree), { numRuns: often(150) });
});

it("a no is explained: what is near has an obstacle, and every remedy is a cure", () => {
  const cured = ([document, list]: [PlainDocument, OracleQuestion[]]) => {
    const policy = policyFrom(document);
    const index = indexPolicy(policy);
    for (const [at, plain] of list.entries()) {
      const question = asQuestion(plain, at % 2 === 0);
      const decision = decide(index, question);
      const { misses, remedies } = nearMissesOf(index, question, decision);
      if (decision.allowed) expect({ misses, remedies }).toEqual({ misses: [], remedies: [] });
      for (const miss of misses) expect(miss.obstacles.length).toBeGreaterThan(0);
      const { user, activate: _, ...asks } = question;
      const helps = (role: string) =>
        decide(index, { ...asks, user, activate: [], assume: [...asks.assume, role] }).allowed;
      if (user && !decision.allowed && !decide(index, { ...question, activate: [] }).allowed) {
        expect(remedies.length > 0 || !Object.keys(document.roles ?? {}).some(helps)).toBe(true);
      }
      for (const { changes } of remedies) {
        const cure = decide(indexPolicy(apply(policy, changes)), { ...question, activate: [] });
        expect({ changes, reason: cure.reason }).toEqual({ changes, reason: "allow" });
      }
    }
  };
  fc.assert(fc.property(asked(5), cured), { numRuns: often(200) });
});

/** The rows of a policy without the revisions that wrote them. */
const rows = (policy: Policy) =>
  KINDS.map((kind) => [...rowsOf(policy, kind)].map(([key, { revision: _, ...row }]) => [key, row]).sort());

const FORMATS = {
  yaml: (policy: Policy) => readYaml("p.yaml", toYamlDocument(policy, { keys: 50_000, bytes: 8 << 20 })),
  json: (policy: Policy) => readJson("p.json", toJsonDocument(policy)),
  ndjson: async (policy: Policy) => {
    let text = "";
    for await (const part of toNdjson(sortedRows(policy))) text += part;
    return readNdjson("p.ndjson", text);
  },
};

/** Documents with whatever text people and programs come up with, most of it no name: the reader is to say which. */
const odd = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1 }),
    fc.string({ minLength: 1 }),
    fc.constantFrom(
      "no",
      "1",
      "0o7",
      ".5",
      "null",
      "- a",
      "a: b",
      "#",
      "&a",
      "!!str",
      "? x",
      "'",
      '"',
      "a\\b",
      "{",
      "...",
    ),
    fc.constantFrom("2027-01-01", "<<", "=", "%YAML", "@3", "`", "__proto__", "constructor", "\u0085", "\u2028", "é"),
  )
  .map((text) => text.trim());

const oddities = fc
  .record({ users: fc.uniqueArray(odd, { maxLength: 4 }), roles: fc.uniqueArray(odd, { maxLength: 3 }), text: odd })
  .map(({ users, roles, text }) => ({
    rbac: 1 as const,
    permissions: { "posts:read": text },
    roles: Object.fromEntries(roles.map((name) => [name, { description: text, grants: ["posts:read"] }])),
    users: Object.fromEntries(users.map((name) => [name, { name: text, email: text, disabled: true, roles }])),
    everyone: roles,
  }));

function legal(document: PlainDocument): Policy {
  try {
    return policyFrom(document);
  } catch {
    fc.pre(false);
    throw new Error("unreachable");
  }
}

it.each(["yaml", "json", "ndjson"] as const)("export, seed, export is the identity: %s", async (format) => {
  const same = async (document: PlainDocument) => {
    const policy = legal(document);
    const again = documentOf([await FORMATS[format](policy)]);
    expect(rows(policyOf(again))).toEqual(rows(policy));
    expect(checkedChangesTo(policy, again, true)).toEqual([]);
    expect(toJsonDocument(policyOf(again))).toBe(toJsonDocument(policy));
  };
  await fc.assert(fc.asyncProperty(documents(), same), { numRuns: often(150) });
  await fc.assert(fc.asyncProperty(oddities, same), { numRuns: often(400), maxSkipsPerRun: 1000 });
});

it("applying the difference of two policies to the one gives the other; the inverses take it back", () => {
  const there = (a: PlainDocument, b: PlainDocument) => {
    const [from, to] = [policyFrom(a), policyFrom(b)];
    const changes = diff(from, to);
    expect(rows(apply(from, changes))).toEqual(rows(to));
    expect(rows(apply(to, [...changes].reverse().map(inverse)))).toEqual(rows(from));
    expect(changes.map(inverse).map(inverse)).toEqual(changes);
    expect(diff(to, apply(from, changes))).toEqual([]);
  };
  fc.assert(fc.property(documents(), documents(), there), { numRuns: often(200) });
});

it("seeding with prune makes a policy exactly its document; without it, removes nothing", () => {
  const becomes = (a: PlainDocument, b: PlainDocument) => {
    const [from, to] = [policyFrom(a), policyFrom(b)];
    expect(rows(apply(from, checkedChangesTo(from, read(b), true)))).toEqual(rows(to));
    const merged = { ...b, permissions: [...new Set([...catalogueOf(a), ...catalogueOf(b)])], roles: {}, everyone: [] };
    const users = Object.fromEntries(Object.keys(b.users ?? {}).map((name) => [name, {}]));
    expect(checkedChangesTo(from, read({ ...merged, users }), false).filter((change) => change.after === null)).toEqual(
      [],
    );
  };
  fc.assert(fc.property(documents(), documents(), becomes), { numRuns: often(150) });
});
