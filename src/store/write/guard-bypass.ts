/** Checks that only the owner of the database bypasses the guard. */
import { refused } from "../../errors.ts";
import type { Connection } from "../engine/connection.ts";
import type { ChangeOptions } from "./check-change.ts";

/** @throws RbacError `NOT_OWNER` (exit 3) if the guard is to be bypassed by somebody who does not own the database. */
export async function requireOwner(
  { db, dialect, name }: Pick<Connection, "db" | "dialect" | "name">,
  { breakGlass }: ChangeOptions,
): Promise<void> {
  if (breakGlass && dialect.isOwner && !(await dialect.isOwner(db)))
    throw refused("NOT_OWNER", `breakGlass is for whoever owns ${name}`, {
      hint: { option: "breakGlass", value: null },
    });
}
