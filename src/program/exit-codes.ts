/** The exit codes in words, for help and for the references. */
export const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "yes, or done, or a list (even an empty one), or explained"],
  ["1", "the answer is no: denied, not as expected, a difference, a failed test or verification"],
  ["2", "the question was wrong: usage, unreadable input, an unknown name"],
  ["3", "refused: the change would make a policy that is not allowed, or lacks --yes"],
  ["4", "the database cannot serve: missing, locked, full, read-only, damaged, other version"],
  ["70", "a bug"],
  ["129, 130, 143", "interrupted"],
];
