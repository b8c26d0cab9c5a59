/**
 * The policies that nobody here wrote: they stand beside the checkout, and where they do not their tests are skipped.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";
import type { Extent } from "../../src/policy/evaluate/effective-permissions.ts";
import type { PlainDocument } from "./oracle.ts";

const DATA = new URL("../../../shared/data/", import.meta.url);

export const dataFile = (path: string): string => fileURLToPath(new URL(path, DATA));
export const dataText = (path: string): string => readFileSync(dataFile(path), "utf8");

/** A document of the data; the roles of all of them grant plain permissions, everywhere. */
export function dataDocument(path: string): PlainDocument & { permissions: string[] } {
  return JSON.parse(dataText(path));
}

/** Describes tests that need a folder of the data. */
export function describeData(folder: string, name: string, tests: () => void): void {
  const absent = !existsSync(dataFile(folder));
  describe.skipIf(absent)(absent ? `${name} (data not beside the checkout)` : name, tests);
}

/** The permissions that a role of the data is granted itself. */
export function grantsOf(document: PlainDocument, role: string): string[] {
  const { grants } = document.roles?.[role] ?? {};
  return (grants ?? []).map((grant) => (typeof grant === "string" ? grant : grant.permission));
}

/** A row of a list as its name, or as all of itself unless it holds for anybody, everywhere. */
export function plainly(name: string, row: Extent): string {
  const plain = row.own === "any" && row.scope === null && row.except.length === 0;
  return plain ? name : JSON.stringify(row);
}
