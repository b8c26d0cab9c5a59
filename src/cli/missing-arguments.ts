/** Lets a person choose an argument that was left out. Loaded only where one can be asked. */
import type { Database } from "../database/database.ts";
import { sanitize } from "../output/sanitize.ts";
import { byBytes } from "../policy/model/byte-order.ts";
import { argumentMissing } from "./flag-errors.ts";
import { choose } from "./prompt.ts";

/** Arguments that a person can choose from a list, by their names. */
const CHOICES: Readonly<Record<string, "user" | "role" | "permission">> = {
  user: "user",
  role: "role",
  roles: "role",
  permission: "permission",
  permissions: "permission",
};

export interface MissingChoice {
  readonly argument: string;
  /** The id of the command, such as `user:create`. */
  readonly command: string;
  open(): Promise<Database>;
}

/** @throws RbacError `ARGUMENT_MISSING` (exit 2) where there is nothing to choose from. */
export async function chooseArgument({ argument, command, open }: MissingChoice): Promise<string> {
  const isNew = command.endsWith(":create"); // No list has a name that is not created yet.
  const kind = CHOICES[argument];
  if (!kind || isNew) throw argumentMissing(argument);
  const database = await open();
  const { policy } = await database.policy({
    users: kind === "user" ? "all" : [],
    roles: "all",
    grants: "none",
    permissions: "all",
  });
  const names = [...policy[kind].keys()].sort(byBytes);
  if (names.length === 0) throw argumentMissing(argument);
  return choose(
    `Which ${kind}?`,
    names.map((name) => ({ name: sanitize(name), value: name })),
  );
}
