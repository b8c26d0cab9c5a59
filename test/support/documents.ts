/** A plain document, as the tests write it, read by the code under test: into a policy, a policy index, a database. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RbacError } from "../../src/errors.ts";
import { readYaml } from "../../src/files/yaml.ts";
import { policyOf } from "../../src/policy/document/changes-to-document.ts";
import type { Document } from "../../src/policy/document/facts.ts";
import { type DocumentInput, documentOf } from "../../src/policy/document/read.ts";
import { type Decision, decide, type Question } from "../../src/policy/evaluate/decide.ts";
import { indexPolicy, type PolicyIndex } from "../../src/policy/evaluate/policy-index.ts";
import type { Policy } from "../../src/policy/model/policy.ts";
import { cli, freshDb } from "./cli.ts";
import type { PlainDocument } from "./oracle.ts";

/** The present of tests that do not speak of time. */
export const AT = "2026-06-01T00:00:00.000Z";

const input = (value: unknown, at: number): DocumentInput => ({
  name: `document ${at + 1}`,
  form: "nested",
  value,
  locate: () => ({ line: 1, column: 1 }),
});

export const read = (...documents: unknown[]): Document => documentOf(documents.map(input));
export const policyFrom = (...documents: PlainDocument[]): Policy => policyOf(read(...documents));
export const indexFrom = (...documents: PlainDocument[]): PolicyIndex => indexPolicy(policyFrom(...documents));

/** Asks a document; what a test leaves out has its usual value. */
export function ask(
  document: PlainDocument,
  user: string | null,
  permission: string,
  asked: Partial<Question> = {},
): Decision {
  const usual = { user, permission, owner: null, scope: null, at: AT, activate: [], assume: [] };
  return decide(indexFrom(document), { ...usual, ...asked });
}

/** The error that something throws, which must be one of ours. */
export function errorOf(act: () => unknown): RbacError {
  try {
    act();
  } catch (error) {
    if (error instanceof RbacError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** What YAML is refused for, as `line:column CODE message`. */
export function problemsOf(yaml: string, policy: (document: Document) => unknown = policyOf): string[] {
  const error = errorOf(() => policy(documentOf([readYaml("p.yaml", yaml)])));
  return error.problems.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
}

/** A file of one's own with this text. */
export function fileWith(text: string, name = "policy.json"): string {
  const path = join(mkdtempSync(join(tmpdir(), "rbac-test-")), name);
  writeFileSync(path, text);
  return path;
}

/** A database seeded with a document. */
export async function seeded(document: PlainDocument): Promise<string> {
  const db = freshDb();
  const { code, stderr } = await cli(["seed", fileWith(JSON.stringify(document)), "--quiet"], { db });
  if (code !== 0) throw new Error(`the seed was refused: ${stderr}`);
  return db;
}

/** The same policy, its rows in another order: databases have orders of their own. */
export function reversed(policy: Policy): Policy {
  const kinds = Object.entries(policy) as [string, ReadonlyMap<string, unknown>][];
  return Object.fromEntries(kinds.map(([kind, rows]) => [kind, new Map([...rows].reverse())])) as unknown as Policy;
}

/** Some of what a document says, which may then refer to what is not there. */
export function partOfDocument(document: PlainDocument, keep: readonly boolean[]): PlainDocument {
  let at = 0;
  const isKept = () => keep[at++ % keep.length] ?? true;
  const some = <T extends object>(of: T | undefined): T | undefined =>
    of && (Object.fromEntries(Object.entries(of).filter(isKept)) as T);
  const { roles, users, permissions, attributes, ...rest } = document;
  const parts = {
    roles: some(roles),
    users: some(users),
    permissions: Array.isArray(permissions) ? permissions.filter(isKept) : some(permissions as object),
  };
  const said = Object.entries({ ...rest, ...parts, ...(isKept() && { attributes }) });
  return Object.fromEntries(said.filter(([, value]) => value !== undefined)) as unknown as PlainDocument;
}
