/** The permissions that a row of a pattern stands for: not a part of the value, and found when they are asked for. */
import type { ImpactRow } from "./values.ts";

const known = new WeakMap<ImpactRow, () => readonly string[]>();

export function patternRow(row: ImpactRow, members: () => readonly string[]): ImpactRow {
  known.set(row, members);
  return row;
}

/** Of a row as the comparison made it. */
export const membersOf = (row: ImpactRow): readonly string[] => known.get(row)?.() ?? [row.permission];
