/** A comma in the name of a new user mostly means two users, and would give a right to somebody that nobody is. */
import { wrong } from "../../errors.ts";
import { quote } from "../model/names.ts";

/** @throws RbacError `NAME_HAS_COMMA` (exit 2), with the names that may be meant where each can be given by itself. */
export function refuseComma(user: string, allowComma: boolean, severalCanBeNamed = false): void {
  if (allowComma || !user.includes(",")) return;
  const names = user
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  throw wrong("NAME_HAS_COMMA", `${quote(user)} would be one user, with a comma in the name`, {
    hint: { option: "allowComma", value: true, ...(severalCanBeNamed && names.length > 1 && { names }) },
  });
}
