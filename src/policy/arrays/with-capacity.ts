/** Arrays of integers that grow. */

/** Returns the array if it has the capacity, else a copy with 1.5 times the size that is needed. */
export function withCapacity(numbers: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  if (size <= numbers.length) return numbers;
  const grown = new Int32Array(size + (size >> 1));
  grown.set(numbers);
  return grown;
}
