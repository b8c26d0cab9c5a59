/** The API keys of a database, as a list. */
import { UnknownName } from "../errors.ts";
import type { ApiKey } from "../policy/model/policy.ts";
import type { AtRevision } from "../policy/model/results.ts";
import type { Database } from "./database.ts";

/**
 * All keys, also those that have ended, in the order of their ids.
 * @param user whose; everybody's if left out. @throws UnknownName (exit 2).
 */
export const apiKeys = (database: Database, user?: string): Promise<AtRevision<{ keys: readonly ApiKey[] }>> =>
  database.read(async (reading) => {
    const { revision } = reading;
    if (user === undefined) return { revision, keys: await reading.apiKeys() };
    const policy = await reading.load({ users: [user], keysOf: [user], roles: "none", grants: "none" });
    if (!policy.user.has(user)) throw new UnknownName("user", user);
    return { revision, keys: [...policy["api-key"].values()] };
  });
