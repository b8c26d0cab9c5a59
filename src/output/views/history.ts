/** When permissions were gained and lost, and what ends soon. */
import type { ExpiringAssignment } from "../../policy/evaluate/expiring.ts";
import type { AbilityChange } from "../../policy/history/ability-history.ts";
import type { View } from "../render.ts";
import { safe } from "../sanitize.ts";
import { changeText } from "./changes.ts";
import { exceptText, pathText, scopeText } from "./decision-path.ts";

export function historyView(
  of: { readonly user?: string; readonly role?: string },
  { revision, turns }: { readonly revision: number; readonly turns: readonly AbilityChange[] },
): View {
  return {
    json: { ...of, revision, history: turns.map(({ path, ...turn }) => ({ ...turn, because: path })) },
    table: {
      head: ["at", "revision", "turn", "permission", "own", "scope", "by", "change"],
      rows: turns.map(({ at, revision: made, turn, permission, own, scope, entries }) => [
        at,
        made,
        turn,
        permission,
        own,
        scope,
        [...new Set(entries.map(({ actor }) => actor))],
        entries.map(({ change }) => changeText(change)),
      ]),
    },
    text: (colors) =>
      turns.flatMap((turn) =>
        turnLines(turn).map((line, at) =>
          at === 0 ? (turn.turn === "gained" ? colors.good : colors.bad)(line) : line,
        ),
      ),
    notices: turns.length === 0 ? ["nothing was ever gained or lost"] : [],
  };
}

const SHOWN = 3;

function turnLines({ at, revision, turn, permission, own, scope, except, entries, path }: AbilityChange): string[] {
  const owner = own === "only" ? " as owner" : own === "not" ? " where not the owner" : "";
  const exceptions = except.length === 0 ? "" : `, except on ${exceptText(except)}`;
  const first = `${at}  ${turn} ${safe`${permission}`}${owner}${scopeText(scope)}${exceptions}`;
  const window = turn === "gained" ? "its window opened" : "its window closed";
  const causes = entries
    .slice(0, SHOWN)
    .map(
      ({ seq, actor, reason, change }) =>
        safe`    @${revision} #${seq} by ${actor}: ${changeText(change)}` + (reason === null ? "" : safe` (${reason})`),
    );
  if (entries.length > SHOWN) causes.push(`    … and ${entries.length - SHOWN} more`);
  return [first, `    ${pathText(path)}`, ...(entries.length > 0 ? causes : [`    ${window}`])];
}

export function expiringView({
  revision,
  expiring,
}: {
  readonly revision: number;
  readonly expiring: readonly ExpiringAssignment[];
}): View {
  return {
    json: { revision, expiring },
    table: {
      head: ["until", "user", "role", "scope", "loses"],
      rows: expiring.map(({ until, user, role, scope, loses }) => [until, user, role, scope, loses]),
    },
    notices: expiring.length === 0 ? ["nothing ends in that time"] : [],
  };
}
