/** A guarded policy under attack: rubbish written behind our back, and names that pass for others. */
import { afterAll, describe, expect, it } from "vitest";
import { collisionOf } from "../../../src/policy/model/confusables.ts";
import { contents, expectNoTrace, expectRefused, file, forget, raw, victim } from "../../support/attack.ts";
import { cli } from "../../support/cli.ts";

afterAll(forget);

const GUARDED = `rbac: 1
guarded: true
permissions: ["posts:read", "posts:pin", "rbac:escalate"]
roles:
  reader: { grants: ["posts:read"] }
  admin: { inherits: [reader], grants: ["*:*"] }
  clerk: { inherits: [reader], grants: ["rbac:escalate"] }
users:
  alice: { roles: [reader] }
  root: { roles: [admin] }
  dora: { disabled: true, roles: [clerk] }
constraints:
  apart: { kind: ssd, roles: [admin, clerk], limit: 2 }
`;

/** What any program may write that opens the file: nothing here holds by our rules. */
const RUBBISH: Readonly<Record<string, string>> = {
  "a cycle": "insert into inheritance values ('reader', 'admin', 1)",
  "a role that inherits itself": "insert into inheritance values ('admin', 'admin', 1)",
  "a cycle of roles that nobody made": "insert into inheritance values ('x', 'y', 1), ('y', 'x', 1), ('admin', 'x', 1)",
  "grants of no role": "insert into grants values ('ghost', 'allow', '*:*', '', 1)",
  "assignments of no role, to nobody":
    "insert into assignments values ('nobody', 'ghost', '', null, null, 1), ('root', 'ghost', '', null, null, 1)",
  "everyone without a role": "insert into everyone values ('ghost', 1)",
  "patterns that are none":
    "insert into grants values ('admin', 'allow', '', '', 1), ('admin', 'deny', ':::::', '', 1), ('admin', 'allow', '**', '', 1)",
  "an effect that is none":
    "insert into grants values ('admin', 'maybe', 'rbac:escalate', '', 1), ('admin', '', '*:*', '', 1)",
  "scopes that are none":
    "insert into grants values ('admin', 'allow', '*:*', '//', 1), ('admin', 'deny', 'posts:read', '/', 1); insert into assignments values ('root', 'reader', '..', null, null, 1)",
  "times that are none":
    "insert into assignments values ('root', 'clerk', 'x', 'soon', 'never', 1), ('alice', 'clerk', 'x', '', '', 1)",
  "an end before the beginning":
    "insert into assignments values ('alice', 'clerk', '', '2999-01-01T00:00:00.000Z', '1999-01-01T00:00:00.000Z', 1)",
  "disabled by half": "update users set disabled = 7 where \"user\" = 'alice'",
  "a setting that is none": "insert into policy values ('', 1), ('Guarded', 1), ('no', 1)",
  "constraints of no kind": `insert into constraints ("constraint", type, roles, "limit", needs, skeleton, revision) values ('a', 'none', '[]', null, null, 'a', 1), ('b', 'ssd', 'rubbish', null, '{}', 'b', 1), ('c', 'min_users', '["admin","ghost"]', -5, '[1]', 'c', 1), ('d', 'prerequisite', '["admin"]', null, null, 'd', 1)`,
  "no escalator at all": "delete from grants where permission in ('*:*', 'rbac:escalate')",
  "nobody at all": "delete from assignments; delete from users",
  "a name of everything": `insert into users ("user", email, name, disabled, skeleton, revision) values (char(10, 27) || '[2J' || char(0), null, null, 0, '', 1)`,
  "a long chain": `with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
    insert into inheritance select 'r' || i, 'r' || (i + 1), 1 from n; insert into inheritance values ('admin', 'r1', 1), ('r5000', 'r1', 1)`,
};

const WRITES = [
  "assign alice clerk --on acme",
  "assign alice admin",
  "revoke alice reader",
  "assign --everyone reader",
  "grant reader posts:pin",
  "grant reader posts:pin --deny",
  "user create erin",
  "user enable dora",
  "user delete alice --yes",
  "user rename alice erin",
  "role inherit clerk admin",
  "role disinherit admin reader",
  "role rename reader other",
  "role delete reader --yes",
  "permission delete posts:read --yes",
  "constraint delete apart",
  "constraint create few max_users reader --limit 1",
  "undo 1 --yes",
] as const;

describe("rubbish in the tables of a guarded policy neither hangs nor breaks a write", () => {
  it.each(Object.keys(RUBBISH))("%s", async (what) => {
    const clean = await victim(GUARDED);
    const sql = raw(clean);
    sql.pragma("foreign_keys = off");
    sql.exec(RUBBISH[what] ?? "");
    sql.close();
    const before = contents(clean);
    for (const line of WRITES) {
      for (const how of ["--actor root", "--actor alice --break-glass"]) {
        const { code, stdout, stderr } = await cli(`${line} ${how} --dry-run --json`, { db: clean });
        expect({ line, how, code, stderr }).toEqual({ line, how, code: expect.toBeOneOf([0, 2, 3, 4]), stderr });
        expect(JSON.parse(stdout)).toBeTypeOf("object");
        expectNoTrace(stderr);
      }
    }
    expect(contents(clean)).toBe(before);
    expect((await cli("audit verify", { db: clean })).code).toBe(1);
    const { code } = await cli("user set alice --email a@example.com --actor root", { db: clean });
    expect([0, 2, 3]).toContain(code);
  });
});

/** A name that stands, and names that look like it: other letters, other case, other widths. */
const ALIKE: Readonly<Record<string, readonly string[]>> = {
  user: ["Alice", "аlice", "a1ice", "ａlice"],
  role: ["Reader", "rеader", "reаder", "ｒeader"],
  permission: ["posts:Read", "pоsts:read", "posts:rеad", "ｐosts:read"],
  constraint: ["Apart", "аpart", "apаrt", "ａpart"],
};
const STANDING: Readonly<Record<string, string>> = {
  user: "alice",
  role: "reader",
  permission: "posts:read",
  constraint: "apart",
};
/** The other thing of each kind that a rename may give the name to. */
const OTHER: Readonly<Record<string, string>> = {
  user: "dora",
  role: "clerk",
  permission: "posts:pin",
  constraint: "few",
};

const seed = (said: object) => ["seed", file("p.json", JSON.stringify({ rbac: 1, ...said }))];
/** Every door through which a new name comes. */
const DOORS: Readonly<Record<string, readonly ((name: string) => readonly string[])[]>> = {
  user: [
    (name) => ["user", "create", name],
    (name) => ["assign", name, "reader"],
    (name) => ["user", "rename", OTHER.user ?? "", name],
    (name) => seed({ users: { [name]: {} } }),
    (name) => ["seed", file("p.csv", `user,role\n${name},reader\n`)],
  ],
  role: [
    (name) => ["role", "create", name],
    (name) => ["role", "rename", OTHER.role ?? "", name],
    (name) => seed({ roles: { [name]: {} } }),
  ],
  permission: [
    (name) => ["permission", "create", name],
    (name) => ["permission", "rename", OTHER.permission ?? "", name],
    (name) => seed({ permissions: [name] }),
  ],
  constraint: [
    (name) => ["constraint", "create", name, "max_users", "reader", "--limit", "9"],
    (name) => ["constraint", "rename", OTHER.constraint ?? "", name],
    (name) => seed({ constraints: { [name]: { kind: "max_users", roles: ["reader"], limit: 9 } } }),
  ],
};

describe("a new name that looks like one that is there, of every kind and through every door", () => {
  const POLICY = `${GUARDED}  few: { kind: max_users, roles: [clerk], limit: 9 }\n`;
  it.each(Object.keys(DOORS))(
    "%s: is refused with the name that stands, and taken where it is said to be meant",
    async (kind) => {
      const db = await victim(POLICY);
      const before = contents(db);
      for (const name of ALIKE[kind] ?? []) {
        for (const door of DOORS[kind] ?? []) {
          const argv = [...door(name), "--actor", "root"];
          if (argv[0] === "seed" && kind === "user" && collisionOf(name, STANDING[kind] ?? "") === "script") {
            // Real people may look alike: of documents it is a notice.
            expect(await cli([...argv, "--dry-run"], { db })).toMatchObject({
              code: 0,
              stderr: expect.stringContaining(`looks like "${STANDING[kind]}"`),
            });
            continue;
          }
          expectRefused(await cli(argv, { db }), 3, new RegExp(`looks like "${STANDING[kind]}"`));
          const { stdout } = await cli([...argv, "--json"], { db });
          expect(JSON.parse(stdout).error).toMatchObject({ code: "CONFUSABLE", suggestions: [STANDING[kind]] });
          expect(contents(db)).toBe(before);
          expect({ argv, ...(await cli([...argv, "--allow-confusable", "--dry-run"], { db })) }).toMatchObject({
            code: 0,
          });
        }
      }
      const [name = ""] = ALIKE[kind] ?? [];
      const [create = () => []] = DOORS[kind] ?? [];
      expect((await cli([...create(name), "--actor", "root", "--allow-confusable"], { db })).code).toBe(0);
      expect((await cli(`${kind} delete '${name}' --actor root --yes`, { db })).code).toBe(0);
      expect((await cli("undo 3 --actor root", { db })).code).toBe(0); // What comes back stood there before.
    },
  );

  it("may be taken by the one thing that it looks like, which then has it", async () => {
    const db = await victim(POLICY);
    for (const kind of Object.keys(STANDING)) {
      const [name = ""] = ALIKE[kind] ?? [];
      expect((await cli(`${kind} rename '${STANDING[kind]}' '${name}' --actor root`, { db })).code).toBe(0);
    }
  });
});
