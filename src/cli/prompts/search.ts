/** The rows of a list that a person searches by typing: the best first, with how many of how many there are. */

import { countText } from "../../output/count-text.ts";
import { sanitize } from "../../output/sanitize.ts";
import { quote } from "../../policy/model/names.ts";
import type { Choice, Searched } from "./choice.ts";

/** A row as inquirer takes it. */
interface Row {
  readonly name: string;
  readonly value: Choice | null;
  readonly description: string;
}

/** Rows that are shown at a time. */
export const ROWS = 7;
/** Rows that can be reached by moving down. Each of them is drawn anew at each key. */
const MOST_REACHED = 100;

/** A function from what was typed to rows. @throws Error that says why there is none */
export function rowsFor({ choices, other, enough }: Searched): (term: string | undefined) => Promise<Row[]> {
  const labels = choices.map(labelOf);
  return async (term) => {
    const found = term === undefined ? labels : matching(labels, keyOf(term));
    const count = countOf(found.length, choices.length, term);
    const rows = found.slice(0, MOST_REACHED).map((label) => rowOf(label, count));
    const typed = term === undefined ? undefined : await otherChoice(term, other, found.length > 0);
    // In sight, and not the first of several.
    if (typed) rows.splice(Math.min(rows.length, ROWS - 1), 0, rowOf(labelOf(typed), count));
    if (enough !== undefined && term === undefined) rows.unshift({ name: enough, value: null, description: count });
    if (rows.length === 0) throw new Error(count);
    return rows;
  };
}

interface Label {
  readonly choice: Choice;
  readonly name: string;
  /** What is searched. */
  readonly key: string;
}

const keyOf = (text: string): string => text.normalize("NFC").toLowerCase();

function labelOf(choice: Choice): Label {
  const name = sanitize(choice.shown ?? choice.value);
  return { choice, name, key: keyOf(name) };
}

function rowOf({ choice, name }: Label, count: string): Row {
  return { name, value: choice, description: [choice.note && sanitize(choice.note), count].filter(Boolean).join("\n") };
}

/** Those that are what was typed, then those that begin with it, then those that have it inside. */
function matching(labels: readonly Label[], typed: string): Label[] {
  const [same, begun, inside]: [Label[], Label[], Label[]] = [[], [], []];
  for (const label of labels) {
    const at = label.key.indexOf(typed);
    if (at < 0) continue;
    if (at > 0) inside.push(label);
    else (label.key.length === typed.length ? same : begun).push(label);
  }
  return [...same, ...begun, ...inside];
}

/** `7 of 2,000`; once something is typed, `7 of 312 found, of 2,000`. */
function countOf(found: number, all: number, term: string | undefined): string {
  if (term === undefined) return `${countText(Math.min(all, ROWS))} of ${countText(all)}`;
  if (found === 0) return `none of ${countText(all)} has ${quote(term)} in it`;
  return `${countText(Math.min(found, ROWS))} of ${countText(found)} found, of ${countText(all)}`;
}

/** What was typed as a choice. Where something else is found, it need not be anything by itself. */
async function otherChoice(term: string, other: Searched["other"], isFound: boolean): Promise<Choice | undefined> {
  try {
    return await other?.(term);
  } catch (error) {
    if (isFound) return undefined;
    throw error;
  }
}
