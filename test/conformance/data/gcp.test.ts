// Google's predefined roles: the largest structure that anybody publishes, through the tool as typed.

import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PermissionRow } from "../../../src/policy/evaluate/effective-permissions.ts";
import { cli, freshDb, json } from "../../support/cli.ts";
import { dataDocument, dataFile, describeData, grantsOf, plainly } from "../../support/shared-data.ts";

const FILE = "gcp-iam/gcp-iam.policy.json";
/** A seed writes 181,430 rows and as many entries. */
const PATIENT = 180_000;

interface Changed {
  changed: boolean;
  revision: number;
  changes: { kind: string }[];
}

describeData("gcp-iam", "Google Cloud's predefined roles", () => {
  const db = freshDb();
  const folder = dirname(db);
  let first: Changed;

  beforeAll(async () => {
    first = await json<Changed>(`seed "${dataFile(FILE)}"`, { db });
  }, PATIENT);
  afterAll(() => rmSync(folder, { recursive: true }));

  it("are seeded whole, each row one change", () => {
    const counts: Record<string, number> = {};
    for (const { kind } of first.changes) counts[kind] = (counts[kind] ?? 0) + 1;
    expect(counts).toEqual({ "permission.add": 13_790, "role.add": 2_461, "grant.add": 165_179 });
    expect(first).toMatchObject({ changed: true, revision: 1 });
  });

  it("are unchanged by the second run", { timeout: PATIENT }, async () => {
    const again = await json<Changed>(`seed "${dataFile(FILE)}"`, { db });
    expect(again).toMatchObject({ changed: false, revision: 1, changes: [] });
  });

  it("do not differ from their file", { timeout: PATIENT }, async () => {
    const { code, stderr } = await cli(["seed", dataFile(FILE), "--check", "--prune"], { db });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "unchanged, revision 1: the database has all that the documents state\n",
    });
  });

  it.each(["json", "yaml", "ndjson"])("come back byte for byte from %s", { timeout: PATIENT }, async (format) => {
    const [out, again, copy] = [`out.${format}`, `again.${format}`, `${format}.db`].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await succeed(["export", "--out", out], db);
    await succeed(["seed", out], copy);
    await succeed(["seed", dataFile(FILE), "--check", "--prune"], copy);
    await succeed(["export", "--out", again], copy);
    const [before, after] = [readFileSync(out), readFileSync(again)];
    expect(before.length).toBeGreaterThan(7_000_000);
    expect(before.equals(after)).toBe(true);
  });

  it("hold viewer within editor within owner", async () => {
    const document = dataDocument(FILE);
    const listed: Set<string>[] = [];
    for (const role of ["roles/viewer", "roles/editor", "roles/owner"]) {
      const permissions = await allowedTo(role, db);
      expect(permissions).toEqual(new Set(grantsOf(document, role)));
      listed.push(permissions);
    }
    const [viewer, editor, owner] = listed as [Set<string>, Set<string>, Set<string>];
    expect([viewer.size, editor.size, owner.size]).toEqual([6_064, 11_979, 13_568]);
    expect(beyond(viewer, editor)).toEqual([]);
    expect(beyond(editor, owner)).toEqual([]);
  });
});

const succeed = async (line: string[], db: string) =>
  expect(await cli([...line, "--quiet"], { db }), line.join(" ")).toMatchObject({ code: 0, stderr: "" });

async function allowedTo(role: string, db: string): Promise<Set<string>> {
  const { permissions } = await json<{ permissions: PermissionRow[] }>(`permissions --role ${role}`, { db });
  return new Set(permissions.map((row) => plainly(row.permission, row)));
}

const beyond = (inner: Set<string>, outer: Set<string>): string[] =>
  [...inner].filter((permission) => !outer.has(permission));
