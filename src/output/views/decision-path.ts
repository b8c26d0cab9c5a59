/** A path of a decision in words. */
import type { Because } from "../../policy/evaluate/decide.ts";
import { say } from "../sanitize.ts";

const HELD = { assigned: "assigned", everyone: "as everyone", assumed: "assumed" } as const;

export const scopeText = (scope: string | null): string => (scope === null ? "" : say` on ${scope}`);

/** `assigned editor on acme → author, which grants posts:*` */
export function pathText(path: Because): string {
  const { from, until } = path.assignment;
  const [first = "", ...rest] = path.roles;
  const held = say`${HELD[path.held]} ${first}` + scopeText(path.assignment.scope) + windowText(from, until);
  const chain = rest.map((role) => say` → ${role}`).join("");
  if (!path.grant) return held + chain;
  const verb = path.effect === "allow" ? "grants" : "denies";
  return `${held}${chain}, which ${verb} ${say`${path.grant.permission}`}${scopeText(path.grant.scope)}`;
}

export const windowText = (from: string | null, until: string | null): string =>
  (from === null ? "" : say` from ${from}`) + (until === null ? "" : say` until ${until}`);

export const exceptText = (except: readonly (string | null)[]): string =>
  except.map((scope) => say`${scope ?? "everywhere"}`).join(", ");
