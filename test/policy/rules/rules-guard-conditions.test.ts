/** Rules 24 and 35: the guard over grants on conditions, and over those that leave something out. */
import { describe, expect, it } from "vitest";
import { apply } from "../../../src/policy/model/change.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import { isConditional, type Policy } from "../../../src/policy/model/policy.ts";
import {
  cloningRole,
  disinheriting,
  granting,
  inheriting,
  removing,
  renaming,
  ungranting,
} from "../../../src/policy/mutations.ts";
import { refuseBeyondRights } from "../../../src/policy/rules/guard.ts";
import { refuseLockout } from "../../../src/policy/rules/last-escalator.ts";
import { AT, policyFrom } from "../../support/documents.ts";
import { type Renaming, refusal, renamed, type State } from "../../support/guard/oracle.ts";
import { from, guarded, NAMED, refusalOf, to } from "../../support/guard/policy.ts";
import type { PlainDocument, PlainGrant, PlainRole } from "../../support/oracle.ts";
import { type Chance, chanceOf, SEED } from "../../support/store/random-databases.ts";

type Given = string | PlainGrant;
const when = (permission: string, condition = "resource.open"): PlainGrant => ({ permission, when: condition });
const less = (permission: string, ...but: string[]): PlainGrant => ({ permission, but });

const WIDTHS: readonly (readonly [
  holds: readonly Given[],
  denied: readonly Given[],
  given: PlainGrant,
  may: boolean,
])[] = [
  [["posts:read"], [], when("posts:read"), true],
  [[when("posts:*")], [], when("posts:read"), true],
  [[when("posts:*")], [], when("posts:read", "resource.open == true"), true],
  [[when("posts:*")], [], when("posts:read", "resource.open && subject.x"), false],
  [[when("posts:*")], [], when("posts:read", "resource.other"), false],
  [[when("posts:read")], [], { permission: "posts:read" }, false],
  [[when("posts:read"), when("posts:read", "!resource.open")], [], { permission: "posts:read" }, false],
  [["posts:*"], [], less("posts:*", "posts:write"), true],
  [[less("posts:*", "posts:write")], [], { permission: "posts:*" }, false],
  [[less("posts:*", "posts:write")], [], { permission: "posts:read" }, true],
  [[less("posts:*", "posts:write")], [], { permission: "posts:write:own" }, false],
  [[less("posts:*", "posts:write")], [], less("posts:*", "posts:write"), true],
  [[less("posts:*", "posts:write")], [], less("posts:*", "*:write"), true],
  [[less("posts:*", "*:write")], [], less("posts:*", "posts:write"), true],
  [[less("posts:*", "posts:write")], [], less("posts:*", "posts:read"), false],
  [[less("*", "rbac:*", "docs:*")], [], less("*:*", "*:read"), false],
  [[less("*", "rbac:*", "docs:*")], [], less("*:*", "rbac:*", "docs:read"), false],
  [[less("*", "rbac:*", "docs:read")], [], less("*:*", "rbac:*", "docs:*"), true],
  [["posts:*", "docs:*"], [], less("*", "rbac:*"), false],
  [[{ ...less("posts:*", "posts:write"), when: "resource.open" }], [], less("posts:*", "posts:write"), false],
  [
    [{ ...less("posts:*", "posts:write"), when: "resource.open" }],
    [],
    { ...less("posts:*", "*:write"), when: "resource.open" },
    true,
  ],
  [["posts:*"], ["posts:write"], less("posts:*", "posts:write"), true],
  [["posts:*"], [when("posts:write")], less("posts:*", "posts:write"), true],
  [["posts:*"], [when("posts:write")], { permission: "posts:*" }, false],
  [["posts:*"], [when("posts:write")], when("posts:write", "!resource.open"), false],
  [["posts:*"], [when("posts:write")], { permission: "posts:read" }, true],
  // What leaves all out gives nothing.
  [[], [], less("docs:*", "*:*"), true],
  [[when("rbac:escalate")], [], { permission: "posts:read" }, false],
  [[less("*", "posts:*")], [], { permission: "posts:read" }, true], // Escalates.
  [[less("*", "rbac:escalate")], [], less("*", "rbac:escalate"), true],
  [[less("*", "rbac:*")], [], { permission: "rbac:escalate" }, false],
];

describe("what dana may hand out, and take, by what she holds", () => {
  it.each(WIDTHS)("holds %j, denied %j: %j is %s", (grants, denies, given, may) => {
    const { permission, scope = null, but = [], when: condition = null } = given;
    const request = { permissions: [permission], effect: "allow" as const, scope, but: [but].flat(), when: condition };
    const roles = { gift: { grants: [given] }, heir: { inherits: ["gift"] } };
    const users = { gwen: { roles: ["gift"] }, dora: { disabled: true, roles: ["heir"] } };
    const document = guarded({ grants, denies }, { roles, users });
    const mutations: readonly Mutation[] = [
      granting({ role: "target", ...request }),
      ungranting({ role: "gift", ...request }),
      to("alice", "heir"),
      to(null, "gift"),
      from("gwen", "gift"),
      inheriting("target", ["heir"]),
      disinheriting("heir", ["gift"]),
      cloningRole({ role: "gift", to: "copy", withParents: false }),
      removing("user", "gwen", false),
      removing("role", "gift", false),
    ];
    for (const mutation of mutations) expect(refusalOf(document, mutation) === "", mutation.already).toBe(may);
  });

  it("is told with its condition, and what it leaves out", () => {
    const request = { role: "target", permissions: ["posts:*"], effect: "allow" as const, scope: "acme" };
    const mutation = granting({ ...request, but: ["posts:write"], when: "resource.open" });
    const words = "does not hold posts:* on acme but posts:write when resource.open, or rbac:escalate";
    expect(refusalOf(guarded(), mutation)).toContain(words);
  });

  it("a deny with a condition is one: it needs rbac:escalate, and whoever lifts it what it covers", () => {
    const request = { permissions: ["posts:write"], effect: "deny" as const, scope: null, when: "resource.open" };
    const policy = (hers: PlainRole) => guarded(hers, { roles: { barred: { denies: [when("posts:write")] } } });
    const add = granting({ role: "target", ...request });
    const lift = ungranting({ role: "barred", ...request });
    for (const [hers, adds, lifts] of [
      [["posts:write"], false, true],
      [[when("posts:write")], false, false],
      [[when("posts:write"), when("posts:write", "!resource.open")], false, false],
      [["rbac:escalate"], true, true],
      [[when("rbac:escalate")], false, false],
    ] as const) {
      expect(refusalOf(policy({ grants: hers }), add) === "").toBe(adds);
      expect(refusalOf(policy({ grants: hers }), lift) === "").toBe(lifts);
    }
  });

  it.each(NAMED.filter((kind) => kind === "rbac:grant" || kind === "rbac:assignment"))(
    "%s on a condition, or left out, is none",
    (kind) => {
      const others = NAMED.filter((name) => name !== kind);
      const mutation =
        kind === "rbac:grant"
          ? granting({ role: "target", permissions: ["posts:read"], effect: "allow", scope: null })
          : to("alice", "gift");
      const policy = (...grants: Given[]) =>
        guarded(
          { grants: ["posts:read"] },
          { roles: { delegate: { grants: [...others, ...grants] }, gift: { grants: ["posts:read"] } } },
        );
      expect(refusalOf(policy(kind), mutation)).toBe("");
      expect(refusalOf(policy(less("rbac:*", "rbac:role")), mutation)).toBe("");
      expect(refusalOf(policy(when(kind)), mutation)).toContain(`does not hold ${kind}`);
      expect(refusalOf(policy(less("rbac:*", kind)), mutation)).toContain(`does not hold ${kind}`);
    },
  );

  it("a rename of a role, and of a permission that is left out, is no more than that", () => {
    const roles = { gift: { grants: [less("*", "posts:write"), when("docs:read")], denies: [when("posts:read")] } };
    const document = guarded({}, { roles, users: { gwen: { roles: ["gift"] } } });
    for (const [kind, name] of [
      ["role", "gift"],
      ["permission", "posts:write"],
      ["permission", "docs:read"],
    ] as const)
      expect(refusalOf(document, renaming(kind, name, `${name}n`))).toBe("");
  });
});

/* Against the second judge, over random policies of rows that mean much to each other. */

const PATTERNS = [
  "posts:read",
  "posts:*",
  "*:read",
  "*:*",
  "posts:write",
  "docs:read",
  "rbac:escalate",
  "rbac:*",
  "rbac:grant",
];
const LEFT_OUT = ["posts:read", "posts:*", "*:read", "*:*", "docs:*", "rbac:*", "rbac:escalate"];
const CONDITIONS = ["resource.open", "!resource.open", "subject.a"];
const ROLES = ["one", "two", "three", "hers", "delegate", "admin"];
const USERS = ["dana", "root", "alice", "bob"];
const SCOPES = [undefined, undefined, "acme", "acme/1", "beta"];

function anyGrant(chance: Chance, effect: "allow" | "deny"): PlainGrant {
  const grant: PlainGrant = { permission: `${chance.pick(PATTERNS)}${chance.below(6) === 0 ? ":own" : ""}` };
  const scope = chance.pick(SCOPES);
  if (scope !== undefined) grant.scope = scope;
  if (chance.below(3) > 0) grant.when = chance.pick(CONDITIONS);
  const but = [...new Set(Array.from({ length: chance.below(3) }, () => chance.pick(LEFT_OUT)))].sort();
  if (effect === "allow" && chance.below(2) > 0 && but.length > 0) grant.but = but;
  return grant;
}

const several = <T>(chance: Chance, most: number, make: () => T): T[] =>
  Array.from({ length: chance.below(most + 1) }, make);

function anyPolicy(chance: Chance): PlainDocument {
  const role = (): PlainRole => ({
    grants: several(chance, 3, () => anyGrant(chance, "allow")),
    denies: chance.below(3) === 0 ? [anyGrant(chance, "deny")] : [],
  });
  const held = () => ({ roles: [...new Set(several(chance, 2, () => chance.pick(ROLES.slice(0, 3))))] });
  const document = guarded(role(), {
    roles: { one: role(), two: { ...role(), inherits: ["one"] }, three: role() },
    users: { alice: held(), bob: { ...held(), disabled: chance.below(3) === 0 } },
    everyone: chance.below(3) === 0 ? ["three"] : [],
  });
  if (chance.below(4) > 0) return document;
  // Rights to make changes on a condition, or with some left out.
  const delegate = { grants: [chance.pick([less("rbac:*", chance.pick(NAMED)), when("rbac:*"), "rbac:*"])] };
  return { ...document, roles: { ...document.roles, delegate } };
}

function anyMutation(chance: Chance, document: PlainDocument): readonly [Mutation, Renaming?] {
  const role = chance.pick(ROLES);
  const effect = chance.pick(["allow", "allow", "deny"] as const);
  const standing = [...(document.roles?.[role]?.[effect === "deny" ? "denies" : "grants"] ?? [])];
  const grant = standing.length > 0 && chance.below(2) > 0 ? chance.pick(standing) : anyGrant(chance, effect);
  const {
    permission,
    scope = null,
    but = [],
    when: condition = null,
  } = typeof grant === "string" ? { permission: grant } : grant;
  const request = { role, permissions: [permission], effect, scope, but: [but].flat(), when: condition };
  const user = chance.pick([...USERS, null]);
  const [kind, name] = chance.pick([
    ["role", role],
    ["permission", chance.pick(["posts:write", "docs:read"])],
    ["user", "alice"],
  ] as const);
  return chance.pick<() => readonly [Mutation, Renaming?]>([
    () => [granting(request)],
    () => [granting(request)],
    () => [ungranting(request)],
    () => [ungranting(request)],
    () => [to(user, role, user === null ? null : (chance.pick(SCOPES) ?? null))],
    () => [from(user, role)],
    () => [inheriting("three", [chance.pick(["one", "two", "hers"])])],
    () => [disinheriting("two", ["one"])],
    () => [cloningRole({ role, to: "copy", withParents: false })],
    () => [removing(kind, name, false)],
    () => [renaming(kind, name, `${name}n`), { kind, from: name, to: `${name}n` }],
  ])();
}

/** A policy as a document, row by row. */
function documentOf(policy: Policy, { permissions }: PlainDocument): State {
  const grantsOf = (role: string, effect: string) =>
    [...policy.grant.values(), ...policy.conditional.values()]
      .filter((row) => row.role === role && row.effect === effect)
      .map(
        (row): PlainGrant => ({
          permission: row.permission,
          ...(row.scope !== null && { scope: row.scope }),
          ...(isConditional(row) && row.when !== null && { when: row.when }),
          ...(isConditional(row) && row.but.length > 0 && { but: row.but }),
        }),
      )
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const role = (name: string): PlainRole => ({
    inherits: [...policy.inheritance.values()].flatMap((row) => (row.role === name ? [row.inherits] : [])).sort(),
    grants: grantsOf(name, "allow"),
    denies: grantsOf(name, "deny"),
  });
  const user = (name: string, disabled: boolean) => ({
    disabled,
    roles: [...policy.assignment.values()]
      .filter((row) => row.user === name)
      .map((row) => ({ role: row.role, ...(row.scope !== null && { scope: row.scope }) })),
  });
  return {
    rbac: 1,
    guarded: policy.policy.has("guarded"),
    permissions: permissions ? [...policy.permission.keys()] : [],
    roles: Object.fromEntries([...policy.role.keys()].map((name) => [name, role(name)])),
    users: Object.fromEntries([...policy.user.values()].map((row) => [row.user, user(row.user, row.disabled)])),
    everyone: [...policy.everyone.keys()],
  };
}

const CASES = 1000;
it(`${CASES} random changes of random policies, of seed ${SEED}: the second judge says the same`, () => {
  const chance = chanceOf(SEED);
  const found = { may: 0, "may not": 0, unchanged: 0, conditional: 0 };
  for (let at = 0; at < CASES; at += 1) {
    const document = anyPolicy(chance);
    const before = policyFrom(document);
    const [mutation, renaming] = anyMutation(chance, document);
    let changes: ReturnType<Mutation["decide"]>;
    try {
      changes = mutation.decide(before);
    } catch {
      changes = []; // Not for the guard to say.
    }
    if (changes.length === 0) {
      found.unchanged += 1;
      continue;
    }
    const after = apply(before, changes);
    const [was, is] = [documentOf(before, document), documentOf(after, document)];
    if (refusal("dana", was, was, Date.parse(AT)) !== undefined) continue; // Nobody escalates before.
    const told: string[] = [];
    const refuse = (error: Error) => void told.push(error.message);
    refuseBeyondRights(before, after, changes, "dana", AT, refuse);
    refuseLockout(before, after, AT, refuse);
    const why = refusal("dana", was, is, Date.parse(AT), renaming ? { was: renamed(was, renaming), renaming } : {});
    if (told.length > 0 !== (why !== undefined)) expect({ document, changes, told }).toBe(why);
    found[told.length > 0 ? "may not" : "may"] += 1;
    if (changes.some(({ kind }) => kind.startsWith("conditional"))) found.conditional += 1;
  }
  process.stdout.write(`the guard over conditions: RBAC_SEED=${SEED} ${JSON.stringify(found)}\n`);
  expect(Math.min(found.may, found["may not"], found.conditional)).toBeGreaterThan(CASES / 20);
}, 120_000);
