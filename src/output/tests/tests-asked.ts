/** What was tested, and what is asked for of it. */
import type { Document } from "../../policy/document/facts.ts";
import type { PolicyIndex } from "../../policy/evaluate/policy-index.ts";
import type { TestOutcome } from "../../policy/tests/run-tests.ts";

/** What was tested, and how. */
export interface Tested {
  readonly index: PolicyIndex;
  readonly document: Pick<Document, "facts">;
  readonly outcomes: readonly TestOutcome[];
  /** RFC 3339 UTC. */
  readonly now: string;
}

/** What to tell: the flags of the command. */
export interface TestsAsked {
  readonly coverage: boolean;
  readonly "min-coverage"?: number | undefined;
  readonly mutate: boolean;
  readonly "min-score"?: number | undefined;
  readonly suggest: boolean;
  readonly report?: readonly { readonly kind: string }[] | undefined;
}
