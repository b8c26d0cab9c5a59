/** What rules of lint would take away, taken away: random policies must answer as before, whoever acts in which roles. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { toJsonDocument } from "../../../src/output/views/document.ts";
import { NO_LINT } from "../../../src/policy/document/facts.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { type LintFinding, lint } from "../../../src/policy/lint/lint.ts";
import { apply } from "../../../src/policy/model/change.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { AT, policyFrom, reversed } from "../../support/documents.ts";
import { often } from "../../support/often.ts";
import { type OracleQuestion, oracleCan, oracleReason, type PlainDocument } from "../../support/oracle.ts";
import { conditionalDocuments, givens } from "../../support/random-conditional-questions.ts";
import { ASKED_SCOPES, catalogueOf, documents, questions } from "../../support/random-policies.ts";

const EXACT = ["redundant-grant", "dead-grant", "redundant-inheritance"];
const RULES = [...EXACT, "idle-deny"];

const found = (policy: Policy, rules: readonly string[]): readonly LintFinding[] =>
  lint(indexPolicy(policy), { at: AT, settings: NO_LINT, rules }).findings;
const fixesOf = (findings: readonly LintFinding[]) => findings.flatMap(({ fix = [] }) => fix);
const documentOf = (policy: Policy): PlainDocument => JSON.parse(toJsonDocument(policy));

const policies = fc.oneof(documents(), conditionalDocuments());

/** Questions about a document, with attributes: each of them once in no role, once in each role, and once in two. */
const asked = (document: PlainDocument): fc.Arbitrary<OracleQuestion[]> =>
  fc
    .array(fc.tuple(questions(document), givens()), { minLength: 12, maxLength: 12 })
    .map((all) => all.flatMap(([question, given]) => inRoles(document, { ...question, given })));

const inRoles = (document: PlainDocument, question: OracleQuestion): OracleQuestion[] =>
  [question.activate, [], ...Object.keys(document.roles ?? {}).map((role) => [role])].map((activate) => ({
    ...question,
    activate,
  }));

/** How often each rule found what it would take away, over all random policies. */
const times = new Map<string, number>();

it("all that they name together: no answer changes, in sessions of one role or several, and nothing is left", () => {
  const holds = ([document, all]: [PlainDocument, OracleQuestion[]]) => {
    const policy = policyFrom(document);
    const findings = found(policy, RULES);
    for (const { rule, fix } of findings) if (fix) times.set(rule, (times.get(rule) ?? 0) + 1);
    const changes = fixesOf(findings);
    expect(new Set(changes.map((change) => JSON.stringify(change))).size).toBe(changes.length);
    const [exact, mended] = [fixesOf(findings.filter(({ rule }) => rule !== "idle-deny")), apply(policy, changes)];
    const [before, after, still] = [documentOf(policy), documentOf(mended), documentOf(apply(policy, exact))];
    for (const question of all) {
      expect(oracleCan(after, question), JSON.stringify(question)).toBe(oracleCan(before, question));
      expect(oracleReason(still, question), JSON.stringify(question)).toBe(oracleReason(before, question));
    }
    expect(fixesOf(found(apply(policy, exact), EXACT))).toEqual([]);
    expect(found(reversed(policy), RULES)).toEqual(findings);
  };
  const each = policies.chain((document) => fc.tuple(fc.constant(document), asked(document)));
  fc.assert(fc.property(each, holds), { numRuns: often(120) });
  // On the average the rarest is found 18 times.
  for (const rule of RULES) expect(times.get(rule), rule).toBeGreaterThan(1);
});

/** What somebody with just one role may, over the whole catalogue, for each role. */
function answersOf(document: PlainDocument): string {
  const alone = { user: null, at: AT, activate: [], given: {} };
  const roles = Object.keys(document.roles ?? {}).sort();
  const answers = roles.flatMap((role) =>
    catalogueOf(document).flatMap((permission) =>
      [true, false].flatMap((own) =>
        ASKED_SCOPES.map((scope) => oracleReason(document, { ...alone, permission, own, scope, assume: [role] })),
      ),
    ),
  );
  return answers.join();
}

it("each that redundant-grant and dead-grant name alone: no role has more or less by itself", () => {
  const holds = (document: PlainDocument) => {
    const plain = { ...document, everyone: [] };
    const policy = policyFrom(plain);
    const before = answersOf(documentOf(policy));
    for (const { fix = [] } of found(policy, ["redundant-grant", "dead-grant"]))
      expect(answersOf(documentOf(apply(policy, fix)))).toBe(before);
  };
  fc.assert(fc.property(documents(), holds), { numRuns: often(30) });
});
