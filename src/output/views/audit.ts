/** Views of the audit record: its entries, its verification, its head. */
import { EXIT } from "../../errors.ts";
import type { FormerName, NamedEntry, VerificationReport } from "../../policy/model/results.ts";
import type { ListPart, View } from "../render.ts";
import { safe } from "../sanitize.ts";
import { timeCell } from "../table.ts";
import { changeText } from "./change-commands.ts";
import { formerNameText } from "./former-names.ts";

interface FoundEntries {
  readonly entries: readonly NamedEntry[];
  /** The names that the user and the role asked about had before. */
  readonly formerNames: readonly FormerName[];
  /** False where the actor asked about is nobody that the record or the policy knows. */
  readonly isActorKnown: boolean;
}

/** The views of entries that come in pages. */
export async function* auditParts(pages: AsyncIterable<FoundEntries>): AsyncIterable<ListPart> {
  for await (const page of pages) yield auditView(page);
}

/** The view of entries, oldest first. Each change is shown as the command that would make it. */
function auditView({ entries, formerNames, isActorKnown }: FoundEntries): ListPart {
  return {
    json: {},
    list: { name: "entries", rows: entries },
    table: {
      head: ["seq", "revision", "at", "actor", "os user", "kind", "change", "reason"],
      rows: entries.map(({ seq, revision, at, actor, osUser, reason, change }) => [
        seq,
        revision,
        timeCell(at),
        actor,
        osUser,
        change.kind,
        changeText(change),
        reason,
      ]),
      least: ["os user", "kind", "reason", "change"],
    },
    notices: [
      ...formerNames.map(formerNameText),
      ...(entries.length === 0 ? [isActorKnown ? "no entries" : "no entries: nobody by this name made any"] : []),
    ],
  };
}

/** The view of a verification: every fault, then the counts; exit 1 if the record is not valid. */
export function verifyView({ valid, entries, head, clockSteps, uncheckedCodes, faults }: VerificationReport): View {
  const count = safe`${entries} entries, ${faults.length} fault${faults.length === 1 ? "" : "s"}, head ${head}`;
  return {
    json: { valid, entries, head, clockSteps, uncheckedCodes, faults },
    table: {
      head: ["code", "seq", "table", "message"],
      rows: faults.map((fault) => [fault.code, fault.seq, fault.table, fault.message]),
    },
    text: (style) => [
      ...faults.map(({ code, message }) => `${style.bad(safe`${code}`)}: ${safe`${message}`}`),
      valid ? `${style.good("valid")}: ${count}` : `${style.bad("not valid")}: ${count}`,
    ],
    notices: [
      ...(clockSteps === 0
        ? []
        : [`${clockSteps} entries are stamped earlier than the one before: a clock was set back`]),
      ...(uncheckedCodes === 0
        ? []
        : [`the codes of ${uncheckedCodes} entries went unchecked: say --audit-key-file or RBAC_AUDIT_KEY_FILE`]),
    ],
    exitCode: valid ? EXIT.yes : EXIT.no,
  };
}

/** The view of the head: as text a single line, for a commit message or a shell variable. */
export const headView = (head: string): View => {
  const [seq, hash] = head.split(":");
  return {
    json: { head, seq: Number(seq), hash },
    table: { head: ["head"], rows: [[head]] },
    text: () => [safe`${head}`],
  };
};
