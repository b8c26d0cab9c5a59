/** What the matrix of the guard is made of: a policy, those who act on it, and all that they may try. */

import { seeding } from "../../../src/policy/document/seeding.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import {
  assigning,
  constraining,
  creating,
  disinheriting,
  granting,
  inheriting,
  removing,
  renaming,
  reshaping,
  revoking,
  setting,
  ungranting,
} from "../../../src/policy/mutations.ts";
import { cli } from "../cli.ts";
import { fileWith, read, seeded } from "../documents.ts";
import type { PlainRole, PlainUser } from "../oracle.ts";
import type { State } from "./oracle.ts";

const KINDS = [
  "user",
  "role",
  "permission",
  "inheritance",
  "grant",
  "everyone",
  "assignment",
  "constraint",
  "policy",
  "api-key",
];
const every = KINDS.map((kind) => `rbac:${kind}`);
const at = (scope: string, ...permissions: string[]) => permissions.map((permission) => ({ permission, scope }));

/** Who acts, by what they hold besides what everyone does. */
const ACTING: Readonly<Record<string, PlainRole>> = {
  root: { grants: ["*:*"] },
  kinds: { grants: every },
  reads: { grants: [...every, "posts:read"] },
  posts: { grants: [...every, "posts:*"] },
  hindered: { grants: [...every, "posts:*"], denies: ["posts:write"] },
  "hindered-there": { grants: [...every, "posts:*"], denies: at("acme/1", "posts:write") },
  owner: { grants: [...every, "posts:*:own"] },
  "any-read": { grants: [...every, "*:read"] },
  split: { grants: [...every, "posts:read", "posts:write"] },
  "at-acme": { grants: at("acme", ...every, "posts:*") },
  "no-grants-there": { grants: [...every, "posts:*"], denies: at("acme", "rbac:grant", "rbac:assignment") },
  "escalates-there": { grants: [...every, ...at("acme", "rbac:escalate")] },
  escalates: { grants: [...every, "rbac:escalate"] },
  "escalates-alone": { grants: ["rbac:escalate"] },
  sometimes: { grants: [...every, { permission: "posts:*", when: "resource.published" }] },
  "all-but": { grants: [...every, { permission: "posts:*", but: ["*:write"] }] },
  "any-but": { grants: [...every, { permission: "*:*", but: ["rbac:*", "docs:*"] }] },
  "hindered-sometimes": {
    grants: [...every, "posts:*"],
    denies: [{ permission: "posts:write", when: "resource.locked" }],
  },
  "kinds-sometimes": { grants: ["posts:*", { permission: "rbac:*", when: "resource.published" }] },
  "escalates-sometimes": { grants: [...every, { permission: "rbac:escalate", when: "resource.published" }] },
  people: { grants: ["rbac:user", "rbac:assignment", "posts:*"] },
  "roles-only": { grants: ["rbac:role", "rbac:grant", "rbac:inheritance", "posts:*"] },
  nothing: {},
};
const USERS: Readonly<Record<string, PlainUser>> = {
  disabled: { disabled: true, roles: ["root"] },
  past: { roles: [{ role: "root", until: "2020-01-01T00:00:00.000Z" }] },
  future: { roles: [{ role: "root", from: "2990-01-01T00:00:00.000Z" }] },
};
export const ACTORS = [...Object.keys(ACTING), ...Object.keys(USERS), "stranger"];

const TARGETS: Readonly<Record<string, PlainRole>> = {
  read: { grants: ["posts:read"] },
  any: { grants: ["posts:*"] },
  own: { grants: ["posts:write:own"] },
  there: { grants: at("acme", "posts:write") },
  deny: { denies: ["posts:write"] },
  "deny-there": { denies: at("acme/1", "posts:*") },
  mixed: { grants: ["docs:read"], denies: ["posts:read"] },
  heir: { inherits: ["any"] },
  "deny-heir": { inherits: ["deny"] },
  when: { grants: [{ permission: "posts:read", when: "resource.published" }] },
  but: { grants: [{ permission: "posts:*", but: ["*:write"] }] },
  "deny-when": { denies: [{ permission: "posts:write", when: "resource.locked" }] },
  empty: {},
  common: { grants: ["docs:read"] },
};

const POLICY: State = {
  rbac: 1,
  guarded: true,
  permissions: ["posts:read", "posts:write", "docs:read", "docs:write", "rbac:escalate", ...every],
  roles: { ...ACTING, ...TARGETS },
  users: {
    ...Object.fromEntries(Object.keys(ACTING).map((name) => [name, { roles: [name] }])),
    ...USERS,
    alice: {},
    bob: { roles: ["any"] },
    carl: { roles: ["deny"] },
    dora: { disabled: true, roles: ["any"] },
    erin: { roles: [{ role: "read", until: "2999-01-01T00:00:00.000Z" }] },
    ida: { roles: ["when", "but"] },
    jack: { roles: ["any", "deny-when"] },
    fred: { roles: [{ role: "deny", until: "2999-01-01T00:00:00.000Z" }] },
    gina: { disabled: true },
    hans: {
      roles: [
        { role: "deny", scope: "acme" },
        { role: "any", scope: "acme/1" },
      ],
    },
  },
  everyone: ["common"],
  constraints: { apart: { kind: "ssd", roles: ["empty", "own"], limit: 2 } },
};

/** What was done before by root: what undoing takes back. */
const HISTORY = [
  "revoke --everyone common",
  "assign --everyone common",
  "grant there posts:read --deny --on acme",
  "ungrant there posts:read --deny --on acme",
  "assign alice any",
  "revoke alice any",
  "user disable bob",
  "user enable bob",
];

/** A database with the policy. @param settings of the policy, besides that it is guarded */
export async function policy(settings: { readonly strangers?: boolean } = {}): Promise<string> {
  const db = await seeded({ ...POLICY, ...settings });
  for (const line of HISTORY) {
    const { code, stderr } = await cli(`${line} --actor root`, { db });
    if (code !== 0) throw new Error(`${line}: ${stderr}`);
  }
  return db;
}

/** A document of some sections, whole where it prunes. */
const document = (sections: object): string => fileWith(JSON.stringify({ rbac: 1, ...sections }));
const { alice: _, ...withoutAlice } = POLICY.users ?? {};
const { carl: __, ...withoutCarl } = POLICY.users ?? {};
const { deny: ___, "deny-heir": ____, ...withoutDeny } = TARGETS;

/** Every mutating command, on targets that some may touch and others may not. */
export const LINES: readonly string[] = [
  ...["read", "any", "own", "there", "deny", "mixed", "heir", "when", "but", "deny-when", "empty", "root"].map(
    (role) => `assign alice ${role}`,
  ),
  ...["read", "any", "there", "own"].map((role) => `assign alice ${role} --on acme`),
  "assign alice any --on acme/1",
  "assign alice any --on beta",
  "assign alice any --on acmeX",
  "assign alice there --on beta",
  "assign alice any --from 2998-01-01",
  "assign newcomer empty",
  "assign newcomer read",
  "assign erin read --replace",
  "assign erin read --until 2999-06-01",
  "assign erin read --until 2998-01-01 --replace",
  "assign erin read --from 2998-01-01 --until 2999-01-01 --replace",
  "assign fred deny --until 2998-01-01 --replace",
  "assign fred deny --replace",
  ...["read", "deny", "empty", "root"].map((role) => `assign --everyone ${role}`),
  "revoke --everyone common",
  "revoke bob any",
  "revoke carl deny",
  "revoke hans deny --on acme",
  "revoke hans any --everywhere",
  "revoke hans any --on acme/1",
  "revoke erin read",
  "revoke dora any",
  "revoke past root",
  "revoke future root",
  "revoke root root",
  "revoke escalates escalates",
  ...[
    "posts:read",
    "posts:*",
    "*:read",
    "*:*",
    "docs:read",
    "posts:read:own",
    "*:*:own",
    "rbac:escalate",
    "rbac:grant",
  ].map((pattern) => `grant empty '${pattern}'`),
  ...["acme", "acme/1", "acmeX", "beta"].map((scope) => `grant empty posts:write --on ${scope}`),
  "assign alice escalates",
  "grant any posts:read",
  ...["", " --when resource.published"].flatMap((when) => [
    `grant empty posts:* --but posts:write${when}`,
    `grant empty *:* --but docs:* --but rbac:*${when}`,
    `grant empty *:* --but docs:read --but rbac:* --but zz:*${when}`,
    `grant empty *:* --but *:*${when}`,
  ]),
  "grant empty posts:read --when resource.published",
  "grant empty posts:read --when resource.published --on acme",
  "grant empty posts:read:own --when resource.published",
  "grant empty posts:read --when resource.locked",
  "grant empty rbac:escalate --when resource.published",
  "grant empty rbac:grant --when resource.published",
  "grant empty posts:write --deny --when resource.locked",
  "ungrant when posts:read --when resource.published",
  "ungrant but posts:* --but *:write",
  "ungrant deny-when posts:write --deny --when resource.locked",
  "ungrant escalates-sometimes rbac:escalate --when resource.published",
  "revoke ida when",
  "revoke ida but",
  "revoke jack deny-when",
  "assign --everyone when",
  "assign --everyone deny-when",
  "user delete ida --yes",
  "user delete jack --yes",
  "user disable ida",
  "role inherit empty when",
  "role inherit empty but",
  "role inherit empty deny-when",
  "role clone but copy",
  "role clone deny-when copy",
  ...["when", "but", "deny-when"].flatMap((role) => [`role rename ${role} other`, `role delete ${role} --yes`]),
  "grant empty posts:read --deny",
  "grant empty posts:read --deny --on acme/1",
  "grant root posts:read --deny --on acme",
  "grant root rbac:escalate --deny --on acme",
  "ungrant any 'posts:*'",
  "ungrant there posts:write --on acme",
  "ungrant own posts:write:own",
  "ungrant deny posts:write --deny",
  "ungrant deny-there 'posts:*' --deny --on acme/1",
  "user create newcomer --email n@example.com",
  "user set alice --email a@example.com",
  ...["alice", "bob", "carl", "dora", "hans", "root"].map((user) => `user rename ${user} other`),
  ...["alice", "bob", "carl", "hans"].map((user) => `user delete ${user} --yes`),
  "user delete root --yes",
  ...["alice", "bob", "carl", "hans"].map((user) => `user offboard ${user} --hand-over erin`),
  "user offboard bob --disable",
  "user offboard root",
  "user disable bob",
  "user disable carl",
  "user disable erin",
  "user disable root",
  "user enable dora",
  "user enable gina",
  "role create fresh --description Fresh",
  "role set any --description Any",
  ...["any", "deny", "empty", "common", "heir"].map((role) => `role rename ${role} other`),
  ...["any", "deny", "mixed", "deny-heir", "common"].map((role) => `role delete ${role} --yes`),
  "role inherit empty any",
  "role inherit empty there",
  "role inherit any deny",
  "role inherit read empty",
  "role disinherit heir any",
  "role disinherit deny-heir deny",
  "permission create posts:pin",
  "permission set posts:read --description Read",
  "permission rename posts:write posts:wrote",
  "permission rename docs:read docs:see",
  "permission delete posts:write --yes",
  "permission delete docs:read --yes",
  "permission delete docs:write --yes",
  "constraint create few max_users empty --limit 9",
  "constraint set apart --add common --limit 3",
  "constraint rename apart kept",
  "constraint delete apart",
  `seed "${document({ users: { newcomer: { roles: ["any"] } } })}"`,
  `seed "${document({ users: { alice: { roles: [{ role: "any", scope: "acme" }] } }, roles: { empty: { grants: ["posts:read"] } } })}"`,
  `seed "${document({ roles: { fresh: { inherits: ["any"] } }, users: { alice: { roles: ["fresh"] } } })}"`,
  `seed "${document({ roles: { posts: { grants: ["*:*"] }, people: { grants: ["rbac:escalate"] } } })}"`,
  `seed "${document({ everyone: ["any"] })}"`,
  `seed "${document({ guarded: false })}" --prune --yes`,
  `seed "${document({ guarded: false, users: { kinds: { roles: ["root"] } } })}" --prune --yes`,
  `seed "${document({ everyone: [] })}" --prune --yes`,
  `seed "${document({ constraints: {} })}" --prune --yes`,
  `seed "${document({ users: withoutAlice })}" --prune --yes`,
  `seed "${document({ users: withoutCarl })}" --prune --yes`,
  `seed "${document({ roles: { ...ACTING, ...withoutDeny } })}" --prune --yes`,
  ...HISTORY.map((_line, index) => `undo ${index + 2}`).filter((_line, index) => index % 2 === 1),
  "undo 4..5 --yes",
  "undo 6..9 --yes",
  "undo --to @6 --yes",
  "undo --to @4 --yes",
  "undo --to @2 --yes",
];

/** Where strangers are admitted: what takes people away, some with a deny. */
export const REMOVALS: readonly string[] = [
  ...["alice", "bob", "carl", "dora", "fred", "hans"].map((user) => `user delete ${user} --yes`),
  "user rename carl other",
  "user offboard carl --delete --yes",
  "revoke carl deny",
  `seed "${document({ users: withoutCarl })}" --prune --yes`,
  `seed "${document({ strangers: false, users: withoutCarl })}" --prune --yes`,
];

const given = { scope: null, from: null, until: null, replace: true, existing: false };
const granted = { role: "empty", effect: "allow" as const, scope: null };

/** Every mutation that a program can hand over. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  assigning: assigning({ ...given, who: "alice", roles: ["any"] }),
  "assigning on a scope": assigning({ ...given, who: "alice", roles: ["any"], scope: "acme" }),
  "assigning to everyone": assigning({ ...given, who: null, roles: ["any"] }),
  revoking: revoking({ who: "carl", roles: ["deny"], scope: null, everywhere: true }),
  granting: granting({ ...granted, permissions: ["posts:*"] }),
  "granting on a scope": granting({ ...granted, permissions: ["posts:read", "posts:write"], scope: "acme" }),
  "granting on a condition": granting({ ...granted, permissions: ["posts:*"], when: "resource.published" }),
  "granting all but": granting({ ...granted, permissions: ["posts:*", "*:read"], but: ["posts:write", "docs:*"] }),
  "ungranting a condition": ungranting({
    ...granted,
    role: "when",
    permissions: ["posts:read"],
    when: "resource.published",
  }),
  "granting a deny": granting({ ...granted, permissions: ["posts:*"], effect: "deny" }),
  ungranting: ungranting({ ...granted, role: "any", permissions: ["posts:*"] }),
  "ungranting a deny": ungranting({ ...granted, role: "deny", permissions: ["posts:write"], effect: "deny" }),
  inheriting: inheriting("empty", ["any", "deny"]),
  disinheriting: disinheriting("deny-heir", ["deny"]),
  "creating a user": creating("user", "newcomer", { name: "New" }),
  "creating a role": creating("role", "fresh", {}),
  "creating a permission": creating("permission", "posts:pin", {}),
  "setting a user": setting("user", "dora", { disabled: false }),
  "setting a role": setting("role", "any", { description: "Any" }),
  "removing a user": removing("user", "carl", false),
  "removing a role": removing("role", "deny", false),
  "removing a permission": removing("permission", "posts:write", false),
  "removing a constraint": removing("constraint", "apart", false),
  "renaming a user": renaming("user", "bob", "other"),
  "renaming a role": renaming("role", "any", "other"),
  "renaming a permission": renaming("permission", "posts:write", "posts:wrote"),
  "renaming a constraint": renaming("constraint", "apart", "kept"),
  constraining: constraining("few", "max_users", { roles: ["empty"], limit: 9, needs: null }),
  reshaping: reshaping("apart", { add: ["common"], limit: 3 }),
  seeding: seeding(read({ rbac: 1, users: { alice: { roles: ["heir"] } } }), false),
  pruning: seeding(read({ rbac: 1, everyone: ["empty"] }), true),
};
