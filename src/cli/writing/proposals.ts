/** Writes what a command proposes: as a document for `seed --prune`, as a plan for `apply`. */
import type { Database } from "../../database/database.ts";
import { wrong } from "../../errors.ts";
import { makePlan } from "../../plans/make-plan.ts";
import { planText } from "../../plans/write-plan.ts";
import { returningTo } from "../../policy/edit/undo.ts";
import { parseName } from "../../policy/model/names.ts";
import type { Policy } from "../../policy/model/policy.ts";
import { proposalFormat, proposalText } from "../export-text.ts";
import { timeFlag, WRITE_FLAGS, wordFlag } from "../flags/shared-flags.ts";

export const PROPOSAL_FLAGS = {
  since: timeFlag("leave out what was asked before, such as 90d; the whole log when left out", "TIME"),
  propose: wordFlag("write the policy without what nobody used to this file, if the log is long enough", "FILE"),
  plan: wordFlag("save a plan that takes away what nobody used, if the log is long enough", "FILE"),
  actor: WRITE_FLAGS.actor,
};

interface ProposalFlags {
  readonly propose?: string | undefined;
  readonly plan?: string | undefined;
  readonly actor?: string | undefined;
}

interface Writing {
  /** The words of the command that proposes it. */
  readonly command: readonly string[];
  readonly osUser: string;
  readonly now: string;
  write(path: string, text: string | Iterable<string> | AsyncIterable<string>): Promise<void>;
}

/**
 * Looks at the flags before anything is read.
 * @returns a function that writes the proposal: the policy without what is to go, of the revision that was looked at
 * @throws RbacError (exit 2) for a file that cannot hold it
 */
export function proposalWriter({ propose, plan, actor }: ProposalFlags, { command, osUser, now, write }: Writing) {
  if (plan !== undefined && plan === propose) throw wrong("USAGE", "--propose and --plan cannot both write one file");
  const format = propose === undefined ? undefined : proposalFormat(propose);
  const stamp = { actor: actor ?? parseName(osUser), at: now };
  return async (database: Database, revision: number, policy: Policy) => {
    if (propose !== undefined && format) await write(propose, await proposalText(policy, format));
    if (plan === undefined) return { proposed: propose };
    const options = { expectRevision: revision }; // What came since would go, too.
    const made = await makePlan(database, { mutation: returningTo(policy), stamp, options, command });
    await write(plan, planText(made));
    return { proposed: propose, planned: { file: plan, digest: made.digest, refusal: made.refusal } };
  };
}
