// Role mining's classic sets: for two decompositions of each, every cell of users × permissions against the truth.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { RbacError } from "../../../src/errors.ts";
import { readInputs } from "../../../src/files/read-inputs.ts";
import { documentOf } from "../../../src/policy/document/read.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import type { Decision } from "../../../src/policy/evaluate/decide.ts";
import type { PermissionRow } from "../../../src/policy/evaluate/effective-permissions.ts";
import type { UserRow } from "../../../src/policy/evaluate/who-can.ts";
import { cli, freshDb, json } from "../../support/cli.ts";
import { AT, fileWith } from "../../support/documents.ts";
import { dataDocument, dataFile, dataText, describeData, grantsOf, plainly } from "../../support/shared-data.ts";

const SETS = [
  { set: "domino", users: 79, permissions: 231, allowed: 730 },
  { set: "hc", users: 46, permissions: 46, allowed: 1_486 },
  { set: "emea", users: 35, permissions: 3_046, allowed: 7_220 },
  { set: "apj", users: 2_044, permissions: 1_164, allowed: 6_841 },
];
const DECOMPOSITIONS = ["optimal_cover", "org_col"];
const CASES = SETS.flatMap((size) =>
  DECOMPOSITIONS.map((roles) => ({ ...size, roles, file: fileOf(size.set, roles) })),
);

/** apj has 2.4 million cells. */
const PATIENT = 180_000;
/** Users asked about in one batch: the lookup is built once for all of their cells. */
const TOGETHER = 20;

describeData("hp-labs", "HP Labs' access control lists", () => {
  describe.each(CASES)("$set as $roles", ({ set, file, ...size }) => {
    const at = { at: AT, activate: [], assume: [] };
    let database: Database;
    let truth: string[];
    let document: ReturnType<typeof dataDocument>;
    let users: string[];

    beforeAll(async () => {
      truth = truthOf(set);
      document = dataDocument(file);
      users = Object.keys(document.users ?? {});
      database = await seeded(file);
    });
    afterAll(() => database.close());

    it("is as large as its description says", () => {
      const { permissions } = document;
      expect({ users: users.length, permissions: permissions.length, allowed: truth.length }).toMatchObject({
        users: size.users,
        permissions: size.permissions,
        allowed: size.allowed,
      });
    });

    it("answers every cell", { timeout: PATIENT }, async () => {
      const allowed: string[] = [];
      let denied = 0;
      for (let from = 0; from < users.length; from += TOGETHER) {
        const asked = users.slice(from, from + TOGETHER).flatMap((user) => document.permissions.map(cellOf(user)));
        for (const { answer } of (await database.batch(asked)).answered) {
          if (answer instanceof RbacError) throw answer;
          if (answer.allowed) allowed.push(evidenced(answer));
          else if (answer.reason === "none") denied += 1;
        }
      }
      expect(allowed.sort()).toEqual(truth);
      expect(denied).toBe(size.users * size.permissions - truth.length);
    });

    /** An allowed cell, if its evidence is exactly the user's roles that are granted the permission. */
    function evidenced({ user, permission, because }: Decision): string {
      const held = (document.users?.[user ?? ""]?.roles ?? []).map(String);
      const granting = held.filter((role) => granted(role).has(permission));
      const told = because.map(({ roles }) => roles.join(" → "));
      return told.sort().join() === granting.sort().join()
        ? `${user},${permission}`
        : `${user},${permission} by ${told}`;
    }

    const grants = new Map<string, Set<string>>();
    function granted(role: string): Set<string> {
      const known = grants.get(role) ?? new Set(grantsOf(document, role));
      grants.set(role, known);
      return known;
    }

    it("lists the permissions of every user", { timeout: PATIENT }, async () => {
      const listed: string[] = [];
      for (const user of users) {
        const { permissions } = await database.permissions({ ...at, user });
        listed.push(...permissions.map((row) => plainly(`${user},${row.permission}`, row)));
      }
      expect(listed.sort()).toEqual(truth);
    });

    it("lists who holds every permission", { timeout: PATIENT }, async () => {
      const listed: string[] = [];
      for (const permission of document.permissions) {
        const rows = (await database.whoCan(permission, AT)).users;
        listed.push(...rows.map((row) => plainly(`${row.user},${permission}`, row)));
      }
      expect(listed.sort()).toEqual(truth);
    });
  });

  describe.each(CASES.filter(({ set }) => set === "hc" || set === "domino"))("$set as $roles, as typed", (size) => {
    const db = freshDb();
    let document: ReturnType<typeof dataDocument>;
    let users: string[];

    beforeAll(async () => {
      document = dataDocument(size.file);
      users = Object.keys(document.users ?? {});
      expect(await cli(["seed", dataFile(size.file)], { db })).toMatchObject({ code: 0 });
    });

    it("answers every cell of a batch, in its order", async () => {
      const asked = users.flatMap((user) => document.permissions.map((permission) => ({ user, permission })));
      const { code, stdout } = await cli(["can", "--batch", batchFile(asked)], { db });
      const answers = stdout
        .trimEnd()
        .split("\n")
        .map((line): Decision => JSON.parse(line));
      const cell = ({ user, permission }: { user: string | null; permission: string }) => `${user},${permission}`;
      expect(answers.map(cell)).toEqual(asked.map(cell));
      expect(
        answers
          .filter(({ allowed }) => allowed)
          .map(cell)
          .sort(),
      ).toEqual(truthOf(size.set));
      expect(code).toBe(0);
    });

    it("exits 1 when one expectation of a batch is not met, 0 when all are", async () => {
      const truth = new Set(truthOf(size.set));
      const asked = users.flatMap((user) =>
        document.permissions.map((permission) => ({ user, permission, expect: truth.has(`${user},${permission}`) })),
      );
      const last = asked.at(-1);
      const wrong = asked.map((question) => (question === last ? { ...question, expect: !question.expect } : question));
      expect((await cli(["can", "--batch", batchFile(asked), "--quiet"], { db })).code).toBe(0);
      expect((await cli(["can", "--batch", batchFile(wrong), "--quiet"], { db })).code).toBe(1);
    });

    it("lists as the truth says", async () => {
      const [byUser, byPermission]: [string[], string[]] = [[], []];
      for (const user of users) {
        const { permissions } = await json<{ permissions: PermissionRow[] }>(`permissions ${user}`, { db });
        byUser.push(...permissions.map((row) => plainly(`${user},${row.permission}`, row)));
      }
      for (const permission of document.permissions) {
        const { users: rows } = await json<{ users: UserRow[] }>(`who-can ${permission}`, { db });
        byPermission.push(...rows.map((row) => plainly(`${row.user},${permission}`, row)));
      }
      expect(byUser.sort()).toEqual(truthOf(size.set));
      expect(byPermission.sort()).toEqual(truthOf(size.set));
    });
  });
});

function fileOf(set: string, roles: string): string {
  return `hp-labs/${set}.${roles}.policy.json`;
}

/** Every allowed `user,permission`; all others are denied. */
function truthOf(set: string): string[] {
  const [header, ...cells] = dataText(`hp-labs/${set}.truth.csv`).trimEnd().split("\n");
  expect(header).toBe("user,permission");
  return cells.sort();
}

/** The question that a cell is; written out field by field, for there are millions. */
const cellOf = (user: string) => (permission: string) => ({
  question: { user, permission, owner: null, scope: null, at: AT, activate: NONE, assume: NONE },
});
const NONE: string[] = [];

async function seeded(file: string): Promise<Database> {
  const database = await Database.scratch(AT);
  const document = documentOf(await readInputs([dataFile(file)]));
  await database.change({ actor: "test", osUser: "test", at: AT, reason: null }, seeding(document, false));
  return database;
}

const batchFile = (lines: readonly object[]): string =>
  fileWith(lines.map((line) => `${JSON.stringify(line)}\n`).join(""), "questions.ndjson");
