/** Views of the tables that other programs JOIN: filled, checked, removed. */
import { EXIT } from "../errors.ts";
import { countText } from "../output/count-text.ts";
import type { View } from "../output/render.ts";
import { safe } from "../output/sanitize.ts";
import type { CheckedTables } from "./check-tables.ts";
import type { Materialized } from "./materialize.ts";

const TABLE = "effective_permissions";

export function materializedView(made: Materialized, dryRun: boolean): View {
  const { revision, at, patterns, permissions, users, rows, omitted } = made;
  const left = omitted.when + omitted.unless + omitted.except;
  const filled = `${countText(rows)} rows of ${countText(users)} users and ${countText(permissions)} permissions`;
  return {
    json: { changed: true, dryRun, revision, at, patterns, permissions, users, rows, omitted },
    table: {
      head: ["revision", "permissions", "users", "rows", "omitted"],
      rows: [[revision, permissions, users, rows, left]],
    },
    text: () => [`${dryRun ? "would fill" : "filled"} ${TABLE}: ${filled}; revision ${revision}`],
    notices: left === 0 ? [] : [`left out, for a JOIN would read them wrongly: ${reasons(omitted)}`],
  };
}

const WORDS = { when: "under a condition", unless: "under a condition that denies", except: "denied in part" };

const reasons = (omitted: Materialized["omitted"]): string =>
  (["when", "unless", "except"] as const)
    .flatMap((reason) => (omitted[reason] === 0 ? [] : [`${countText(omitted[reason])} rows ${WORDS[reason]}`]))
    .join(", ");

/** Exit 1 where the tables are not current. */
export function checkedTablesView({ current, revision, made, because }: CheckedTables): View {
  const reason = because ?? null;
  return {
    json: { current, revision, made, because: reason },
    table: {
      head: ["current", "revision", "made of", "at", "patterns", "because"],
      rows: [[current, revision, made?.revision ?? null, made?.at ?? null, made?.patterns ?? null, reason]],
    },
    text: (style) => [
      current
        ? `${TABLE} is of revision ${revision}`
        : `${style.bad("not up to date:")} ${safe`${STALE[because ?? "missing"]}`}, and the policy is at ${revision}`,
    ],
    yesOrNo: true,
    exitCode: current ? EXIT.yes : EXIT.no,
  };
}

const STALE = {
  missing: "there is no table",
  database: "the table is of another database",
  revision: "the table is of another revision",
  patterns: "the table is of other patterns",
};

export const droppedTablesView = (changed: boolean, dryRun: boolean): View => ({
  json: { changed, dryRun },
  table: { head: ["changed"], rows: [[changed]] },
  text: () => [changed ? `${dryRun ? "would remove" : "removed"} ${TABLE}` : `there is no ${TABLE}: nothing to do`],
});
