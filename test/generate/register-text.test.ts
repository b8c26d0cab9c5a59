/** Names as TypeScript: the text, read back by TypeScript's own parser and run, so that no name means anything but itself. */
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { policyNamesOf } from "../../src/generate/policy-names.ts";
import { registerText } from "../../src/generate/register-text.ts";
import type { Policy } from "../../src/policy/model/policy.ts";
import { BLOG } from "../support/blog.ts";
import { policyFrom } from "../support/documents.ts";
import type { PlainDocument } from "../support/oracle.ts";

/** A policy of these names alone, of which not one was checked: a database may hold what no door lets in. */
function policyWith(permissions: readonly string[], roles: readonly string[]): Policy {
  const policy = policyFrom({ rbac: 1 });
  return {
    ...policy,
    permission: new Map(permissions.map((permission) => [permission, { permission, description: null, revision: 0 }])),
    role: new Map(roles.map((role) => [role, { role, description: null, revision: 0 }])),
  };
}

const textOf = (policy: Policy, withConstants = false): string =>
  registerText(policyNamesOf(policy), { version: "1.2.3", withConstants });

describe("the text", () => {
  it("declares the names, sorted, with a line for each that may be many", () => {
    const attributes = {
      posts: { published: "bool", status: ["draft", "review"], "owner.team": "string", "owner.id": "number" },
      "odd one": { tags: "list" },
    };
    const permissions = ["posts:read", "posts:comments:read", "backup", "reports.view", "odd one:see"];
    const policy = policyFrom({ rbac: 1, permissions, roles: { editor: {}, admin: {} }, attributes });
    const [head, hash, ...rest] = textOf(policy).split("\n");
    expect(head).toBe('// Made by rbac-admin 1.2.3 with "rbac generate types": change the policy, not this file.');
    expect(hash).toMatch(/^\/\/ The names have the SHA-256 [0-9a-f]{64}\.$/);
    expect(rest.join("\n")).toBe(`
export {};

declare module "rbac-admin" {
  interface Register {
    permission:
      | "backup"
      | "odd one:see"
      | "posts:comments:read"
      | "posts:read"
      | "reports.view";
    role:
      | "admin"
      | "editor";
    resource: {
      backup: never;
      "odd one": "see";
      posts: "comments:read" | "read";
      reports: never;
    };
    attributes: {
      "odd one": { tags: readonly string[] };
      posts: { owner: { id: number; team: string }; published: boolean; status: "draft" | "review" };
    };
  }
}
`);
  });

  it("has the names as arrays where that is asked for", () => {
    const text = textOf(policyFrom({ rbac: 1, permissions: ["posts:read", "backup"], roles: { admin: {} } }), true);
    expect(text).not.toContain("export {}");
    expect(text.slice(text.indexOf("export"))).toBe(
      'export const PERMISSIONS = [\n  "backup",\n  "posts:read",\n] as const;\n\n' +
        'export const ROLES = [\n  "admin",\n] as const;\n\n' +
        'export const RESOURCES = [\n  "backup",\n  "posts",\n] as const;\n',
    );
  });

  it("of an empty policy allows no name", () => {
    const text = textOf(policyFrom({ rbac: 1 }), true);
    expect(text).toContain("permission: never;\n    role: never;\n    resource: {};\n    attributes: {};\n");
    expect(text).toContain("export const PERMISSIONS = [] as const;\n");
  });

  it("is the same whatever else the policy says, and in whatever order", () => {
    const other = policyFrom({
      rbac: 1,
      permissions: [...Object.keys(BLOG.permissions as object)].reverse(),
      roles: Object.fromEntries(
        Object.keys(BLOG.roles as object)
          .map((role) => [role, {}])
          .reverse(),
      ),
      constraints: { few: { kind: "max_users", roles: ["admin"], limit: 5 } },
    });
    expect(textOf(other)).toBe(textOf(policyFrom(BLOG)));
  });

  it("has another hash for every other name, resource and attribute", () => {
    const documents: Omit<PlainDocument, "rbac">[] = [
      { permissions: ["a:b"] },
      { permissions: ["a:b"], roles: { "a:b": {} } },
      { permissions: ["a:b"], roles: { r: {} } },
      { permissions: ["a:b"], attributes: { a: { x: "bool" } } },
      { permissions: ["a:b"], attributes: { a: { x: "string" } } },
      { permissions: ["a:b"], attributes: { a: { x: ["string"] } } },
      { permissions: ["a:b"], attributes: { b: { x: "bool" } } },
      { permissions: ["a:c"] },
      { roles: { "a:b": {} } },
    ];
    const digests = documents.map((document) => policyNamesOf(policyFrom({ rbac: 1, ...document })).digest);
    expect(new Set(digests).size).toBe(documents.length);
  });
});

/** What TypeScript reads in the declaration: the texts of both unions, and the keys of the resources with their texts. */
function readBack(text: string) {
  const source = ts.createSourceFile("names.ts", text, ts.ScriptTarget.ES2022, true);
  const found = new Map<string, ts.TypeNode>();
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node))
      for (const member of node.members)
        if (ts.isPropertySignature(member) && member.type) found.set(member.name.getText(), member.type);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const textsIn = (type: ts.TypeNode | undefined): string[] => {
    if (type === undefined || type.kind === ts.SyntaxKind.NeverKeyword) return [];
    if (ts.isUnionTypeNode(type)) return type.types.flatMap(textsIn);
    if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return [type.literal.text];
    throw new Error(`unexpected ${type.getText()}`);
  };
  const resources = found.get("resource");
  const entries = (resources && ts.isTypeLiteralNode(resources) ? [...resources.members] : []).map((member) => {
    if (!ts.isPropertySignature(member)) throw new Error(member.getText());
    return [(member.name as ts.Identifier | ts.StringLiteral).text, textsIn(member.type)] as const;
  });
  const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true, fileName: "names.ts" });
  return {
    faults: diagnostics.map(({ messageText }) => messageText),
    statements: source.statements.length,
    permissions: textsIn(found.get("permission")),
    roles: textsIn(found.get("role")),
    resources: Object.fromEntries(entries),
  };
}

/** The arrays of the text, as a program gets them. */
function arraysOf(text: string): unknown {
  const { outputText } = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
  return JSON.parse(runInNewContext(`const exports = {};${outputText};JSON.stringify(exports)`) as string);
}

const NASTY = [
  '"',
  "'",
  "`",
  "{",
  "\\",
  "$",
  "*/",
  "//",
  "\n",
  "\r",
  "\u2028",
  "\u2029",
  "\0",
  "\u202e",
  "\ufeff",
  "\ud800",
  "</script>",
];
const WORDS = [
  "__proto__",
  "constructor",
  "new",
  "42",
  "never",
  "posts",
  "é",
  "✓",
  "日本",
  "𝒳",
  ":",
  ".",
  "/",
  "own",
  " ",
  "|",
  ";",
];
const names = () =>
  fc.uniqueArray(
    fc.array(fc.constantFrom(...NASTY, ...WORDS), { minLength: 1, maxLength: 5 }).map((parts) => parts.join("")),
    {
      maxLength: 12,
    },
  );

describe("every name", () => {
  it("is read as itself by TypeScript, and has itself as its value, whatever is in it", () => {
    fc.assert(
      fc.property(names(), names(), (permissions, roles) => {
        const text = textOf(policyWith(permissions, roles), true);
        const back = readBack(text);
        expect(back.faults).toEqual([]);
        expect(back.statements).toBe(4); // The declaration and three arrays: nothing came out of its quotes.
        expect(new Set(back.permissions)).toEqual(new Set(permissions));
        expect(new Set(back.roles)).toEqual(new Set(roles));
        expect(arraysOf(text)).toEqual({
          PERMISSIONS: back.permissions,
          ROLES: back.roles,
          RESOURCES:
            Object.keys(back.resources).length === 0 ? [] : expect.arrayContaining(Object.keys(back.resources)),
        });
        const rejoined = Object.entries(back.resources).flatMap(([of, rests]) => rests.map((rest) => `${of}:${rest}`));
        expect(rejoined.sort()).toEqual(permissions.filter((name) => name.includes(":")).sort());
        expect(text).not.toMatch(/[\0\r\u2028\u2029\u202e\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])/);
      }),
      { numRuns: 100 },
    );
  });
});
