/** Words for a path of a decision: how the role is held, what it inherits, what the grant at the end says. */
import type { Because } from "../../policy/evaluate/decide.ts";
import { safe } from "../sanitize.ts";

const HOLDING_WORDS = { assigned: "assigned", everyone: "as everyone", assumed: "assumed" } as const;

export const scopeText = (scope: string | null): string => (scope === null ? "" : safe` on ${scope}`);

/** `assigned editor on acme → author, which grants posts:*` */
export function pathText(path: Because): string {
  const { from, until } = path.assignment;
  const [first = "", ...rest] = path.roles;
  const holding =
    safe`${HOLDING_WORDS[path.held]} ${first}` + scopeText(path.assignment.scope) + windowText(from, until);
  const chain = rest.map((role) => safe` → ${role}`).join("");
  if (!path.grant) return holding + chain;
  const verb = path.effect === "allow" ? "grants" : "denies";
  return `${holding}${chain}, which ${verb} ${safe`${path.grant.permission}`}${scopeText(path.grant.scope)}`;
}

export const windowText = (from: string | null, until: string | null): string =>
  (from === null ? "" : safe` from ${from}`) + (until === null ? "" : safe` until ${until}`);

export const exceptText = (except: readonly (string | null)[]): string =>
  except.map((scope) => safe`${scope ?? "everywhere"}`).join(", ");
