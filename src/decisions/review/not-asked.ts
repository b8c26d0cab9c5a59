/** Why lines of a log are not asked again. */

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
