// A plain document, linted by one rule.

import { policyOf } from "../../src/policy/document/changes-to-document.ts";
import { indexPolicy } from "../../src/policy/evaluate/policy-index.ts";
import type { LintFinding } from "../../src/policy/lint/lint.ts";
import { lint } from "../../src/policy/lint/lint.ts";
import { AT, read } from "./documents.ts";
import type { PlainDocument } from "./oracle.ts";

/** What a test writes of a policy, with what lint is told. */
export type Linted = Omit<PlainDocument, "rbac"> & {
  readonly lint?: { readonly toxic?: readonly (readonly [string, string])[]; readonly skip?: readonly object[] };
};

/** What a rule finds in a document. */
export function findings(rule: string, document: Linted, at = AT): readonly LintFinding[] {
  const linted = read({ rbac: 1, ...document });
  const index = indexPolicy(policyOf(linted));
  return lint(index, { at, settings: linted.lint, rules: [rule] }).findings;
}

/** The same as words: the key of what each is about, and what is said of it. */
export const inWords = (rule: string, document: Linted, at = AT): string[] =>
  findings(rule, document, at).map(({ subject, message }) => {
    if (subject === null) return message;
    const key = Object.entries(subject.key).flatMap(([field, value]) =>
      value === null || field === "digest" ? [] : [String(value)],
    );
    return `${key.join(" ")}: ${message}`;
  });
