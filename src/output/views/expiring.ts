/** Views of `expiring`: assignments that end soon, or have ended. */
import type { HeldWindow } from "../../policy/evaluate/entity-details.ts";
import type { ExpiringAssignment } from "../../policy/evaluate/expiring.ts";
import type { View } from "../render.ts";
import { timeCell } from "../table.ts";

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
      rows: expiring.map(({ until, user, role, scope, loses }) => [timeCell(until), user, role, scope, loses]),
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
      rows: ended.map(({ until, user, role, scope, from }) => [timeCell(until), user, role, scope, timeCell(from)]),
    },
    notices: ended.length === 0 ? ["nothing has ended"] : [],
    cut,
  };
}
