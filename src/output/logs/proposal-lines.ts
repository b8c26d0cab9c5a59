/** Who would gain and who would lose by a proposal: the first rows of it. */
import type { Impact } from "../../policy/impact/values.ts";
import type { Change } from "../../policy/model/change.ts";
import { impactLines } from "../impact/impact-lines.ts";
import type { Line } from "../paragraph.ts";

/** The most names of people to whom the same would happen. */
export const NAMES_IN_JSON = 10;

/** The most rows, and names in each: a plan of the proposal lists all. */
const SHOWN = { rows: 10, people: 3, more: "rbac plan lists all" };

export const proposalLines = (impact: Impact, changes: readonly Change[]): Line[] =>
  impactLines(impact, { changes, ...SHOWN });
