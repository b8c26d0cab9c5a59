/** Patterns, judged part by part: which contains which, and which cover some name together (rule 27). */

/** True when every name that a pattern covers is covered by another, too. Both without `:own`; a name is a pattern. */
export function patternContains(outer: string, inner: string): boolean {
  const [wide, narrow] = [outer.split(":"), inner.split(":")];
  const last = wide.length - 1;
  const stretches = wide[last] === "*";
  if (stretches ? narrow.length < wide.length : narrow.length !== wide.length) return false;
  // Where only the narrow one ends in *, it covers names of more parts than the wide one does.
  if (!stretches && narrow[last] === "*") return false;
  return wide.every((part, at) => partContains(part, narrow[at] as string));
}

function partContains(outer: string, inner: string): boolean {
  if (outer === "*" || outer === inner) return true;
  return outer.endsWith("*") && inner.length >= outer.length && inner.startsWith(outer.slice(0, -1));
}

/** The pattern of all names that both patterns cover; `undefined` where there is none. Both without `:own`. */
export function patternsIntersection(one: string, other: string): string | undefined {
  const [a, b] = [one.split(":"), other.split(":")];
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a];
  if (shorter.length < longer.length && shorter.at(-1) !== "*") return undefined;
  // The * that ends the shorter one stands for all that is left of the longer one.
  const parts = longer.map((part, at) => narrowerPart(part, shorter[at] ?? "*"));
  return parts.includes(undefined) ? undefined : parts.join(":");
}

/** Two parts have names in common only where one contains the other. */
function narrowerPart(one: string, other: string): string | undefined {
  if (partContains(one, other)) return other;
  return partContains(other, one) ? one : undefined;
}

/** A pattern, less the names that some other patterns cover. All without `:own`. */
export interface PatternLess {
  readonly pattern: string;
  readonly but: readonly string[];
}

/** True when a pattern covers some of the names. */
export function patternMeets(pattern: string, names: PatternLess): boolean {
  const common = patternsIntersection(pattern, names.pattern);
  return common !== undefined && !leavesAllOut(names, common);
}

/** True when all is left out again. */
export const coversNoName = (names: PatternLess): boolean => leavesAllOut(names, names.pattern);

/** True when all of the inner names are among the outer ones (rule 35). */
export const isNoWider = (inner: PatternLess, outer: PatternLess): boolean =>
  coversNoName(inner) ||
  (patternContains(outer.pattern, inner.pattern) && !outer.but.some((left) => patternMeets(left, inner)));

/** Several patterns cover one together only if one of them does, so that each can be asked by itself. */
const leavesAllOut = ({ but }: PatternLess, pattern: string): boolean =>
  but.some((left) => patternContains(left, pattern));

/** What every name begins with that a pattern covers: the text before its first `*`. */
export const literalBeginning = (pattern: string): string => {
  const star = pattern.indexOf("*");
  return star < 0 ? pattern : pattern.slice(0, star);
};

/**
 * What a permission is about: its first part if it has several, else the text before its first `.` or `/` that is not
 * its first character, else the whole name (rule 26).
 */
export function resourceOf(permission: string): string {
  const colon = permission.indexOf(":");
  if (colon >= 0) return permission.slice(0, colon);
  const end = permission.slice(1).search(/[./]/);
  return end < 0 ? permission : permission.slice(0, end + 1);
}

/**
 * The patterns of fewer parts that a reader may think cover a name, since one `*` of theirs would have to stand for
 * several parts: `*:delete` of `posts:comments:delete`. For a name of one part, `*:*`.
 */
export function patternsEscapedBy(permission: string): string[] {
  const parts = permission.split(":");
  if (parts.length === 1) return ["*:*"];
  return parts.flatMap((_, before) =>
    parts.slice(before + 2).map((_, at) => [...parts.slice(0, before), "*", ...parts.slice(before + 2 + at)].join(":")),
  );
}
