/** A cache of values made from a text, which drops the least recently used. */

/** A limit is needed: name lists have any length, so the number of texts has no bound. */
const MAX_ENTRIES = 200;

export function cachedByText<T>(make: (text: string) => T): (text: string) => T {
  const cache = new Map<string, T>(); // Ordered by last use, oldest first.
  return (text) => {
    const value = cache.get(text) ?? make(text);
    cache.delete(text);
    cache.set(text, value);
    for (const oldest of cache.keys()) {
      if (cache.size <= MAX_ENTRIES) break;
      cache.delete(oldest);
    }
    return value;
  };
}
