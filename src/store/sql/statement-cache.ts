/** What is made once for a text, and kept while it is among the last that were asked for. */

/** Lists of names are of any length, so there is no end of texts: beyond so many the oldest is made anew. */
const KEPT = 200;

export function cachedByText<T>(make: (text: string) => T): (text: string) => T {
  const made = new Map<string, T>();
  return (text) => {
    const known = made.get(text) ?? make(text);
    made.delete(text);
    made.set(text, known);
    for (const oldest of made.keys()) {
      if (made.size <= KEPT) break;
      made.delete(oldest);
    }
    return known;
  };
}
