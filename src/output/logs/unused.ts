/** The view of `unused`: what no allowed decision of a log needed, and what that is worth. */
import type { Finding } from "../../decisions/usage/findings.ts";
import type { Keep } from "../../decisions/usage/kept-rows.ts";
import type { UnusedRows } from "../../decisions/usage/unused.ts";
import { EXIT } from "../../errors.ts";
import { countText } from "../count-text.ts";
import type { View } from "../render.ts";
import type { Cell } from "../table.ts";
import { leftOutLines } from "./left-out.ts";

const KEEP: { readonly [K in Keep]: string } = {
  everyone: "stays: everyone holds it",
  guard: "stays: the guard may ask for it, of which no log tells",
  deny: "stays: a deny comes with it",
  constraint: "stays: a constraint needs it",
  disabled: "stays: only disabled users hold it",
  condition: "stays as it is: it has a condition",
  held: "stays: it is held, or leads to what stays",
};

interface HowShown {
  /** The file to which the proposal was written. */
  readonly proposed?: string | undefined;
  /** True where one was asked for: then it is exit 1 that there is none. */
  readonly isAsked: boolean;
  /** The most rows. */
  readonly limit?: number | undefined;
}

export function unusedView(
  { revision, evidence, counts, notAsked, findings, proposal }: UnusedRows,
  { proposed, isAsked, limit = findings.length }: HowShown,
): View {
  const { window, share, confidence, because } = evidence;
  const rows = findings.slice(0, limit);
  const asks = `${countText(counts.allowed)} allowed decisions, from ${window.from ?? "–"} to ${window.until ?? "–"}`;
  const reasons = because.length === 0 ? "" : `: ${because.join("; ")}`;
  return {
    json: {
      revision,
      window: { ...window, share },
      confidence,
      because,
      lines: counts,
      notReplayed: notAsked,
      unused: rows,
      proposal: proposal && { removes: proposal.rows, file: proposed ?? null },
    },
    table: {
      head: ["finding", "what", "role", "user", "permission", "scope", "note"],
      rows: rows.map(rowOf),
      least: ["note"],
    },
    cut: rows.length < findings.length ? [{ shown: rows.length, total: findings.length }] : undefined,
    closing: [
      `${asks} (${window.days} days)`,
      `confidence: ${confidence}${reasons}`,
      ...(counts.denied > 0 ? [`${countText(counts.denied)} of them are denied by the policy as it is`] : []),
      ...leftOutLines(notAsked, counts),
      ...proposalLines(proposal, proposed),
    ],
    exitCode: isAsked && !proposal ? EXIT.no : EXIT.yes,
  };
}

function proposalLines(proposal: UnusedRows["proposal"], file: string | undefined): string[] {
  if (!proposal) return ["no proposal: it needs a log of 90 days"];
  const rows = `${countText(proposal.rows)} ${proposal.rows === 1 ? "row" : "rows"}`;
  if (file === undefined) return [`a proposal would take ${rows} away: --propose FILE writes it`];
  return [
    `${file} takes ${rows} away; see rbac replay LOG --against ${file}, then rbac seed ${file} --prune --dry-run`,
  ];
}

const rowOf = (row: Finding): Cell[] => [
  row.finding,
  row.kind,
  row.role,
  row.user,
  `${row.permission ?? ""}${row.when === null ? "" : ` when ${row.when}`}` || null,
  row.scope,
  noteOf(row),
];

function noteOf({ finding, used, covers, keep }: Finding): string {
  const said = [
    ...(finding === "new" ? ["too new to be judged"] : []),
    ...(finding === "redundant" ? ["each decision has another way"] : []),
    ...(used ? [`${used.length} of ${covers} permissions: ${used.join(", ")}`] : []),
    ...(keep === null ? [] : [KEEP[keep]]),
  ];
  return said.join("; ");
}
