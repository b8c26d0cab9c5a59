/** How a handle writes: who makes a change, for the record, and what the store is told of it. */
import { wrong } from "../errors.ts";
import type { Stamp } from "../policy/model/results.ts";
import { clock, type OpenDatabase } from "./open-database.ts";
import type { ReadOptions } from "./options/arguments.ts";
import { WRITE } from "./options/write-options.ts";

/**
 * @param byDefault who makes changes, where the call says nobody
 * @throws RbacError `DATABASE_READONLY` (exit 4), `ARGUMENT_MISSING` (exit 2) where nobody is said.
 */
export function writingOf(
  opened: OpenDatabase,
  byDefault: string | undefined,
  { actor = byDefault, reason, allowConfusable = false, expectRevision }: ReadOptions,
) {
  opened.requireWritable();
  if (actor === undefined) throw wrong("ARGUMENT_MISSING", "say who makes the change: by the option actor, or by as()");
  const { osUser = opened.actor ?? actor, auditKey, wait } = opened;
  const stamp = (): Stamp => ({ actor, osUser, at: clock(), reason: reason ?? null });
  const how = {
    allowConfusable,
    ...(expectRevision !== undefined && { expectRevision }),
    ...(auditKey && { auditKey }),
    ...(wait !== undefined && { wait }),
  };
  return { stamp, how };
}

/** The options of a write, apart from the fields of what is written. */
export function split(read: ReadOptions): [own: ReadOptions, write: ReadOptions] {
  const entries = Object.entries(read);
  const isWrite = ([name]: [string, unknown]) => (WRITE as readonly string[]).includes(name);
  return [Object.fromEntries(entries.filter((entry) => !isWrite(entry))), Object.fromEntries(entries.filter(isWrite))];
}
