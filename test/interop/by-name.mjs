/** A program that has installed the package: prints an answer, and whose code gave it. */
import { create } from "rbac-admin";

const rbac = await create(":memory:", { actor: "app" });
await rbac.seed({
  rbac: 1,
  permissions: ["posts:read"],
  roles: { reader: { grants: ["posts:read"] } },
  users: { alice: { roles: ["reader"] } },
});
const { allowed } = await rbac.can("alice", "posts:read");
await rbac.close();
process.stdout.write(`${JSON.stringify({ allowed, from: import.meta.resolve("rbac-admin") })}\n`);
