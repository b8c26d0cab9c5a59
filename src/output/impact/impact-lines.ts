/** An impact as people read it: how many gain and lose, what, when and why, and who keeps it otherwise. */
import type { Impact } from "../../policy/impact/values.ts";
import type { Change } from "../../policy/model/change.ts";
import { countText, peopleText } from "../count-text.ts";
import { type Line, wrappable } from "../paragraph.ts";
import { safe } from "../sanitize.ts";
import { type Cell, type Table, timeCell } from "../table.ts";
import { ownCell } from "../views/access-lists.ts";
import { conditionTexts, scopeText } from "../views/decision-path.ts";
import { keptText } from "./causes.ts";
import { type ShownRow, shownRows } from "./impact-rows.ts";

export interface HowImpactIsShown {
  /** The changes whose impact it is, to say why. */
  readonly changes: readonly Change[];
  /** The most names of each row; all are `Infinity`. */
  readonly people: number;
  /** The most rows, and lines of who keeps what; all when left out. */
  readonly rows?: number;
  /** Where more rows are found than are shown. */
  readonly more?: string;
  /** How many users there are; not said when left out. */
  readonly total?: number | undefined;
}

/** So many names find room behind a row; more stand below the table. */
const NAMES_IN_ROW = 10;

/** The sentence, the table, and who keeps it otherwise. Only the sentence where nothing happens to anybody. */
export function impactLines(impact: Impact, shown: HowImpactIsShown): Line[] {
  const all = shownRows(impact, shown.people, shown.changes);
  const rows = all.slice(0, shown.rows);
  const left = all.length - rows.length;
  return [
    wrappable(impactSentence(impact, shown.total)),
    ...(rows.length === 0 ? [] : [tableOf(rows, shown)]),
    ...(left > 0 ? [`… and ${countText(left)} more (${shown.more ?? "--json has all"})`] : []),
    ...(shown.people > NAMES_IN_ROW ? rows.map(namesOf) : []),
    ...impact.kept.slice(0, shown.rows).map((kept) => wrappable(keptText(kept, shown.changes))),
  ];
}

/** `5,001 people gain, 3 lose, 2 of them do both, 4 more later, of 9,000` */
export function impactSentence(impact: Impact, total?: number): string {
  const { gain, lose, both } = impact.people;
  const now = gain + lose - both;
  const later = impact.outcomes.reduce((sum, { users }) => sum + users.length, 0) - now;
  return [
    isHarmless(impact) ? "nobody gains or loses anything" : nowText(impact.people),
    both > 0 ? `${countText(both)} of them ${both === 1 ? "does" : "do"} both` : [],
    later > 0 ? `${countText(later)} ${now > 0 ? "more " : ""}later` : [],
    areTouched(impact.strangers) ? "users whom the policy does not know, too" : [],
    total === undefined ? [] : `of ${countText(total)}`,
  ]
    .flat()
    .join(", ");
}

function nowText({ gain, lose }: Impact["people"]): string {
  const verb = (count: number, one: string) => (count === 1 ? `${one}s` : one);
  if (gain + lose === 0) return "nobody gains or loses now";
  if (gain === 0) return `${peopleText(lose)} ${verb(lose, "lose")}, nobody gains`;
  const losing = lose === 0 ? "nobody loses" : `${countText(lose)} ${verb(lose, "lose")}`;
  return `${peopleText(gain)} ${verb(gain, "gain")}, ${losing}`;
}

/** True where nobody gains or loses anything, now or later, strangers included. */
export const isHarmless = ({ outcomes, strangers }: Impact): boolean => outcomes.length === 0 && !areTouched(strangers);

const areTouched = (strangers: Impact["strangers"]): boolean => ![strangers, ...strangers.later].every(isEmpty);

const isEmpty = ({ gains, losses }: Pick<Impact["strangers"], "gains" | "losses">): boolean =>
  gains.length + losses.length === 0;

/** All columns and rows, for CSV. The rows are made when they are read. */
export function impactTable(impact: Impact, { people, changes }: HowImpactIsShown): Table {
  const most = [...impact.outcomes, impact.strangers].reduce((sum, one) => sum + rowsOf(one), 0);
  const rows = {
    length: most,
    *[Symbol.iterator]() {
      for (const row of shownRows(impact, people, changes)) yield COLUMNS.map(([, cell]) => cell(row));
    },
  };
  return { head: COLUMNS.map(([name]) => name), rows, least: LEAST };
}

/** At most so many: people to whom the same happens share rows. */
const rowsOf = ({ gains, losses, later }: Impact["strangers"]): number =>
  later.reduce((sum, one) => sum + one.gains.length + one.losses.length, gains.length + losses.length);

type Column = readonly [name: string, cell: (row: ShownRow) => Cell];

const COLUMNS: readonly Column[] = [
  ["impact", ({ happens }) => happens],
  ["people", ({ people }) => people],
  ["permission", ({ row }) => row.permission],
  ["count", ({ row }) => row.count ?? null],
  ["own", ({ row }) => ownCell(row.own)],
  ["scope", ({ row }) => row.scope],
  ["except", ({ row }) => row.except],
  ["before", ({ row }) => termsText(row, row.before)],
  ["after", ({ row }) => termsText(row, row.after)],
  ["from", ({ from }) => timeCell(from)],
  ["until", ({ until }) => timeCell(until)],
  ["because", ({ because }) => because],
  ["who", (row) => whoText(row)],
];

const LEAST = ["who", "because", "count"];

/** The table of some rows, without the columns that say nothing of them. */
function tableOf(rows: readonly ShownRow[], shown: HowImpactIsShown): Table {
  const isSaid: { readonly [name: string]: boolean } = {
    count: rows.some(({ row }) => row.count !== undefined),
    own: rows.some(({ row }) => row.own !== "any"),
    scope: rows.some(({ row }) => row.scope !== null),
    except: rows.some(({ row }) => row.except.length > 0),
    before: rows.some(({ row }) => row.before),
    after: rows.some(({ row }) => row.after),
    from: rows.some(({ from }) => from !== null),
    until: rows.some(({ until }) => until !== null),
    because: rows.some(({ because }) => because !== null),
    who: shown.people > 0 && shown.people <= NAMES_IN_ROW,
  };
  const columns = COLUMNS.filter(([name]) => isSaid[name] ?? true);
  return {
    head: columns.map(([name]) => (name === "impact" ? "" : name)),
    rows: rows.map((row) => columns.map(([, cell]) => cell(row))),
    least: LEAST,
  };
}

/** Under which conditions the answer was, or will be, yes. */
export function termsText({ scope }: ShownRow["row"], terms: ShownRow["row"]["before"]): string | null {
  if (terms === undefined) return null;
  if (terms === null) return "no";
  const { when, unless } = terms;
  return conditionTexts({ ...(when !== null && { when }), unless, scope }).join(", ") || "yes";
}

const STRANGERS = "whoever the policy does not know";

/** `alice, u1, u10 and 4,998 more` */
function whoText({ people, users }: ShownRow): string {
  if (people === null) return STRANGERS;
  const more = people - users.length;
  return [users.join(", "), ...(more > 0 ? [`${countText(more)} more`] : [])].filter(Boolean).join(" and ");
}

/** The names of a row as a paragraph of their own. */
function namesOf({ happens, row, people, users }: ShownRow): Line {
  const more = (people ?? 0) - users.length;
  const items = people === null ? [STRANGERS] : users.map((name) => safe`${name}`);
  return {
    lead: `${safe`${happens} ${row.permission}`}${scopeText(row.scope)}:`,
    items: [...items, ...(more > 0 ? [`and ${countText(more)} more`] : [])],
  };
}
