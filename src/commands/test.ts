import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { optionalPathsArg } from "../cli/flags/shared-flags.ts";
import { TEST_FLAGS } from "../cli/flags/test-flags.ts";
import { REPORT, withReports } from "../cli/reports.ts";
import { readDocuments } from "../cli/writing/documents.ts";
import { wrong } from "../errors.ts";
import type { View } from "../output/render.ts";
import { resultsOf } from "../output/tests/results.ts";
import { validPolicyOf } from "../policy/document/changes-to-document.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import { WHOLE_POLICY } from "../policy/model/mutation.ts";
import { runTests } from "../policy/tests/run-tests.ts";

export default class Test extends RbacCommand<typeof Test> {
  static override summary = "Run the tests that documents state";
  static override description =
    "Asks them of the documents themselves, merged, or with --live of the database. Exit 1 when one fails. Documents " +
    "with faults, or that break a constraint of theirs, are refused; so they are checked without tests, too.";
  static override examples = [
    "<%= config.bin %> test policy.yaml --live",
    "<%= config.bin %> test policy/ --report junit=rbac.xml --report github",
    "<%= config.bin %> test policy/ --coverage --mutate --min-score 80",
  ];
  static override args = { path: optionalPathsArg("files, folders, or -") };
  static override flags = { ...TEST_FLAGS, report: REPORT };

  protected async answer({ args: { path }, flags, now, open, progress }: CommandInput<typeof Test>): Promise<View> {
    if (!path) throw wrong("ARGUMENT_MISSING", "missing argument PATH: tests live in files");
    const onProgress = await progress();
    const run = async () => {
      const document = await readDocuments(path, onProgress);
      onProgress({ step: "testing" });
      const policy = flags.live ? (await (await open()).policy(WHOLE_POLICY)).policy : validPolicyOf(document, now);
      const index = indexPolicy(policy);
      return resultsOf({ index, document, outcomes: runTests(index, document.tests, now), now }, flags);
    };
    return withReports({ title: "rbac test", flags, reads: path, print: (text) => this.print(text), run });
  }
}
