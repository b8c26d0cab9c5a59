/** Views of changes that were made or would be made. */

import { EXIT } from "../../errors.ts";
import { type Change, kindOf } from "../../policy/model/change.ts";
import type { ChangeOutcome } from "../../policy/model/results.ts";
import { counted, countText } from "../count-text.ts";
import type { View } from "../render.ts";
import type { Style } from "../style.ts";
import { type Cell, madeWhenRead } from "../table.ts";
import { type ChangeLines, changeLine, countedByVerb, MADE, WOULD } from "./change-lines.ts";

type Words = { readonly [word: string]: unknown };

/** A mutation that was made, or only tried. */
type MadeOrTried = ChangeOutcome & { readonly dryRun: boolean };

/** The most changes that are listed once they are made; a dry run, and a difference, list all. */
const SHOWN_CHANGES = 10;

interface Told {
  readonly notices?: readonly string[];
  /** The changes in lines of their own, all of them, in place of those of every write. */
  readonly lines?: ChangeLines | undefined;
  /** What lists all of many changes; the record, where this is left out. */
  readonly listedBy?: string;
  /** What already holds, where nothing is changed. */
  readonly already?: string | undefined;
}

/** The view of a write. Long lists are cut for people only: JSON and CSV list all of `changes`. */
export function changesView(outcome: MadeOrTried, { notices = [], lines, already, ...told }: Told = {}): View {
  const { changed, dryRun, revision, changes, count = changes.length } = outcome;
  const shown = changes.slice(0, dryRun || count <= SHOWN_CHANGES + 1 ? changes.length : SHOWN_CHANGES);
  const listedBy = dryRun ? "" : ` (${told.listedBy ?? `rbac audit --since @${revision}`} lists all)`;
  const moreNotice = count > shown.length ? [`… and ${countText(count - shown.length)} more${listedBy}`] : [];
  return {
    json: { changed, dryRun, revision, ...(count > changes.length && { count }), changes },
    table: {
      head: ["change", ...KEY_COLUMNS],
      rows: madeWhenRead(changes, rowOf),
    },
    text: (style) => lines?.(changes, style) ?? linesOf(shown, moreNotice, style),
    isReport: !dryRun,
    notices: [...notices, ...(outcome.notices ?? [])],
    closing: [summary(outcome, already)],
  };
}

const KEY_COLUMNS = ["user", "role", "inherits", "permission", "effect", "scope"];

function rowOf(change: Change): Cell[] {
  const key = change as Words;
  return [change.kind, ...KEY_COLUMNS.map((name) => (typeof key[name] === "string" ? key[name] : null))];
}

function* linesOf(shown: readonly Change[], more: readonly string[], style: Style): Iterable<string> {
  for (const change of shown) yield changeLine(change, style);
  yield* more;
}

/** The view of a new and empty database, with what comes next. @param path as messages name it, without a password */
export function createdView(path: string): View {
  const view = changesView({ changed: true, dryRun: false, revision: 0, changes: [] });
  const next = "next: rbac seed (a starter policy), rbac seed policy.yaml, or rbac role create NAME";
  return { ...view, closing: [`created ${path}, empty; ${next}`] };
}

/**
 * The view of the difference between two policies: exit 1 if there is one.
 * @param sides what the policies are called
 */
export function diffView(changes: readonly Change[], sides: readonly [from: string, to: string]): View {
  const [from, to] = sides;
  const view = changesView({ changed: changes.length > 0, dryRun: true, revision: 0, changes });
  const changed = changes.length > 0;
  return {
    ...view,
    json: { changed, changes },
    closing: [changed ? `${counted(changes.length, "difference")}; - only in ${from}, + only in ${to}` : "equal"],
    exitCode: changed ? EXIT.no : EXIT.yes,
  };
}

/** The last line: what was done, by kind, and how it is taken back. */
function summary({ changed, dryRun, revision, changes, count = changes.length }: MadeOrTried, already?: string) {
  if (!changed) return [`unchanged, revision ${revision}`, already ?? []].flat().join(": ");
  const whole = count === changes.length;
  if (dryRun) {
    const counts = whole ? countedByVerb(changes, WOULD) : `would make ${counted(count, "change")}`;
    return `dry run at revision ${revision}: ${counts}`;
  }
  const counts = whole ? countedByVerb(changes, MADE) : counted(count, "change");
  const isFinal = changes.every((change) => kindOf(change) === "api-key" && change.before !== null);
  return `${counts}; revision ${revision}${isFinal && whole ? "" : `; to undo: rbac undo ${revision}`}`;
}
