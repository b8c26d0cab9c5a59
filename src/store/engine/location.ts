/** Where a database lies: a file with its companion files, or a schema of a server. */
import type { DatabaseStatus } from "../../policy/model/results.ts";
import type { LastStep } from "./signal-hearing.ts";

export interface DatabaseLocation {
  /** The name shown in messages; never contains a password. */
  readonly name: string;
  exists(): Promise<boolean>;
  /**
   * Creates a database that appears whole or not at all: a draft is built nearby and moved into place when it is done.
   * @param make receives the URL of the draft
   * @param settle runs just before the database appears; it waits for what it needs before it calls `last`
   * @throws RbacError `DATABASE_EXISTS` (exit 3) if a database exists there already.
   */
  appear<T>(make: (draft: string) => Promise<T>, settle?: (last: LastStep) => Promise<void>): Promise<T>;
  /**
   * Moves the database at this location aside and returns its new location; `undefined` if none exists.
   * @param last called once nobody else uses it, just before it is moved
   */
  moveAside(stamp: string, last: LastStep): Promise<string | undefined>;
  /** Moves back a database that was moved aside. */
  moveBack(aside: string): Promise<void>;
  describe(): Promise<LocationDescription>;
}

/** Facts that are visible without opening the database. */
export type LocationDescription = Pick<DatabaseStatus, "files" | "warnings">;
