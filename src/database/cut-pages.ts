/** Cuts a list that comes in pages. */
import type { Cut } from "../policy/model/results.ts";

/**
 * The pages up to a limit on rows, of which the last says that there would be more. There is at least one, which may be
 * empty.
 */
export async function* cutPages<T>(
  pages: AsyncIterable<T[]>,
  limit = Number.POSITIVE_INFINITY,
): AsyncIterable<{ rows: T[]; cut?: readonly Cut[] }> {
  let room = limit;
  let held: T[] | undefined; // Whether a page is the last one before a cut, the next one tells.
  for await (const page of pages) {
    if (held && page.length === 0) continue;
    if (page.length > room) {
      const cut = [{ shown: limit }];
      if (room === 0) return yield { rows: held ?? [], cut };
      if (held) yield { rows: held };
      return yield { rows: page.slice(0, room), cut };
    }
    if (held) yield { rows: held };
    held = page;
    room -= page.length;
  }
  if (held) yield { rows: held };
}
