/** A comparison for loops of many thousand rounds, in which `expect` itself would take longer than what is tested. */
import { expect } from "vitest";

/** As `expect(said).toBe(expected)`. @param about what a failure shows beside it */
export function expectSame<T>(said: T, expected: T, about?: unknown): void {
  if (!Object.is(said, expected)) expect({ about, said }).toEqual({ about, said: expected });
}
