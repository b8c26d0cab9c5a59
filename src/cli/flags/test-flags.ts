/** The flags of `test` that tell what its tests miss. */
import { Flags } from "@oclif/core";

const percentFlag = (description: string) => Flags.integer({ description, min: 0, max: 100, helpValue: "PERCENT" });

export const TEST_FLAGS = {
  live: Flags.boolean({ description: "ask the database instead of the documents" }),
  coverage: Flags.boolean({ description: "show what of the policy the tests touch" }),
  "min-coverage": percentFlag("exit 1 where the tests touch less of the policy, or there are none"),
  mutate: Flags.boolean({ description: "show which slips in the policy no test would notice" }),
  "min-score": percentFlag("exit 1 where the tests notice fewer of the slips, or there are none"),
  suggest: Flags.boolean({ description: "print only a document with the tests that would notice the others" }),
};
