/** What a command line has linted: documents merged, or the database, and what was found there. */
import type { Database } from "../../database/database.ts";
import { wrong } from "../../errors.ts";
import { policyOf } from "../../policy/document/changes-to-document.ts";
import { type Document, NO_LINT } from "../../policy/document/facts.ts";
import type { DocumentPlace } from "../../policy/document/problems.ts";
import { indexPolicy, type PolicyIndex } from "../../policy/evaluate/policy-index.ts";
import type { AskedOfFixes } from "../../policy/lint/kept-tests.ts";
import { type LintFinding, type LintResult, lint } from "../../policy/lint/lint.ts";
import { WHOLE_POLICY } from "../../policy/model/mutation.ts";
import { keyOf, type Policy } from "../../policy/model/policy.ts";
import type { OnProgress } from "../../progress.ts";
import { readDocuments } from "../writing/documents.ts";
import type { ChosenRules } from "./chosen-rules.ts";

export interface ToLint extends ChosenRules {
  readonly paths: readonly string[] | undefined;
  /** True for the database in place of the documents. */
  readonly live: boolean;
  /** RFC 3339 UTC. */
  readonly now: string;
  open(): Promise<Database>;
  readonly onProgress: OnProgress;
}

export interface Linted {
  /** The moment for which windows were judged. */
  readonly at: string;
  /** Of the documents, or of the database. */
  readonly policy: Policy;
  readonly index: PolicyIndex;
  /** That of the database; `null` where it was not asked. */
  readonly revision: number | null;
  /** What the paths state together; `undefined` without any. */
  readonly document: Document | undefined;
  readonly result: LintResult;
  /** Where a document states what a finding is about. */
  placeOf(finding: LintFinding): DocumentPlace | undefined;
}

/**
 * Documents that break a constraint are linted: what is wasteful is so all the same, and `test` and `seed` refuse them.
 * @throws RbacError (exit 2) for documents with faults, a cycle of theirs (exit 3)
 */
export async function lintedOf({ paths, live, open, ...how }: ToLint): Promise<Linted> {
  if (!paths && !live) throw wrong("ARGUMENT_MISSING", "missing argument PATH, or --live for the database");
  const document = paths && (await readDocuments(paths, how.onProgress));
  return live
    ? lintedOver({ ...(await (await open()).policy(WHOLE_POLICY)), document }, how)
    : lintedOver({ policy: policyOf(document as Document), revision: null, document }, how);
}

/** The same of a policy that was read. */
export function lintedOver(
  { policy, revision, document }: Pick<Linted, "policy" | "revision" | "document">,
  { now, onProgress, rules, without }: Pick<ToLint, "now" | "onProgress" | "rules" | "without">,
): Linted {
  onProgress({ step: "linting" });
  const index = indexPolicy(policy);
  const result = lint(index, { at: now, settings: document?.lint ?? NO_LINT, rules, without });
  const placeOf = ({ subject, place }: LintFinding) =>
    place ?? (subject ? document?.facts[subject.kind].get(keyOf(subject.kind, subject.key))?.place : undefined);
  return { at: now, policy, index, revision, document, result, placeOf };
}

/** What fixes must leave as it is: a test may ask what was held in a window that is over. */
export function askedBy(document: Document | undefined, now: string): AskedOfFixes {
  const tests = document?.tests ?? [];
  const moments = tests.flatMap(({ at }) => at ?? []);
  return { at: moments.reduce((earliest, at) => (at < earliest ? at : earliest), now), now, tests };
}
