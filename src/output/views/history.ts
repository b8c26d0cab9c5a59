/** The view of `history`: permissions gained and lost, and by what. */
import type { AbilityChange, RecordedChange } from "../../policy/history/ability-history.ts";
import { grouped } from "../../policy/model/group-by.ts";
import { withoutOwn } from "../../policy/model/names.ts";
import type { FormerName } from "../../policy/model/results.ts";
import type { Line } from "../paragraph.ts";
import type { View } from "../render.ts";
import { safe } from "../sanitize.ts";
import type { Style } from "../style.ts";
import { changeText } from "./change-commands.ts";
import { conditionTexts, exceptText, holdingText, scopeText, unlessTexts } from "./decision-path.ts";
import { formerNameText } from "./former-names.ts";

export function historyView(
  of: { readonly user?: string; readonly role?: string },
  {
    revision,
    changes,
    formerNames,
    cut,
  }: {
    readonly cut?: View["cut"];
    readonly revision: number;
    readonly changes: readonly AbilityChange[];
    readonly formerNames: readonly FormerName[];
  },
): View {
  return {
    json: { ...of, revision, history: changes.map(({ path, ...change }) => ({ ...change, because: path })) },
    table: tableOf(changes),
    text: (style) => causesOf(changes).flatMap((brought) => causeLines(brought, style)),
    notices: [...formerNames.map(formerNameText), ...(changes.length === 0 ? ["nothing was ever gained or lost"] : [])],
    cut,
  };
}

function tableOf(changes: readonly AbilityChange[]): View["table"] {
  const conditions = (["when", "unless"] as const).filter((name) => changes.some((change) => change[name]));
  return {
    head: ["at", "revision", "turn", "permission", "own", "scope", ...conditions, "by", "change"],
    rows: changes.map(({ at, revision, turn, permission, own, scope, entries, when = null, unless }) => [
      ...[at, revision, turn, permission, own, scope],
      ...conditions.map((name) => ({ when, unless: unlessTexts({ unless, scope }) })[name]),
      [...new Set(entries.map(({ actor }) => actor))],
      entries.map(({ change }) => changeText(change)),
    ]),
  };
}

/** What one cause brought, in their order: the changes of one moment that begin with the same entry, or with none. */
const causesOf = (changes: readonly AbilityChange[]): AbilityChange[][] => [
  ...grouped(changes, ({ at, revision, turn, entries }) => `${at} ${revision} ${entries[0]?.seq ?? turn}`).values(),
];

/** More entries of one cause are only counted. */
const SHOWN_ENTRIES = 3;

/** The moment and its entries, then what was lost and gained by which role. */
function causeLines(brought: readonly AbilityChange[], style: Style): Line[] {
  const [first] = brought;
  if (!first) return [];
  const entries = [...new Map(brought.flatMap((change) => change.entries).map((entry) => [entry.seq, entry])).values()];
  const window = first.turn === "gained" ? "a window opened" : "a window closed";
  const [cause = window, ...others] = entries.slice(0, SHOWN_ENTRIES).map(entryText);
  const more = entries.length > SHOWN_ENTRIES ? [`… and ${entries.length - SHOWN_ENTRIES} more`] : [];
  const byRole = grouped(brought, ({ turn, path }) => `${turn}, ${holdingText(path, style)}:`);
  return [
    `${style.strong(style.time(first.at))}  ${cause}`,
    ...[...others, ...more].map((line) => `    ${line}`),
    ...[...byRole].map(([lead, some]) => ({
      lead: `    ${lead}`,
      items: some.map(permissionText),
      paint: lead.startsWith("gained") ? style.good : style.bad,
    })),
  ];
}

const entryText = ({ revision, seq, actor, reason, change, as }: RecordedChange): string =>
  safe`@${revision} #${seq} by ${actor}: ${changeText(change)}` +
  (reason === null ? "" : safe` (${reason})`) +
  (as ? safe`, as ${as.user ?? as.role ?? ""}` : "");

const OWNER_WORDS = { any: [], only: ["as the owner"], not: ["where somebody else is the owner"] } as const;

/** `posts:publish (by posts:*, on acme, except on acme/archive, only when resource.draft)` */
function permissionText(change: AbilityChange): string {
  const { permission, own, scope, except, path } = change;
  const pattern = path.grant?.permission ?? permission;
  const remarks = [
    ...(withoutOwn(pattern) === permission ? [] : [safe`by ${pattern}`]),
    ...OWNER_WORDS[own],
    ...(scope === null ? [] : [scopeText(scope).trim()]),
    ...(except.length === 0 ? [] : [`except on ${exceptText(except)}`]),
    ...conditionTexts(change),
  ];
  return safe`${permission}` + (remarks.length === 0 ? "" : ` (${remarks.join(", ")})`);
}
