/** The flags that narrow and cut lists. Each means the same in every list; a command only says what it keeps there. */
import { Flags } from "@oclif/core";
import type { Format } from "../../output/render.ts";
import { parsePattern } from "../../policy/model/permissions.ts";
import { AT, rolesFlag, scopeFlag, several, textFlag, timeFlag, usersFlag } from "./shared-flags.ts";

/** What a list keeps, in words that end what the flag's description begins with. */
type Kept = string;

export const byRole = (kept: Kept) => rolesFlag(`only ${kept} (repeatable)`);
export const byUser = (kept: Kept) => usersFlag(`only ${kept} (repeatable)`);
export const byPermission = (kept: Kept) =>
  several(parsePattern, "PATTERN")(`only ${kept}, such as 'posts:*' (repeatable)`);
export const byScope = (kept: Kept) => scopeFlag(`only ${kept}, such as acme or acme/posts/42`, "SCOPE");
export const byMatch = (named: string) => textFlag(`only ${named} whose name has this in it, in whatever case`);

export const MOST_ROWS = Flags.integer({
  description: "at most so many rows; 1000 on a terminal when left out, else all",
  min: 1,
  max: Number.MAX_SAFE_INTEGER,
  helpValue: "N",
});

/** One moment, or any of a period. */
export const AT_OR_SINCE = {
  at: AT,
  since: timeFlag("at any moment from then on, or from just after @12", "TIME", { exclusive: ["at"] }),
  until: timeFlag("up to that moment (with --since)", "TIME", { dependsOn: ["since"] }),
};

/** What lists of permissions are narrowed and cut by. */
export const OF_PERMISSIONS = {
  permission: byPermission("permissions that this pattern covers"),
  match: byMatch("permissions"),
  limit: MOST_ROWS,
};

/** What lists of users are narrowed and cut by. */
export const OF_USERS = {
  user: byUser("this user"),
  role: byRole("users who are assigned this role"),
  match: byMatch("users"),
  limit: MOST_ROWS,
};

/** More rows nobody reads on a terminal. */
const ON_TERMINAL = 1000;

/** The most rows of a list: as the flag says, or what a person is shown; `undefined` for all. */
export const limitOf = (
  { limit, json, format }: { limit?: number | undefined; json: boolean; format?: Format | undefined },
  { stdout }: { readonly stdout: { readonly isTerminal: boolean } },
): number | undefined =>
  limit ?? (stdout.isTerminal && !json && (format ?? "table") === "table" ? ON_TERMINAL : undefined);
