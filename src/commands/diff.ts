import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { readDocuments } from "../cli/documents.ts";
import { optionalPathArg, pathArg } from "../cli/flags/shared-flags.ts";
import type { View } from "../output/render.ts";
import { diffView } from "../output/views/changes.ts";
import { differenceOf, type Side, sideOf } from "../policy/document/difference.ts";
import { parseAsked } from "../policy/model/times.ts";

export default class Diff extends RbacCommand<typeof Diff> {
  static override summary = "Compare two documents, or moments of the database";
  static override description =
    "The changes that turn A into B; B left out is the database. @12 is a revision, @2026-03-01 or @-7d a time, @now " +
    "the present. A document with a part is compared in it. Exit 0 when they are equal, 1 when not.";
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
    const read = async (text: string): Promise<Side> => {
      if (!text.startsWith("@")) return sideOf(await readDocuments([text], onProgress));
      onProgress({ step: `reading the policy ${text}` });
      const moment = text === "@now" ? undefined : parseAsked(/^@\d+$/.test(text) ? text : text.slice(1), now);
      const source = moment ? (await (await open()).asOf(moment, now)).database : await open();
      return { policy: await source.documented() };
    };
    const [before, after] = [await read(a), await read(b)];
    onProgress({ step: "comparing" });
    return diffView(differenceOf(before, after), [a, b]);
  }
}
