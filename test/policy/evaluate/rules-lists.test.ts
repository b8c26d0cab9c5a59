/** Rule 5: the lists, and the matrix. Each case is derived from the text of the rule. */
import { describe, expect, it } from "vitest";
import { permissionsOf } from "../../../src/policy/evaluate/effective-permissions.ts";
import { matrixOf, roleAlone } from "../../../src/policy/evaluate/matrix.ts";
import type { Asker } from "../../../src/policy/evaluate/walk.ts";
import { whoCan } from "../../../src/policy/evaluate/who-can.ts";
import { cli, json } from "../../support/cli.ts";
import { AT, errorOf, indexFrom, seeded } from "../../support/documents.ts";
import type { PlainDocument, PlainRole, PlainUser } from "../../support/oracle.ts";

const permissions = ["posts:read", "posts:publish", "billing:read"];
const policy = (roles: Record<string, PlainRole>, users: Record<string, PlainUser>, everyone: string[] = []) =>
  ({ rbac: 1, permissions, roles, users, everyone }) satisfies PlainDocument;

const asker = (user: string | null, more: Partial<Asker> = {}): Asker => ({
  user,
  at: AT,
  activate: [],
  assume: [],
  ...more,
});

/** The rows of a list as `posts:read any acme -acme/x`. */
const lines = (document: PlainDocument, user: string, on?: string | null) =>
  permissionsOf(indexFrom(document), asker(user), on).map(
    ({ permission, own, scope, except }) =>
      `${permission} ${own} ${scope ?? "/"}${except.map((e) => ` -${e}`).join("")}`,
  );

describe("rule 5: one row for each permission and widest scope", () => {
  const document = policy(
    {
      reader: { grants: ["*:read"] },
      editor: { inherits: ["reader"], grants: ["posts:*", { permission: "posts:publish", scope: "acme" }] },
      fenced: { grants: ["posts:read"], denies: ["acme", "acme/x"].map((scope) => ({ permission: "*:read", scope })) },
      dead: { grants: [{ permission: "posts:read", scope: "acme/y" }], denies: [{ permission: "*:*", scope: "acme" }] },
    },
    {
      alice: { roles: ["editor"] },
      bob: { roles: ["beta", "acme/posts", "acme"].map((scope) => ({ role: "editor", scope })) },
      carol: { roles: ["fenced"] },
      dave: { roles: ["dead"] },
      eve: { disabled: true, roles: ["editor"] },
    },
  );

  it("wildcards are expanded over the catalogue, each permission listed once", () => {
    expect(lines(document, "alice")).toEqual(["billing:read any /", "posts:publish any /", "posts:read any /"]);
  });

  it("of scopes only the widest are listed, in order", () => {
    expect(lines(document, "bob")).toEqual(
      ["billing:read", "posts:publish", "posts:read"].flatMap((p) => [`${p} any acme`, `${p} any beta`]),
    );
  });

  it("a deny below is an exception, the widest alone; one above leaves no row", () => {
    expect(lines(document, "carol")).toEqual(["posts:read any / -acme"]);
    expect(lines(document, "dave")).toEqual([]);
  });

  it("the disabled may do nothing", () => {
    expect(lines(document, "eve")).toEqual([]);
  });

  it("--on keeps the rows that hold there", () => {
    expect(lines(document, "carol", "beta")).toEqual(["posts:read any / -acme"]);
    expect(lines(document, "carol", "acme/posts")).toEqual([]);
    expect(lines(document, "bob", "acme/posts/42")).toContain("posts:read any acme");
    expect(lines(document, "bob", "acme/posts/42")).not.toContain("posts:read any beta");
    expect(lines(document, "bob", null)).toEqual([]);
  });

  it("an unknown name is an error, never an empty list", () => {
    const index = indexFrom(document);
    expect(errorOf(() => permissionsOf(index, asker("zoe"))).code).toBe("USER_NOT_FOUND");
    expect(errorOf(() => permissionsOf(index, asker(null, { assume: ["zoe"] }))).code).toBe("ROLE_NOT_FOUND");
    expect(errorOf(() => whoCan(index, "posts:zap", asker(null))).code).toBe("PERMISSION_NOT_FOUND");
  });
});

describe("rule 5: own is any, only or not", () => {
  const document = policy(
    {
      any: { grants: ["posts:read", "posts:read:own"] },
      only: { grants: ["posts:read:own"] },
      not: { grants: ["posts:read"], denies: ["posts:read:own"] },
      wider: { grants: ["posts:read:own", { permission: "posts:read", scope: "acme" }] },
      partly: { grants: ["posts:read"], denies: [{ permission: "posts:read:own", scope: "acme" }] },
    },
    Object.fromEntries(["any", "only", "not", "wider", "partly"].map((role) => [role, { roles: [role] }])),
  );
  it.each([
    ["any", ["posts:read any /"]],
    ["only", ["posts:read only /"]],
    ["not", ["posts:read not /"]],
    ["wider", ["posts:read only /", "posts:read any acme"]],
    ["partly", ["posts:read not /", "posts:read only / -acme"]],
  ])("%s: %o", (user, rows) => {
    expect(lines(document, user)).toEqual(rows);
  });

  it("who-can lists those who may as anybody, who-can :own those who may as the owner", () => {
    const users = (permission: string, on?: string) =>
      whoCan(indexFrom(document), permission, asker(null), on).map(({ user, scope }) => `${user} ${scope ?? "/"}`);
    expect(users("posts:read")).toEqual(["any /", "not /", "partly /", "wider acme"]);
    expect(users("posts:read:own")).toEqual(["any /", "only /", "partly /", "wider /", "wider acme"]);
    expect(users("posts:read:own", "acme")).toEqual(["any /", "only /", "wider /", "wider acme"]);
  });
});

it("rule 5: who-can tells apart those who hold one role on other scopes or for another time", () => {
  const [soon, later] = ["2026-07-01T00:00:00.000Z", "2026-08-01T00:00:00.000Z"];
  const held = { a: {}, b: { until: soon }, c: { until: later }, d: { scope: "acme" }, e: { from: soon }, f: {} };
  const users = Object.entries(held).map(([user, how]) => [user, { roles: [{ role: "reader", ...how }] }] as const);
  const document = policy({ reader: { grants: ["posts:read"] } }, Object.fromEntries(users));
  const rows = whoCan(indexFrom(document), "posts:read", asker(null));
  expect(rows.map(({ user, scope, until }) => [user, scope, until])).toEqual([
    ["a", null, null],
    ["b", null, soon],
    ["c", null, later],
    ["d", "acme", null],
    ["f", null, null],
  ]);
});

it("rule 5: who-can lists whoever is assigned a role, also where their row is lost, but nobody who is disabled", () => {
  const document = policy(
    { reader: { grants: ["posts:read"] } },
    { a: { roles: ["reader"] }, b: { roles: ["reader"] } },
  );
  const index = indexFrom(document);
  const [a, b] = [...index.policy.user.values()];
  const users = (user: (typeof a)[]) => {
    const rows = new Map(user.flatMap((row) => (row ? [[row.user, row] as const] : [])));
    const found = whoCan({ ...index, policy: { ...index.policy, user: rows } }, "posts:read", asker(null));
    return found.map((row) => row.user);
  };
  expect(users([a])).toEqual(["a", "b"]);
  expect(users([a, b && { ...b, disabled: true }])).toEqual(["a"]);
});

describe("rule 5: a row shows the path that lasts longest", () => {
  const until = "2026-07-01T00:00:00.000Z";
  const document = policy(
    {
      source: { grants: ["posts:read"] },
      b: { inherits: ["source"], grants: ["*:read"] },
      c: { inherits: ["source"] },
      z: { grants: ["posts:*"] },
    },
    {
      alice: { roles: [{ role: "z", until }, "c", "b"] },
      bob: { roles: ["z", "b"].map((role) => ({ role, until })) },
      carol: { roles: [{ role: "z", until }] },
      dave: { roles: [{ role: "z", until: AT }] },
      eve: { roles: [{ role: "z", from: until }] },
    },
  );
  it.each([
    ["alice", { roles: ["b"], grant: "*:read", until: null }],
    ["bob", { roles: ["b"], grant: "*:read", until }],
    ["carol", { roles: ["z"], grant: "posts:*", until }],
  ])("%s: %o", (user, row) => {
    const rows = permissionsOf(indexFrom(document), asker(user));
    expect(rows.find(({ permission }) => permission === "posts:read")).toMatchObject(row);
  });
  it.each(["dave", "eve"])("%s: a window that has ended or not begun gives no row", (user) => {
    expect(lines(document, user)).toEqual([]);
  });
});

describe("rule 5: roles alone", () => {
  const document = policy(
    {
      reader: { grants: ["posts:read"] },
      mixed: {
        inherits: ["reader"],
        grants: ["posts:publish:own", ...["acme", "beta"].map((scope) => ({ permission: "billing:read", scope }))],
      },
      both: { grants: ["posts:read:own", { permission: "posts:read", scope: "acme" }] },
      denied: { grants: ["posts:publish"], denies: ["posts:*"] },
      stranger: { grants: ["billing:read"], denies: ["billing:read:own"] },
    },
    { alice: { roles: ["mixed"] }, bob: { disabled: true, roles: ["mixed"] } },
    ["stranger"],
  );

  it("permissions --role leaves everyone out; --direct leaves inheritance out", async () => {
    const db = await seeded(document);
    const names = async (line: string) =>
      (await json<{ permissions: { permission: string }[] }>(line, { db })).permissions.map((row) => row.permission);
    expect(await names("permissions --role reader")).toEqual(["posts:read"]);
    expect(await names("permissions alice")).toContain("billing:read");
    expect(await names("permissions --role mixed --direct --on acme")).toEqual(["billing:read", "posts:publish"]);
    expect((await cli("permissions --role zoe", { db })).code).toBe(2);
  });

  it("a matrix cell joins any, own and scoped, or is deny or –", () => {
    const askers = new Map(["reader", "mixed", "both", "denied", "stranger"].map((r) => [r, roleAlone(r, AT)]));
    const { permissions: across, rows } = matrixOf(indexFrom(document), askers);
    expect(across).toEqual(["billing:read", "posts:publish", "posts:read"]);
    expect(Object.fromEntries([...rows].map(({ name, cells }) => [name, cells]))).toEqual({
      reader: ["–", "–", "any"],
      mixed: ["scoped", "own", "any"],
      both: ["–", "–", "own+scoped"],
      denied: ["–", "deny", "deny"],
      stranger: ["any-", "–", "–"],
    });
  });

  it("a matrix of users shows everyone's roles too, and the disabled may nothing", async () => {
    const db = await seeded(document);
    const { stdout } = await cli("matrix --users --format csv", { db });
    expect(stdout.trim().split(/\r?\n/)).toEqual([
      "permission,alice,bob",
      "billing:read,any-,",
      "posts:publish,own,",
      "posts:read,any,",
    ]);
  });
});
