/** What docs/postgres.md says of a server and no other test shows. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { EXPECTED_SCHEMA } from "../../../src/store/postgres/expected-schema.ts";
import { BLOG } from "../../support/blog.ts";
import { cli, freshDb } from "../../support/cli.ts";
import { schemaOf } from "../../support/databases.ts";
import { fileWith } from "../../support/documents.ts";
import { serverPrograms } from "../../support/postgres/programs.ts";
import { Server } from "../../support/postgres/server.ts";
import { put, ran } from "../../support/postgres/sessions.ts";
import { ROOT } from "../../support/root.ts";

const page = readFileSync(join(ROOT, "docs/postgres.md"), "utf8");

let server: Server | undefined;
let [schema, url] = ["", ""];
beforeAll(async () => {
  if (!process.env.RBAC_TEST_SERVER) return;
  server = await Server.start(["fsync=off"]);
  schema = schemaOf(freshDb());
  url = server.url(schema);
  await ran(["seed", fileWith(JSON.stringify(BLOG)), "--quiet"], url);
});
afterAll(() => server?.stop());

/** Runs a program of the distribution's clients on the server. */
const client = (program: string, argv: readonly string[], input = "") =>
  execFileSync(join(serverPrograms() ?? "", program), [...argv, server?.url() ?? ""], { encoding: "utf8", input });

it("a socket is found by its folder", async () => {
  const { folder, password, port } = server as Server;
  vi.stubEnv("PGUSER", "owner").stubEnv("PGPASSWORD", password).stubEnv("PGPORT", String(port));
  try {
    const db = `postgres:///postgres?host=${folder}&schema=${schema}`;
    expect(await cli("audit head", { db })).toEqual(await cli("audit head", { db: url }));
  } finally {
    vi.unstubAllEnvs();
  }
});

it("psql runs the SQL of db roles", async () => {
  const { stdout } = await ran("db roles --prefix piped", url);
  client("psql", ["-q", "-v", "ON_ERROR_STOP=1", "-f", "-"], stdout);
  expect(await put(url, "select rolname from pg_roles where rolname like 'piped%' order by 1")).toHaveLength(3);
});

it("a dump of the schema is a backup of the policy and its record", async () => {
  const said = async () => [(await ran("export", url)).stdout, (await ran("audit verify", url)).stdout];
  const before = await said();
  const dump = client("pg_dump", ["-n", schema, "-d"]);
  await put(url, `drop schema ${schema} cascade`);
  client("psql", ["-q", "-v", "ON_ERROR_STOP=1", "-f", "-"], dump);
  expect(await said()).toEqual(before);
});

it("an assignment lies in as many indices as are said", () => {
  const indices = [...EXPECTED_SCHEMA].filter(([name, text]) => /^index /.test(name) && /^assignments /.test(text));
  const ofScopes = indices.filter(([, text]) => text.includes("scope <> ''"));
  expect([indices.length, ofScopes.length]).toEqual([4, 1]);
  expect(page).toContain("its row, an entry in three indices (four where it has a scope) and an entry of the record");
});
