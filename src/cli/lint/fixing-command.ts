/** The base of `lint`: what is found is fixed first where that is asked for, and shown with what is left. */
import { type Command, Flags } from "@oclif/core";
import { exitCodeOf, planView } from "../../output/plans/plan-view.ts";
import { savedText } from "../../output/plans/saved-text.ts";
import type { View } from "../../output/render.ts";
import { makePlan } from "../../plans/make-plan.ts";
import { planText } from "../../plans/write-plan.ts";
import { NO_LINT } from "../../policy/document/facts.ts";
import { indexPolicy } from "../../policy/evaluate/policy-index.ts";
import { fixing } from "../../policy/lint/fixes.ts";
import { type LintFinding, lint } from "../../policy/lint/lint.ts";
import { apply, type Change } from "../../policy/model/change.ts";
import { type Mutation, WHOLE_POLICY } from "../../policy/model/mutation.ts";
import type { Policy } from "../../policy/model/policy.ts";
import type { GlobalFlags } from "../base-command.ts";
import { peopleShown } from "../flags/plan-flags.ts";
import { wordFlag } from "../flags/shared-flags.ts";
import { removalQuestion } from "../writing/confirmations.ts";
import { WritingCommand } from "../writing/writing-command.ts";
import { fixedFiles } from "./fixed-files.ts";
import { askedBy, type Linted, lintedOf, lintedOver, type ToLint } from "./linted.ts";

export const FIX_FLAGS = {
  fix: Flags.boolean({
    description: "take out what nobody would miss: edits the documents, or with --live the database",
    exclusive: ["write-baseline"],
  }),
  out: {
    ...wordFlag("with --fix, write to this file or folder instead; with --live, save a plan for apply", "PATH"),
    dependsOn: ["fix"],
  },
};

interface FixFlags {
  readonly fix: boolean;
  readonly out?: string | undefined;
  readonly baseline?: string | undefined;
  readonly reason?: string | undefined;
}

/** What was linted, what was fixed before; or the plan of that, where it is saved. */
export type Fixed = { readonly linted: Linted; readonly fixed?: View } | { readonly planned: View };

export abstract class FixingCommand<T extends typeof Command> extends WritingCommand<T> {
  static override changesPolicy = false; // It plans its own changes, where it makes any.

  protected override async settle(flags: GlobalFlags): Promise<void> {
    await super.settle(flags);
    const { fix, live, out } = flags as GlobalFlags & { fix: boolean; live: boolean; out?: string };
    if (!fix || !live || out !== undefined) this.mode = "read";
  }

  /** @param known the fingerprints of what is meant to stand, and not fixed */
  protected async linted(what: ToLint, flags: FixFlags, known: ReadonlySet<string>): Promise<Fixed> {
    if (!flags.fix) return { linted: await lintedOf(what) };
    const open = (findings: readonly LintFinding[]) => findings.filter(({ fingerprint }) => !known.has(fingerprint));
    const { paths, onProgress } = what;
    if (what.live || !paths) return this.#fixedLive(what, flags, open);
    const write = (path: string, text: string) => this.write(path, text);
    const others = [flags.baseline ?? []].flat();
    return fixedFiles(what, { paths, out: flags.out, others, dryRun: this.dryRun, onProgress, open, write });
  }

  async #fixedLive(what: ToLint, flags: FixFlags, open: (all: readonly LintFinding[]) => readonly LintFinding[]) {
    const before = await lintedOf(what);
    const { document, policy, revision, at } = before;
    const settings = document?.lint ?? NO_LINT;
    const find = (now: Policy) => open(lint(indexPolicy(now), { ...what, at, settings }).findings);
    const mutation = fixing(find, askedBy(document, at), flags.reason === undefined ? "lint --fix" : null);
    if (flags.out !== undefined) return { planned: await this.#saved(flags.out, mutation) };
    const confirm = (changes: readonly Change[]) => (changes.length === 0 ? undefined : removalQuestion(changes));
    const fixed = await this.change(mutation, { confirm });
    const { changed, changes } = fixed.json as { changed: boolean; changes: readonly Change[] };
    if (!changed) return { linted: before, fixed };
    const after = this.dryRun
      ? { policy: apply(policy, changes), revision }
      : await (await this.open()).policy(WHOLE_POLICY);
    return { linted: lintedOver({ ...after, document }, what), fixed };
  }

  /** Saves the fixes as a plan, and changes nothing. */
  async #saved(file: string, mutation: Mutation): Promise<View> {
    const auditKey = await this.auditKey();
    const options = { breakGlass: this.breakGlass, ...(auditKey && { auditKey }) };
    const command = ["lint", ...this.argv];
    const plan = await makePlan(await this.open(), { mutation, stamp: this.stamp(), options, command });
    if (!this.dryRun) await this.write(file, planText(plan));
    const closing = [this.dryRun ? `would be saved to ${file}` : savedText(file, plan)];
    const view = planView(plan, { people: peopleShown({}), closing });
    return { ...view, exitCode: exitCodeOf(plan, false) };
  }
}
