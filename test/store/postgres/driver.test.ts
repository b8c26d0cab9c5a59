/** What a server must be for a policy to lie on it. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { cli, freshDb, SCHEMAS } from "../../support/cli.ts";
import { put } from "../../support/postgres/sessions.ts";

const LATIN = `${SCHEMAS}latin1`;

beforeAll(async () => {
  if (process.env.RBAC_TEST_SERVER)
    await put(
      freshDb(),
      `create database ${LATIN} template template0 encoding 'LATIN1' locale_provider libc locale 'C'`,
    );
});
afterAll(async () => {
  if (process.env.RBAC_TEST_SERVER) await put(freshDb(), `drop database ${LATIN}`);
});

it("a database that does not hold every character is refused, and nothing is made in it", async () => {
  const url = new URL(freshDb());
  url.pathname = LATIN;
  expect(await cli("init", { db: url.href })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("the database has the encoding LATIN1: it must be UTF8"),
  });
  const schemas = "select nspname from pg_namespace where nspname like 'rbac%' or nspname like 't%\\_%'";
  expect(await put(url.href, schemas)).toEqual([]);
});
