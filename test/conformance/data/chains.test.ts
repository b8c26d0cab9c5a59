// Policies that are one chain of roles: each role may do what it and those below it are granted, and nothing else.

import { beforeAll, describe, expect, it } from "vitest";
import type { PermissionRow } from "../../../src/policy/evaluate/effective-permissions.ts";
import { cli, freshDb, json } from "../../support/cli.ts";
import { fileWith } from "../../support/documents.ts";
import { dataDocument, dataFile, describeData, grantsOf, plainly } from "../../support/shared-data.ts";

const CHAINS = [
  {
    folder: "harbor",
    file: "harbor/harbor.policy.json",
    chain: ["limitedGuest", "guest", "developer", "maintainer", "projectAdmin"],
    sizes: [14, 20, 36, 53, 75],
  },
  {
    folder: "wordpress",
    file: "wordpress/wordpress.policy.json",
    chain: ["subscriber", "contributor", "author", "editor", "administrator"],
    sizes: [2, 5, 10, 34, 61],
  },
];

for (const { folder, file, chain, sizes } of CHAINS) {
  describeData(folder, `the chain of ${folder}`, () => {
    const db = freshDb();
    let document: ReturnType<typeof dataDocument>;
    /** What a role of the chain implies: its own grants and those of every role before it. */
    const implied = (at: number) =>
      chain
        .slice(0, at + 1)
        .flatMap((role) => grantsOf(document, role))
        .sort();

    beforeAll(async () => {
      document = dataDocument(file);
      expect(await cli(["seed", dataFile(file)], { db })).toMatchObject({ code: 0 });
      for (const role of chain) expect(await cli(["assign", `a-${role}`, role], { db })).toMatchObject({ code: 0 });
    });

    it("is a chain of five that ends at the whole catalogue", () => {
      expect(Object.keys(document.roles ?? {}).sort()).toEqual([...chain].sort());
      chain.forEach((role, at) => {
        expect(document.roles?.[role]?.inherits ?? []).toEqual(chain.slice(Math.max(at - 1, 0), at));
      });
      expect(chain.map((_, at) => implied(at).length)).toEqual(sizes);
      expect(implied(chain.length - 1)).toEqual([...document.permissions].sort());
    });

    describe.each(chain.map((role, at) => ({ role, at })))("$role", ({ role, at }) => {
      it("lists what the chain implies, for the role and for its holder", async () => {
        for (const who of [`--role ${role}`, `a-${role}`]) {
          const { permissions } = await json<{ permissions: PermissionRow[] }>(`permissions ${who}`, { db });
          expect(permissions.map((row) => plainly(row.permission, row)).sort()).toEqual(implied(at));
          for (const row of permissions) expect(row.roles).toEqual(pathTo(row.permission, at));
        }
      });

      it("lists by itself what it is granted by itself", async () => {
        const { permissions } = await json<{ permissions: PermissionRow[] }>(`permissions --role ${role} --direct`, {
          db,
        });
        expect(permissions.map((row) => plainly(row.permission, row)).sort()).toEqual(grantsOf(document, role).sort());
      });

      it("answers yes to these and no to all others", async () => {
        const yes = new Set(implied(at));
        const asked = document.permissions.map((permission) => ({ user: `a-${role}`, permission }));
        const batch = fileWith(asked.map((question) => `${JSON.stringify(question)}\n`).join(""), "questions.ndjson");
        const { code, stdout } = await cli(["can", "--batch", batch], { db });
        expect(code).toBe(0);
        const answers = stdout
          .trimEnd()
          .split("\n")
          .map((line): { permission: string; allowed: boolean } => JSON.parse(line));
        expect(answers.map(({ permission, allowed }) => [permission, allowed])).toEqual(
          document.permissions.map((permission) => [permission, yes.has(permission)]),
        );
      });

      it("is held with every role below it, and with none above", async () => {
        for (const [other, name] of chain.entries()) {
          expect((await cli(["has", `a-${role}`, name], { db })).code).toBe(other <= at ? 0 : 1);
        }
      });
    });

    /** The way down the chain from a role to the one that is granted a permission. */
    function pathTo(permission: string, from: number): string[] {
      const granted = chain.findIndex((role) => grantsOf(document, role).includes(permission));
      return chain.slice(granted, from + 1).reverse();
    }
  });
}
