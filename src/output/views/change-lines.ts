/** Changes as lines, and as counts by kind, for people. */
import { type Change, type ChangeOf, kindOf } from "../../policy/model/change.ts";
import { keyOf, moreInWords } from "../../policy/model/policy.ts";
import type { Kind } from "../../policy/model/rows.ts";
import { hasEnded } from "../../policy/model/times.ts";
import { countText } from "../count-text.ts";
import { safe, sanitize } from "../sanitize.ts";
import type { Style } from "../style.ts";
import { scopeText, windowText } from "./decision-path.ts";

type Words = { readonly [word: string]: unknown };

const SIGN = { add: "+", update: "~", remove: "-" } as const;
type Verb = keyof typeof SIGN;
const VERBS: readonly Verb[] = ["add", "update", "remove"];

const verbOf = (change: Change): Verb => change.kind.slice(change.kind.indexOf(".") + 1) as Verb;

/** Tells changes to people. */
export type ChangeLines = (changes: readonly Change[], style: Style) => readonly string[];

/** One change as a line: a sign, the kind, the key of its row, and the fields that change. */
export function changeLine(change: Change, style: Style): string {
  const paint = { add: style.good, update: style.strong, remove: style.bad }[verbOf(change)];
  return paint(plainLine(change, style));
}

function plainLine(change: Change, style: Style): string {
  const { kind: _, before, after, ...key } = change;
  if (isConditional(change)) return sanitize(`${SIGN[verbOf(change)]} ${conditionalWords(change)}`);
  const words = Object.values(key as Words).filter((value) => value !== null);
  if (isOfKey(change)) return sanitize(`${SIGN[verbOf(change)]} ${keyWords(change, style)}`);
  return sanitize(`${SIGN[verbOf(change)]} ${kindOf(change)} ${words.join(" ")}${fieldsText(before, after, style)}`);
}

const isConditional = (change: Change): change is ChangeOf<"conditional"> => kindOf(change) === "conditional";

/** As the plain grant, with what it has beside that; nobody reads a digest. */
function conditionalWords({ role, effect, permission, scope, before, after }: ChangeOf<"conditional">): string {
  const key = [role, effect, permission, scope].filter((value) => value !== null).join(" ");
  return `grant ${key}${moreInWords(after ?? before ?? {})}`;
}

const isOfKey = (change: Change): change is ChangeOf<"api-key"> => kindOf(change) === "api-key";

/** An API key without its digests; that one changes means that its secret does. */
function keyWords({ id, user, before, after }: ChangeOf<"api-key">, style: Style): string {
  const told = (side: typeof after) => side && { rights: side.rights, until: side.until, overlap: side.overlap };
  const rotated = before && after && before.digest !== after.digest ? ": another secret" : "";
  return `api-key ${id} ${user}${rotated}${fieldsText(told(before), told(after), style)}`;
}

/** The fields that hold a time. */
const TIMES: ReadonlySet<string> = new Set(["from", "until", "overlap"]);

function fieldsText(before: object | null, after: object | null, style: Style): string {
  const old = (before ?? {}) as Words;
  const changedFields = Object.entries((after ?? {}) as Words).filter(([field, value]) => {
    return before ? old[field] !== value : value !== null && value !== false;
  });
  const wordOf = (field: string, value: unknown) => {
    const word = String(value ?? "–");
    return TIMES.has(field) ? style.time(word) : word;
  };
  const text = ([field, value]: [string, unknown]) =>
    `${field} ${before ? `${wordOf(field, old[field])} → ` : ""}${wordOf(field, value)}`;
  return changedFields.length === 0 ? "" : ` (${changedFields.map(text).join(", ")})`;
}

/** What a row of a kind is called, one and several. */
const NOUNS: { readonly [K in Kind]: readonly [one: string, several: string] } = {
  permission: ["permission", "permissions"],
  role: ["role", "roles"],
  user: ["user", "users"],
  inheritance: ["inherited role", "inherited roles"],
  grant: ["grant", "grants"],
  everyone: ["role of everyone", "roles of everyone"],
  assignment: ["assignment", "assignments"],
  constraint: ["constraint", "constraints"],
  policy: ["setting", "settings"],
  former: ["former name", "former names"],
  conditional: ["conditional grant", "conditional grants"],
  attribute: ["attribute", "attributes"],
  identity: ["identity", "identities"],
  approval: ["approval", "approvals"],
  "api-key": ["API key", "API keys"],
};
const DENY: readonly [string, string] = ["deny", "denies"];

/** Changes in the order of the kinds, permissions first. */
export function inOrder(changes: readonly Change[]): Change[] {
  const kinds = Object.keys(NOUNS);
  return changes.toSorted((a, b) => kinds.indexOf(kindOf(a)) - kinds.indexOf(kindOf(b)));
}

/** The rows of some changes, counted by kind: `9 permissions, 6 roles, 17 grants`. */
export function countedByKind(changes: readonly Change[]): string {
  const counts = new Map<readonly [string, string], number>();
  for (const change of inOrder(changes)) {
    const isDeny = "effect" in change && change.effect === "deny";
    const nouns = isDeny ? DENY : (NOUNS[kindOf(change)] ?? ([change.kind, change.kind] as const));
    counts.set(nouns, (counts.get(nouns) ?? 0) + 1);
  }
  return [...counts].map(([[one, several], count]) => `${countText(count)} ${count === 1 ? one : several}`).join(", ");
}

/** What some changes do, counted: `added 2 roles, 3 grants; removed 1 assignment`. */
export function countedByVerb(changes: readonly Change[], verbs: Readonly<Record<Verb, string>>): string {
  const parts = VERBS.map((verb) => [verbs[verb], countedByKind(changes.filter((change) => verbOf(change) === verb))]);
  return parts.flatMap(([verb, counts]) => (counts === "" ? [] : [`${verb} ${counts}`])).join("; ");
}

/** What changes did, and what they are about to do. */
export const MADE: Readonly<Record<Verb, string>> = { add: "added", update: "changed", remove: "removed" };
export const WOULD: Readonly<Record<Verb, string>> = {
  add: "would add",
  update: "would change",
  remove: "would remove",
};
export const TAKEN: Readonly<Record<Verb, string>> = { add: "adds", update: "changes", remove: "removes" };

/** Who leaves, who is given the assignments, and by what time these have ended. */
interface Offboarded {
  readonly user: string;
  readonly successor: string | null;
  readonly at: string;
}

type Moved = ChangeOf<"assignment">;

/** The lines of an offboarding. What the successor is given stands with the assignment that it comes from. */
export const offboardingLines =
  (offboarded: Offboarded): ChangeLines =>
  (changes, style) => {
    const moved = changes.filter(isMoved);
    const given = moved.filter((change) => change.user === offboarded.successor);
    const gifts = new Map(given.map((change) => [keyOf("assignment", { ...keyed(change) }), change]));
    return changes.flatMap((change) => {
      if (!isMoved(change)) return [changeLine(change, style)];
      if (change.user !== offboarded.user) return [];
      const gift = gifts.get(keyOf("assignment", { ...keyed(change), user: offboarded.successor }));
      return [assignmentLine(change, gift, offboarded, style)];
    });
  };

const isMoved = (change: Change): change is Moved => kindOf(change) === "assignment";
const keyed = ({ user, role, scope }: Moved) => ({ user, role, scope });

function assignmentLine(taken: Moved, gift: Moved | undefined, { successor, at }: Offboarded, style: Style): string {
  const { user, role, scope, before } = taken;
  const row = safe`- assignment ${user} ${role}` + scopeText(scope) + (before ? windowText(before, style) : "");
  if (gift) return style.good(`${row}: handed over to ${safe`${gift.user}`}${newWindow(gift, style)}`);
  if (before && hasEnded(before, at)) return style.bad(`${row}: ended, revoked`);
  return style.bad(`${row}: revoked${successor === null ? "" : safe`, as ${successor} has it already`}`);
}

/** The window of an assignment that the successor had for another time. */
const newWindow = ({ before, after }: Moved, style: Style): string =>
  before && after ? `, who has it${windowText(after, style) || " without an end"} now` : "";
