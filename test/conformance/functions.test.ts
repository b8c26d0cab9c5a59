/**
 * INCITS 359, function by function: each does what the standard says, by the command and by the library; and the table
 * says so.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { open } from "../../src/index.ts";
import { cli } from "../support/cli.ts";
import { bytesOf, copied } from "../support/databases.ts";
import { seeded } from "../support/documents.ts";
import { FUNCTIONS, POLICY, ROWS } from "../support/incits/functions.ts";
import { ROOT } from "../support/root.ts";

/** The names of the standard, by component, so that the list can lack none and invent none. */
const STANDARD: Readonly<Record<string, string>> = {
  "core, administrative": `AddUser DeleteUser AddRole DeleteRole AssignUser DeassignUser GrantPermission RevokePermission`,
  "core, system": `CreateSession DeleteSession AddActiveRole DropActiveRole CheckAccess`,
  "core, review": `AssignedUsers AssignedRoles`,
  "core, advanced review": `RolePermissions UserPermissions SessionRoles SessionPermissions RoleOperationsOnObject UserOperationsOnObject`,
  "hierarchy, administrative": `AddInheritance DeleteInheritance AddAscendant AddDescendant`,
  "hierarchy, review": `AuthorizedUsers AuthorizedRoles`,
  ssd: `CreateSsdSet AddSsdRoleMember DeleteSsdRoleMember DeleteSsdSet SetSsdSetCardinality SsdRoleSets SsdRoleSetRoles SsdRoleSetCardinality`,
  dsd: `CreateDsdSet AddDsdRoleMember DeleteDsdRoleMember DeleteDsdSet SetDsdSetCardinality DsdRoleSets DsdRoleSetRoles DsdRoleSetCardinality`,
};

type Json = { readonly [field: string]: unknown };

let template: string;
beforeAll(async () => {
  template = await seeded(POLICY);
});

const fresh = (): Promise<string> => copied(template);

/** A change as one line: its kind and the names that it is about, in the order of the row's key. */
const told = ({ kind, ...change }: Json): string =>
  [
    kind,
    ...["constraint", "user", "role", "inherits", "permission"].flatMap((field) =>
      typeof change[field] === "string" ? [change[field]] : [],
    ),
  ].join(" ");

/** Evaluates calls as the table shows them, one after the other; the last result. */
async function called(db: string, calls: readonly string[]): Promise<unknown> {
  const rbac = await open(db, { actor: "web" });
  try {
    let result: unknown;
    for (const call of calls) {
      result = await new Function("rbac", `return rbac.${call};`)(rbac);
    }
    return result;
  } finally {
    await rbac.close();
  }
}

/** What the library answers, in the words of the command's JSON. */
const asJson = (result: unknown): Json => (Array.isArray(result) ? { permissions: result } : { decisions: [result] });

function fieldsOf(json: Json, list: string, field: string | null): unknown {
  return field === null ? json[list] : (json[list] as readonly Json[]).map((row) => row[field]);
}

const exported = async (db: string): Promise<string> => (await cli("export", { db })).stdout;

it("the list has the 43 functions of the standard, and no other", () => {
  const names = Object.values(STANDARD).flatMap((component) => component.split(" "));
  expect(names).toHaveLength(43);
  expect(FUNCTIONS.map(({ name }) => name)).toEqual(names);
});

it("the table of docs/conformance.md is that list", () => {
  const page = readFileSync(join(ROOT, "docs/conformance.md"), "utf8");
  const lines = page.slice(page.indexOf("| section | function |")).split("\n");
  const rows = lines.slice(2, lines.indexOf("")).map((row) => row.slice(2, -2).split(" | "));
  expect(rows).toEqual(ROWS);
});

describe.each(FUNCTIONS)("$name", ({ lines, changes, answer, afterwards = [], refuses = [] }) => {
  it("is done by the command", async () => {
    const db = await fresh();
    const made: string[] = [];
    let last: Json = {};
    for (const line of lines) {
      const { stdout, stderr } = await cli(`${line} --json`, { db });
      last = JSON.parse(stdout);
      expect({ line, error: last.error, stderr }).toMatchObject({ line, error: undefined });
      made.push(...((last.changes ?? []) as readonly Json[]).map(told));
    }
    expect(made.sort()).toEqual([...(changes ?? [])].sort());
    if (answer) expect(fieldsOf(last, answer[0], answer[1])).toEqual(answer[2]);
    expect(changes === undefined).toBe(answer !== undefined);
    for (const [line, code] of afterwards) expect([line, (await cli(line, { db })).code]).toEqual([line, code]);
  });

  it("refuses what the standard does, and changes nothing by that or by asking", async () => {
    const db = await fresh();
    const before = await bytesOf(db);
    for (const [line, code] of refuses) expect([line, (await cli(line, { db })).code]).toEqual([line, code]);
    if (answer) for (const line of lines) await cli(line, { db });
    expect(await bytesOf(db)).toBe(before);
  });
});

const CALLED = FUNCTIONS.filter(({ library: calls }) => calls.length > 0);

it.each(CALLED)("$name is done by the library, with the same outcome", async ({ lines, library: calls, answer }) => {
  const [db, other] = [await fresh(), await fresh()];
  const result = await called(db, calls);
  if (answer) expect(fieldsOf(asJson(result), answer[0], answer[1])).toEqual(answer[2]);
  for (const line of lines) await cli(line, { db: other });
  expect(await exported(db)).toBe(await exported(other));
});
