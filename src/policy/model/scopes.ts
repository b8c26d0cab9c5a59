/** Scopes: `/` paths that narrow where a grant or an assignment holds. `null` is the root, which is everywhere. */
import { wrong } from "../../errors.ts";
import { by } from "./byte-order.ts";
import { isLonger, quote, wordFault } from "./names.ts";

export type Scope = string | null;

const LONGEST = 1000;
const EVERYWHERE = "leave it out to mean everywhere";

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
  if (text.length <= LONGEST_PLAIN && PLAIN.test(text)) return text;
  const scope = text.length > 4 * LONGEST ? text : text.normalize("NFC"); // Normalising can take quadratic time.
  const fault = scopeFault(scope);
  if (fault) throw wrong("SCOPE_INVALID", `${quote(text)} is not a scope: ${fault}`);
  return scope;
}

/** Nearly every scope is so: words without anything that is looked at below. */
const PLAIN = /^\w[\w-]*(?:[./:@]\w[\w-]*)*$/;
const LONGEST_PLAIN = 200;

function scopeFault(scope: string): string | undefined {
  if (scope === "") return `it is empty (${EVERYWHERE})`;
  if (isLonger(scope, LONGEST)) return `it is longer than ${LONGEST} characters`;
  // Two spellings of one scope would let a deny on one of them be passed.
  if (scope.includes("%2f")) return `write %2F with a large F: ${quote(scope.replaceAll("%2f", "%2F"))}`;
  const segments = scope.split("/");
  const above = segments.slice(0, segments.findLastIndex((segment) => !/^\*+$/.test(segment)) + 1);
  if (above.length < segments.length)
    return `a scope covers everything below it: ${above.join("") === "" ? EVERYWHERE : `write ${above.join("/")}`}`;
  for (const segment of segments) {
    if (segment === "") return "it has an empty segment (no / at its ends, no // inside)";
    if (segment === "." || segment === "..") return `a segment may not be ${segment}`;
    if (segment.includes("*")) return "no * in a segment";
    const fault = wordFault(segment)?.replace(/^it /, "a segment ");
    if (fault) return fault;
  }
  return undefined;
}

/**
 * One scope out of texts that may hold any `/` and `%`. They are written so that two lists of segments never give one
 * scope: `%` is escaped where it would be read as the escape of another sign, and only there.
 * @throws RbacError `SCOPE_INVALID` (exit 2) where a segment is one that no scope can have.
 */
export function joinSegments(segments: readonly string[]): string {
  return parseScope(segments.map(escapedSegment).join("/"));
}

function escapedSegment(text: string): string {
  if (text.length > 4 * LONGEST) throw wrong("SCOPE_INVALID", `${quote(text)} is too long for a segment`);
  const escaped = text
    .normalize("NFC")
    .replace(/%(?=2[Ff5])/g, "%25")
    .replaceAll("/", "%2F");
  if (escaped.normalize("NFC") === escaped) return escaped;
  // The F of an escape would melt into the accent behind the / and be another letter.
  throw wrong("SCOPE_INVALID", `${quote(text)} cannot be a segment: an accent stands on its /`);
}
