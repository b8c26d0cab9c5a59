/** What is said of a plan in one line each. Names in it are as they are: who shows a line makes it safe. */
import type { Gate, Plan } from "../../plans/plan.ts";
import { counted, peopleText } from "../count-text.ts";
import { keptText } from "../impact/causes.ts";
import { type ImpactSpan, spansBy } from "../impact/impact-spans.ts";

/** Whom a change does nothing to, though it speaks of them. */
export const keptTexts = ({ impact, changes }: Plan): string[] => impact.kept.map((kept) => keptText(kept, changes));

/** What will be different at later moments. */
export const laterTexts = ({ impact }: Plan): string[] =>
  impact.later.map(({ at, people }) => `from ${at} on something else happens to ${peopleText(people)}`);

/** What strangers gain and lose. */
export const strangerTexts = ({ impact, changes }: Plan): string[] =>
  spansBy(changes)
    .spansOf(impact.strangers)
    .map((span) => {
      const { permission, own, scope } = span.row;
      const where = scope === null ? "" : ` on ${scope}`;
      return `strangers ${span.happens} ${permission}${own === "only" ? " as owners" : ""}${where}${timeText(span)}`;
    });

/** ` from 2027-01-01T00:00:00.000Z until …`; nothing where it is at once and for ever. */
export const timeText = ({ from, until }: Pick<ImpactSpan, "from" | "until">): string =>
  `${from === null ? "" : ` from ${from}`}${until === null ? "" : ` until ${until}`}`;

/** `max-affected 100`, `protect users:*` */
export function gateName({ gate, limit, except }: Gate): string {
  const past = except.map(({ user, pattern }) => `${user}:${pattern}`);
  return [gate, limit ?? [], past.length === 0 ? [] : `(but ${past.join(", ")})`].flat().join(" ");
}

/** What was found at a gate. */
export function gateFinding({ gate, value, passed }: Gate): string {
  const found = FINDINGS[gate](value);
  return passed ? `passed${value === 0 ? "" : `: ${found}`}` : `crossed: ${found}`;
}

const FINDINGS: { readonly [G in Gate["gate"]]: (value: number) => string } = {
  "no-gains": (value) => `${peopleText(value)} would gain something`,
  "no-losses": (value) => `${peopleText(value)} would lose something`,
  "max-affected": (value) => `${peopleText(value)} would be affected`,
  "max-removals": (value) => `${counted(value, "row")} would be removed`,
  protect: (value) => `${peopleText(value)} would gain it`,
  "protect-role": (value) => `${peopleText(value)} would newly hold it`,
};

/** `2 changes to revision 41` */
export const changesText = ({ changes, revision }: Plan): string =>
  changes.length === 0
    ? `unchanged: nothing to change at revision ${revision}`
    : `${counted(changes.length, "change")} to revision ${revision}`;
