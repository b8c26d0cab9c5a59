/** Who holds a role afterwards, now or later, and did not before: assigned, by inheritance, or as everyone does. */
import { byBytes } from "../model/byte-order.ts";
import { closure, heirsIn } from "../model/role-graph.ts";
import type { PersonThen, Standing } from "./people.ts";
import type { PolicySide, Sides } from "./sides.ts";
import type { Impact } from "./values.ts";

export class NewHolders {
  readonly #roles: readonly {
    readonly role: string;
    readonly before: Holds;
    readonly after: Holds;
    readonly users: string[];
  }[];

  constructor({ before, after }: Sides, roles: readonly string[], at: string) {
    this.#roles = roles.map((role) => ({
      ...{ role, before: holdsIn(before, role, at), after: holdsIn(after, role, at), users: [] },
    }));
  }

  add({ user, before, after }: PersonThen): void {
    for (const { before: heldBefore, after: holds, users } of this.#roles)
      if (holds(after) && !heldBefore(before)) users.push(user as string);
  }

  all(): Impact["newHolders"] {
    return this.#roles.map(({ role, users }) => ({ role, users: users.sort(byBytes) }));
  }
}

type Holds = (standing: Standing | undefined) => boolean;

/** Who is disabled holds all the same (rule 21). */
function holdsIn({ policy }: PolicySide, role: string, at: string): Holds {
  const heirs = closure([role], heirsIn(policy));
  const isEveryones = [...heirs].some((heir) => policy.everyone.has(heir));
  return (standing) =>
    standing !== undefined &&
    (isEveryones || standing.held.some((held) => heirs.has(held.role) && (held.until === null || held.until > at)));
}
