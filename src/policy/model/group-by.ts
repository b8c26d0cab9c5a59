/** Rows gathered under keys, in the order they come. */
export function grouped<K, T>(rows: Iterable<T>, key: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const row of rows) {
    const under = key(row);
    const group = groups.get(under);
    if (group) group.push(row);
    else groups.set(under, [row]);
  }
  return groups;
}
