/** API keys go where their users go: they are deleted with them, and renamed with them. */
import { by } from "../model/byte-order.ts";
import { added, type Change, formerNamesOf, kindOf, removed } from "../model/change.ts";
import type { NeededRows } from "../model/mutation.ts";
import type { ApiKey, Policy } from "../model/policy.ts";

/** The keys of the users whose rows go; `undefined` where none goes. */
export function rowsForKeys(changes: readonly Change[]): NeededRows | undefined {
  const keysOf = changes.flatMap((change) => (change.kind === "user.remove" ? [change.user] : []));
  return keysOf.length === 0 ? undefined : { keysOf, roles: "none", grants: "none" };
}

/**
 * The changes, with those of the keys of whoever goes, where they say nothing of these: whatever decided them, as a
 * document or an undo, may not know of keys.
 * @param policy before them, with the rows of `rowsForKeys`
 */
export function withKeysOfPeople(changes: readonly Change[], policy: Pick<Policy, "api-key">): readonly Change[] {
  const said = new Set(changes.flatMap((change) => (isOfKey(change) ? [change.id] : [])));
  const unsaid = [...policy["api-key"].values()].filter(({ id }) => !said.has(id)).sort(by(({ id }) => id));
  if (unsaid.length === 0) return changes;
  const newNames = new Map([...formerNamesOf(changes, "user")].map(([name, former]) => [former, name]));
  const moved: ApiKey[] = [];
  const all = changes.flatMap((change) => {
    if (change.kind !== "user.remove") return [change];
    const keys = unsaid.filter(({ user }) => user === change.user);
    const user = newNames.get(change.user);
    if (user !== undefined) for (const key of keys) moved.push({ ...key, user });
    return [...keys.map((key) => removed("api-key", key)), change];
  });
  return [...all, ...moved.map((key) => added("api-key", key))];
}

type OfKey = Extract<Change, { readonly kind: `api-key.${string}` }>;

/** True for a change of an API key. */
export const isOfKey = (change: Change): change is OfKey => kindOf(change) === "api-key";
