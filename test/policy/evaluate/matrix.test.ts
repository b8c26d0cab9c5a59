/** Cells of the matrix: examples of rule 5, and random policies against cells that are made of single answers alone. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matrixOf, roleAlone } from "../../../src/policy/evaluate/matrix.ts";
import { cli } from "../../support/cli.ts";
import { AT, indexFrom, seeded } from "../../support/documents.ts";
import { oracleCan, oracleReason, type PlainDocument, type PlainRole } from "../../support/oracle.ts";
import { ASKED_SCOPES, catalogueOf, documents, NOW } from "../../support/random-policies.ts";

describe("a cell", () => {
  const onAcme = { permission: "posts:delete", scope: "acme" };
  const below = { permission: "posts:delete", scope: "acme/archive" };
  const ifDraft = { permission: "posts:delete", when: "resource.draft" };
  it.each<[string, PlainRole]>([
    ["any", { grants: ["posts:delete", "posts:delete:own", onAcme] }],
    ["own", { grants: ["posts:delete:own"] }],
    ["scoped", { grants: [onAcme] }],
    ["own+scoped", { grants: ["posts:delete:own", onAcme] }],
    ["any-", { grants: ["*"], denies: [onAcme] }],
    ["any-", { grants: ["posts:delete"], denies: ["posts:delete:own"] }],
    ["own-", { grants: ["posts:delete:own"], denies: [onAcme] }],
    ["scoped-", { grants: [onAcme], denies: [below] }],
    ["scoped-", { grants: [onAcme, { ...onAcme, scope: "globex" }], denies: [onAcme] }],
    ["scoped", { grants: [onAcme], denies: [{ ...onAcme, scope: "globex" }] }],
    ["own+scoped-", { grants: ["posts:delete:own", onAcme], denies: [below] }],
    ["deny", { grants: ["posts:delete"], denies: ["posts:*"] }],
    ["deny", { denies: [onAcme] }],
    ["–", {}],
    ["if", { grants: [ifDraft] }],
    ["if", { grants: [ifDraft, { ...ifDraft, ...onAcme }] }],
    ["own+scoped+if", { grants: [ifDraft, "posts:delete:own", { permission: "posts:delete", scope: "acme" }] }],
    ["any", { grants: [ifDraft, "posts:delete"] }],
    ["any-", { grants: ["posts:delete"], denies: [ifDraft] }],
    ["if-", { grants: [ifDraft], denies: [{ ...ifDraft, scope: "acme" }] }],
    ["deny", { denies: [ifDraft] }],
    ["–", { grants: [{ permission: "posts:delete", when: 'action.permission == "posts:read"' }] }],
    ["any", { grants: [{ permission: "posts:delete", when: 'action.permission == "posts:delete"' }] }],
    ["any", { grants: ["posts:delete"], denies: [{ permission: "posts:*", when: "action.permission == 'a:b'" }] }],
    ["–", { grants: [{ permission: "*", but: ["*:delete"] }] }],
  ])("%s: %j", (cell, role) => {
    const index = indexFrom({ rbac: 1, permissions: ["posts:delete"], roles: { role } } as PlainDocument);
    expect([...matrixOf(index, new Map([["role", roleAlone("role", AT)]])).rows][0]?.cells).toEqual([cell]);
  });
});

/** The cell of a user, of yes and no on every scope that the random policies name. */
function cellOfAnswers(document: PlainDocument, user: string, permission: string): string {
  const question = (scope: string | null, own: boolean) => ({
    ...{ user, permission, own, scope, at: NOW, activate: [], assume: [] },
  });
  const can = (scope: string | null, own: boolean) => oracleCan(document, question(scope, own));
  const somewhere = (is: (scope: string | null, own: boolean) => boolean) =>
    ASKED_SCOPES.some((scope) => is(scope, true) || is(scope, false));
  if (!somewhere(can)) return somewhere((...of) => oracleReason(document, question(...of)) === "deny") ? "deny" : "–";
  const any = can(null, false);
  const own = can(null, true) && (!any || ASKED_SCOPES.some((scope) => can(scope, false) && !can(scope, true)));
  const scoped = !any && ASKED_SCOPES.some((scope) => can(scope, false) || (!can(null, true) && can(scope, true)));
  const withoutDenies = Object.entries(document.roles ?? {}).map(([name, { denies: _, ...role }]) => [name, role]);
  const wider = { ...document, roles: Object.fromEntries(withoutDenies) };
  const isCut = somewhere((...of) => oracleCan(wider, question(...of)) && !can(...of));
  const words = [any && "any", own && "own", scoped && "scoped"].filter(Boolean);
  return words.join("+") + (isCut ? "-" : "");
}

it("400 random policies: every cell of users is what the answers say", () => {
  const seen = new Set<string>();
  const agree = (document: PlainDocument) => {
    const users = Object.keys(document.users ?? {});
    const askers = new Map(users.map((user) => [user, { user, at: NOW, activate: [], assume: [] }]));
    const { permissions, rows } = matrixOf(indexFrom(document), askers);
    expect([...permissions].sort()).toEqual([...catalogueOf(document)].sort());
    for (const { name, cells } of rows) {
      expect([name, cells]).toEqual([name, permissions.map((asked) => cellOfAnswers(document, name, asked))]);
      for (const cell of cells) seen.add(cell);
    }
  };
  fc.assert(fc.property(documents(), agree), { numRuns: 400 });
  expect([...seen]).toEqual(expect.arrayContaining(["any", "any-", "own", "scoped", "deny", "–", "own+scoped"]));
});

it("400 random policies: columns are rows the other way round, however many are decided at once", () => {
  const agree = (document: PlainDocument, cellsAtOnce: number) => {
    const users = Object.keys(document.users ?? {});
    const askers = new Map(users.map((user) => [user, { user, at: NOW, activate: [], assume: [] }]));
    const { permissions, names, rows, columns, words } = matrixOf(indexFrom(document), askers, undefined, cellsAtOnce);
    const lines = [...rows];
    const across = permissions.map((_, at) => lines.map(({ cells }) => cells[at]));
    for (const _again of [1, 2]) expect([...columns]).toEqual(across);
    expect(lines.map(({ name }) => name)).toEqual(names);
    expect(words).toEqual(new Set(across.flat()));
  };
  fc.assert(fc.property(documents(), fc.integer({ min: 1, max: 40 }), agree), { numRuns: 400 });
});

it("a row is decided when it is read, and columns for no more cells than memory has room for", () => {
  const permissions = Array.from({ length: 100 }, (_, at) => `p:${at}`);
  const roles = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`r${at}`, { grants: permissions }]));
  const index = indexFrom({ rbac: 1, permissions, roles });
  let decided = 0;
  const asker = (role: string) =>
    Object.defineProperty(roleAlone(role, AT), "assume", {
      get: () => {
        decided += 1;
        return [role];
      },
    });
  const askers = new Map(Object.keys(roles).map((role) => [role, asker(role)]));
  const { rows, columns } = matrixOf(index, askers, undefined, 200);
  const once = matrixOf(index, new Map([["r0", asker("r0")]]));
  expect([...once.rows]).toHaveLength(1);
  const ofOne = decided;
  decided = 0;
  rows[Symbol.iterator]().next();
  expect(decided).toBe(ofOne);
  decided = 0;
  let read = 0;
  for (const _cells of columns) {
    read += 1;
    expect(decided).toBe(ofOne * askers.size * Math.ceil(read / 20));
  }
  expect(read).toBe(100);
});

describe("the matrix as text", () => {
  const document: PlainDocument = {
    rbac: 1,
    permissions: ["posts:delete", "posts:read"],
    roles: { owner: { grants: ["posts:delete:own"] }, moderator: { grants: ["posts:*"], denies: [] }, idle: {} },
    users: { alice: { roles: [{ role: "moderator", scope: "acme" }] } },
    everyone: ["owner"],
  };

  it("has a legend of what occurs in it, for people alone", async () => {
    const db = await seeded(document);
    const shown = async (line: string) => (await cli(line, { db })).stdout.split(/\r?\n/);
    expect(await shown("matrix --users")).toEqual([
      "permission    alice",
      "posts:delete  own+scoped",
      "posts:read    scoped",
      "own: everywhere, as the owner; scoped: only on some scopes",
      "",
    ]);
    expect((await shown("matrix")).at(-2)).toBe("any: everywhere; own: everywhere, as the owner; –: not granted");
    await cli("grant moderator posts:read --on acme/x --deny", { db });
    expect((await shown("matrix")).at(-2)).toContain("; - behind: a deny takes part of it away; ");
    expect(await shown("matrix --format csv")).toEqual([
      "permission,idle,moderator,owner",
      "posts:delete,,any,own",
      "posts:read,,any-,",
      "",
    ]);
    const { roles } = JSON.parse((await cli("matrix --json", { db })).stdout);
    expect(roles[0]).toEqual({ role: "idle", cells: ["–", "–"] });
  });
});
