/** The base of `apply`: it shows a saved plan, has it confirmed, and applies it. */
import type { Command } from "@oclif/core";
import { linesText } from "../../output/paragraph.ts";
import { appliedQuestion, confirmLines } from "../../output/plans/confirm-lines.ts";
import type { View } from "../../output/render.ts";
import { styleFor } from "../../output/style.ts";
import { changesView } from "../../output/views/changes.ts";
import { applyPlan } from "../../plans/apply-plan.ts";
import type { Plan } from "../../plans/plan.ts";
import { readSavedPlan } from "./saved-plan.ts";
import { WritingCommand } from "./writing-command.ts";

interface ApplyFlags {
  readonly quiet: boolean;
  readonly json: boolean;
  readonly format?: string | undefined;
  readonly expect?: string | undefined;
  readonly exact: boolean;
  readonly "max-age"?: number | undefined;
}

export abstract class ApplyingCommand<T extends typeof Command> extends WritingCommand<T> {
  static override changesPolicy = false; // What is planned already is not planned again.

  protected async apply(file: string, { expect, exact, "max-age": maxAge, ...flags }: ApplyFlags): Promise<View> {
    const plan = await readSavedPlan(file);
    const database = await this.open();
    const { dryRun, confirmed, wait, breakGlass } = this;
    const [notices, auditKey, onProgress] = [await this.askedAs(), await this.auditKey(), await this.progress()];
    const options = { breakGlass, onProgress, ...(auditKey && { auditKey }), ...(wait !== undefined && { wait }) };
    const how = {
      ...{ stamp: () => this.stamp(), exact, options },
      ...(expect !== undefined && { expect }),
      ...(maxAge !== undefined && { maxAge }),
    };
    const isAsked = !dryRun && !confirmed && (await applyPlan(database, plan, { ...how, dryRun: true })).changed;
    if (isAsked) await this.#confirmed(plan, !flags.quiet && !flags.json && (flags.format ?? "table") === "table");
    const applied = await applyPlan(database, plan, { ...how, dryRun });
    const already = applied.changed ? undefined : "the plan is applied already";
    return changesView(applied, { notices, already });
  }

  /** Has a person confirm the plan, who sees what goes and who gains and loses. */
  async #confirmed(plan: Plan, isShown: boolean): Promise<void> {
    const { stderr, env } = this.shell;
    const terminal = { width: stderr.width, style: await styleFor(stderr.isTerminal, env) };
    if (isShown) for await (const text of linesText(confirmLines(plan, terminal.style), terminal)) stderr.write(text);
    await this.confirm(appliedQuestion(plan));
  }
}
