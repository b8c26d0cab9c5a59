/** Fixes documents in place, or writes them elsewhere without what is fixed. */
import { chmodSync } from "node:fs";
import { readInputs } from "../../files/read-inputs.ts";
import { fixedFilesView } from "../../output/lint/fixed-view.ts";
import type { View } from "../../output/render.ts";
import { policyOf } from "../../policy/document/changes-to-document.ts";
import { documentOf } from "../../policy/document/read.ts";
import { provedChanges } from "../../policy/lint/fixes.ts";
import { keepsTests } from "../../policy/lint/kept-tests.ts";
import type { LintFinding } from "../../policy/lint/lint.ts";
import type { OnProgress } from "../../progress.ts";
import { editsOf } from "./edits.ts";
import { askedBy, type Linted, lintedOver, type ToLint } from "./linted.ts";
import { outputsOf } from "./outputs.ts";

interface FixingFiles {
  readonly paths: readonly string[];
  /** A file or a folder to write to, in place of the documents themselves. */
  readonly out: string | undefined;
  /** Other files that are read: nothing is written to them. */
  readonly others: readonly string[];
  readonly dryRun: boolean;
  readonly onProgress: OnProgress;
  /** Those of the findings that are to be fixed. */
  open(findings: readonly LintFinding[]): readonly LintFinding[];
  write(path: string, text: string): Promise<void>;
}

/**
 * @returns what is left, as if all were written that could be, with places of the files that were named as they are
 * now; and what was fixed
 */
export async function fixedFiles(
  how: ToLint,
  { paths, out, others, dryRun, onProgress, open, write }: FixingFiles,
): Promise<{ readonly linted: Linted; readonly fixed: View }> {
  const inputs = await readInputs(paths, onProgress);
  const document = documentOf(inputs, { onProgress });
  const before = lintedOver({ policy: policyOf(document), revision: null, document }, how);
  const asked = askedBy(document, how.now);
  const proved = provedChanges(before.policy, open(before.result.findings), asked);
  const possible = await editsOf(inputs, proved);
  const edited = new Map(
    possible.flatMap(({ input, edited }) => (edited ? [[input.name, edited.input] as const] : [])),
  );
  const left = documentOf(inputs.map((input) => edited.get(input.name) ?? input));
  const policy = policyOf(left);
  // Where some files cannot be edited, only a part of what was proved is made: the tests are run of that, too.
  const [changes, edits] = keepsTests(before.index, policy, asked) ? [proved, possible] : [[], []];
  const outputs = outputsOf(inputs, edits, out, others);
  for (const { target, text, mode } of dryRun ? [] : outputs) {
    await write(target, text());
    chmodSync(target, mode); // Whoever could read it still can.
  }
  const targets = new Map(outputs.map(({ file, shown }) => [file, shown]));
  const files = edits.map(({ input: { name: file }, edited, removals }) => {
    const target = targets.get(file);
    return { file, removals, written: edited ? (target ?? file) : null, ...(!edited && target && { copied: target }) };
  });
  const stated = new Set(edits.map(({ input }) => input.name));
  const copies = outputs.filter(({ file }) => !stated.has(file));
  const copied = copies.map(({ file, shown }) => ({ file, removals: [], written: null, copied: shown }));
  const fixed = fixedFilesView(changes, [...files, ...copied], dryRun);
  if (changes.length === 0) return { linted: before, fixed };
  const isInPlace = !dryRun && outputs.every(({ isOwn }) => isOwn);
  return { linted: lintedOver({ policy, revision: null, document: isInPlace ? left : document }, how), fixed };
}
