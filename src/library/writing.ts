/** How a handle writes: who makes a change, for the record, and what the store is told of it. */
import { wrong } from "../errors.ts";
import type { Change } from "../policy/model/change.ts";
import type { Stamp } from "../policy/model/results.ts";
import { clock, type OpenDatabase } from "./open-database.ts";
import type { ReadOptions } from "./options/arguments.ts";
import { WRITE } from "./options/write-options.ts";

/** Who makes the changes of a handle. */
export interface Writer {
  /** Where the call says nobody. */
  readonly actor: string | undefined;
  /** Hears what a change comes to before it is kept, and throws to refuse it. */
  readonly judge?: (changes: readonly Change[]) => void;
}

/**
 * @throws RbacError `DATABASE_READONLY` (exit 4), `ARGUMENT_MISSING` (exit 2) where nobody is said.
 */
export function writingOf(
  opened: OpenDatabase,
  writer: Writer,
  { actor = writer.actor, reason, allowConfusable = false, expectRevision }: ReadOptions,
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
    ...(writer.judge && { accept: writer.judge }),
  };
  return { stamp, how };
}

/** One judge of changes for several. */
export function acceptedByAll(...judges: readonly (((changes: readonly Change[]) => void) | undefined)[]) {
  const all = judges.filter((judge) => judge !== undefined);
  if (all.length === 0) return {};
  return { accept: (changes: readonly Change[]) => all.forEach((judge) => void judge(changes)) };
}

/** The options of a write, apart from the fields of what is written. */
export function split(read: ReadOptions): [own: ReadOptions, write: ReadOptions] {
  const entries = Object.entries(read);
  const isWrite = ([name]: [string, unknown]) => (WRITE as readonly string[]).includes(name);
  return [Object.fromEntries(entries.filter((entry) => !isWrite(entry))), Object.fromEntries(entries.filter(isWrite))];
}
