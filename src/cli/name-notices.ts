/** Notices for a person about names that may be misspelt. */
import type { Database } from "../database/database.ts";
import type { Change } from "../policy/model/change.ts";
import type { Scope } from "../policy/model/scopes.ts";

/** A notice for a "no" on a scope that no grant and no assignment mentions (rule 1); empty where it does not apply. */
export async function scopeNotices(
  database: Database,
  scope: Scope,
  answers: readonly { readonly allowed: boolean }[],
): Promise<string[]> {
  const [segment] = scope?.split("/") ?? [];
  if (segment === undefined || answers.every(({ allowed }) => allowed)) return [];
  const known = await database.read((reading) => reading.isScopeKnown(segment));
  return known ? [] : [`hint: no grant or assignment is scoped to ${segment} or below it`];
}

/** A notice for each user that a change created, with the existing names that are similar. */
export function newUserNotices(database: Database, changes: readonly Change[]): Promise<string[]> {
  return database.read(async (reading) => {
    const lines: string[] = [];
    for (const change of changes) {
      if (change.kind !== "user.add") continue;
      const similar = await reading.nearest("user", change.user);
      lines.push(
        `new user "${change.user}"${similar.length > 0 ? `; near to it there is "${similar.join('", "')}"` : ""}`,
      );
    }
    return lines;
  });
}
