/** What is counted of logs: what was read, and why lines are not asked again. */

/** What was read, beside the lines themselves. */
export interface LogCounts {
  /** Decisions that have a line. */
  read: number;
  /** Decisions of which the log says that they have none. */
  dropped: number;
  /** Lines that were cut: by an end that is still being written, a crash, or a full disk. */
  cut: number;
}

/**
 * Why a line is not asked again: it has no answer, but an error; it was asked of an empty database, or at a revision
 * that the database does not have; its answer depends on values that are not logged; what it asks about is not there.
 */
export interface NotAsked {
  errors: number;
  empty: number;
  later: number;
  values: number;
  gone: number;
}

export const nothingLeftOut = (): NotAsked => ({ errors: 0, empty: 0, later: 0, values: 0, gone: 0 });
