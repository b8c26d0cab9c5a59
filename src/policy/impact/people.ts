/** People before and after changes: whether they are there, what they hold, and what changes say of them. */
import { type Change, type ChangeOf, formerNamesOf } from "../model/change.ts";
import type { HeldAssignment } from "../model/policy.ts";

/** Somebody as a policy knows them. */
export interface Standing {
  readonly user: string;
  readonly disabled: boolean;
  readonly held: readonly HeldAssignment[];
}

/** Somebody in both policies; `undefined` where they are not there. */
export interface PersonThen {
  /** The name after the changes, or before them for who is deleted; `null` for a stranger. */
  readonly user: string | null;
  readonly userBefore: string | null;
  readonly before: Standing | undefined;
  readonly after: Standing | undefined;
  /** The places of the changes that speak of them. */
  readonly changes: readonly number[];
}

const NO_CHANGES: readonly number[] = [];

/** Who is in both policies alike. */
export const unchanged = (standing: Standing): PersonThen => ({
  ...{ user: standing.user, userBefore: standing.user, before: standing, after: standing, changes: NO_CHANGES },
});

/** A stranger, who holds what everyone holds (rule 30). */
export const STRANGER: PersonThen = (() => {
  const standing = { user: "", disabled: false, held: [] };
  return { user: null, userBefore: null, before: standing, after: standing, changes: NO_CHANGES };
})();

/** What changes say of people themselves: of users and of assignments. */
export class PeopleChanges {
  /** Everybody of whom a change speaks, by the names before and after it. */
  readonly names: ReadonlySet<string>;
  readonly #formerNames: ReadonlyMap<string, string>;
  readonly #byUser = new Map<string, { readonly change: Change; readonly at: number }[]>();

  constructor(changes: readonly Change[]) {
    this.#formerNames = formerNamesOf(changes, "user");
    changes.forEach((change, at) => {
      if (!isOfUser(change) && !isOfAssignment(change)) return;
      const known = this.#byUser.get(change.user);
      if (known) known.push({ change, at });
      else this.#byUser.set(change.user, [{ change, at }]);
    });
    this.names = new Set([...this.#byUser.keys(), ...this.#formerNames.keys(), ...this.#formerNames.values()]);
  }

  /** Those of whom changes speak. @param standing who of them is there before */
  *people(standing: ReadonlyMap<string, Standing>): Iterable<PersonThen> {
    const renamed = new Set(this.#formerNames.values());
    for (const name of this.names) {
      const userBefore = this.#formerNames.get(name) ?? name;
      const isNewPerson = userBefore === name && renamed.has(name);
      const before = isNewPerson ? undefined : standing.get(userBefore);
      const ofName = this.#byUser.get(name) ?? [];
      const after = afterChanges(
        name,
        standing.get(name),
        ofName.map(({ change }) => change),
      );
      const ofFormer = userBefore === name ? [] : (this.#byUser.get(userBefore) ?? []);
      const changes = [...ofFormer, ...ofName].map(({ at }) => at).sort((a, b) => a - b);
      if (before || after) yield { user: name, userBefore, before, after, changes };
    }
  }
}

const isOfUser = (change: Change): change is ChangeOf<"user"> => change.kind.startsWith("user.");
const isOfAssignment = (change: Change): change is ChangeOf<"assignment"> => change.kind.startsWith("assignment.");

function afterChanges(user: string, before: Standing | undefined, changes: readonly Change[]): Standing | undefined {
  let disabled = before?.disabled;
  const held = new Map(before?.held.map((one) => [heldKey(one), one]));
  for (const change of changes) {
    if (isOfUser(change)) disabled = change.after?.disabled;
    else if (!isOfAssignment(change)) continue;
    else if (change.after) held.set(heldKey(change), { role: change.role, scope: change.scope, ...change.after });
    else held.delete(heldKey(change));
  }
  return disabled === undefined ? undefined : { user, disabled, held: [...held.values()] };
}

export const heldKey = ({ role, scope }: Pick<HeldAssignment, "role" | "scope">): string => `${role}\0${scope ?? ""}`;
