// Rules 20 to 22 by brute force: every target, every moment, every user. It shares no code with src.

import type { PlainConstraint, PlainDocument, PlainHolding } from "./oracle.ts";

/** What breaks a constraint on one target at one moment: one user, or (`null`) all who are counted. */
export interface Broken {
  constraint: string;
  user: string | null;
  target: string | null;
  at: string;
  /** The roles that the user holds of those that the constraint bounds, or the users who are counted. */
  who: string[];
}

/** Everything that is broken on any target at any moment from `now` on. */
export function allBroken(document: PlainDocument, now: string): Broken[] {
  return momentsOf([document], now).flatMap((at) =>
    targetsOf([document]).flatMap((target) => brokenAt(document, target, at)),
  );
}

/** By constraint and user: the first moment at which it is broken on any target. */
export function firstBroken(document: PlainDocument, now: string): Map<string, string> {
  const first = new Map<string, string>();
  for (const { constraint, user, at } of allBroken(document, now)) {
    const key = JSON.stringify([constraint, user]);
    if (at < (first.get(key) ?? "~")) first.set(key, at);
  }
  return first;
}

/**
 * Rule 22, read so: a violation is added on a target at a moment where somebody breaks what they did not break before,
 * or holds something more that breaks it; where a number exceeds its limit by more than before; and, of `min_users`,
 * only where fewer hold the role than without the change.
 * @returns the constraints, with the user where there is one, each once
 */
export function addedBetween(before: PlainDocument, after: PlainDocument, now: string): string[] {
  const found = new Set<string>();
  for (const at of momentsOf([before, after], now)) {
    for (const target of targetsOf([before, after])) {
      for (const broken of brokenAt(after, target, at)) {
        if (isAdded(before, after, broken)) found.add(JSON.stringify([broken.constraint, broken.user]));
      }
    }
  }
  return [...found].sort();
}

function isAdded(before: PlainDocument, after: PlainDocument, broken: Broken): boolean {
  const { constraint, user, target, at, who } = broken;
  const is = constraintsOf(after)[constraint] as PlainConstraint;
  const was = constraintsOf(before)[constraint];
  if (is.kind === "min_users") return who.length < holdersOf(before, is.roles[0] ?? "", target, at, true).length;
  if (was?.kind !== is.kind) return true;
  const former = brokenAt(before, target, at).find((other) => other.constraint === constraint && other.user === user);
  if (!former) return true;
  if (is.kind === "max_users")
    return is.roles[0] !== was.roles[0] || who.length - (is.limit ?? 0) > former.who.length - (was.limit ?? 0);
  return who.some((name) => !former.who.includes(name));
}

function brokenAt(document: PlainDocument, target: string | null, at: string): Broken[] {
  const found: Broken[] = [];
  for (const [constraint, { kind, roles, limit = 0, needs = [] }] of Object.entries(constraintsOf(document))) {
    const [role = ""] = roles;
    if (kind === "max_users") {
      const who = holdersOf(document, role, target, at, false);
      if (who.length > limit) found.push({ constraint, user: null, target, at, who });
    }
    if (kind === "min_users") {
      const who = holdersOf(document, role, target, at, true);
      if (who.length < limit) found.push({ constraint, user: null, target, at, who });
    }
    for (const user of Object.keys(document.users ?? {})) {
      const held = (names: readonly string[]) => names.filter((name) => isHeld(document, user, name, target, at));
      if (kind === "ssd" && held(roles).length >= limit) found.push({ constraint, user, target, at, who: held(roles) });
      if (kind === "prerequisite") {
        const missing = needs.filter((name) => !held(needs).includes(name));
        const who = held(roles).flatMap((name) => missing.map((need) => JSON.stringify([name, need])));
        if (who.length > 0) found.push({ constraint, user, target, at, who });
      }
    }
  }
  return found;
}

export function holdersOf(
  document: PlainDocument,
  role: string,
  target: string | null,
  at: string,
  enabledOnly: boolean,
): string[] {
  return Object.entries(document.users ?? {})
    .filter(([user, { disabled }]) => !(enabledOnly && disabled) && isHeld(document, user, role, target, at))
    .map(([user]) => user);
}

/** Assigned on the target or above, at the moment, or through everyone; as the role itself or one that inherits it. */
export function isHeld(
  document: PlainDocument,
  user: string,
  role: string,
  target: string | null,
  at: string,
): boolean {
  const heirs = heirsOf(document, role);
  if ((document.everyone ?? []).some((name) => heirs.has(name))) return true;
  return (document.users?.[user]?.roles ?? []).some((entry) => {
    const holding: PlainHolding = typeof entry === "string" ? { role: entry } : entry;
    const above = holding.scope === undefined || `${target ?? ""}/`.startsWith(`${holding.scope}/`);
    const begun = holding.from === undefined || Date.parse(holding.from) <= Date.parse(at);
    const open = begun && (holding.until === undefined || Date.parse(at) < Date.parse(holding.until));
    return heirs.has(holding.role) && above && open;
  });
}

const known = new WeakMap<object, Map<string, Set<string>>>();

/** The role and whoever inherits it, found by adding heirs until there are no more. Remembered for each document. */
function heirsOf(document: PlainDocument, role: string): Set<string> {
  const ofDocument = known.get(document) ?? new Map<string, Set<string>>();
  known.set(document, ofDocument);
  const heirs = ofDocument.get(role) ?? new Set([role]);
  for (let before = 0; before < heirs.size; ) {
    before = heirs.size;
    for (const [name, { inherits = [] }] of Object.entries(document.roles ?? {})) {
      if (inherits.some((parent) => heirs.has(parent))) heirs.add(name);
    }
  }
  ofDocument.set(role, heirs);
  return heirs;
}

const constraintsOf = (document: PlainDocument): Readonly<Record<string, PlainConstraint>> =>
  document.constraints ?? {};

/** Every scope that is assigned, all above it, something below it, and one that nothing speaks of. */
function targetsOf(documents: readonly PlainDocument[]): (string | null)[] {
  const targets = new Set<string | null>([null, "elsewhere"]);
  for (const { scope } of documents.flatMap(holdingsOf)) {
    const segments = scope?.split("/") ?? [];
    for (const [at] of segments.entries()) targets.add(segments.slice(0, at + 1).join("/"));
    if (scope !== undefined) targets.add(`${scope}/below`);
  }
  return [...targets];
}

/** The present, and every later moment at which a window opens or closes, the one before it and the one after. */
function momentsOf(documents: readonly PlainDocument[], now: string): string[] {
  const turns = documents
    .flatMap(holdingsOf)
    .flatMap(({ from, until }) => [from, until].filter((time) => time !== undefined));
  const around = turns.flatMap((time) => [-1, 0, 1].map((by) => new Date(Date.parse(time) + by).toISOString()));
  return [now, ...new Set(around.filter((time) => time > now))].sort();
}

function holdingsOf({ users = {} }: PlainDocument): PlainHolding[] {
  return Object.values(users).flatMap(({ roles = [] }) =>
    roles.map((entry) => (typeof entry === "string" ? { role: entry } : entry)),
  );
}
