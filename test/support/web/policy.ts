/** The policy that the contract of guards is tried on. */
import { create, type Rbac } from "../../../src/index.ts";

export const DOCUMENT = {
  rbac: 1,
  permissions: ["posts:read", "posts:update", "posts:delete", "posts:publish", "billing:read", "docs:read"],
  roles: {
    admin: { grants: ["*"] },
    editor: { grants: ["posts:update", "posts:publish"] },
    chief: { inherits: ["editor"] },
    author: { grants: ["posts:update:own"] },
    reader: { grants: ["docs:read"] },
    careful: { grants: ["*"], denies: ["posts:delete:own"] },
    public: { grants: [{ permission: "posts:read", when: "resource.published" }] },
    clerk: { grants: [{ permission: "billing:read", when: 'cidr(context.ip, "127.0.0.0/8")' }] },
    'say "hi"': {},
  },
  users: {
    ann: { roles: ["admin"] },
    ben: { roles: ["author"] },
    cleo: { roles: [{ role: "editor", scope: "acme" }] },
    dora: { roles: ["careful"] },
    eve: { disabled: true, roles: ["author"] },
    fred: {},
    gus: { roles: ["clerk"] },
    hal: { roles: ["public"] },
    ida: { roles: ["chief"] },
  },
  everyone: ["reader"],
};

/** A database with it. @param path by default in memory */
export async function policyDatabase(path = ":memory:"): Promise<Rbac> {
  const rbac = await create(path, { actor: "app" });
  await rbac.seed(DOCUMENT);
  return rbac;
}
