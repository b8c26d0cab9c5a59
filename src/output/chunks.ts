/** Parts of what is too long to be handled at once, and their sum. */

/** All texts as one. */
export async function wholeText(texts: AsyncIterable<string>): Promise<string> {
  let all = "";
  for await (const text of texts) all += text;
  return all;
}

/** Parts of at most so many items. */
export function* chunksOf<T>(all: Iterable<T>, size: number): Iterable<T[]> {
  let chunk: T[] = [];
  for (const one of all) {
    chunk.push(one);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
