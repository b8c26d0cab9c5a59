/** Plans, for programs: made of mutations or of documents, and applied. */
import { wrong } from "../errors.ts";
import { type Applied, applyPlan } from "../plans/apply-plan.ts";
import { makePlan } from "../plans/make-plan.ts";
import type { Plan } from "../plans/plan.ts";
import { checkedPlan, readPlan } from "../plans/read-plan.ts";
import { partedDocumentOf } from "../policy/document/read.ts";
import { seedingParts } from "../policy/document/seeding.ts";
import type { Mutation } from "../policy/model/mutation.ts";
import { parseDuration } from "../policy/model/times.ts";
import { inputsOf } from "./documents.ts";
import { PreparedMutation } from "./mutation.ts";
import { clock, type OpenDatabase } from "./open-database.ts";
import type { ReadOptions } from "./options/arguments.ts";
import type { APPLY_PLAN, PLAN } from "./options/plan-options.ts";
import { type Writer, writingOf } from "./writing.ts";

/** @throws RbacError (exit 2, 3 or 4), as `Rbac.plan` says. */
export async function planned(
  opened: OpenDatabase,
  writer: Writer,
  what: unknown,
  read: ReadOptions<(typeof PLAN)[number]>,
): Promise<Plan> {
  const { stamp, how } = writingOf(opened, writer, read);
  const { gates = {}, expand = false } = read;
  const { isDocument, mutation } = await mutationOf(what, read);
  const onLookalike = () => {}; // As in `seed`.
  const options = { ...how, ...(isDocument && { onLookalike }) };
  return opened.use((database) => makePlan(database, { mutation, stamp: stamp(), options, gates, expand }));
}

/** A list of mutations, or a document as for `seed`. */
async function mutationOf(
  what: unknown,
  { prune, only }: ReadOptions<"prune" | "only">,
): Promise<{ isDocument: boolean; mutation: Mutation }> {
  if (Array.isArray(what) && !what.some((one) => typeof one === "string")) {
    if (prune !== undefined || only !== undefined)
      throw wrong("USAGE", "prune and only are of documents: leave them out with mutations");
    return { isDocument: false, mutation: PreparedMutation.inSequence(what, clock()) };
  }
  const document = partedDocumentOf(await inputsOf(what), { only });
  return { isDocument: true, mutation: seedingParts(document, prune ?? false) };
}

/** @throws RbacError (exit 2, 3 or 4), as `Rbac.applyPlan` says. */
export async function applied(
  opened: OpenDatabase,
  writer: Writer,
  plan: unknown,
  read: ReadOptions<(typeof APPLY_PLAN)[number]>,
): Promise<Applied> {
  const { stamp, how } = writingOf(opened, writer, read);
  const { expect, exact = false, maxAge, dryRun = false } = read;
  const known = typeof plan === "string" ? readPlan(plan) : checkedPlan(plan);
  return opened.use((database) =>
    applyPlan(database, known, {
      ...{ stamp, exact, dryRun, options: how },
      ...(expect !== undefined && { expect }),
      ...(maxAge !== undefined && { maxAge: parseDuration(maxAge) }),
    }),
  );
}
