/** The options of a filter: what the columns of the application's table hold, and whose SQL it is. */
import { wrong } from "../../errors.ts";
import type { FilteredRows } from "../../policy/filter/filter.ts";
import type { FilterColumn } from "../../policy/filter/sql-columns.ts";
import { quote } from "../../policy/model/names.ts";
import type { ReadOptions } from "./arguments.ts";
import type { PermissionName } from "./names.ts";
import { CAN, type CanOptions } from "./read-options.ts";

/**
 * What the columns of a table hold: attributes of the resource by their paths, each with its type; the name of the
 * owner of a row; its scope, NULL for the root.
 */
export interface FilterColumns {
  readonly owner?: string;
  readonly scope?: string;
  readonly [attribute: `resource.${string}`]: FilterColumn;
}

/** The circumstances of a filter. `on` and `owner` are of all rows; a column says them of each. */
export interface FilterOptions<Permission extends string = PermissionName> extends CanOptions<Permission> {
  readonly columns: FilterColumns;
  /** Whose SQL it is: with `?` as placeholders, or with `$1`. */
  readonly dialect: "sqlite" | "postgres";
  /** The number of the first placeholder of `postgres`, from 1 on; by default 1. */
  readonly firstParameter?: number;
}
export const FILTER = [...CAN, "columns", "dialect", "firstParameter"] as const;

/** What was read of the options. @throws RbacError (exit 2) for what is missing, and for another dialect. */
export function filteredRowsOf({ columns, dialect, firstParameter = 1 }: ReadOptions): FilteredRows {
  if (columns === undefined) throw wrong("USAGE", "say what the columns hold: columns: { ... }");
  if (dialect !== "sqlite" && dialect !== "postgres")
    throw wrong(
      "VALUE_INVALID",
      `say whose SQL it is: dialect: "sqlite" or "postgres"${dialect ? `, not ${quote(dialect)}` : ""}`,
    );
  if (firstParameter < 1) throw wrong("VALUE_INVALID", "firstParameter must be a whole number from 1 on");
  return { dialect, ...columns, firstParameter };
}
