/**
 * What people see at 60, 80 and 120 columns, word for word: test/output/captures has it. UPDATE_CAPTURES=1 writes it
 * anew, to be read before it is kept.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { measureFor } from "../../src/output/width.ts";
import { file } from "../support/attack.ts";
import { cli, freshDb } from "../support/cli.ts";
import { ROOT } from "../support/root.ts";

const AT = "2026-11-20T09:00:00.000Z";
const LONG_USER = `${"a-name-of-sixty-characters-".repeat(3)}`.slice(0, 60);
const WIDE_ROLE = "編集者";
const EMOJI_ROLE = "🦊 keeper";

/** The starter policy's kind of blog, small enough that a matrix can stand. */
const SMALL = {
  rbac: 1,
  permissions: { "posts:read": "Read posts", "posts:publish": "Let everybody read a post", "posts:delete": "Delete" },
  roles: {
    reader: { grants: ["posts:read"] },
    [WIDE_ROLE]: { description: "投稿を編集して公開する人", inherits: ["reader"], grants: ["posts:publish:own"] },
    [EMOJI_ROLE]: { description: "Keeps the blog civil, and every post that foxes may read 🦊", grants: ["posts:*"] },
    "administrator of all": { description: "May do everything", grants: ["*"] },
  },
  users: {
    [LONG_USER]: {
      name: "Somebody with a long name",
      email: "somebody-with-a-long-name@mail.example.com",
      roles: [
        { role: WIDE_ROLE, until: "2099-01-01T00:00:00.000Z" },
        { role: EMOJI_ROLE, scope: "acme/blog/2026/november" },
      ],
    },
    山田太郎: { name: "山田 太郎", roles: ["administrator of all"] },
    "eve 🦊": { roles: ["reader"] },
  },
};

const MANY_ROLES = Array.from({ length: 30 }, (_, at) => `role number ${at + 1}`);
const MANY = {
  rbac: 1,
  permissions: [..."abcdefgh"].map((letter) => `${letter}-things:read`),
  roles: Object.fromEntries(
    MANY_ROLES.map((role, at) => [
      role,
      {
        grants: [..."abcdefgh"].slice(0, (at * 7) % 9).map((letter) => `${letter}-things:read${at % 4 ? "" : ":own"}`),
        denies: at % 5 ? [] : ["b-things:read"],
      },
    ]),
  ),
};

/** Each command line, and the database that it is asked of. */
const CAPTURED: readonly (readonly [name: string, of: "small" | "many", line: string | readonly string[]])[] = [
  ["user-list", "small", "user list"],
  ["role-list", "small", "role list"],
  ["access", "small", "access"],
  ["permission-list", "small", "permission list"],
  ["matrix-small", "small", "matrix"],
  ["matrix-30-roles", "many", "matrix"],
  ["permissions", "small", ["permissions", LONG_USER]],
  ["who-can", "small", "who-can posts:publish"],
  ["audit", "small", "audit --last 4"],
  ["history", "small", ["history", LONG_USER]],
  ["expiring", "small", "expiring --within 36500d"],
  ["role-show", "small", ["role", "show", WIDE_ROLE]],
];

const databases = { small: freshDb(), many: freshDb() };
beforeAll(async () => {
  for (const [name, document] of Object.entries({ small: SMALL, many: MANY })) {
    const db = databases[name as keyof typeof databases];
    const seeded = await cli(["seed", file(`${name}.json`, JSON.stringify(document)), "--actor", "ann"], { db });
    expect(seeded.stderr).toContain("; revision 1;");
  }
});

/** What is shown, with the times of this run replaced. */
async function shown(of: "small" | "many", line: string | readonly string[], columns?: number): Promise<string> {
  const { stdout, stderr, code } = await cli(line, { db: databases[of], ...(columns && { columns }) });
  expect(code, stderr).toBe(0);
  return stdout.replaceAll(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/g, (at, milliseconds) =>
    at.startsWith("2099") ? at : milliseconds ? AT : AT.replace(".000", ""),
  );
}

const captureFile = (name: string, width: number) => join(ROOT, `test/output/captures/${name}-${width}.txt`);

describe.each([60, 80, 120])("at %i columns", (width) => {
  it.each(CAPTURED)("%s", async (name, of, line) => {
    const text = await shown(of, line, width);
    const path = captureFile(name, width);
    if (process.env.UPDATE_CAPTURES) writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, "utf8"));
  });

  it.each(CAPTURED.filter(([name]) => !["history", "role-show"].includes(name)))(
    "%s is no wider than the terminal",
    async (_, of, line) => {
      const lines = (await shown(of, line, width)).split("\n");
      const widthOf = await measureFor(lines);
      for (const one of lines) expect(widthOf(one)).toBeLessThanOrEqual(width);
    },
  );
});
