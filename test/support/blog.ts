/** A small blog to test commands on: seeded once, and copied for whoever changes it. */
import { writeFileSync } from "node:fs";
import { cli, freshDb } from "./cli.ts";
import { beside, copied, reset } from "./databases.ts";
import { seeded } from "./documents.ts";
import type { PlainDocument } from "./oracle.ts";

export const BLOG: PlainDocument = {
  rbac: 1,
  permissions: {
    "posts:read": "Read posts",
    "posts:publish": "Publish any post",
    "posts:delete": "Delete any post",
    "users:read": "See the users",
  },
  roles: {
    reader: { grants: ["posts:read"] },
    editor: { description: "Publishes", inherits: ["reader"], grants: ["posts:publish"] },
    moderator: { grants: ["posts:delete"] },
    admin: { grants: ["*"] },
    owner: { grants: ["posts:delete:own"] },
    idle: {},
  },
  users: {
    alice: { email: "alice@example.com", roles: ["editor"] },
    bob: { roles: [{ role: "moderator", scope: "acme" }] },
    carol: { roles: [{ role: "editor", until: "2999-01-01T00:00:00Z" }] },
    dora: { disabled: true, roles: ["reader"] },
    nobody: {},
    root: { roles: ["admin"] },
  },
  everyone: ["owner"],
};

let template: Promise<string> | undefined;

/** The path of a database of one's own that holds the blog, at revision 1. */
export async function blog(): Promise<string> {
  template ??= seeded(BLOG);
  return copied(await template);
}

let again: Promise<string> | undefined;

/** The same, for a test that is done with the one that it got before: on a server it is that one, as it was. */
export async function blogAgain(): Promise<string> {
  if (!again) {
    again = blog();
    return again;
  }
  again = reset(await again, await (template as Promise<string>));
  return again;
}

let unchanged: Promise<string> | undefined;

/** The path of one for all who change nothing in it. */
export function askedBlog(): Promise<string> {
  unchanged ??= blog();
  return unchanged;
}

/** The blog whose record has a key from its first entry on; the key is in `beside(db, "key")`. */
export async function keyedBlog(key: string | Uint8Array): Promise<string> {
  const [open, db] = [await blog(), freshDb()];
  writeFileSync(beside(db, "key"), key);
  await cli(`export --out "${beside(open, "yaml")}"`, { db: open });
  const { code, stderr } = await cli(`db restore "${beside(open, "yaml")}" --audit-key-file "${beside(db, "key")}"`, {
    db,
  });
  if (code !== 0) throw new Error(stderr);
  return db;
}

/** What a script reads: the one JSON document on stdout. */
export async function answer(line: string, db: string): Promise<{ code: number; json: Answer }> {
  const { code, stdout } = await cli(`${line} --json`, { db });
  expectOneLine(stdout);
  return { code, json: JSON.parse(stdout) };
}

type Answer = { [key: string]: unknown };

function expectOneLine(text: string): void {
  if (!/^[^\n]+\n$/.test(text)) throw new Error(`not one line: ${JSON.stringify(text)}`);
}

/** Moments and hashes differ from run to run; what they look like does not. */
export function steady<T>(value: T): T {
  const text = JSON.stringify(value)
    .replace(/\b(?!2999)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "TIME")
    .replace(/\b[0-9a-f]{64}\b/g, "HASH")
    .replace(/127\.0\.0\.1:\d+/g, "ADDRESS");
  return JSON.parse(text) as T;
}

/** What the blog answers, with what differs from run to run made the same. */
export const askedOfBlog = async (line: string) => steady((await answer(line, await blog())).json);

/** The JSON of a decision: alice may read posts of the blog, as an editor. */
export const ALLOWED = {
  allowed: true,
  reason: "allow",
  user: "alice",
  known: true,
  permission: "posts:read",
  scope: null,
  owner: null,
  at: "TIME",
  except: [],
  because: [
    {
      effect: "allow",
      held: "assigned",
      assignment: { role: "editor", scope: null, from: null, until: null, revision: 1 },
      roles: ["editor", "reader"],
      inheritance: [{ role: "editor", inherits: "reader", revision: 1 }],
      grant: { role: "reader", permission: "posts:read", scope: null, revision: 1 },
      scope: null,
    },
  ],
};
