/**
 * What undoing does to API keys: one that was made ends, and none comes back. Neither a key that was revoked or went
 * with its user returns, nor a secret before a rotation: they may have been ended because somebody else knows them.
 */
import { type RbacError, refused } from "../../errors.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { type Change, removed } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import type { ApiKey, Policy } from "../model/policy.ts";
import { isOfKey, withKeysOfPeople } from "../rules/keys-of-people.ts";

type OfKeys = readonly Extract<Change, { readonly kind: `api-key.${string}` }>[];

/** The removals of the keys that changes made, and that stand. A renaming removes a row before it adds one. */
export function keysMade(policy: Policy, changes: OfKeys): Change[] {
  const made = grouped(changes, ({ id }) => id);
  return removals(policy, ({ id }) => made.get(id)?.[0]?.before === null);
}

/**
 * The removals of the keys that there were not in the past, or that were under another name: what is under that name
 * then may be somebody else, and whoever had the key would be them.
 */
export function keysSince(policy: Policy, past: Policy["api-key"]): Change[] {
  const users = new Map([...past.values()].map(({ id, user }) => [id, user]));
  return removals(policy, ({ id, user }) => users.get(id) !== user);
}

/**
 * The removals of the keys of whoever was renamed by changes that are undone, where not each name simply goes back: if
 * both names stand before or after, as where two people swapped theirs, nobody can tell whose a key would be.
 * @param policy before the undoing @param restored after it
 */
export function keysOfUnclear(policy: Policy, restored: Policy, changes: readonly Change[]): Change[] {
  const renamings = changes.flatMap((change) =>
    change.kind === "former.add" && change.of === "user" ? [[change.former, change.name] as const] : [],
  );
  const isPlain = ([former, name]: readonly [string, string]) =>
    renamings.length === 1 && !policy.user.has(former) && !restored.user.has(name);
  const unclear = new Set(renamings.filter((one) => !isPlain(one)).flat());
  return removals(policy, ({ user }) => unclear.has(user));
}

const idsOf = (keys: Policy["api-key"]): ReadonlySet<string> => new Set([...keys.values()].map(({ id }) => id));

const removals = (policy: Policy, goes: (key: ApiKey) => boolean): Change[] =>
  [...policy["api-key"].values()]
    .filter(goes)
    .sort(by(({ id }) => id))
    .map((key) => removed("api-key", key));

/** The changes of the keys that are renamed with their users. */
export function keysMoved(changes: readonly Change[], policy: Policy): Change[] {
  const ofKeys = withKeysOfPeople(changes, policy).filter(isOfKey);
  const added = new Set(ofKeys.flatMap(({ id, after }) => (after ? [id] : [])));
  return ofKeys.filter(({ id }) => added.has(id));
}

/** Tells which keys stay as they are, though changes that are undone ended or rotated them. */
export function keysLeft(after: Policy, changes: OfKeys): string[] {
  const standing = idsOf(after["api-key"]);
  const [ended, rotated]: [string[], string[]] = [[], []];
  for (const [id, ofKey] of grouped(changes, (change) => change.id)) {
    if (ofKey[0]?.before === null) continue;
    if (!standing.has(id)) ended.push(id);
    if (ofKey.some(({ before, after: stays }) => before && stays) && standing.has(id)) rotated.push(id);
  }
  return [
    ...goneText(ended),
    ...(rotated.length === 0 ? [] : [`no secret comes back: ${rotated.join(", ")} keep those of their rotation`]),
  ];
}

/** Tells which keys of the past do not come back. */
export function keysGone(after: Policy, past: Policy["api-key"]): string[] {
  const standing = idsOf(after["api-key"]);
  return goneText([...idsOf(past)].filter((id) => !standing.has(id)).sort(byBytes));
}

const goneText = (ids: readonly string[]): string[] =>
  ids.length === 0 ? [] : [`no API key comes back: ${ids.join(", ")} ended for good`];

/** The refusal to undo revisions that did nothing but end or rotate keys. */
export const onlyKeys = (label: string): RbacError =>
  refused("API_KEY_ENDED", `${label} ended or rotated API keys, and no key comes back: make a new one`);
