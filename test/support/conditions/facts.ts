/** What the code under test takes, made of a plain question. */
import type { Declaration, Facts, Given } from "../../../src/policy/conditions/given.ts";
import type { PlainQuestion } from "./plain.ts";

export const factsOf = ({ given, user, permission, at, declared, isList }: Partial<PlainQuestion>): Facts => ({
  given: (given ?? {}) as Given,
  user: user === undefined ? undefined : user,
  permission: permission ?? "posts:read",
  at,
  declared: new Map(
    Object.entries(declared ?? {}).map(([name, one]): [string, Declaration] => [
      name,
      typeof one === "string" ? { type: one, values: null } : { type: "string", values: one },
    ]),
  ),
  isList: isList ?? false,
});
