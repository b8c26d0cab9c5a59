/**
 * A conditional grant that has lost its condition, or what it leaves out, would allow more than was granted: nothing is
 * answered from it, and `audit verify` names it. Alike on both kinds of database.
 */
import { describe, expect, it } from "vitest";
import { open } from "../../src/index.ts";
import { digestOf } from "../../src/policy/model/conditional-digest.ts";
import { cli } from "../support/cli.ts";
import { copied, meddle, ON_SERVER } from "../support/databases.ts";
import { seeded } from "../support/documents.ts";

const document = {
  rbac: 1 as const,
  permissions: ["posts:read", "posts:edit"],
  roles: {
    reader: {
      grants: [
        { permission: "posts:*", but: ["posts:edit"] },
        { permission: "posts:read", when: "resource.x" },
      ],
    },
  },
  users: { alice: { roles: ["reader"] } },
};
const whole = await seeded(document);

const OF_BUT = "where permission = 'posts:*'";
const OF_WHEN = "where permission = 'posts:read'";
const digest = (but: string[], when: string | null) => digestOf({ but, when });

const DAMAGES: readonly (readonly [what: string, statement: string])[] = [
  ["a but that is no JSON", `update conditionals set but = 'posts:edit' ${OF_BUT}`],
  ["a but that is cut", `update conditionals set but = '["posts:ed' ${OF_BUT}`],
  ["a but that is no list", `update conditionals set but = '{"0":"posts:edit"}' ${OF_BUT}`],
  ["a but of numbers", `update conditionals set but = '[1]' ${OF_BUT}`],
  ["a but that leaves nothing out", `update conditionals set but = '[]' ${OF_BUT}`],
  ["a but that says null", `update conditionals set but = 'null' ${OF_BUT}`],
  ["a but of something else", `update conditionals set but = '["posts:read"]' ${OF_BUT}`],
  ["a but with a space, as rbac writes none", `update conditionals set but = '["posts:edit" ]' ${OF_BUT}`],
  ["a condition that is gone", `update conditionals set "when" = null ${OF_WHEN}`],
  ["a condition that is empty", `update conditionals set "when" = '' ${OF_WHEN}`],
  ["another condition", `update conditionals set "when" = 'resource.y' ${OF_WHEN}`],
  ["a digest that does not fit", `update conditionals set digest = '${"0".repeat(64)}' ${OF_WHEN}`],
  [
    "a plain grant in the place of a conditional one",
    `update conditionals set "when" = null, digest = '${digest([], null)}' ${OF_WHEN}`,
  ],
  [
    "a text that is no condition, with its digest",
    `update conditionals set "when" = 'resource.x ||', digest = '${digest([], "resource.x ||")}' ${OF_WHEN}`,
  ],
  [
    "a condition that is not canonical, with its digest",
    `update conditionals set "when" = '(resource.x)', digest = '${digest([], "(resource.x)")}' ${OF_WHEN}`,
  ],
];

/** Those that the damaged grant plays a part in. */
const questionsOf = (statement: string): string[] =>
  ["posts:read", ...(statement.endsWith(OF_BUT) ? ["posts:edit"] : [])]
    .flatMap((permission) => [`can alice ${permission}`, `why alice ${permission}`, `who-can ${permission}`])
    .concat("permissions alice", "permissions --role reader", "matrix");

describe.each(DAMAGES)("%s", (_, statement) => {
  it("answers no question by it, and is found", async () => {
    const db = await copied(whole);
    await meddle(db, statement);
    for (const line of questionsOf(statement)) {
      const { code, stdout } = await cli(`${line} --json`, { db });
      expect([line, code, JSON.parse(stdout).error]).toMatchObject([line, 4, { code: "DATABASE_INVALID" }]);
      expect(stdout).toContain("rbac audit verify");
    }
    const verified = await cli("audit verify --json", { db });
    expect(verified.code).toBe(1);
    const faults: { code: string; table: string }[] = JSON.parse(verified.stdout).faults;
    expect(faults.map(({ table }) => table)).toContain("conditionals");
    expect(faults.filter(({ code }) => !["row", "columns"].includes(code))).toEqual([]);
  });

  it("is no part of an export, nor of a policy kept ready", async () => {
    const db = await copied(whole);
    await meddle(db, statement);
    for (const format of ["yaml", "json", "ndjson"])
      expect([format, (await cli(`export --format ${format}`, { db })).code]).toEqual([format, 4]);
    await using rbac = await open(db, { actor: "test", mode: "read" });
    await expect(rbac.compile()).rejects.toMatchObject({ exitCode: 4, code: "DATABASE_INVALID" });
  });
});

it("an entry whose conditional grant has lost something: nothing is answered of then", async () => {
  const db = await copied(whole);
  await cli("user create bob", { db });
  expect((await cli("can alice posts:edit --at @1", { db })).code).toBe(1);
  const past = ON_SERVER ? "" : "drop trigger entries_no_update;";
  await meddle(db, `${past} update entries set change = replace(change, '"but":["posts:edit"]', '"but":[]')`);
  for (const line of ["can alice posts:edit --at @1", "audit", "history alice"]) {
    const { code, stdout } = await cli(`${line} --json`, { db });
    expect([line, code, JSON.parse(stdout).error]).toMatchObject([line, 4, { code: "RECORD_DAMAGED" }]);
  }
  const { faults } = JSON.parse((await cli("audit verify --json", { db })).stdout);
  expect(faults.map(({ code }: { code: string }) => code)).toEqual(expect.arrayContaining(["encoding", "hash"]));
});

it("but none that is whole: the same is answered as before", async () => {
  for (const [line, code] of [
    ["can alice posts:edit", 1],
    ["who-can posts:read", 0],
    ["audit verify", 0],
  ] as const)
    expect([line, (await cli(line, { db: whole })).code]).toEqual([line, code]);
});
