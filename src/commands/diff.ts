import { type Given, RbacCommand } from "../command.ts";
import { readInputs } from "../files/input.ts";
import { optionalPathArg, pathArg } from "../options.ts";
import { diffView } from "../output/changes.ts";
import type { View } from "../output/view.ts";
import { diff } from "../policy/change.ts";
import { documentOf } from "../policy/documents.ts";
import { policyOf } from "../policy/plan.ts";

export default class Diff extends RbacCommand<typeof Diff> {
  static override summary = "Compare two documents, or a document with the database";
  static override description =
    "Lists the changes that turn A into B; B left out is the database. Exit 0 when they are equal, 1 when not.";
  static override examples = ["<%= config.bin %> diff old.yaml new.yaml", "<%= config.bin %> diff snapshot.json"];
  static override args = {
    a: pathArg("a file, a folder, or -"),
    b: optionalPathArg("the same; the database when left out"),
  };

  protected async answer({ args, open }: Given<typeof Diff>): Promise<View> {
    const read = async (path: string) => policyOf(documentOf(await readInputs([path])));
    const stored = async () => (await (await open()).policy({ users: "all", roles: "all", permissions: "all" })).policy;
    const from = await read(args.a);
    return diffView(diff(from, args.b === undefined ? await stored() : await read(args.b)));
  }
}
