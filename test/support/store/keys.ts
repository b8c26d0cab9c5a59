/** API keys of known ids, which a command would make at random. */
import { createHash } from "node:crypto";
import { Database } from "../../../src/database/database.ts";
import { creatingKey } from "../../../src/policy/edit/api-keys.ts";

/** A digest that stands for a secret. */
export const digestOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

interface Known {
  readonly id: string;
  readonly user: string;
  readonly rights?: readonly string[];
  readonly until?: string;
}

/** Makes a key without the command, past a guard. */
export async function withKey(db: string, { id, user, rights, until }: Known): Promise<void> {
  const database = await Database.open(db, "write");
  const at = "2020-01-01T00:00:00.000Z";
  const key = { id, user, digest: digestOf(id), rights: rights ?? null, until: until ?? null };
  const stamp = { actor: "tester", osUser: "tester", at: new Date().toISOString(), reason: null };
  await database.change(stamp, creatingKey(key, at), { breakGlass: true });
  await database.close();
}
