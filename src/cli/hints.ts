/** Hints for a person, said beside an answer: what may have been misspelt. */
import type { Database } from "../database/database.ts";
import type { Change } from "../policy/model/change.ts";
import type { Scope } from "../policy/model/scopes.ts";

/** Where a "no" is about a scope that nothing mentions, that may be why (rule 1). */
export async function unknownScopeHint(
  database: Database,
  scope: Scope,
  answers: readonly { readonly allowed: boolean }[],
): Promise<string[]> {
  const [segment] = scope?.split("/") ?? [];
  if (segment === undefined || answers.every(({ allowed }) => allowed)) return [];
  const known = await database.read((reading) => reading.isScopeKnown(segment));
  return known ? [] : [`hint: no grant or assignment is scoped to ${segment} or below it`];
}

/** What to say of users that a change has created: which standing name each is near to. */
export function newUserNotices(database: Database, changes: readonly Change[]): Promise<string[]> {
  return database.read(async (reading) => {
    const lines: string[] = [];
    for (const change of changes) {
      if (change.kind !== "user.add") continue;
      const near = await reading.nearest("user", change.user);
      lines.push(`new user "${change.user}"${near.length > 0 ? `; near to it there is "${near.join('", "')}"` : ""}`);
    }
    return lines;
  });
}
