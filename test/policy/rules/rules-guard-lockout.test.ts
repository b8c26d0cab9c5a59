/** Rule 24: a guarded policy never loses the last one who may do everything. */
import { describe, expect, it } from "vitest";
import { seeding } from "../../../src/policy/document/seeding.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import { assigning, inheriting, removing, setting } from "../../../src/policy/mutations.ts";
import { refuseLockout } from "../../../src/policy/rules/last-escalator.ts";
import { AT, policyFrom, read } from "../../support/documents.ts";
import { from, grant, guarded, inMemory, on, PERMISSIONS, to, ungrant } from "../../support/guard/policy.ts";
import type { PlainRole, PlainUser } from "../../support/oracle.ts";

describe("rule 24: a guarded policy always has one enabled user who holds rbac:escalate at the root for ever", () => {
  const LATER = "2030-01-01T00:00:00.000Z";
  const window = (role: string, at: { from?: string; until?: string }) => ({ role, ...at });
  /** Policies by who holds `admin`, and whether the guard may be turned on there. */
  const BEGINNINGS: readonly (readonly [
    what: string,
    users: Record<string, PlainUser>,
    roles: Record<string, PlainRole>,
    everyone: string[],
    may: boolean,
  ])[] = [
    ["for ever", { root: { roles: ["admin"] } }, {}, [], true],
    ["by the plain permission", { root: { roles: ["e"] } }, { e: { grants: ["rbac:escalate"] } }, [], true],
    ["inherited", { root: { roles: ["heir"] } }, { heir: { inherits: ["admin"] } }, [], true],
    ["by everyone", { root: {} }, {}, ["admin"], true],
    [
      "in a seamless relay",
      { a: { roles: [window("admin", { until: LATER })] }, b: { roles: [window("admin", { from: LATER })] } },
      {},
      [],
      true,
    ],
    ["by nobody", { root: {} }, {}, [], false],
    ["disabled", { root: { disabled: true, roles: ["admin"] } }, {}, [], false],
    ["disabled, by everyone", { root: { disabled: true } }, {}, ["admin"], false],
    ["on a scope", { root: { roles: [{ role: "admin", scope: "acme" }] } }, {}, [], false],
    ["by a scoped grant", { root: { roles: ["e"] } }, { e: { grants: [on("*:*", "acme")] } }, [], false],
    ["as an owner", { root: { roles: ["e"] } }, { e: { grants: ["*:*:own"] } }, [], false],
    ["until some day", { root: { roles: [window("admin", { until: LATER })] } }, {}, [], false],
    ["from some day", { root: { roles: [window("admin", { from: LATER })] } }, {}, [], false],
    [
      "in a relay with a gap",
      {
        a: { roles: [window("admin", { until: LATER })] },
        b: { roles: [window("admin", { from: "2030-01-01T00:00:01Z" })] },
      },
      {},
      [],
      false,
    ],
    ["denied", { root: { roles: ["admin", "no"] } }, { no: { denies: ["rbac:*"] } }, [], false],
    ["denied to everyone", { root: { roles: ["admin"] } }, { no: { denies: ["rbac:escalate"] } }, ["no"], false],
    [
      "denied some day",
      { root: { roles: ["admin", window("no", { from: LATER })] } },
      { no: { denies: ["rbac:*"] } },
      [],
      false,
    ],
    [
      "denied on a scope, where nobody could undo it",
      { root: { roles: ["admin", "no"] } },
      { no: { denies: [on("rbac:escalate", "x")] } },
      [],
      false,
    ],
    ["denied something else", { root: { roles: ["admin", "no"] } }, { no: { denies: ["rbac:user"] } }, [], true],
  ];
  it.each(BEGINNINGS)("%s: the guard is turned on only where somebody does", async (_, users, roles, everyone, may) => {
    const open = {
      rbac: 1 as const,
      permissions: PERMISSIONS,
      roles: { admin: { grants: ["*:*"] }, ...roles },
      users,
      everyone,
    };
    const { does } = await inMemory(open);
    expect(await does("anybody", seeding(read({ rbac: 1, guarded: true }), false))).toBe(
      may ? "done" : "LAST_ESCALATOR",
    );
  });

  const ENDS: Readonly<Record<string, Mutation>> = {
    revoked: from("root", "admin"),
    disabled: setting("user", "root", { disabled: true }),
    deleted: removing("user", "root", false),
    ended: to("root", "admin", null, LATER),
    "beginning later": assigning({
      who: "root",
      roles: ["admin"],
      scope: null,
      from: LATER,
      until: null,
      replace: true,
      existing: true,
    }),
    ungranted: ungrant("admin", "*:*"),
    denied: grant("admin", "*:*", null, "deny"),
    "denied by everyone": to(null, "no"),
    "denied on a scope": grant("admin", "rbac:escalate", "acme", "deny"),
    "denied by inheritance": inheriting("admin", ["no"]),
    "without the role": removing("role", "admin", false),
    pruned: seeding(read({ rbac: 1, users: {} }), true),
  };
  it.each(Object.keys(ENDS))("the last of them is not %s, not even past the guard; one of two is", async (how) => {
    const no = { no: { denies: ["rbac:escalate"] } };
    const { does } = await inMemory(guarded({}, { roles: no }));
    const mutation = ENDS[how] as Mutation;
    expect(await does("root", mutation)).toBe("LAST_ESCALATOR");
    expect(await does("root", mutation, AT, { breakGlass: true })).toBe("LAST_ESCALATOR");
    if (["denied by everyone", "pruned"].includes(how)) return;
    const second = { e: { grants: ["rbac:*"] } };
    const both = await inMemory(guarded({}, { roles: { ...no, ...second }, users: { sam: { roles: ["e"] } } }));
    expect(await both.does("root", mutation)).toBe("done");
  });

  it("whoever takes over in the same document is somebody, by everyone, too", async () => {
    const { does } = await inMemory(guarded());
    const heir = { rbac: 1, users: { dana: { roles: ["admin"] } } };
    expect(await does("root", seeding(read(heir), true))).toBe("done");
    const everybody = await inMemory(guarded());
    const all = { rbac: 1, users: { alice: {} }, everyone: ["admin"] }; // Of her nothing changes.
    expect(await everybody.does("root", seeding(read(all), true))).toBe("done");
  });

  it("where nobody does already, as no change of ours leaves it, a change that makes it no worse is not held up", () => {
    const broken = policyFrom({ ...guarded(), users: { dana: { roles: ["delegate"] } } });
    const sound = policyFrom(guarded());
    expect(() => refuseLockout(broken, broken, AT)).not.toThrow();
    expect(() => refuseLockout(broken, sound, AT)).not.toThrow();
    expect(() => refuseLockout(sound, broken, AT)).toThrow(/nobody enabled would hold rbac:escalate everywhere: /);
  });
});
