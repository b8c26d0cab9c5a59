/** The base of `diff`: two sides compared, by their rows or by what people may. */
import type { Command } from "@oclif/core";
import { impactDiffView } from "../../output/impact/impact-diff.ts";
import type { View } from "../../output/render.ts";
import { diffView } from "../../output/views/changes.ts";
import { differenceOf } from "../../policy/document/difference.ts";
import { impactOf } from "../../policy/impact/impact.ts";
import { parseAsked } from "../../policy/model/times.ts";
import { RbacCommand } from "../base-command.ts";
import { peopleShown } from "../flags/plan-flags.ts";
import { readSide, renamedBetween } from "./sides.ts";

export type { CommandInput } from "../base-command.ts";

interface HowCompared {
  readonly impact: boolean;
  readonly expand: boolean;
  readonly people?: number | undefined;
}

export abstract class DifferingCommand<T extends typeof Command> extends RbacCommand<T> {
  /** The sides say what is read; --at only when people are judged. */
  protected override async goTo(at: string | undefined): Promise<string> {
    if (at === undefined) return this.now;
    const moment = parseAsked(at, this.now);
    return "at" in moment ? moment.at : (await (await this.open()).asOf(moment)).at;
  }

  /** @param at when people are judged */
  protected async compare(a: string, b: string, { impact, expand, people }: HowCompared, at: string): Promise<View> {
    const onProgress = await this.progress();
    const reading = { now: this.now, onProgress, open: () => this.open() };
    const [before, after] = [await readSide(a, reading), await readSide(b, reading)];
    onProgress({ step: "comparing" });
    const changes = differenceOf(before, after);
    if (!impact) return diffView(changes, [a, b]);
    const isOneDatabase = before.revision !== undefined && after.revision !== undefined;
    const renamings = isOneDatabase ? await renamedBetween(await this.open(), before, after) : [];
    const found = impactOf(before.policy, [...changes, ...renamings], at, { expand, causes: true });
    return impactDiffView(found, changes, [a, b], peopleShown({ people }));
  }
}
