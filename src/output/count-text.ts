/** A count as people read it: `1,340`. Below a thousand nothing of the language is loaded. */
export const countText = (count: number): string => (count < 1000 ? String(count) : count.toLocaleString("en"));
