/** Notices for a person about names that may be misspelt. */
import type { Database } from "../database/database.ts";
import type { Named } from "../errors.ts";
import { safe } from "../output/sanitize.ts";
import type { Change } from "../policy/model/change.ts";
import { patternsEscapedBy } from "../policy/model/patterns.ts";
import type { Scope } from "../policy/model/scopes.ts";
import { NAMED_BY, type Part } from "../policy/part/part.ts";

/** An answer of which a person may want to know more: who asked, and whether the policy knows them. */
interface Answer {
  readonly user: string | null;
  /** `null` where nobody was named. */
  readonly known: boolean | null;
  readonly allowed: boolean;
}

/**
 * A hint for a scope that no grant and no assignment mentions (rule 1), which may be misspelt; empty for a known one.
 * @param word before what there is not: `no other` where the scope is about to be mentioned
 */
export async function scopeHints(
  database: Database,
  scope: Scope | undefined,
  word: "no" | "no other" = "no",
): Promise<string[]> {
  const [segment] = scope?.split("/") ?? [];
  if (segment === undefined) return [];
  return database.read(async (reading) =>
    (await reading.isScopeKnown(segment)) ? [] : [scopeHint(segment, reading.isPast, word)],
  );
}

/** Hints for what a part names and nothing has: a scope, or the beginning of names. */
export async function partHints(database: Database, part: Part | undefined): Promise<string[]> {
  const hints: string[] = [];
  for (const [key, kind] of Object.entries(NAMED_BY))
    for (const { name, isPrefix } of part?.[key as keyof typeof NAMED_BY] ?? [])
      if (isPrefix && !(await isBegun(database, kind, name))) hints.push(safe`hint: no ${kind} begins with ${name}`);
  for (const { name } of part?.scopes ?? []) hints.push(...(await scopeHints(database, name)));
  return hints;
}

/** True in the past, of which no beginnings are looked up. */
const isBegun = (database: Database, kind: Named, beginning: string): Promise<boolean> =>
  database.read(async (reading) => reading.isPast || (await reading.namesBeginning(kind, beginning, 1)).length > 0);

/** @param isPast true where a past policy was asked */
export function scopeHint(segment: string, isPast: boolean, word: "no" | "no other" = "no"): string {
  const [verb, then] = isPast ? ["was", " then"] : ["is", ""];
  return `hint: ${word} grant or assignment ${verb} scoped to ${segment} or below it${then}`;
}

/** A notice for a user whom nobody knows and who was answered as a stranger (rule 30): it may be a wrong spelling. */
export async function strangerNotices(
  database: Database,
  answers: readonly Pick<Answer, "user" | "known">[],
): Promise<string[]> {
  const user = answers.find(({ known }) => known === false)?.user;
  if (typeof user !== "string") return [];
  return database.read(async (reading) => {
    const [verb, then] = reading.isPast ? ["was", " then"] : ["is", ""];
    const similar = await reading.nearest("user", user);
    const near = similar.length > 0 ? `; near to it there ${verb} "${similar.join('", "')}"` : "";
    return [`there ${verb} no user "${user}"${then}: answered as a stranger${near}`];
  });
}

/** The notices of answers about one scope, which is hinted at for a "no". */
export async function answerNotices(
  database: Database,
  scope: Scope | undefined,
  answers: readonly Answer[],
): Promise<string[]> {
  const isNo = answers.some(({ allowed }) => !allowed);
  return [...(await strangerNotices(database, answers)), ...(isNo ? await scopeHints(database, scope) : [])];
}

/** The users that changes create, each with the existing names that are similar. */
function newUsers(database: Database, changes: readonly Change[]): Promise<{ user: string; near: string[] }[]> {
  return database.read(async (reading) => {
    const found: { user: string; near: string[] }[] = [];
    for (const change of changes)
      if (change.kind === "user.add")
        found.push({ user: change.user, near: await reading.nearest("user", change.user) });
    return found;
  });
}

/** The question before users are created whose names are near to others; none where all are far. */
export async function newUserQuestion(database: Database, changes: readonly Change[]): Promise<string | undefined> {
  const doubts = (await newUsers(database, changes)).filter(({ near }) => near.length > 0);
  if (doubts.length === 0) return undefined;
  const texts = doubts.map(({ user, near }) => safe`${user} is new; did you mean ${near.join(" or ")}?`);
  return `${texts.join(" ")} Create ${doubts.length === 1 ? "it" : "them"}?`;
}

/** Names under which somebody may have meant all users. */
const SOUNDS_LIKE_ALL = /^(\*|all|any(body|one)|every(body|one)|public)$/i;

/** A notice for each user that a change created, with the existing names that are similar. */
export async function newUserNotices(database: Database, changes: readonly Change[]): Promise<string[]> {
  const nearText = (near: readonly string[]) => (near.length > 0 ? `; near to it there is "${near.join('", "')}"` : "");
  const allText = (user: string) => (SOUNDS_LIKE_ALL.test(user) ? "; for all users there is --everyone" : "");
  return (await newUsers(database, changes)).map(
    ({ user, near }) => `new user "${user}"${nearText(near)}${allText(user)}`,
  );
}

/** New permissions for which denies are looked up: a seed may bring any number, and a person reads a few lines. */
const MOST_LOOKED_UP = 1000;
const MOST_NOTICES = 10;

/** A notice for each new permission that a deny seems to cover, but has too few parts for (rule 27). */
export async function escapedDenyNotices(changes: readonly Change[], database: Database): Promise<string[]> {
  const added = changes.flatMap((change) => (change.kind === "permission.add" ? [change.permission] : []));
  const escaped = added.slice(0, MOST_LOOKED_UP).map((name) => [name, patternsEscapedBy(name)] as const);
  const patterns = [...new Set(escaped.flatMap(([, escapes]) => escapes))];
  if (patterns.length === 0) return [];
  const { policy } = await database.policy({ granting: { patterns }, grants: { patterns } });
  const denies = [...policy.grant.values()].filter(({ effect }) => effect === "deny");
  const notices = escaped.flatMap(([name, escapes]) =>
    denies
      .filter((deny) => escapes.includes(deny.permission))
      .map(({ role, permission }) => `${role} is denied ${permission}, which does not cover the new ${name}`),
  );
  return [...new Set(notices)].slice(0, MOST_NOTICES); // A role may be denied a pattern on many scopes.
}
