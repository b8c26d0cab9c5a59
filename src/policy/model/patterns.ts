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

/** True when some name is covered by both patterns. Both without `:own`. */
export function patternsMeet(one: string, other: string): boolean {
  const [a, b] = [one.split(":"), other.split(":")];
  const [aStretches, bStretches] = [a.at(-1) === "*", b.at(-1) === "*"];
  if (a.length < b.length && !aStretches) return false;
  if (b.length < a.length && !bStretches) return false;
  const shared = Math.min(a.length, b.length);
  return a
    .slice(0, shared)
    .every((part, at) => partContains(part, b[at] as string) || partContains(b[at] as string, part));
}

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
