import { Flags } from "@oclif/core";
import { nameArg, nameFlag } from "../../cli/flags/shared-flags.ts";
import { confirmOffboarding } from "../../cli/writing/confirmations.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { offboardingLines } from "../../output/views/change-lines.ts";
import { afterwardsOf } from "../../policy/edit/offboard.ts";
import { offboarding } from "../../policy/mutations.ts";

export default class UserOffboard extends WritingCommand<typeof UserOffboard> {
  static override summary = "Revoke all that a user is assigned, or hand it over";
  static override description =
    "In one revision, or exit 3 with all that stands in the way. What is handed over keeps scope and window, and its " +
    "denies; what has ended is only revoked. What everyone holds stays with the user.";
  static override examples = [
    "<%= config.bin %> user offboard alice --hand-over bob --dry-run",
    "<%= config.bin %> user offboard alice --disable --reason 'left the company'",
    "<%= config.bin %> user offboard alice --hand-over bob --delete",
  ];
  static override args = { user: nameArg("who leaves") };
  static override flags = {
    "hand-over": nameFlag("who is given the assignments", "USER"),
    disable: Flags.boolean({ description: "disable the user who leaves", exclusive: ["delete"] }),
    delete: Flags.boolean({ description: "delete the user who leaves; asks for confirmation" }),
  };

  protected async answer({ args: { user }, flags, now }: CommandInput<typeof UserOffboard>): Promise<View> {
    const request = { user, successor: flags["hand-over"] ?? null, afterwards: afterwardsOf(flags), at: now };
    return this.change(offboarding(request), {
      lines: offboardingLines(request),
      ...(flags.delete && { confirm: confirmOffboarding(user) }),
    });
  }
}
