/** Programs that have the generated file, compiled by TypeScript: what is misspelt does not compile, what is right does. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { policyNamesOf } from "../../src/generate/policy-names.ts";
import { registerText } from "../../src/generate/register-text.ts";
import { resourceOf } from "../../src/policy/model/patterns.ts";
import { cli } from "../support/cli.ts";
import { policyFrom, seeded } from "../support/documents.ts";
import { errorsOf, installedPackage, linkedPackage, wrongLines } from "../support/installed-package.ts";
import { ROOT } from "../support/root.ts";

const POSTS = {
  rbac: 1 as const,
  permissions: ["posts:read", "posts:publish", "backup"],
  roles: { admin: { grants: ["*"] }, editor: { grants: ["posts:*"] } },
  attributes: { posts: { published: "bool", status: ["draft", "review"], tags: "list", "owner.team": "string" } },
};

/** A line that ends with "wrong" must not compile beside the names of POSTS, and every other must. */
const HELD = `
import { mutation } from "rbac-admin";
import type { CanOptions, Compiled, GivenFor, PermissionName, Rbac, RoleName } from "rbac-admin";
export async function day(rbac: Rbac, compiled: Compiled, text: string): Promise<void> {
  await rbac.can("ann", "posts:publish", { activate: ["editor"], assume: "admin", owner: "ann" });
  await rbac.can("ann", "posts:publish:own", { given: { resource: { published: true, status: "draft", tags: ["a"] } } });
  await rbac.can("ann", "posts:read", { given: { resource: { owner: { team: "x" } }, context: { ip: text } } });
  await rbac.can("ann", "posts:read", { given: { resource: { status: null, published: undefined } } });
  await rbac.can("ann", "backup", { given: { resource: { anything: 1 } } });
  await rbac.can("ann", text as PermissionName, { given: { resource: { anything: 1 } } });
  const how: CanOptions = { on: text, given: { subject: { team: text }, resource: { anything: 1 } } };
  const given: GivenFor<"posts:read"> = { resource: { published: false } };
  console.log(await rbac.can("ann", "backup", how), await rbac.why(null, "posts:read", { given }));
  await rbac.has("ann", "editor");
  await rbac.permissions("ann", { resource: "backup" });
  await rbac.whoCan("posts:read:own");
  await compiled.can(null, "posts:read");
  await compiled.permissions("ann", { resource: "posts", assume: "editor" });
  await compiled.filter("ann", "posts:read", { dialect: "sqlite", columns: {}, given });
  await rbac.assign("ann", ["editor", "admin"]);
  await rbac.assign("ann", text as RoleName);
  await rbac.sync({ user: "ann", roles: [{ role: "editor", on: "acme" }] }, { only: { roles: ["editor"] } });
  await rbac.grant("editor", ["posts:*", "*", "*:own", "posts:read:own"], { but: "posts:publish" });
  await rbac.create("permission", "posts:new");
  await rbac.change([mutation.create("role", "new"), mutation.delete("user", text), mutation.rename("role", "editor", "x")]);
  await rbac.seed({ rbac: 1, permissions: ["other:name"] });
  await rbac.can("ann", "posts:pulish"); // wrong
  await rbac.can("ann", "posts:pulish:own"); // wrong
  await rbac.can("ann", text); // wrong
  await rbac.can("ann", "posts:*"); // wrong
  await rbac.can("ann", "posts:read", { activate: "edtor" }); // wrong
  await rbac.can("ann", "posts:read", { assume: ["edtor"] }); // wrong
  await rbac.can("ann", "posts:read", { given: { resource: { publised: true } } }); // wrong
  await rbac.can("ann", "posts:read", { given: { resource: { published: "yes" } } }); // wrong
  await rbac.can("ann", "posts:read", { given: { resource: { owner: { taem: "x" } } } }); // wrong
  await rbac.can("ann", "posts:read", { given: { resorce: {} } }); // wrong
  await rbac.why("ann", "posts:raed"); // wrong
  await rbac.why("ann", "posts:read", { given: { resource: { status: "darft" } } }); // wrong
  await rbac.has("ann", "edtor"); // wrong
  await rbac.whoCan("posts:raed"); // wrong
  await rbac.whoCan("posts:read", { given: { resource: { status: "darft" } } }); // wrong
  await rbac.permissions("ann", { resource: "post" }); // wrong
  await rbac.permissions("ann", { activate: "edtor" }); // wrong
  await compiled.can("ann", "posts:raed"); // wrong
  await compiled.can("ann", "posts:read", { given: { resource: { publised: true } } }); // wrong
  await compiled.whoCan("posts:raed"); // wrong
  await compiled.permissions("ann", { resource: "post" }); // wrong
  await compiled.filter("ann", "posts:raed", { dialect: "sqlite", columns: {} }); // wrong
  await compiled.filter("ann", "posts:read", { dialect: "sqlite", columns: {}, assume: "edtor" }); // wrong
  await rbac.assign("ann", "edtor"); // wrong
  await rbac.assign("ann", ["editor", "edtor"]); // wrong
  await rbac.revoke("ann", "edtor"); // wrong
  await rbac.sync({ user: "ann", roles: [{ role: "edtor" }] }); // wrong
  await rbac.grant("edtor", "posts:read"); // wrong
  await rbac.grant("editor", "posts:raed"); // wrong
  await rbac.ungrant("editor", "posts:read", { but: "posts:raed" }); // wrong
  await rbac.inherit("editor", "amdin"); // wrong
  await rbac.disinherit("edtor", "admin"); // wrong
  await rbac.set("permission", "posts:raed", { description: null }); // wrong
  await rbac.rename("role", "edtor", "x"); // wrong
  await rbac.delete("permission", "posts:raed"); // wrong
  await rbac.create("constraint", "few", { kind: "max_users", roles: "edtor", limit: 1 }); // wrong
  await rbac.users({ role: "edtor" }); // wrong
  await rbac.assignments({ role: "edtor" }); // wrong
  await rbac.access({ role: "edtor" }); // wrong
  console.log(mutation.assign("ann", "edtor")); // wrong
  console.log(mutation.revoke("ann", "edtor")); // wrong
  console.log(mutation.grant("editor", "posts:raed")); // wrong
  console.log(mutation.inherit("edtor", "admin")); // wrong
  console.log(mutation.set("role", "edtor", { description: null })); // wrong
  console.log(mutation.rename("role", "edtor", "x")); // wrong
  console.log(mutation.delete("role", "edtor")); // wrong
}
declare const console: { log(...values: unknown[]): void };
`;

/** The program of docs/library.md. */
const [, example = ""] = /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(join(ROOT, "docs/library.md"), "utf8")) ?? [];
const DOCUMENTED = `${example}declare const process: { argv: string[] };\n`;

/** The files of a program, with the names of POSTS as the command writes them. */
async function generated(flags = "", name = "rbac.gen.d.ts"): Promise<Record<string, string>> {
  const db = await seeded(POSTS);
  return { [name]: (await cli(`generate types ${flags}`, { db })).stdout };
}

describe("the packed package", () => {
  let project: string;
  beforeAll(() => {
    project = installedPackage();
  });
  const type = (name: string) =>
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: name }));

  it.each(["module", "commonjs"])(
    "is held to the file by imports and requires alike, in a project of type %s",
    async (of) => {
      type(of);
      const files = { ...(await generated()), "app.mts": HELD, "app.cts": HELD, "docs.mts": DOCUMENTED };
      const wrong = wrongLines(HELD);
      expect(wrong.length).toBeGreaterThan(40);
      expect(errorsOf(project, files, { module: "nodenext" })).toEqual({
        "app.mts": wrong,
        "app.cts": wrong,
        "docs.mts": wrongLines(DOCUMENTED, "// does not compile"),
      });
    },
  );

  it("is held to it where a bundler finds the package, and where it was found before there were exports", async () => {
    type("commonjs");
    const files = { ...(await generated()), "app.ts": HELD };
    for (const how of [
      { module: "esnext", moduleResolution: "bundler" },
      { module: "commonjs", moduleResolution: "node10" },
    ])
      expect(errorsOf(project, files, how)).toEqual({ "app.ts": wrongLines(HELD) });
  });

  it("takes every text as a name where there is no such file", () => {
    type("module");
    const plain = HELD.replaceAll(/(?<!resorce: \{\} \} \}\);) \/\/ wrong/g, "");
    const wrong = wrongLines(plain);
    expect(wrong).toHaveLength(1);
    expect(errorsOf(project, { "app.mts": plain, "app.cts": plain }, { module: "nodenext" })).toEqual({
      "app.mts": wrong,
      "app.cts": wrong,
    });
  });

  it("is the same for both, as the library is: what one of them declares, the other has", () => {
    const [imported, required] = ["d.ts", "d.cts"].map((end) =>
      readFileSync(join(project, `node_modules/rbac-admin/dist/index.${end}`), "utf8"),
    );
    expect(imported).toBe('export * from "./index.cjs";\n');
    expect(required).toMatch(/^interface Register extends /m);
  });
});

describe("the file", () => {
  const project = linkedPackage();
  const held = (text: string, files: Readonly<Record<string, string>>) =>
    errorsOf(project, { "rbac.gen.ts": text, ...files }, { module: "nodenext" });
  const typesOf = (policy: Parameters<typeof policyNamesOf>[0], withConstants: boolean) =>
    registerText(policyNamesOf(policy), { version: "1.2.3", withConstants });

  it("has with --const arrays of the same names, each of them a name", async () => {
    const program = `
import type { PermissionName, ResourceName, RoleName } from "rbac-admin";
import { PERMISSIONS, RESOURCES, ROLES } from "./rbac.gen.js";
export const all: readonly PermissionName[] = PERMISSIONS;
export const roles: readonly RoleName[] = ROLES;
export const resources: readonly ResourceName[] = RESOURCES;
export const back: (typeof PERMISSIONS)[number] = "posts:read";
export const none: (typeof PERMISSIONS)[number] = "posts:raed"; // wrong
export const other: (typeof ROLES)[number] = "posts:read"; // wrong
`;
    const [text = ""] = Object.values(await generated("--const"));
    expect(held(text, { "app.ts": program })).toEqual({ "app.ts": wrongLines(program) });
  });

  it("of an empty policy compiles, and lets no name through", () => {
    const program = `
import type { PermissionName } from "rbac-admin";
export const none: PermissionName[] = [];
export const any: PermissionName = "posts:read"; // wrong
`;
    const text = typesOf(policyFrom({ rbac: 1 }), true);
    expect(held(text, { "app.ts": program })).toEqual({ "app.ts": wrongLines(program) });
  });

  it("finds the resource of a name as the policy does, so that its attributes are those of the name", () => {
    const names = [
      ...["posts:read", "posts:comments:read", "a.b", "a/b", "a/b.c", "a.b/c", ".a.b", "/a/b", "..", "ab..c", "plain"],
      ...[
        'quo"te:x',
        "back\\slash:x",
        "$" + "{x}.y",
        "日本/語",
        "𝒳.y",
        "__proto__:read",
        "__proto__.read",
        "a.b:c",
        "42:x",
      ],
      ...["x y:z", "constructor", "it's.me", "`:`", "a:owner", "é/é"],
    ];
    const resources = [...new Set(names.map(resourceOf))];
    const attributes = Object.fromEntries(resources.map((resource, at) => [resource, { [`of_${at}`]: "bool" }]));
    const policy = policyFrom({ rbac: 1, permissions: names, attributes });
    const program = [
      'import type { GivenFor } from "rbac-admin";',
      ...names.flatMap((name, line) =>
        [name, `${name}:own`].flatMap((asked, own) => {
          const as = `export const n${line}_${own}`;
          const given = (at: number) => `: GivenFor<${JSON.stringify(asked)}> = { resource: { of_${at}: true } };`;
          const at = resources.indexOf(resourceOf(name));
          return [`${as}${given(at)}`, `${as}x${given(at + 1)} // wrong`];
        }),
      ),
    ].join("\n");
    expect(held(typesOf(policy, false), { "app.ts": program })).toEqual({ "app.ts": wrongLines(program) });
  });

  it("of 100,000 permissions compiles, and still finds the wrong one", () => {
    const permissions = Array.from({ length: 100_000 }, (_, at) => `resource${at % 5000}:action${at}`);
    const program = `
import type { PermissionName, Rbac, ResourceName } from "rbac-admin";
export const names: PermissionName[] = ["resource7:action7", "resource4999:action99999:own"];
export const resource: ResourceName = "resource4999";
export const ask = (rbac: Rbac) => rbac.can("ann", "resource7:action7", { given: { resource: { any: true } } });
export const wrong: PermissionName = "resource7:action8"; // wrong
`;
    const text = typesOf(policyFrom({ rbac: 1, permissions }), false);
    expect(held(text, { "app.ts": program })).toEqual({ "app.ts": wrongLines(program) });
  });
});
