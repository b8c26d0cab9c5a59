import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { readDocuments } from "../cli/documents.ts";
import { optionalPathArg, pathArg } from "../cli/flags/shared-flags.ts";
import type { View } from "../output/render.ts";
import { diffView } from "../output/views/changes.ts";
import { policyOf } from "../policy/document/plan.ts";
import { diff } from "../policy/model/change.ts";
import { WHOLE_POLICY } from "../policy/model/mutation.ts";
import type { Policy } from "../policy/model/policy.ts";
import { parseAsked } from "../policy/model/times.ts";

export default class Diff extends RbacCommand<typeof Diff> {
  static override summary = "Compare two documents, or moments of the database";
  static override description =
    "The changes that turn A into B; B left out is the database. @12 is a revision, @2026-03-01 or @-7d a time, @now " +
    "the present. Exit 0 when they are equal, 1 when not.";
  static override examples = [
    "<%= config.bin %> diff old.yaml new.yaml",
    "<%= config.bin %> diff snapshot.json",
    "<%= config.bin %> diff @12 @15",
  ];
  static override args = {
    a: pathArg("a file, a folder, -, or @MOMENT"),
    b: optionalPathArg("the same; @now when left out"),
  };

  protected async answer({ args: { a, b = "@now" }, now, open, progress }: CommandInput<typeof Diff>): Promise<View> {
    const onProgress = await progress();
    const read = async (text: string): Promise<Policy> => {
      if (!text.startsWith("@")) return policyOf(await readDocuments([text], onProgress));
      onProgress({ step: `reading the policy ${text}` });
      const moment = text === "@now" ? undefined : parseAsked(/^@\d+$/.test(text) ? text : text.slice(1), now);
      const source = moment ? (await (await open()).asOf(moment, now)).database : await open();
      return (await source.policy(WHOLE_POLICY)).policy;
    };
    const [before, after] = [await read(a), await read(b)];
    onProgress({ step: "comparing" });
    return diffView(diff(before, after), [a, b]);
  }
}
