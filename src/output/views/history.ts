/** Views of `history` (permissions gained and lost) and `expiring` (assignments that end soon, or have ended). */
import type { HeldWindow } from "../../policy/evaluate/entity-details.ts";
import type { ExpiringAssignment } from "../../policy/evaluate/expiring.ts";
import type { AbilityChange } from "../../policy/history/ability-history.ts";
import type { FormerName } from "../../policy/model/results.ts";
import type { View } from "../render.ts";
import { safe } from "../sanitize.ts";
import { changeText } from "./change-commands.ts";
import { exceptText, pathText, scopeText } from "./decision-path.ts";
import { formerNameText } from "./former-names.ts";

export function historyView(
  of: { readonly user?: string; readonly role?: string },
  {
    revision,
    changes,
    formerNames,
    cut,
  }: {
    readonly cut?: View["cut"];
    readonly revision: number;
    readonly changes: readonly AbilityChange[];
    readonly formerNames: readonly FormerName[];
  },
): View {
  return {
    json: { ...of, revision, history: changes.map(({ path, ...change }) => ({ ...change, because: path })) },
    table: {
      head: ["at", "revision", "turn", "permission", "own", "scope", "by", "change"],
      rows: changes.map(({ at, revision: changedAt, turn, permission, own, scope, entries }) => [
        at,
        changedAt,
        turn,
        permission,
        own,
        scope,
        [...new Set(entries.map(({ actor }) => actor))],
        entries.map(({ change }) => changeText(change)),
      ]),
    },
    text: (style) =>
      changes.flatMap((change) =>
        changeLines(change).map((line, at) =>
          at === 0 ? (change.turn === "gained" ? style.good : style.bad)(line) : line,
        ),
      ),
    notices: [...formerNames.map(formerNameText), ...(changes.length === 0 ? ["nothing was ever gained or lost"] : [])],
    cut,
  };
}

/** More causes of one change are only counted. */
const SHOWN_ENTRIES = 3;

function changeLines({ at, revision, turn, permission, own, scope, except, entries, path }: AbilityChange): string[] {
  const owner = own === "only" ? " as owner" : own === "not" ? " where not the owner" : "";
  const exceptions = except.length === 0 ? "" : `, except on ${exceptText(except)}`;
  const first = `${at}  ${turn} ${safe`${permission}`}${owner}${scopeText(scope)}${exceptions}`;
  const window = turn === "gained" ? "its window opened" : "its window closed";
  const causes = entries
    .slice(0, SHOWN_ENTRIES)
    .map(
      ({ seq, actor, reason, change, as }) =>
        safe`    @${revision} #${seq} by ${actor}: ${changeText(change)}` +
        (reason === null ? "" : safe` (${reason})`) +
        (as ? safe`, as ${as.user ?? as.role ?? ""}` : ""),
    );
  if (entries.length > SHOWN_ENTRIES) causes.push(`    … and ${entries.length - SHOWN_ENTRIES} more`);
  return [first, `    ${pathText(path)}`, ...(entries.length > 0 ? causes : [`    ${window}`])];
}

export function expiringView({
  revision,
  expiring,
  cut,
}: {
  readonly cut?: View["cut"];
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
    cut,
  };
}

export function endedView({
  revision,
  ended,
  cut,
}: {
  readonly cut?: View["cut"];
  readonly revision: number;
  readonly ended: readonly ({ readonly user: string; readonly role: string } & HeldWindow)[];
}): View {
  return {
    json: { revision, ended },
    table: {
      head: ["until", "user", "role", "scope", "from"],
      rows: ended.map(({ until, user, role, scope, from }) => [until, user, role, scope, from]),
    },
    notices: ended.length === 0 ? ["nothing has ended"] : [],
    cut,
  };
}
