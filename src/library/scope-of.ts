/** Scopes out of texts of a program: folders, URLs, names that may hold any sign. */
import { wrong } from "../errors.ts";
import { joinSegments } from "../policy/model/scopes.ts";
import { textOf } from "./values/plain-values.ts";

/**
 * The scope with these segments, the widest first. A `/` inside of a segment is written as `%2F`, and a `%` that would
 * be read as such an escape as `%25`, so that no two lists of segments give one scope.
 * @throws RbacError (exit 2) without segments, and for one that no scope can have: empty, `..`, with a `*`.
 */
export function scopeOf(...segments: readonly string[]): string {
  if (segments.length === 0) throw wrong("VALUE_EMPTY", "scopeOf needs a segment: the root is null");
  return joinSegments(segments.map((segment) => textOf("a segment", segment)));
}
