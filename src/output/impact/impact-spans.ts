/** What happens to somebody, by permission: each with the time for which it does, and why. */
import type { GainsAndLosses, ImpactOnPerson, ImpactRow } from "../../policy/impact/values.ts";
import type { Change } from "../../policy/model/change.ts";
import { causeText } from "./causes.ts";

/** A permission that somebody gains or loses. */
export interface ImpactSpan {
  readonly happens: "gain" | "lose";
  readonly row: ImpactRow;
  /** From when on; `null` for at once. */
  readonly from: string | null;
  /** Until when; `null` for ever. */
  readonly until: string | null;
  /** The cause in words, not yet sanitized. */
  readonly because: string | null;
}

/** The moments of an impact are only the edges of the times for which something happens. */
export function spansBy(changes: readonly Change[]) {
  const texts = new Map<number, string>();
  const wordsOf = ({ because }: ImpactRow): string | null => {
    if (!because) return null;
    const text = texts.get(because.change) ?? causeText(because, changes);
    texts.set(because.change, text);
    return text;
  };
  const spanOf = (happens: ImpactSpan["happens"], row: ImpactRow, from: string | null = null): ImpactSpan => ({
    ...{ happens, row, from, until: null },
    because: wordsOf(row),
  });
  const rowsAt = ({ gains, losses }: GainsAndLosses, from: string | null): ImpactSpan[] => [
    ...gains.map((row) => spanOf("gain", row, from)),
    ...losses.map((row) => spanOf("lose", row, from)),
  ];
  const spansOf = ({ later, ...now }: ImpactOnPerson): ImpactSpan[] => {
    const first = rowsAt(now, null);
    if (later.length === 0) return first;
    const spans: ImpactSpan[] = [];
    let open = new Map(first.map((span) => [spanName(span), span]));
    for (const { at, ...moment } of later) {
      const named = rowsAt(moment, at).map((span) => [spanName(span), span] as const);
      const still = new Map(named.map(([name, span]) => [name, open.get(name) ?? span]));
      for (const [name, span] of open) if (!still.has(name)) spans.push({ ...span, until: at });
      open = still;
    }
    return [...spans, ...open.values()];
  };
  return { spanOf, spansOf };
}

/** What tells two rows of one moment apart. No name has a line end in it. */
export function spanName({ happens, row }: ImpactSpan): string {
  const { permission, count = "", own, scope, except, before, after } = row;
  const rest = except.length > 0 || before !== undefined || after !== undefined;
  const name = `${happens}\n${own}\n${count}\n${permission}\n${scope ?? ""}`;
  return rest ? `${name}\n${JSON.stringify([except, before, after])}` : name;
}
