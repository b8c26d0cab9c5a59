/** The package as others install it: from ESM and from CommonJS, with its types, strictly and without skipping any. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { errorsOf, installedPackage, wrongLines } from "../support/installed-package.ts";

let project: string;
beforeAll(() => {
  project = installedPackage();
});

const DAY = `
  const rbac = await create(":memory:", { actor: "app" });
  await rbac.seed({ rbac: 1, permissions: ["posts:read"], roles: { editor: { grants: ["posts:*"] } } });
  await rbac.change([mutation.assign("alice", "editor", { on: "acme", until: new Date("2999-01-01") })]);
  const decision = await rbac.can("alice", "posts:read", { on: "acme" });
  const error = await rbac.can("alcie", "posts:read").catch((thrown) => thrown);
  console.log(decision.allowed, error instanceof RbacError, error.code, await rbac.export({ format: "yaml" }));
  await rbac.close();
`;
const PRINTED = /^true true USER_NOT_FOUND rbac: 1\n/;

const run = (file: string, text: string) => {
  writeFileSync(join(project, file), text);
  return spawnSync(process.execPath, [file], { cwd: project, encoding: "utf8" });
};

describe("the installed package", () => {
  it("is imported", () => {
    const { stdout, stderr } = run("app.mjs", `import { create, mutation, RbacError } from "rbac-admin";${DAY}`);
    expect([stdout, stderr]).toEqual([expect.stringMatching(PRINTED), ""]);
  });

  it("is required", () => {
    const text = `const { create, mutation, RbacError } = require("rbac-admin");(async () => {${DAY}})();`;
    const { stdout, stderr } = run("app.cjs", text);
    expect([stdout, stderr]).toEqual([expect.stringMatching(PRINTED), ""]);
  });

  it("has the policies that it ships beside its program", () => {
    const program = join(project, "node_modules/rbac-admin/bin/run.js");
    const run = (...words: string[]) => spawnSync(process.execPath, [program, ...words], { cwd: project });
    expect(run("seed", "--example", "company", "--actor", "app", "--db", "company.db").status).toBe(0);
    expect(run("can", "kim@example.com", "billing:manage", "--db", "company.db").status).toBe(0);
  });

  it("is one library for both, so that an error of one is an error of the other", () => {
    const text = `import { createRequire } from "node:module";
      import * as imported from "rbac-admin";
      const required = createRequire(import.meta.url)("rbac-admin");
      for (const name of Object.keys(required)) console.log(name, required[name] === imported[name]);`;
    expect(run("both.mjs", text).stdout.trim().split("\n").sort()).toEqual([
      "RbacError true",
      "create true",
      "mutation true",
      "open true",
      "scopeOf true",
    ]);
  });
});

describe("what asks a service", () => {
  it("throws errors of the library, in ESM and CommonJS", () => {
    const body = `
      const remote = connect("http://127.0.0.1:9");
      remote.can("alice", "posts:read").catch((error) => console.log(error instanceof RbacError, error.code));`;
    const imports = 'import { connect } from "rbac-admin/remote"; import { RbacError } from "rbac-admin";';
    const requires = 'const { connect } = require("rbac-admin/remote"); const { RbacError } = require("rbac-admin");';
    for (const [file, head] of [
      ["remote.mjs", imports],
      ["remote.cjs", requires],
    ] as const) {
      const { stdout, stderr } = run(file, `${head}${body}`);
      expect([file, stdout, stderr]).toEqual([file, "true SERVICE_UNREACHABLE\n", ""]);
    }
  });
});

/** A program of each kind of file; a line that ends with "wrong" must not compile, and every other must. */
const TYPED = `
import { create, mutation, open, RbacError } from "rbac-admin";
import type { ChangeResult, Compiled, Decision, ErrorCode, PolicyDocument, Rbac, RbacReader, Remedy } from "rbac-admin";
import { guarding, type PolicyHandle } from "rbac-admin/fetch";
import { connect, type RemotePolicy } from "rbac-admin/remote";
export async function day(rbac: Rbac, reader: RbacReader, tenant: string | undefined): Promise<ErrorCode | undefined> {
  const result: ChangeResult = await rbac.assign("alice", "editor", { on: "acme", until: "2027-01-01", reason: "on call" });
  const decision: Decision = await rbac.can("alice", "posts:read", { on: null, at: new Date(), activate: "editor" });
  const compiled: Compiled = await reader.compile({ assignments: "demand" });
  const document: PolicyDocument = await rbac.export();
  const text: string = await rbac.export({ format: "yaml" });
  const { users, next } = await rbac.users({ limit: 10 });
  const emails: (string | null)[] = users.map(({ email }) => email);
  const remedies: readonly Remedy[] = (await rbac.why("alice", "posts:read")).near.remedies;
  await rbac.create("constraint", "apart", { kind: "ssd", roles: ["a", "b"], limit: 2 });
  await rbac.create("user", "bob");
  await rbac.set("role", "editor", { description: null });
  await rbac.change([mutation.grant("editor", ["posts:read"]), mutation.delete("user", "bob", { ifExists: true })]);
  const readOnly: RbacReader = await open("rbac.db", { mode: "read" });
  await rbac.can("alice", "posts:read", { scope: "acme" }); // wrong
  await rbac.can("alice", "posts:read", { on: tenant }); // wrong
  await rbac.assign("alice", "editor", { deny: true }); // wrong
  await rbac.create("constraint", "apart"); // wrong
  await rbac.create("constraint", "apart", { kind: "other", roles: [] }); // wrong
  await rbac.create("role", "editor", { email: "x" }); // wrong
  await rbac.change([{ assign: ["alice", "editor"] }]); // wrong
  await rbac.assign(null, "editor"); // wrong
  await readOnly.assign("alice", "editor"); // wrong
  new Rbac(); // wrong
  try {
    await create("rbac.db");
  } catch (error) {
    if (error instanceof RbacError) return error.code;
    if (error instanceof RbacError && error.code === "NO_SUCH_CODE") return undefined; // wrong
  }
  console.log(result, decision, compiled, document, text, next, emails, remedies);
  return undefined;
}
export async function away(): Promise<void> {
  const remote: RemotePolicy = connect("https://policy.example.com", { key: "k", timeout: 100 });
  const g = guarding(remote, { user: (request: Request) => request.headers.get("x-user") });
  const handle: PolicyHandle = remote;
  const here: PolicyHandle = null as unknown as Compiled;
  const { allowed } = await remote.can("alice", "posts:read", { on: null, given: { resource: { published: true } } });
  const token = connect(new URL("https://x.example"), { token: async () => "t", fetch: globalThis.fetch });
  connect("https://x.example", { keys: "k" }); // wrong
  connect(7); // wrong
  await remote.can("alice", "posts:read", { onn: "acme" }); // wrong
  guarding({ can: remote.can }, { user: () => null }); // wrong
  console.log(g, handle, here, allowed, token);
}
declare const console: { log(...values: unknown[]): void };
`;

describe("its types", () => {
  it.each(["node16", "nodenext"])("say what compiles and what does not, in ESM and CommonJS, as %s", (module) => {
    const errors = errorsOf(project, { "app.mts": TYPED, "app.cts": TYPED }, { module });
    expect(errors).toEqual({ "app.mts": wrongLines(TYPED), "app.cts": wrongLines(TYPED) });
  });

  it("name nothing of the inside: no class but those that it exports", () => {
    const text = readFileSync(join(project, "node_modules/rbac-admin/dist/index.d.cts"), "utf8");
    expect([...text.matchAll(/^declare class (\w+)/gm)].map(([, name]) => name).sort()).toEqual([
      "Compiled",
      "CompiledLists",
      "Decisions",
      "PreparedMutation",
      "Rbac",
      "RbacError",
      "RbacQuestions",
      "RbacReader",
    ]);
    expect(text).not.toMatch(/\b(Database|Store|Kysely|TransactionReads)\b(?! )/);
    expect(text.match(/^ {4}constructor\(/gm)).toHaveLength(1); // That of the error.
  });
});
