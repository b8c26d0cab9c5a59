/** The routes of an application with what each needs: for whoever reviews them, and for tests. */

export interface InventoryRow {
  /** In capitals; `ALL` for every method. Both are empty where a framework has no list of routes. */
  readonly method: string;
  /** The pattern of the route, as `/posts/:id`. */
  readonly path: string;
  /** `posts:read`, `role admin`, `public`; several with commas, all of which hold; or `nothing said`. */
  readonly needs: string;
}

/** A route as a framework has it. */
export interface FoundRoute {
  readonly method: string;
  readonly path: string;
  /** What runs for the route, middlewares before it included. */
  readonly handlers: readonly unknown[];
}

/**
 * @param needOf what a middleware of the guard needs; `undefined` for anything else
 * @param isPublic whether the guard's own list has the route as public
 */
export function inventoryOf(
  routes: readonly FoundRoute[],
  needOf: (handler: unknown) => string | undefined,
  isPublic: (method: string, path: string) => boolean,
): InventoryRow[] {
  return routes.map(({ method, path, handlers }) => {
    const said = new Set(handlers.flatMap((handler) => needOf(handler) ?? []));
    if (said.size === 0 && isPublic(method, path)) said.add("public");
    return { method, path, needs: [...said].join(", ") || "nothing said" };
  });
}

/** The rows as text, a line for each. */
export function inventoryLines(rows: readonly InventoryRow[]): string[] {
  const width = (column: "method" | "path") => rows.reduce((most, row) => Math.max(most, row[column].length), 0);
  const [method, path] = [width("method"), width("path")];
  return rows.map((row) => `${row.method.padEnd(method)} ${row.path.padEnd(path)}  ${row.needs}`.trim());
}
