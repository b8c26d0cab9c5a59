/** What tests of the library share. */
import { RbacError } from "../../src/errors.ts";
import { create, type Rbac } from "../../src/index.ts";

/** The error that a call ends with; any other end fails the test. A call that throws at once counts too. */
export async function errorOf(call: Promise<unknown> | (() => unknown)): Promise<RbacError> {
  try {
    await (typeof call === "function" ? call() : call);
  } catch (error) {
    if (error instanceof RbacError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** A small policy: editors do all with posts but delete in the archive, alice is one of them on acme. */
export const POSTS = {
  rbac: 1,
  permissions: ["posts:read", "posts:publish", "posts:delete", "docs:read"],
  roles: {
    reader: { description: "Reads", grants: ["posts:read"] },
    editor: {
      inherits: ["reader"],
      grants: ["posts:*"],
      denies: [{ permission: "posts:delete", scope: "acme/archive" }],
    },
    clerk: { grants: ["docs:read"] },
  },
  users: { alice: { email: "alice@example.com", roles: [{ role: "editor", scope: "acme" }] }, bob: {}, carol: {} },
  everyone: ["reader"],
};

/** A database in memory with that policy, at revision 1. */
export async function inMemory(document: Parameters<Rbac["seed"]>[0] = POSTS): Promise<Rbac> {
  const rbac = await create(":memory:", { actor: "web" });
  await rbac.seed(document, { actor: "setup" });
  return rbac;
}
