/** Views of the audit record: its entries, its verification, its head. */
import { EXIT } from "../../errors.ts";
import type { Change } from "../../policy/model/change.ts";
import type { View } from "../render.ts";
import { safe } from "../sanitize.ts";
import { changeText } from "./changes.ts";

export interface AuditEntry {
  readonly seq: number;
  readonly revision: number;
  readonly at: string;
  readonly actor: string;
  readonly osUser: string;
  readonly reason: string | null;
  readonly change: Change;
}

/** The view of entries, oldest first. Each change is shown as the command that would make it. */
export function auditView(entries: readonly AuditEntry[]): View {
  return {
    json: { entries },
    table: {
      head: ["seq", "revision", "at", "actor", "os user", "kind", "change", "reason"],
      rows: entries.map(({ seq, revision, at, actor, osUser, reason, change }) => [
        seq,
        revision,
        at,
        actor,
        osUser,
        change.kind,
        changeText(change),
        reason,
      ]),
    },
    notices: entries.length === 0 ? ["no entries"] : [],
  };
}

export interface VerificationResult {
  readonly valid: boolean;
  readonly entries: number;
  readonly head: string;
  readonly clockSteps: number;
  readonly uncheckedCodes: number;
  readonly faults: readonly {
    readonly code: string;
    readonly seq: number | null;
    readonly table: string | null;
    readonly message: string;
  }[];
}

/** The view of a verification: every fault, then the counts; exit 1 if the record is not valid. */
export function verifyView({ valid, entries, head, clockSteps, uncheckedCodes, faults }: VerificationResult): View {
  const count = safe`${entries} entries, ${faults.length} fault${faults.length === 1 ? "" : "s"}, head ${head}`;
  return {
    json: { valid, entries, head, clockSteps, uncheckedCodes, faults },
    table: {
      head: ["code", "seq", "table", "message"],
      rows: faults.map((fault) => [fault.code, fault.seq, fault.table, fault.message]),
    },
    text: (colors) => [
      ...faults.map(({ code, message }) => `${colors.bad(safe`${code}`)}: ${safe`${message}`}`),
      valid ? `${colors.good("valid")}: ${count}` : `${colors.bad("not valid")}: ${count}`,
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
