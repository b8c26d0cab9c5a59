/** The URL of a server: what it may say, what messages show of it, and what is refused without repeating it. */
import { describe, expect, it } from "vitest";
import { parseServerUrl, withSchema } from "../../../src/store/postgres/server-url.ts";

const SECRET = "postgres://me:secret@db.example:5433/app";

const refusalOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

it("without a schema means the schema rbac, and a minute for each statement", () => {
  expect(parseServerUrl(SECRET)).toEqual({
    url: SECRET,
    schema: "rbac",
    statementTimeout: 60_000,
    name: "postgres://db.example:5433/app",
  });
});

it("gives the driver all but what is ours", () => {
  const text = `${SECRET}?schema=other&statement_timeout=5&sslmode=require`;
  expect(parseServerUrl(text)).toEqual({
    url: `${SECRET}?sslmode=require`,
    schema: "other",
    statementTimeout: 5,
    name: "postgres://db.example:5433/app?schema=other",
  });
});

it.each([
  ["postgres:///app?host=%2Fvar%2Frun%2Fpostgresql", "postgres:///var/run/postgresql/app"],
  ["postgres:///app", "postgres:///app"],
])("names the socket of %s", (text, name) => {
  expect(parseServerUrl(text).name).toBe(name);
});

it("is given another schema", () => {
  expect(withSchema(`${SECRET}?schema=one&sslmode=require`, "two")).toBe(`${SECRET}?schema=two&sslmode=require`);
  expect(withSchema(SECRET, "two")).toBe(`${SECRET}?schema=two`);
});

describe("refused, and not repeated", () => {
  it.each([
    ["a schema in capitals", `${SECRET}?schema=Other`],
    ["a schema of the server", `${SECRET}?schema=pg_catalog`],
    ["no schema", `${SECRET}?schema=`],
    ["a schema longer than 40 characters", `${SECRET}?schema=${"s".repeat(41)}`],
    ["a port that is none", "postgres://me:secret@db.example:port/app"],
    ["a host that is none", "postgres://me:secret@[db/app"],
    ["a % in the host that begins no character", "postgres://me:secret@db%zz/app"],
    ["a % in the database that begins no character", "postgres://me:secret@db.example/%E0%A4%A"],
    ...["abc", "99999", "65536", "-1", "1.5", "5432abc", "", "%00", "0x10"].map((port) => [
      `the port ${port}`,
      `${SECRET}?port=${port}`,
    ]),
  ])("%s", (_, text) => {
    const refusal = refusalOf(() => parseServerUrl(text));
    expect(refusal).toMatchObject({ exitCode: 2, code: "URL_INVALID" });
    expect(String(refusal)).not.toContain("secret");
  });

  it("a URL that cannot be read, where it should get another schema", () => {
    expect(refusalOf(() => withSchema("postgres://me:secret@[db/app", "two"))).toMatchObject({ code: "URL_INVALID" });
  });
});
