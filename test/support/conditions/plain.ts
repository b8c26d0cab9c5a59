/** Conditions as plain values, and what comes with a question as plain JSON: for the oracles, with nothing of src. */

export type PlainValue = string | number | boolean;
/** `["resource", "owner", "team"]`. */
export type PlainPath = readonly string[];
export type PlainSide = { readonly path: PlainPath } | { readonly value: PlainValue };

export type PlainCondition =
  | { readonly is: PlainPath }
  | { readonly left: PlainSide; readonly operator: string; readonly right: PlainSide }
  | {
      readonly item: PlainSide;
      readonly list: { readonly path: PlainPath } | { readonly values: readonly PlainValue[] };
    }
  | { readonly has: PlainPath }
  | { readonly address: PlainPath; readonly block: string }
  | { readonly not: PlainCondition }
  | { readonly every: readonly PlainCondition[] }
  | { readonly some: readonly PlainCondition[] };

export interface PlainQuestion {
  readonly given: Readonly<Record<string, unknown>>;
  readonly user: string | null | undefined;
  readonly permission: string;
  readonly at: string | undefined;
  /** By name of an attribute of the resource: a type, or the values that a text may have. */
  readonly declared: Readonly<Record<string, string | readonly string[]>>;
  readonly isList: boolean;
}
