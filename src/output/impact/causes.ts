/** Why somebody gains or loses, and who keeps it: the change that makes the difference, in words. */
import type { Cause, Kept } from "../../policy/impact/values.ts";
import { byKind, type Change, type ChangeOf, rowInWords } from "../../policy/model/change.ts";
import { peopleText } from "../count-text.ts";
import { safe } from "../sanitize.ts";

/**
 * `author grants posts:delete`; `editor is no longer assigned`. It is true of all people of a row; by which roles each
 * of them comes to it is in JSON.
 */
export function causeText({ change: place, roles }: Cause, changes: readonly Change[]): string {
  const change = changes[place];
  if (!change) return roles.join(" → ");
  return isOfGrant(change) ? `${change.role} ${verbOf(change)} ${change.permission}` : wordsOf(change);
}

type OfGrant = ChangeOf<"grant"> | ChangeOf<"conditional">;
const isOfGrant = (change: Change): change is OfGrant => /^(grant|conditional)\./.test(change.kind);

const verbOf = ({ effect, after }: OfGrant): string => {
  if (after) return effect === "allow" ? "grants" : "denies";
  return effect === "allow" ? "no longer grants" : "no longer denies";
};

const isOrNot = ({ after }: Change): string => (after ? "" : " no longer");

/** What a change makes true. Kinds that change nobody's rights are named by their rows. */
const wordsOf = (change: Change): string =>
  byKind<string>(
    {
      assignment: (one) => {
        if (one.before && one.after) return `${one.role} is assigned for another time`;
        return `${one.role} is${isOrNot(change)} assigned`;
      },
      inheritance: (one) => `${one.role}${isOrNot(change)} inherits ${one.inherits}`,
      everyone: (one) => `everyone${isOrNot(change)} holds ${one.role}`,
      user: ({ before, after }) => {
        if (before && after) return after.disabled ? "disabled" : "enabled";
        return after ? "created" : "deleted";
      },
      role: ({ role, after }) => `role ${role} is ${after ? "created" : "deleted"}`,
      permission: ({ permission, after }) => `permission ${permission} is ${after ? "created" : "deleted"}`,
      grant: rowInWords,
      conditional: rowInWords,
      constraint: rowInWords,
      policy: rowInWords,
      attribute: rowInWords,
      former: rowInWords,
      identity: rowInWords,
      approval: rowInWords,
      "api-key": rowInWords,
    },
    change,
  );

/** `12 people keep users:read through admin`; `3 people have posts:read already, through editor` */
export function keptText({ change: place, people, through }: Kept, changes: readonly Change[]): string {
  const [who, way, change] = [peopleText(people), through.join(", "), changes[place]];
  if (change && givesRights(change))
    return safe`${who} ${people === 1 ? "has" : "have"} ${topicOf(change, "gives")} already, through ${way}`;
  return safe`${who} ${people === 1 ? "keeps" : "keep"} ${change ? topicOf(change, "gave") : "all"} through ${way}`;
}

const givesRights = (change: Change): boolean =>
  isOfGrant(change) && change.effect === "deny" ? change.after === null : change.after !== null;

/** The pattern of a grant, which says enough; of another row what it gives. */
const topicOf = (change: Change, verb: string): string =>
  isOfGrant(change) ? change.permission : `what ${rowInWords(change)} ${verb}`;
