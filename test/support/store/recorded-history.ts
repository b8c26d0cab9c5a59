/** A small database with a history of every kind of change. */
import { Database } from "../../../src/database/database.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { assigning, removing, renaming, setting } from "../../../src/policy/mutations.ts";
import type { PlainDocument } from "../oracle.ts";
import { documentFrom, freshPath, minute, settled, stampAt } from "./random-databases.ts";

const POLICY: PlainDocument = {
  rbac: 1,
  permissions: { "posts:read": "Read posts", "posts:publish": "Publish", "posts:delete": "Delete" },
  roles: {
    reader: { grants: ["posts:read"] },
    editor: { description: "Edits", inherits: ["reader"], grants: ["posts:publish"], denies: ["posts:delete"] },
    admin: { grants: ["*:*"] },
  },
  users: { root: { roles: ["admin"] }, alice: { email: "a@example.com", roles: ["editor"] } },
  everyone: ["reader"],
};

const untilLater = { scope: null, from: null, until: "2030-01-01T00:00:00.000Z", replace: false, existing: false };

/** Its bytes, and the head of its record. */
export async function fixture(auditKey?: Uint8Array): Promise<{ bytes: Buffer; head: string }> {
  const path = freshPath();
  const options = auditKey ? { auditKey } : {};
  const head = await Database.create(path, minute(0), async (database) => {
    await database.change(stampAt(minute(1)), seeding(documentFrom(POLICY), false), options);
    const users = ["bob", "carol", "dave", "erin", "10"];
    for (const [at, who] of users.entries())
      await database.change(
        stampAt(minute(2 + at)),
        assigning({ who, roles: ["editor", "admin"], ...untilLater }),
        options,
      );
    await database.change(stampAt(minute(10)), setting("user", "bob", { disabled: true }), options);
    await database.change(stampAt(minute(11)), renaming("user", "carol", "caroline"), options);
    await database.change(stampAt(minute(12)), removing("user", "dave", false), options);
    await database.change({ ...stampAt(minute(13)), reason: "not needed" }, removing("role", "admin", false), options);
    await database.change(stampAt(minute(14)), assigning({ who: "zoë", roles: ["reader"], ...untilLater }), options);
    return database.record.head();
  });
  return { bytes: settled(path), head };
}
