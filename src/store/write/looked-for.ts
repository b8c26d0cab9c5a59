/** The rows that integrity checks look for: the others need not be there. */
import { type Change, kindOf } from "../../policy/model/change.ts";
import { KINDS } from "../../policy/model/records.ts";
import type { Kind } from "../../policy/model/rows.ts";

/** Whether integrity checks look for rows of a kind: names, edges of inheritance, what names roles, conditions. */
const LOOKED_FOR: { readonly [K in Kind]: boolean } = {
  permission: true,
  role: true,
  user: true,
  inheritance: true,
  grant: false,
  everyone: false,
  assignment: false,
  constraint: true,
  policy: true,
  conditional: true,
  attribute: true,
  former: false,
  identity: false,
  approval: false,
  "api-key": false,
};

export const isLookedFor = (change: Change): boolean => LOOKED_FOR[kindOf(change)];

/** Empty maps for the other kinds, to be put in place of theirs. */
export const WITHOUT_OTHERS = Object.fromEntries(
  KINDS.filter((kind) => !LOOKED_FOR[kind]).map((kind) => [kind, new Map<string, never>()]),
);
