/** Scopes: `/` paths that narrow where a grant or an assignment holds. `null` is the root, which is everywhere. */
import { wrong } from "../../errors.ts";
import { by } from "./byte-order.ts";
import { nameFault, quote } from "./names.ts";

export type Scope = string | null;

const LONGEST = 1000;

/** True when `scope` is `target` or an ancestor of it by whole segments (rule 1). */
export const covers = (scope: Scope, target: Scope): boolean =>
  scope === null || scope === target || (target?.startsWith(`${scope}/`) ?? false);

/** The deeper of two scopes, or `undefined` if neither covers the other, so that nothing can hold (rule 2). */
export function deeper(a: Scope, b: Scope): Scope | undefined {
  if (covers(a, b)) return b;
  return covers(b, a) ? a : undefined;
}

/** A scope and all its ancestors, the root last. */
export function ancestorsOf(scope: Scope): Scope[] {
  if (scope === null) return [null];
  const ancestors: Scope[] = [scope];
  for (let end = scope.lastIndexOf("/"); end > 0; end = scope.lastIndexOf("/", end - 1))
    ancestors.push(scope.slice(0, end));
  return [...ancestors, null];
}

/** The given scopes without those that another given scope covers, in byte order. */
export function widest(scopes: Iterable<Scope>): Scope[] {
  const all = new Set(scopes);
  const covered = (scope: Scope) => ancestorsOf(scope).some((above) => above !== scope && all.has(above));
  return [...all].filter((scope) => !covered(scope)).sort(by((scope) => scope ?? ""));
}

/** Reads a scope from text. @throws RbacError `SCOPE_INVALID` (exit 2). */
export function parseScope(text: string): string {
  const scope = text.length > 4 * LONGEST ? text : text.normalize("NFC"); // Normalising can take quadratic time.
  const fault = scopeFault(scope);
  if (fault) throw wrong("SCOPE_INVALID", `${quote(text)} is not a scope: ${fault}`);
  return scope;
}

function scopeFault(scope: string): string | undefined {
  if (scope === "") return "it is empty (leave it out to mean everywhere)";
  if (scope.length > LONGEST) return `it is longer than ${LONGEST} characters`;
  if (scope.startsWith("-")) return "it begins with -";
  for (const segment of scope.split("/")) {
    if (segment === "") return "it has an empty segment (no / at its ends, no // inside)";
    if (segment === "." || segment === "..") return `a segment may not be ${segment}`;
    const fault = /[\s:*]/u.test(segment) ? "no spaces, : or * in a segment" : nameFault(segment);
    if (fault) return fault;
  }
  return undefined;
}
