/** Rule 38: what the proof lets go changes no answer of the oracle, and of plain grants it refuses nothing that could go. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { changesOf, provedChanges, safelyFixed } from "../../../src/policy/lint/fixes.ts";
import { Proof } from "../../../src/policy/lint/proof.ts";
import { added, apply, type Change, removedRow } from "../../../src/policy/model/change.ts";
import { type Policy, rowsOf } from "../../../src/policy/model/policy.ts";
import type { Kind } from "../../../src/policy/model/rows.ts";
import { policyFrom } from "../../support/documents.ts";
import { documentOf } from "../../support/impact-law.ts";
import { often } from "../../support/often.ts";
import { type OracleQuestion, oracleHas, oracleReason, type PlainDocument } from "../../support/oracle.ts";
import { conditionalDocuments, givens } from "../../support/random-conditional-questions.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, catalogueOf, documents, NOW, SCOPES } from "../../support/random-policies.ts";

const ASKED = { at: NOW, now: NOW, tests: [] };
const RULE = { subject: null, message: "" };

const removalsOf = (policy: Policy, kinds: readonly Kind[]): Change[] =>
  kinds.flatMap((kind) => [...rowsOf(policy, kind).values()].map((row) => removedRow(kind, row)));

const ALL_KINDS = ["grant", "conditional", "inheritance", "everyone", "assignment"] as const;

/** A policy with grants, edges and holdings said twice over, so that something may go. */
function withMore(policy: Policy, other: Policy): Policy {
  const names = [...policy.role.keys()];
  const same = (role: string) => policy.role.has(role);
  const isFit = ({ role, inherits }: { role: string; inherits: string }) =>
    same(role) && same(inherits) && names.indexOf(inherits) < names.indexOf(role);
  return apply(policy, [
    ...[...other.grant.values()].filter(({ role }) => same(role)).map((row) => added("grant", row)),
    ...[...other.inheritance.values()].filter(isFit).map((row) => added("inheritance", row)),
    ...[...other.assignment.values()]
      .filter(({ user, role }) => policy.user.has(user) && same(role))
      .map((row) => added("assignment", row)),
    ...[...other.everyone.values()].filter(({ role }) => same(role)).map((row) => added("everyone", row)),
  ]);
}

/** Names that patterns cover or may come to cover: each * is a part that nobody ever wrote, or two of them. */
function withNewNames(document: PlainDocument): PlainDocument {
  const grants = Object.values(document.roles ?? {}).flatMap(({ grants = [], denies = [] }) => [...grants, ...denies]);
  const patterns = grants.flatMap((grant) => {
    if (typeof grant === "string") return [grant];
    return [grant.permission, ...[grant.but ?? []].flat()];
  });
  const names = patterns.flatMap((pattern) => {
    const plain = pattern.replace(/:own$/, "");
    return [plain.replaceAll("*", "zz"), plain.replace(/\*$/, "zz:yy").replaceAll("*", "zz")];
  });
  const known = [...catalogueOf(document), ...names].filter((name) => name.split(":").length <= 6);
  return { ...document, permissions: [...new Set(known)] };
}

const pairs = fc.tuple(conditionalDocuments(), documents());
const rest = fc.record({
  user: fc.constantFrom("alice", "author", "10", null),
  own: fc.boolean(),
  scope: fc.constantFrom(...ASKED_SCOPES),
  at: fc.constantFrom(...ASKED_INSTANTS.filter((moment) => moment >= NOW)),
  picks: fc.infiniteStream(fc.nat()),
  given: givens(),
});

it(`${often(60)} policies: what the proof lets go changes no answer, of any session, now or later`, () => {
  const counts = { gone: 0, kept: 0, asked: 0 };
  const holds = ([one, other]: [PlainDocument, PlainDocument], asked: readonly Rest[], order: fc.Stream<number>) => {
    const before = withMore(policyFrom(one), policyFrom(other));
    const all = removalsOf(before, ALL_KINDS)
      .map((change) => [order.next().value ?? 0, change] as const)
      .sort(([a], [b]) => a - b)
      .map(([, change]) => change);
    const fixes = all.map((change, at) => ({ ...RULE, fix: at % 5 === 0 ? [change, all[0] as Change] : [change] }));
    const changes = changesOf(safelyFixed(indexPolicy(before), fixes, ASKED));
    expect(provedChanges(before, fixes, ASKED)).toEqual(changes);
    const some = changes.filter((_, at) => (asked[0]?.own ?? true) || at % 2 === 0); // A part of it is as safe.
    counts.gone += some.length;
    counts.kept += all.length - some.length;
    const documents = [before, apply(before, some)].map((policy) => withNewNames(documentOf(policy)));
    const [old, now] = documents.map((document) => ({ ...document, permissions: catalogueOf(documents[0] ?? one) }));
    for (const each of asked) hold(old as PlainDocument, now as PlainDocument, each, counts);
  };
  fc.assert(fc.property(pairs, fc.array(rest, { minLength: 60, maxLength: 60 }), fc.infiniteStream(fc.nat()), holds), {
    numRuns: often(60),
    endOnFailure: true, // To look for a smaller one takes minutes.
  });
  expect(Math.min(counts.gone, counts.kept)).toBeGreaterThan(100);
});

type Rest = typeof rest extends fc.Arbitrary<infer R> ? R : never;

function hold(old: PlainDocument, now: PlainDocument, { picks, ...asked }: Rest, counts: { asked: number }): void {
  const pick = <T>(list: readonly T[]): T => list[(picks.next().value ?? 0) % list.length] as T;
  if (asked.user !== null && !Object.hasOwn(old.users ?? {}, asked.user)) return;
  const roles = Object.keys(old.roles ?? {});
  const some = () => [[], [], [pick(roles)], [pick(roles), pick(roles)]][(picks.next().value ?? 0) % 4] ?? [];
  for (const permission of [pick(catalogueOf(old)), pick(catalogueOf(old)), pick(catalogueOf(old))]) {
    const question: OracleQuestion = { ...asked, permission, activate: some(), assume: some() };
    counts.asked += 1;
    expect(oracleReason(now, question), JSON.stringify(question)).toBe(oracleReason(old, question));
    const held = { ...question, role: pick(roles) };
    expect(oracleHas(now, held), JSON.stringify(held)).toBe(oracleHas(old, held));
  }
}

/** Whether a role alone notices that a row goes: by a decision, or by what it reaches. */
function isNoticed(old: PlainDocument, now: PlainDocument, role: string): boolean {
  const usual = { user: null, at: NOW, activate: [], assume: [role] };
  const reaches = (document: PlainDocument, name: string) => oracleHas(document, { ...usual, role: name, scope: null });
  if (Object.keys(old.roles ?? {}).some((name) => reaches(old, name) !== reaches(now, name))) return true;
  return catalogueOf(old).some((permission) =>
    SCOPES.some((scope) =>
      [true, false].some((own) => {
        const question = { ...usual, permission, scope, own };
        return oracleReason(old, question) !== oracleReason(now, question);
      }),
    ),
  );
}

it(`${often(50)} policies: each plain grant or edge that may not go is missed by its role alone`, () => {
  let refused = 0;
  const holds = (one: PlainDocument, other: PlainDocument) => {
    const before = withMore(policyFrom(one), policyFrom(other));
    const index = indexPolicy(before);
    const strip = (policy: Policy) => ({ ...withNewNames(documentOf(policy)), users: {}, everyone: [] });
    const old = strip(before);
    for (const change of removalsOf(before, ["grant", "inheritance"])) {
      if (new Proof(index, NOW).take([change])) continue;
      refused += 1;
      const now = { ...strip(apply(before, [change])), permissions: catalogueOf(old) };
      expect(isNoticed(old, now, (change as { role?: string }).role ?? ""), JSON.stringify(change)).toBe(true);
    }
  };
  fc.assert(fc.property(documents(), documents(), holds), { numRuns: often(50) });
  expect(refused).toBeGreaterThan(50);
});
