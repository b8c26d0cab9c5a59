/** New names that look like names that stand: found by two keys of each, which the tables keep (rule 29). */
import type { Transaction } from "kysely";
import { type Named, refused } from "../../errors.ts";
import { type Change, kindOf, valuesOf } from "../../policy/model/change.ts";
import { collisionOf, confusableKeys } from "../../policy/model/confusables.ts";
import { quote } from "../../policy/model/names.ts";
import { NAMED_KINDS } from "../../policy/model/records.ts";
import type { Tables } from "../engine/tables.ts";
import { standingByKey } from "../read/names-alike.ts";

/** Told of a new user who looks like another. */
export type OnLookalike = (user: string, alike: string) => void;

/** New names are looked for this many at a time: four parameters each. */
const NAMES_AT_ONCE = 250;

/**
 * Refuses a new name either of whose keys is a key of a name that stands and remains. Names added together are not
 * compared with each other: the author of a document sees both, and an export must always be a legal seed.
 * @param onUser accepts users who look alike within one script, and not by case alone, as real people do
 * @throws RbacError `CONFUSABLE` (exit 3).
 */
export async function refuseLookalikes(
  trx: Transaction<Tables>,
  changes: readonly Change[],
  revision: number,
  onUser?: OnLookalike,
): Promise<void> {
  for (const named of NAMED_KINDS) {
    const touched = changes.filter((change) => kindOf(change) === named);
    const nameOf = (change: Change) => String(valuesOf(change)[named]);
    const removed = new Set(touched.filter((change) => change.after === null).map(nameOf));
    const added = touched.filter((change) => change.before === null).map(nameOf);
    for (let at = 0; at < added.length; at += NAMES_AT_ONCE) {
      const names = added.slice(at, at + NAMES_AT_ONCE);
      const standing = await standingByKey(trx, named, names.flatMap(confusableKeys), { revision, removed });
      for (const name of names) {
        const alike = confusableKeys(name)
          .flatMap((key) => standing.get(key) ?? [])
          .find((other) => other !== name);
        if (alike === undefined) continue;
        if (named !== "user" || !onUser || collisionOf(name, alike) !== "script") throw confusable(named, name, alike);
        onUser(name, alike);
      }
    }
  }
}

const confusable = (named: Named, name: string, alike: string) =>
  refused("CONFUSABLE", `${named} ${quote(name)} looks like ${quote(alike)}`, {
    suggestions: [alike],
    hint: { option: "allowConfusable", value: true },
  });
