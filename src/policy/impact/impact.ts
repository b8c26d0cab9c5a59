/** Who gains and who loses what by changes of a policy in memory (rule 37). */

import { byBytes } from "../model/byte-order.ts";
import type { Change } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import type { Policy } from "../model/policy.ts";
import { type EngineOptions, ImpactEngine } from "./engine.ts";
import type { Standing } from "./people.ts";
import type { Impact } from "./values.ts";

/**
 * The impact of changes at a moment. A user or a permission that is not there may nothing.
 * @param before at least all structure, and of the people whom the changes touch all that they hold
 * @param at RFC 3339 UTC
 */
export function impactOf(before: Policy, changes: readonly Change[], at: string, options: EngineOptions = {}): Impact {
  const engine = new ImpactEngine(before, changes, at, options);
  const held = grouped(before.assignment.values(), ({ user }) => user);
  const standingOf = (user: string): Standing | undefined => {
    const row = before.user.get(user);
    return row && { user, disabled: row.disabled, held: held.get(user) ?? [] };
  };
  engine.add([...before.user.keys()].sort(byBytes).map((user) => standingOf(user) as Standing));
  const standing = [...engine.people.names].flatMap((user) => standingOf(user) ?? []);
  return engine.impact(new Map(standing.map((one) => [one.user, one])));
}
