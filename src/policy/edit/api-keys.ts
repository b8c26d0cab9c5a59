/** Decides how API keys are made, rotated and revoked. Their secrets are made elsewhere: here they are digests. */
import { type RbacError, refused, UnknownName, wrong } from "../../errors.ts";
import { added, changeOf, removed } from "../model/change.ts";
import type { Mutation } from "../model/mutation.ts";
import { quote } from "../model/names.ts";
import type { ApiKey, Policy } from "../model/policy.ts";
import type { Rows } from "../model/rows.ts";
import { hasEnded } from "../model/times.ts";

type NewKey = Pick<Rows["api-key"], "id" | "user" | "digest" | "rights" | "until">;

/**
 * Makes a key of a user.
 * @param at the time: a key that would have ended by it is refused
 * @throws RbacError. Deciding throws `USER_NOT_FOUND`, `VALUE_INVALID` (exit 2), `EXISTS` (exit 3) for its id.
 */
export const creatingKey = (key: NewKey, at: string): Mutation => ({
  needs: { users: [key.user], keys: [key.id], roles: "none", grants: "none" },
  decide(policy) {
    if (!policy.user.has(key.user)) throw new UnknownName("user", key.user);
    if (hasEnded(key, at)) throw wrong("VALUE_INVALID", `a key until ${key.until} would have ended already`);
    if (keyIn(policy, key.id)) throw refused("EXISTS", `there is an API key ${key.id} already`);
    return [added("api-key", { ...key, previous: null, overlap: null })];
  },
  notices: ({ user }) =>
    user.get(key.user)?.disabled
      ? [`${quote(key.user)} is disabled: until they are enabled, the key opens nothing`]
      : [],
});

interface Rotation {
  readonly id: string;
  /** Of the new secret. */
  readonly digest: string;
  /** Until when the former secret still counts; `null` where it ends at once. */
  readonly overlap: string | null;
}

/**
 * Gives a key another secret. Of former ones at most the last still counts.
 * @throws RbacError. Deciding throws `API_KEY_NOT_FOUND` (exit 2), `API_KEY_ENDED` (exit 3).
 */
export const rotatingKey = ({ id, digest, overlap }: Rotation, at: string): Mutation => ({
  needs: { keys: [id], roles: "none", grants: "none" },
  decide(policy) {
    const key = needKey(policy, id);
    if (hasEnded(key, at)) throw refused("API_KEY_ENDED", `the API key ${id} ended at ${key.until}: make a new one`);
    const previous = overlap === null ? null : key.digest;
    const change = changeOf("api-key", key, { ...key, digest, previous, overlap });
    return change ? [change] : [];
  },
});

/** Revokes keys for good. @throws RbacError. Deciding throws `API_KEY_NOT_FOUND` (exit 2) for the first unknown id. */
export const revokingKeys = (ids: readonly string[]): Mutation => ({
  needs: { keys: ids, roles: "none", grants: "none" },
  decide: (policy) => [...new Set(ids)].map((id) => removed("api-key", needKey(policy, id))),
});

/** The key with an id, of whomever it is. */
const keyIn = (policy: Policy, id: string): ApiKey | undefined =>
  [...policy["api-key"].values()].find((key) => key.id === id);

function needKey(policy: Policy, id: string): ApiKey {
  const key = keyIn(policy, id);
  if (!key) throw unknownKey(id);
  return key;
}

const unknownKey = (id: string): RbacError => wrong("API_KEY_NOT_FOUND", `there is no API key ${quote(id)}`);
