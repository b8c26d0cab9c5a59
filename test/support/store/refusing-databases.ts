/** Every command that writes, and databases that refuse the audit entry, each in its own way. */

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import type Sqlite from "better-sqlite3";
import { blog } from "../blog.ts";
import { cli } from "../cli.ts";
import { fileWith } from "../documents.ts";
import { withKey } from "./keys.ts";
import { meddle } from "./random-databases.ts";

const MORE = fileWith(JSON.stringify({ rbac: 1, permissions: ["posts:pin"] }));

/** A plan for the database that was made last. */
const PLAN = fileWith("", "plan.json");

/** A line for each, on the blog of `test/support/blog.ts`. Each has something to change. */
export const WRITING: readonly string[] = [
  "assign alice moderator",
  "assign newcomer reader",
  "revoke alice editor",
  "grant reader users:read",
  "ungrant editor posts:publish",
  `seed "${MORE}"`,
  `seed "${MORE}" --prune --yes`,
  "undo 1",
  `apply "${PLAN}" --yes`,
  "lint --live --fix --rule redundant-grant --yes",
  "undo --to 2020-01-01 --yes",
  "user create erin",
  "user set alice --clear email",
  "user rename alice alicia",
  "user delete alice --yes",
  "user offboard alice --hand-over bob",
  "user disable alice",
  "user enable dora",
  "role create writer",
  "role clone editor publisher",
  "role set editor --description Edits",
  "role rename editor publisher",
  "role delete editor --yes",
  "role inherit moderator reader",
  "role disinherit editor reader",
  "permission create posts:pin",
  "permission set posts:read --clear description",
  "permission rename posts:read posts:see",
  "permission delete posts:publish --yes",
  "constraint create four-eyes ssd editor moderator --limit 2",
  "constraint set few --limit 4",
  "constraint rename few several",
  "constraint delete few",
  "api-key create --principal alice",
  "api-key rotate k4yq7w2mzt5a --overlap 1h",
  "api-key revoke k4yq7w2mzt5a",
];

/** The blog, with the constraint that some lines change, the plan that one applies, the grant that one takes away. */
export async function databaseFor(line: string): Promise<string> {
  const db = await blog();
  if (line.startsWith("constraint ")) await cli("constraint create few max_users admin --limit 5", { db });
  if (line.startsWith("apply ")) await cli(`plan --out "${PLAN}" -- grant reader users:read`, { db });
  if (line.startsWith("api-key r")) await withKey(db, { id: "k4yq7w2mzt5a", user: "alice" });
  if (line.startsWith("lint ")) await cli("grant editor posts:read --on acme", { db });
  return db;
}

/**
 * Take --dry-run too, but write no entry into the database that is there: one makes another in its place, one changes
 * its format, one fills a table that is no part of the policy, one only plans.
 */
export const NO_ENTRY = ["db:restore", "db:migrate", "materialize", "plan"];

/** The entries of a database refuse to grow. */
export const refuseEntries = (path: string): void =>
  meddle(path, (raw) => {
    raw.exec("create trigger refusing before insert on entries begin select raise(abort, 'no'); end");
  });

/** They are dropped without a word: no error, and no entry. */
export const swallowEntries = (path: string): void =>
  meddle(path, (raw) => {
    raw.exec("create trigger swallowing before insert on entries begin select raise(ignore); end");
  });

/** The file says that it is written by a version of SQLite to come: anyone may read it, nobody may write it. */
export function makeReadOnly(path: string): void {
  const bytes = readFileSync(path);
  bytes[18] = 3;
  writeFileSync(path, bytes);
}

/** Until `restore` is called, no database of this process may grow by a page: the disk is full. */
export function fillDisk(): { restore(): void } {
  const { prototype } = createRequire(import.meta.url)("better-sqlite3") as typeof Sqlite;
  const { pragma } = prototype;
  prototype.pragma = function (this: Sqlite.Database, source, options) {
    const pages = source.startsWith("foreign_keys") ? pragma.call(this, "page_count", { simple: true }) : undefined;
    if (pages !== undefined) pragma.call(this, `max_page_count = ${String(pages)}`);
    return pragma.call(this, source, options);
  };
  return {
    restore: () => {
      prototype.pragma = pragma;
    },
  };
}
