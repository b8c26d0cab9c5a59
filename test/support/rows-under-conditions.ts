// What rows say under conditions, by the law of rule 35, judged by the oracle.
import { conditionTruth, type OracleFacts } from "./oracle-conditions.ts";

type Scope = string | null;

/** The fields of a row that say where it holds. */
export interface CoveringRow {
  readonly own: string;
  readonly scope: Scope;
  readonly except: readonly Scope[];
}

export interface SideOfRow {
  readonly when?: string | null;
  readonly unless?: readonly { readonly scope: Scope; readonly when: string }[];
}

const covers = (scope: Scope, target: Scope): boolean => scope === null || `${target}/`.startsWith(`${scope}/`);

export const rowCovers = (row: CoveringRow, own: boolean, target: Scope): boolean =>
  (row.own === "any" || (row.own === "only") === own) &&
  covers(row.scope, target) &&
  !row.except.some((scope) => covers(scope, target));

/** Whether conditions hold on a target: `when` is true, and what denies there is false. */
export const sideHolds = ({ when, unless = [] }: SideOfRow, target: Scope, facts: OracleFacts): boolean =>
  (when === undefined || when === null || conditionTruth(when, facts) === true) &&
  unless.every((deny) => !covers(deny.scope, target) || conditionTruth(deny.when, facts) === false);

/** Whether one of some rows says yes. */
export const rowsAllow = (
  rows: readonly (CoveringRow & SideOfRow)[],
  own: boolean,
  target: Scope,
  facts: OracleFacts,
): boolean => rows.some((row) => rowCovers(row, own, target) && sideHolds(row, target, facts));
