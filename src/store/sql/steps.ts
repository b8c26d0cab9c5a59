/**
 * Work on what a database reads, written once for whoever waits for each read and for whoever cannot: as steps, each of
 * which yields a read and goes on with its rows.
 */
import type { CompiledQuery } from "kysely";
import type { Connection } from "../engine/connection.ts";
import { eventTurn } from "../engine/event-turn.ts";
import type { Column } from "../engine/tables.ts";

/** Rows as lists of columns. */
export type ReadRows = readonly (readonly Column[])[];

/** A read, or its rows where the database is in this process. */
type Reading = ReadRows | Promise<ReadRows>;

export type Steps<T> = Generator<Reading, T, ReadRows>;

/** Takes the steps one after the other, and lets the process hear signals between them. */
export async function inTurn<T>(steps: Steps<T>): Promise<T> {
  let step = steps.next();
  while (!step.done) {
    const rows = await step.value;
    await eventTurn();
    step = steps.next(rows);
  }
  return step.value;
}

/** Takes the steps at once: only where each read gives its rows without a promise. */
export function atOnce<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next(step.value as ReadRows);
  return step.value;
}

/** Runs a query. */
export type RunQuery = (query: CompiledQuery) => Reading;

/** Runs queries over a connection, in whatever transaction is open. */
export const runningBy =
  ({ prepare }: Pick<Connection, "prepare">): RunQuery =>
  (query) =>
    prepare(query)(...(query.parameters as readonly Column[]));
