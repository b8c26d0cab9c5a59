/** What narrows lists: which names and which permissions they keep. One meaning each, in whatever list. */
import { UnknownName } from "../../errors.ts";
import { withoutOwn } from "../model/names.ts";
import { patternContains } from "../model/patterns.ts";
import type { Policy } from "../model/policy.ts";
import type { Cut } from "../model/results.ts";

type Keep = (name: string) => boolean;

/** Names that have a text in them, in whatever case; all without one. */
export function matching(text: string | undefined): Keep {
  if (text === undefined) return () => true;
  const sought = text.toLowerCase();
  return (name) => name.toLowerCase().includes(sought);
}

/** Permissions, or patterns, that one of some patterns covers; all without any. A pattern's `:own` does not count. */
export function coveredBy(patterns: readonly string[] | undefined): Keep {
  if (patterns === undefined) return () => true;
  const plain = patterns.map(withoutOwn);
  return (permission) => plain.some((pattern) => patternContains(pattern, withoutOwn(permission)));
}

/** Which permissions a list keeps. */
export interface PermissionFilter {
  readonly patterns?: readonly string[] | undefined;
  readonly match?: string | undefined;
}

/**
 * The permissions of a catalogue that a filter keeps.
 * @throws UnknownName (exit 2) for a pattern without `*` that names none
 */
export function permissionsKept(
  { permission: catalogue }: Pick<Policy, "permission">,
  { patterns, match }: PermissionFilter,
): Policy["permission"] {
  const unknown = patterns?.map(withoutOwn).find((pattern) => !pattern.includes("*") && !catalogue.has(pattern));
  if (unknown !== undefined) throw new UnknownName("permission", unknown);
  if (patterns === undefined && match === undefined) return catalogue;
  const [isCovered, isMatch] = [coveredBy(patterns), matching(match)];
  return new Map([...catalogue].filter(([name]) => isCovered(name) && isMatch(name)));
}

/** @throws UnknownName (exit 2) for the first user or role that a policy does not have. */
export function requireNames(
  policy: Pick<Policy, "user" | "role">,
  { users = [], roles = [] }: { users?: readonly string[] | undefined; roles?: readonly string[] | undefined },
): void {
  for (const user of users) if (!policy.user.has(user)) throw new UnknownName("user", user);
  for (const role of roles) if (!policy.role.has(role)) throw new UnknownName("role", role);
}

/** The first rows of a list that is in memory. */
export function cutTo<T>(all: T[], limit: number | undefined): { rows: T[]; cut?: readonly Cut[] } {
  if (limit === undefined || all.length <= limit) return { rows: all };
  return { rows: all.slice(0, limit), cut: [{ shown: limit, total: all.length }] };
}
