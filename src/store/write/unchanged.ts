/** Thrown to roll back a transaction that has nothing to do. */
export class Unchanged extends Error {
  revision = 0;
}
