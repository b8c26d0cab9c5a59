import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { askerSaid } from "../cli/flags/asker.ts";
import { BATCH, BRIEF, nameArg, permissionsArg, QUESTION, VERDICTS } from "../cli/flags/shared-flags.ts";
import { askedOf } from "../cli/flags/subject.ts";
import { answerNotices } from "../cli/name-notices.ts";
import { readParts } from "../files/lines.ts";
import type { RawText, View } from "../output/render.ts";
import { BatchLines } from "../output/views/batch.ts";
import { decisionView } from "../output/views/decision.ts";

export default class Can extends RbacCommand<typeof Can> {
  static override summary = "Ask whether a user may do something";
  static override description =
    "Exit 0 is yes, 1 is no; an unknown name is exit 2. Several permissions must all be allowed, or one with --any. " +
    "To gate a forbidden thing in a script use --expect no: a missing database then fails too.";
  static override examples = [
    "<%= config.bin %> can alice posts:publish",
    "<%= config.bin %> can alice posts:update --owner alice --on acme/posts/42",
    "<%= config.bin %> can mallory users:delete --expect no",
    "<%= config.bin %> can --batch questions.ndjson",
  ];
  static override args = { user: nameArg("who, or --stranger"), permissions: permissionsArg("such as posts:read") };
  static override flags = { ...QUESTION, ...VERDICTS, batch: BATCH, brief: BRIEF };
  static override insteadOfArgs = ["batch"];

  protected async answer({ args, flags, now, open }: CommandInput<typeof Can>): Promise<View | RawText> {
    const { owner = null, on: scope = null, any, expect, batch } = flags;
    const database = await open();
    if (batch !== undefined) {
      const { readBatch } = await import("../policy/evaluate/batch-lines.ts");
      const lines = new BatchLines({ ...flags, expect });
      await database.batches(readBatch(readParts(batch), now), { ...flags, now }, (p) => this.print(lines.part(p)));
      return lines.end();
    }
    const { who, asked } = askedOf("permission", args.user, args.permissions, flags.stranger);
    const asker = { ...(await askerSaid(who, now, flags)), owner, scope };
    const answer = await database.can(asked.map((permission) => ({ ...asker, permission })));
    return decisionView({ ...answer, any, expect, notices: await answerNotices(database, scope, answer.decisions) });
  }
}
