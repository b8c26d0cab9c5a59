/** The base of `plan`: it has another command say what it would change, and makes a plan of that. */
import type { Command } from "@oclif/core";
import { wrong } from "../../errors.ts";
import { exitCodeOf, planView } from "../../output/plans/plan-view.ts";
import { savedText } from "../../output/plans/saved-text.ts";
import type { View } from "../../output/render.ts";
import { makePlan } from "../../plans/make-plan.ts";
import type { Plan } from "../../plans/plan.ts";
import { planText } from "../../plans/write-plan.ts";
import { RbacCommand } from "../base-command.ts";
import { argumentMissing } from "../flags/flag-errors.ts";
import { type GatesSaid, gatesSaid, peopleShown } from "../flags/plan-flags.ts";
import { GLOBAL_FLAGS, WRITE_FLAGS } from "../flags/shared-flags.ts";
import { type BothSides, bothSides } from "./command-behind.ts";
import { type ReportFlags, withPlanReports } from "./plan-reports.ts";
import { plannable } from "./plannable.ts";

export type { CommandInput } from "../base-command.ts";

interface PlanFlags extends GatesSaid, ReportFlags {
  readonly prune: boolean;
  readonly undo?: string | undefined;
  readonly people?: number | undefined;
  readonly expand: boolean;
  readonly check: boolean;
  readonly out?: string | undefined;
}

export abstract class PlanningCommand<T extends typeof Command> extends RbacCommand<T> {
  static override baseFlags = { ...GLOBAL_FLAGS, ...WRITE_FLAGS };
  /** The words behind `--` are those of a command. */
  static readonly takesCommand = true;
  #sides: BothSides = { own: [], command: undefined, shared: [] };

  override async run(): Promise<void> {
    this.#sides = bothSides(this.argv);
    this.argv = [...this.#sides.own];
    await super.run();
  }

  /** @param paths of documents, in place of a command */
  protected plan(paths: readonly string[] | undefined, flags: PlanFlags): Promise<View> {
    const words = this.#wordsOf(paths, flags);
    const [people, { check: isCheck, out: file }] = [peopleShown(flags), flags];
    const [run, print] = [() => this.#planned(words, flags, people), (text: string) => this.print(text)];
    const places = { reads: words, writes: file === undefined ? [] : [file] };
    return withPlanReports({ flags, people, isCheck, file, ...places, print, run });
  }

  /** The words of the command that is planned. */
  #wordsOf(paths: readonly string[] | undefined, { prune, undo }: PlanFlags): readonly string[] {
    const { command } = this.#sides;
    const said = [paths && "PATH", undo !== undefined && "--undo", command && "a command behind --"].filter(Boolean);
    const [first, second] = said;
    if (second) throw wrong("USAGE", `${first} and ${second} contradict each other: plan one of them`);
    if (prune && !paths) throw wrong("USAGE", "--prune needs PATH: behind -- it is a flag of the command");
    if (command) return command;
    if (undo !== undefined) return ["undo", undo];
    if (!paths) throw argumentMissing("path", "documents, --undo REVISION, or a command behind --");
    return ["seed", ...(prune ? ["--prune"] : []), "--", ...paths];
  }

  async #planned(words: readonly string[], flags: PlanFlags, people: number): Promise<{ view: View; plan: Plan }> {
    const command = await plannable(words, this.#sides.shared, { config: this.config, shell: this.shell });
    let made: Plan | undefined;
    const view = await command.planned(async ({ database, mutation, stamp, options, told }) => {
      const { expand, out, check } = flags;
      const spoken = words.filter((word) => word !== "--");
      const plan = await makePlan(database, {
        mutation,
        stamp,
        options,
        gates: gatesSaid(flags),
        command: spoken,
        expand,
      });
      made = plan;
      if (out !== undefined) await this.write(out, planText(plan));
      const closing = out === undefined ? [] : [savedText(out, plan)];
      const notices = plan.refusal ? [] : await told(plan.changes);
      return { ...planView(plan, { people, notices, closing }), exitCode: exitCodeOf(plan, check) };
    });
    if (!made) throw new Error(`${words.join(" ")} made no change to be planned`);
    return { view, plan: made };
  }
}
