/** The conditions of the grants that a question needs, of both kinds. */
import type { NeededGrants } from "../../policy/model/mutation.ts";
import { ancestorsOf } from "../../policy/model/scopes.ts";
import type { Dialect } from "../engine/dialect.ts";
import { TABLE } from "../engine/tables.ts";
import { chunks, columnIn, columnStartsWith, type Fragment, fragment, padded } from "./fragments.ts";
import { rowsWhere } from "./needed-rows-sql.ts";
import type { WantedRows } from "./statements.ts";

/** The kinds of rows that grant. */
export const GRANT_KINDS: readonly GrantKind[] = ["grant", "conditional"];
type GrantKind = "grant" | "conditional";
type GrantTable = (typeof TABLE)[GrantKind];

/** The needed grants of both kinds, of some roles or of all. */
export function grantsWhere(
  grants: "all" | "none" | NeededGrants,
  dialect: QueryDialect,
  roles?: Fragment,
): WantedRows[] {
  if (grants === "none") return [];
  const ofRoles = roles ? [roles] : [];
  return dialect.grantKinds.flatMap((kind): WantedRows[] => {
    if (grants === "all") return roles ? [rowsWhere(kind, roles)] : [kind];
    return neededGrants(kind, grants, dialect).map((conditions) => rowsWhere(kind, ...ofRoles, ...conditions));
  });
}

/**
 * The conditions of the needed grants of one kind, a list for each part. Allows and denies are separate parts, so that
 * each is found by its whole key: a role may have millions of grants with one pattern.
 */
export function neededGrants(kind: GrantKind, needed: NeededGrants, dialect: QueryDialect): Fragment[][] {
  const { patterns: all, targets, below } = needed;
  return [...chunks(all)].flatMap((patterns) => {
    const hasPattern = patternIn(TABLE[kind], patterns, dialect);
    // The key of a conditional grant has the effect before the pattern.
    const anyScope = kind === "grant" ? [hasPattern] : [EITHER_EFFECT, hasPattern];
    if (!targets) return [anyScope];
    const scopes = [...new Set(targets.flatMap((target) => ancestorsOf(target).map((scope) => scope ?? "")))];
    const covers = columnIn("scope", scopes);
    if (targets.includes(null))
      return below
        ? [anyScope]
        : [
            [hasPattern, ALLOW, covers],
            [hasPattern, DENY],
          ];
    return [
      [hasPattern, EITHER_EFFECT, covers],
      ...padded(targets).map((target) => [
        hasPattern,
        below ? EITHER_EFFECT : DENY,
        columnStartsWith("scope", `${target}/`),
      ]),
    ];
  });
}

/** The most patterns that are looked up for each role, whether or not a grant names them. */
const FEW_PATTERNS = 16;

/** Grants with one of some patterns. Of many, those that no grant names are left out first, if that is cheaper. */
function patternIn(table: GrantTable, patterns: readonly string[], { columnInNamed }: QueryDialect): Fragment {
  const plain = columnIn("permission", patterns);
  if (!columnInNamed || patterns.length <= FEW_PATTERNS) return plain;
  return { ...plain, text: columnInNamed("permission", table, plain.parameters.length) };
}

/** How to ask, and for which kinds of grants. */
export type QueryDialect = Pick<Dialect, "columnInQuery" | "columnInNamed"> & {
  readonly grantKinds: readonly GrantKind[];
};

const EITHER_EFFECT = fragment("effect in ('allow', 'deny')");
const ALLOW = fragment("effect = 'allow'");
const DENY = fragment("effect = 'deny'");
