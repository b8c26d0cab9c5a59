import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { readDocuments } from "../cli/documents.ts";
import { optionalPathsArg } from "../cli/flags.ts";
import { wrong } from "../errors.ts";
import type { View } from "../output/render.ts";
import { testsView } from "../output/views/test-results.ts";
import { validPolicyOf } from "../policy/document/plan.ts";
import { runTests } from "../policy/document/policy-tests.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import { WHOLE_POLICY } from "../policy/model/mutation.ts";

export default class Test extends RbacCommand<typeof Test> {
  static override summary = "Run the tests that documents state";
  static override description =
    "Asks them of the documents themselves, merged, or with --live of the database. Exit 1 when one fails. Documents " +
    "with faults, or that break a constraint of theirs, are refused; so they are checked without tests, too.";
  static override examples = ["<%= config.bin %> test policy.yaml", "<%= config.bin %> test policy.yaml --live"];
  static override args = { path: optionalPathsArg("files, folders, or -") };
  static override flags = { live: Flags.boolean({ description: "ask the database instead of the documents" }) };

  protected async answer({ args, flags, now, open, progress }: CommandInput<typeof Test>): Promise<View> {
    if (!args.path) throw wrong("ARGUMENT_MISSING", "missing argument PATH: tests live in files");
    const onProgress = await progress();
    const document = await readDocuments(args.path, onProgress);
    onProgress({ step: "testing" });
    const stored = async () => (await (await open()).policy(WHOLE_POLICY)).policy;
    const policy = flags.live ? await stored() : validPolicyOf(document, now);
    return testsView(runTests(indexPolicy(policy), document.tests, now));
  }
}
