/**
 * A process that asks for long sees at the next question that another policy was put in the place of the one it knew.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { open } from "../../../src/index.ts";
import { freshDb } from "../../support/cli.ts";
import { fileWith } from "../../support/documents.ts";
import { ran } from "../../support/postgres/sessions.ts";

const policy = (role: string) =>
  fileWith(
    JSON.stringify({
      rbac: 1,
      permissions: ["posts:read"],
      roles: { reader: { grants: ["posts:read"] }, other: {} },
      users: { alice: { roles: [role] } },
      everyone: [],
      constraints: {},
      guarded: false,
    }),
  );

it.each(["memory", "demand"] as const)(
  "with assignments in %s: a snapshot at the same revision, a backup with as many since",
  async (assignments) => {
    const [db, backup] = [freshDb(), join(mkdtempSync(join(tmpdir(), "rbac-replaced-")), "backup.db")];
    await ran(["seed", policy("reader"), "--quiet"], db);
    const rbac = await open(db, { actor: "test", mode: "read" });
    const compiled = await rbac.compile({ assignments });
    const asked = async () => [
      (await compiled.can("alice", "posts:read")).allowed,
      (await rbac.can("alice", "posts:read")).allowed,
    ];
    try {
      expect(await asked()).toEqual([true, true]);
      await ran(["db", "restore", policy("other"), "--yes"], db);
      expect(await asked()).toEqual([false, false]);
      await ran(["db", "backup", backup], db);
      await ran("assign alice reader", db);
      expect(await asked()).toEqual([true, true]);
      await ran(["db", "restore", backup, "--yes"], db);
      await ran("assign alice other --on acme", db);
      expect(await asked()).toEqual([false, false]);
    } finally {
      await compiled.close();
      await rbac.close();
    }
  },
);
