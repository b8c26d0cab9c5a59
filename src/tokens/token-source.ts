/** Reads what a token is made of, all at one revision. */
import { unavailable } from "../errors.ts";
import { rowsForPermissions } from "../policy/evaluate/needed-rows.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import type { Scope } from "../policy/model/scopes.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { askerForToken, type HeldRights, heldRights } from "./held-rights.ts";
import type { TokenSource } from "./issued-claims.ts";

/** @throws UnknownName (exit 2), RbacError `USER_DISABLED` (exit 3), `RECORD_DAMAGED` (exit 4). */
export async function tokenSource(
  reading: TransactionReads,
  { user, on, now }: { readonly user: string; readonly on: Scope; readonly now: string },
): Promise<{ readonly source: TokenSource; readonly rights: HeldRights }> {
  const asker = askerForToken(user, now);
  const index = indexPolicy(await reading.load(rowsForPermissions([asker])));
  const rights = heldRights(index, asker, on);
  const database = await reading.databaseId();
  if (database === null)
    throw unavailable("RECORD_DAMAGED", "the record has no first entry, by which the database is known");
  return { source: { user, on, revision: reading.revision, database }, rights };
}
