/** Mutations by chance: small, and often refused, for what is refused must leave no trace. */
import fc from "fast-check";
import { seeding } from "../../../src/policy/document/seeding.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import {
  assigning,
  creating,
  disinheriting,
  granting,
  inheriting,
  offboarding,
  removing,
  renaming,
  revoking,
  setting,
  syncing,
  ungranting,
} from "../../../src/policy/mutations.ts";
import { ACTIONS, documents, INSTANTS, RESOURCES, ROLES, SCOPES, USERS } from "../random-policies.ts";
import { documentFrom } from "./random-databases.ts";

const role = fc.constantFrom(...ROLES);
const user = fc.constantFrom(...USERS, "Ünïcode", "\u{1f600}", 'quo"te');
const roles = fc.uniqueArray(role, { minLength: 1, maxLength: 2 });
const scope = fc.constantFrom(...SCOPES);
const who = fc.option(user, { freq: 5 });
const permission = fc.tuple(fc.constantFrom(...RESOURCES), fc.constantFrom(...ACTIONS)).map((parts) => parts.join(":"));
const pattern = fc.oneof(permission, fc.constantFrom("*:*", "posts:*", "*:read", "posts:read:own", "*:*:own"));
const time = fc.option(fc.constantFrom(...INSTANTS), { freq: 2 });
const text = fc.option(fc.constantFrom("Text", "é\u2028", "\u{1f600} \\ \"'"));
const effect = fc.constantFrom("allow" as const, "deny" as const);
const grants = fc.record({ role, permissions: fc.tuple(pattern), effect, scope });
const afterwards = fc.constantFrom("keep" as const, "disable" as const, "delete" as const);
const yes = fc.boolean();
const assignment = fc.record({ role, scope, from: time, until: time });
const owned = fc.tuple(roles, scope).map(([mine, on]) => ({
  roles: mine,
  has: (row: { role: string; scope: string | null }) => mine.some((name) => name === row.role) && row.scope === on,
}));
const person = fc.record({
  user,
  fields: fc.record({ email: text, name: text }, { requiredKeys: [] }),
  roles: fc.array(assignment, { maxLength: 2 }),
  owned: fc.option(owned, { freq: 2 }),
  replace: yes,
  allowComma: yes,
});

export const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ who, roles, scope, from: time, until: time, replace: yes, existing: yes }).map(assigning),
  fc.record({ who, roles, scope, everywhere: yes }).map(revoking),
  grants.map(granting),
  grants.map(ungranting),
  fc.tuple(role, roles).map(([heir, parents]) => inheriting(heir, parents)),
  fc.tuple(role, roles).map(([heir, parents]) => disinheriting(heir, parents)),
  fc.tuple(user, text).map(([name, email]) => creating("user", name, { email })),
  fc.tuple(role, text).map(([name, description]) => creating("role", name, { description })),
  fc.tuple(permission, text).map(([name, description]) => creating("permission", name, { description })),
  fc.tuple(user, yes).map(([name, disabled]) => setting("user", name, { disabled })),
  fc.tuple(role, text).map(([name, description]) => setting("role", name, { description })),
  fc.tuple(user, yes).map(([name, gone]) => removing("user", name, gone)),
  fc.tuple(role, yes).map(([name, gone]) => removing("role", name, gone)),
  fc.tuple(permission, yes).map(([name, gone]) => removing("permission", name, gone)),
  fc.record({ user, successor: fc.option(user), afterwards, at: fc.constantFrom(...INSTANTS) }).map(offboarding),
  person.map(syncing),
  fc.tuple(user, user).map(([from, to]) => renaming("user", from, to)),
  fc.tuple(role, role).map(([from, to]) => renaming("role", from, to)),
  fc.tuple(permission, permission).map(([from, to]) => renaming("permission", from, to)),
  fc.tuple(documents(), yes).map(([document, prune]) => seeding(documentFrom(document), prune)),
);

export const firstSeed: fc.Arbitrary<Mutation> = documents().map((document) => seeding(documentFrom(document), false));
