/** The view of `unused`: what no allowed decision of a log needed, and what that is worth. */
import type { Finding } from "../../decisions/usage/findings.ts";
import type { Keep } from "../../decisions/usage/kept-rows.ts";
import type { UnusedRows } from "../../decisions/usage/unused.ts";
import { EXIT } from "../../errors.ts";
import { countText } from "../count-text.ts";
import { impactJson } from "../impact/impact-json.ts";
import type { View } from "../render.ts";
import { quoted } from "../shell-words.ts";
import type { Cell } from "../table.ts";
import { leftOutLines } from "./left-out.ts";
import { NAMES_IN_JSON, proposalLines } from "./proposal-lines.ts";

const KEEP: { readonly [K in Keep]: string } = {
  everyone: "stays: everyone holds it",
  guard: "stays: the guard may ask for it, of which no log tells",
  deny: "stays: a deny comes with it",
  constraint: "stays: a constraint needs it",
  disabled: "stays: only disabled users hold it",
  condition: "stays as it is: it has a condition",
  held: "stays: it is held, or leads to what stays",
};

interface SavedPlan {
  readonly file: string;
  readonly digest: string;
  /** Why the policy would be refused now. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
}

interface HowShown {
  /** The file to which the proposal was written. */
  readonly proposed?: string | undefined;
  /** The plan that was saved of it. */
  readonly planned?: SavedPlan | undefined;
  /** True where one was asked for: then it is exit 1 that there is none. */
  readonly isAsked: boolean;
  /** The most rows. */
  readonly limit?: number | undefined;
}

export function unusedView(
  { revision, evidence, counts, notAsked, findings, proposal }: UnusedRows,
  { proposed, planned, isAsked, limit = findings.length }: HowShown,
): View {
  const { window, share, confidence, because } = evidence;
  const rows = findings.slice(0, limit);
  const asks = `${countText(counts.allowed)} allowed decisions, from ${window.from ?? "–"} to ${window.until ?? "–"}`;
  const reasons = because.length === 0 ? "" : `: ${because.join("; ")}`;
  const table = {
    head: ["finding", "what", "role", "user", "permission", "scope", "note"],
    rows: rows.map(rowOf),
    least: ["note"],
  };
  return {
    json: {
      revision,
      window: { ...window, share },
      confidence,
      because,
      lines: counts,
      notReplayed: notAsked,
      unused: rows,
      proposal: proposal && {
        removes: proposal.rows,
        file: proposed ?? null,
        plan: planned ?? null,
        impact: impactJson(proposal.impact, NAMES_IN_JSON),
      },
    },
    table,
    text: () => [
      ...(rows.length > 0 ? [table] : []),
      ...(proposal ? proposalLines(proposal.impact, proposal.changes) : []),
    ],
    cut: rows.length < findings.length ? [{ shown: rows.length, total: findings.length }] : undefined,
    closing: [
      `${asks} (${window.days} days)`,
      `confidence: ${confidence}${reasons}`,
      ...(counts.denied > 0 ? [`${countText(counts.denied)} of them are denied by the policy as it is`] : []),
      ...leftOutLines(notAsked, counts),
      ...nextLines(proposal, proposed, planned),
    ],
    exitCode: planned?.refusal ? EXIT.refused : isAsked && !proposal ? EXIT.no : EXIT.yes,
  };
}

/** What can be done with a proposal. */
function nextLines(proposal: UnusedRows["proposal"], file: string | undefined, plan: SavedPlan | undefined): string[] {
  if (!proposal) return ["no proposal: it needs a log of 90 days"];
  const rows = `${countText(proposal.rows)} ${proposal.rows === 1 ? "row" : "rows"}`;
  if (file === undefined && plan === undefined)
    return [`a proposal would take ${rows} away: --propose FILE writes it, --plan FILE saves a plan of it`];
  return [
    ...(file === undefined
      ? []
      : [
          `${file} takes ${rows} away; see rbac replay LOG --against ${file}, then rbac seed ${file} --prune --dry-run`,
        ]),
    ...(plan === undefined
      ? []
      : [`${plan.file} plans to take ${rows} away: rbac apply ${quoted(plan.file)} --expect ${plan.digest}`]),
    ...(plan?.refusal ? [`it would be refused now: ${plan.refusal.message}`] : []),
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
