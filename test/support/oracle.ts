// A deliberately naive reference evaluator of the model's rules; src is compared with it and shares no code with it.
// Random tests ask millions of questions about thousands of documents: what was found of a document is remembered.
import { conditionTruth, type OracleGiven } from "./oracle-conditions.ts";
import { coversByExpansion } from "./pattern-oracle.ts";

export interface PlainGrant {
  permission: string;
  scope?: string;
  /** Of a conditional grant, which the oracle knows nothing of. */
  when?: string;
  but?: string | readonly string[];
  reason?: string;
}

export interface PlainHolding {
  role: string;
  scope?: string;
  from?: string;
  until?: string;
  reason?: string;
}

export interface PlainRole {
  description?: string;
  inherits?: readonly string[];
  grants?: readonly (string | PlainGrant)[];
  denies?: readonly (string | PlainGrant)[];
}

export interface PlainUser {
  email?: string;
  name?: string;
  disabled?: boolean;
  roles?: readonly (string | PlainHolding)[];
}

export interface PlainConstraint {
  kind: string;
  roles: readonly string[];
  limit?: number;
  needs?: readonly string[];
}

/** The JSON form of a document, limited to what a decision depends on; other sections are carried along unread. */
export interface PlainDocument {
  rbac: 1;
  permissions?: readonly string[] | Readonly<Record<string, string>>;
  roles?: Readonly<Record<string, PlainRole>>;
  users?: Readonly<Record<string, PlainUser>>;
  everyone?: readonly string[];
  constraints?: Readonly<Record<string, PlainConstraint>>;
  /** What the resources have: by name a type, or the values that a text may have. */
  attributes?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  guarded?: boolean;
  strangers?: boolean;
  tests?: readonly unknown[];
}

export interface OracleQuestion {
  user: string | null;
  permission: string;
  own: boolean;
  scope: string | null;
  at: string;
  activate: readonly string[];
  assume: readonly string[];
  given?: OracleGiven;
}

export interface OracleHolds {
  user: string | null;
  role: string;
  scope: string | null;
  at: string;
  assume: readonly string[];
}

export type OracleReason = "allow" | "deny" | "none" | "disabled" | "session" | "condition";

interface Holding {
  role: string;
  scope: string | null;
}

interface Grant extends Holding {
  effect: "allow" | "deny";
  pattern: string;
  when: string | undefined;
  but: readonly string[];
}

export function oracleCan(document: PlainDocument, question: OracleQuestion): boolean {
  return oracleReason(document, question) === "allow";
}

export function oracleReason(document: PlainDocument, question: OracleQuestion): OracleReason {
  // A test that misspells a name must fail, never quietly agree with a "no".
  mustBeCatalogued(document, question.permission);
  for (const name of [...question.activate, ...question.assume]) mustBeRole(document, name);

  if (isDisabled(document, question.user)) return "disabled";

  const holdings = activeHoldings(document, question);
  const isHeld = (name: string) => holdings.some((holding) => reaches(document, holding.role, name));
  if (!question.activate.every(isHeld) || breaksDsd(document, question)) return "session";

  const named = [...question.activate, ...question.assume];
  const found = { allow: [] as (boolean | undefined)[], deny: [] as (boolean | undefined)[] };
  const truthOf = (when: string | undefined) =>
    when === undefined ? true : conditionTruth(when, oracleFacts(document, question));
  for (const holding of holdings) {
    for (const grant of grantsAbout(document, question.permission, question.own)) {
      if (!reaches(document, holding.role, grant.role)) continue;
      if (!pathCovers(holding.scope, grant.scope, question.scope)) continue;
      const passesNamed = named.some(
        (name) => reaches(document, holding.role, name) && reaches(document, name, grant.role),
      );
      if (grant.effect === "deny" || question.activate.length === 0 || passesNamed)
        found[grant.effect].push(truthOf(grant.when));
    }
  }
  if (found.deny.includes(true)) return "deny";
  if (found.allow.every((truth) => truth === false)) return "none";
  return found.allow.includes(true) && !found.deny.includes(undefined) ? "allow" : "condition";
}

const oracleResource = (permission: string): string =>
  (permission.includes(":") ? permission.split(":")[0] : permission.match(/^.[^./]*/)?.[0]) ?? "";

/** What a question's conditions are judged by. */
export const oracleFacts = (document: PlainDocument, { user, permission, at, given = {} }: OracleQuestion) => ({
  ...{ user, permission, at, given },
  declared: ownEntry(document.attributes, oracleResource(permission)) ?? {},
});

export function oracleHas(document: PlainDocument, question: OracleHolds): boolean {
  for (const name of [question.role, ...question.assume]) mustBeRole(document, name);
  if (isDisabled(document, question.user)) return false;
  return activeHoldings(document, question).some(
    (holding) => covers(holding.scope, question.scope) && reaches(document, holding.role, question.role),
  );
}

/**
 * Whether what is activated, and what comes with it, is as much of a dsd set as may not be; what is assumed is not
 * bound.
 */
function breaksDsd(document: PlainDocument, { activate, assume }: OracleQuestion): boolean {
  const active = activate.filter((name) => !assume.includes(name));
  return Object.values(document.constraints ?? {}).some(({ kind, roles, limit = 0 }) => {
    const together = roles.filter((role) => active.some((name) => reaches(document, name, role)));
    return kind === "dsd" && together.length >= limit;
  });
}

/** All that the asker holds at the moment: own assignments whose window is open, everyone's roles and assumed ones. */
function activeHoldings(
  document: PlainDocument,
  question: { user: string | null; at: string; assume: readonly string[] },
): Holding[] {
  const now = instant(question.at);
  const holdings: Holding[] = [];
  for (const entry of userOf(document, question.user)?.roles ?? []) {
    const assignment: PlainHolding = typeof entry === "string" ? { role: entry } : entry;
    if (assignment.from !== undefined && now < instant(assignment.from)) continue;
    if (assignment.until !== undefined && now >= instant(assignment.until)) continue;
    holdings.push({ role: assignment.role, scope: assignment.scope ?? null });
  }
  for (const role of [...(document.everyone ?? []), ...question.assume]) holdings.push({ role, scope: null });
  return holdings;
}

/** What `find` says of a document and a key, found once. A document does not change after it was asked about. */
function remembered<T>(find: (document: PlainDocument, key: string) => T): (document: PlainDocument, key: string) => T {
  const known = new WeakMap<PlainDocument, Map<string, T>>();
  return (document, key) => {
    const ofDocument = known.get(document) ?? new Map<string, T>();
    known.set(document, ofDocument);
    const found = ofDocument.get(key) ?? find(document, key);
    ofDocument.set(key, found);
    return found;
  };
}

/** The grants that are about a permission, asked as the owner or not. */
const grantsAbout = (document: PlainDocument, permission: string, own: boolean): readonly Grant[] =>
  grantsCounting(document, own ? `${permission}:own` : permission);
const grantsCounting = remembered((document, asked) => {
  const [permission, own] = asked.endsWith(":own") ? [asked.slice(0, -4), true] : [asked, false];
  return allGrants(document).filter(
    ({ pattern, but }) =>
      patternCounts(pattern, permission, own) && !but.some((left) => patternCounts(left, permission, true)),
  );
});

function allGrants(document: PlainDocument): Grant[] {
  const grants: Grant[] = [];
  for (const [role, { grants: allows = [], denies = [] }] of Object.entries(document.roles ?? {})) {
    for (const entry of allows) grants.push({ ...plainGrant(role, entry), effect: "allow" });
    for (const entry of denies) grants.push({ ...plainGrant(role, entry), effect: "deny" });
  }
  return grants;
}

function plainGrant(role: string, entry: string | PlainGrant): Omit<Grant, "effect"> {
  if (typeof entry === "string") return { role, pattern: entry, scope: null, when: undefined, but: [] };
  const { permission, scope = null, when, but = [] } = entry;
  return { role, pattern: permission, scope, when, but: [but].flat() };
}

/** Whether `from` is `to` or inherits it over any number of steps. */
const reaches = (document: PlainDocument, from: string, to: string): boolean => reached(document, from).has(to);

/** A role and all that it inherits: a set of names grown until it grows no more. */
const reached = remembered((document, from) => {
  const names = new Set([from]);
  let before = 0;
  while (names.size > before) {
    before = names.size;
    for (const name of [...names]) {
      for (const parent of mustBeRole(document, name).inherits ?? []) names.add(parent);
    }
  }
  return names;
});

function covers(scope: string | null, target: string | null): boolean {
  if (scope === null) return true;
  if (target === null) return false;
  const outer = scope.split("/");
  const inner = target.split("/");
  return outer.every((segment, position) => inner[position] === segment);
}

/** A path holds at the deeper of its two scopes; where neither covers the other there is no path. */
function pathCovers(assigned: string | null, granted: string | null, target: string | null): boolean {
  if (covers(assigned, granted)) return covers(granted, target);
  if (covers(granted, assigned)) return covers(assigned, target);
  return false;
}

/**
 * Whether a grant of this pattern is about a permission, asked as the owner or not. Names and patterns of two plain
 * parts are judged by the rule that was there before there were others, which must never mean anything else.
 */
export function patternCounts(pattern: string, permission: string, own: boolean): boolean {
  const plain = pattern.endsWith(":own") ? pattern.slice(0, -4) : pattern;
  if (!/^(\*|[^:*]+):(\*|[^:*]+)$/.test(plain) || permission.split(":").length !== 2)
    return (own || plain === pattern) && coversByExpansion(plain)(permission);
  const [resource, action, suffix] = pattern.split(":");
  const [askedResource, askedAction] = permission.split(":");
  if (suffix === "own" && !own) return false;
  return (resource === "*" || resource === askedResource) && (action === "*" || action === askedAction);
}

function isDisabled(document: PlainDocument, user: string | null): boolean {
  return userOf(document, user)?.disabled === true;
}

function userOf(document: PlainDocument, user: string | null): PlainUser | null {
  if (user === null) return null;
  return ownEntry(document.users, user) ?? fail(`no such user: ${user}`);
}

function mustBeRole(document: PlainDocument, role: string): PlainRole {
  return ownEntry(document.roles, role) ?? fail(`no such role: ${role}`);
}

function mustBeCatalogued(document: PlainDocument, permission: string): void {
  const section = document.permissions ?? [];
  const names: readonly string[] = Array.isArray(section) ? section : Object.keys(section);
  if (!names.includes(permission)) fail(`not in the catalogue: ${permission}`);
}

// Role and user names are data: a role called "constructor" must not find what every object has.
function ownEntry<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

const instants = new Map<string, number>();

function instant(time: string): number {
  const milliseconds = instants.get(time) ?? Date.parse(time);
  instants.set(time, milliseconds);
  return Number.isNaN(milliseconds) ? fail(`not a time: ${time}`) : milliseconds;
}

function fail(message: string): never {
  throw new Error(message);
}
