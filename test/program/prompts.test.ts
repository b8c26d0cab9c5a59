/** A person before a terminal: what is missing is chosen or typed, and every question can be left. */
import { afterAll, beforeAll, expect, it } from "vitest";
import manifest from "../../oclif.manifest.json" with { type: "json" };
import { contents, forget, program, raw, UNSAFE, victim } from "../support/attack.ts";
import { describeWith } from "../support/needs.ts";
import { linesWithout, PROMPTED } from "../support/prompted.ts";
import { withKey } from "../support/store/keys.ts";
import { atTerminal, KEY, type Keys, noTerminal } from "../support/terminal.ts";

afterAll(forget);

const { enter, esc, ctrlC, ctrlD, down, backspace } = KEY;
const LEAVING = [esc, ctrlC, ctrlD];

/** Types a part of a row, and takes the row once it is pointed at. */
const pick = (question: string, typed: string, row: string): Keys => [
  [question, typed],
  [`❯ ${row}`, enter],
];
const type = (question: string, text: string): Keys => [[question, `${text}${enter}`]];
const ENOUGH: Keys = [["❯ (no more)", enter]];

/** What a person sees, and whether the policy is another one then. */
async function sitting(db: string, argv: readonly string[], keys: Keys, columns = 80) {
  const before = contents(db);
  const seen = await atTerminal(argv, { db, keys, columns });
  return { ...seen, isChanged: contents(db) !== before };
}

const LEFT = { code: 130, signal: null, isRestored: true, isChanged: false };

describeWith(noTerminal, "every argument that a command needs", () => {
  const lines = linesWithout(manifest.commands);
  let db = "";
  beforeAll(async () => {
    db = await victim(PROMPTED);
    await withKey(db, { id: "k4yq7w2mzt5a", user: "root" });
  });

  it("is one of many", () => expect(lines.length).toBeGreaterThan(50));

  it.concurrent.each(lines.map((line, at) => ({ ...line, key: LEAVING[at % 3] ?? esc })))(
    "$argv asks for $argument, and may be left",
    async ({ argv, key }) => {
      const { screen, ...seen } = await sitting(db, argv, [["? ", key]]);
      expect({ argv, ...seen }).toMatchObject({ argv, ...LEFT });
      expect(screen).toMatch(/\nrbac: interrupted, nothing was changed\n$/);
    },
  );
});

/** What is typed, the same as one line, and what it changes. */
const DONE: readonly (readonly [argv: string, keys: Keys, line: string, change: string])[] = [
  [
    "assign",
    [
      ...pick("Which user?", "roo", "root"),
      ...pick("Which role?", "audi", "auditor"),
      ...pick("other role?", "ed", "editor"),
      ...ENOUGH,
    ],
    "rbac assign root auditor editor",
    "+ assignment root auditor",
  ],
  [
    "assign --on acme",
    [...pick("Which user?", "zoë", 'new user "zoë"'), ...pick("Which role?", "ed", "editor"), ...ENOUGH],
    "rbac assign --on acme 'zoë' editor",
    "+ assignment zoë editor acme",
  ],
  [
    "assign --everyone",
    [...pick("Which role?", "ed", "editor"), ...ENOUGH],
    "rbac assign --everyone editor",
    "+ everyone editor",
  ],
  [
    "revoke --everyone",
    pick("Which role is revoked?", "", "reader"),
    "rbac revoke --everyone reader",
    "- everyone reader",
  ],
  [
    "revoke alice",
    pick("is revoked?", "audi", "auditor on acme"),
    "rbac revoke alice auditor --on acme",
    "- assignment alice auditor acme",
  ],
  [
    "revoke alice --",
    pick("is revoked?", "odd", "editor on -odd/x"),
    "rbac revoke alice --on=-odd/x -- editor",
    "- assignment alice editor -odd/x",
  ],
  [
    "revoke alice --everywhere",
    [...pick("is revoked?", "audi", "auditor"), ...ENOUGH],
    "rbac revoke alice --everywhere auditor",
    "- assignment alice auditor acme",
  ],
  [
    "ungrant editor",
    pick("taken away?", "del", "deny posts:delete"),
    "rbac ungrant editor posts:delete --deny",
    "- grant editor deny posts:delete",
  ],
  [
    "ungrant editor",
    pick("taken away?", "acme", "posts:read on acme"),
    "rbac ungrant editor posts:read --on acme",
    "- grant editor allow posts:read acme",
  ],
  [
    "grant auditor",
    [...pick("or pattern?", "*:read", "pattern *:read"), ...ENOUGH],
    "rbac grant auditor '*:read'",
    "+ grant auditor allow *:read",
  ],
  [
    "role inherit",
    [
      ...pick("Which role inherits?", "audi", "auditor"),
      ...pick("From which role does it inherit?", "adm", "admin"),
      ...ENOUGH,
    ],
    "rbac role inherit auditor admin",
    "+ inheritance auditor admin",
  ],
  [
    "role rename",
    [...pick("Which role?", "audi", "auditor"), ...type("new name:", "inspector")],
    "rbac role rename auditor inspector",
    "+ role inspector",
  ],
  ["user enable", pick("Which user?", "", "dora"), "rbac user enable dora", "~ user dora"],
  [
    "constraint create",
    [
      ...type("new constraint:", "pair"),
      ...pick("Which type?", "ssd", "ssd"),
      ...pick("Which role?", "edi", "editor"),
      ...pick("other role?", "audi", "auditor"),
      ...ENOUGH,
      ...type("too many for one user?", "1"),
      ["takes a limit from 2", `${backspace}2${enter}`],
    ],
    "rbac constraint create pair ssd editor auditor --limit 2",
    "+ constraint pair",
  ],
  [
    "constraint create trained prerequisite",
    [...pick("Which role?", "audi", "auditor"), ...ENOUGH, ...pick("do they need?", "rea", "reader"), ...ENOUGH],
    "rbac constraint create trained prerequisite auditor --needs reader",
    "+ constraint trained",
  ],
];

describeWith(noTerminal, "a person at a terminal", () => {
  it.concurrent.each(DONE)("%s", async (argv, keys, line, change) => {
    const { screen, ...seen } = await sitting(await victim(PROMPTED), argv.split(" "), keys);
    expect({ argv, ...seen, screen }).toMatchObject({ argv, code: 0, isRestored: true, isChanged: true });
    expect(screen).toContain(`\n${line}\n`);
    expect(screen).toContain(`\n${change}`);
  });

  it("is offered no role that would make a circle, or is inherited already", async () => {
    const keys: Keys = [["❯ auditor\n", enter]];
    const { screen } = await sitting(await victim(PROMPTED), ["role", "inherit", "reader"], keys);
    expect(screen).toContain("1 of 1\n");
    expect(screen).not.toMatch(/^..(editor|admin|reader)$/m);
  });

  it("undoes a recent revision: when it was, whose it is, and what", async () => {
    const db = await victim(PROMPTED);
    program(["assign", "dora", "reader", "auditor", "--actor", "boss", "--db", db]);
    const { code, screen } = await sitting(db, ["undo"], [["❯ 2  ", enter]]);
    expect(screen).toMatch(/❯ 2 {2}20\d\d-\S+Z {2}boss {2}\+ assignment dora \w+ and 1 more\n {2}1 {2}20/);
    expect(code).toBe(0);
  });

  it("is told what is wrong with a text, and asked again", async () => {
    const keys: Keys = [
      ["TO, the new name:", enter],
      ["type something", `al ${enter}`],
      ["ends with a space", `${backspace}${enter}`],
    ];
    const { screen } = await sitting(await victim(PROMPTED), ["user", "rename", "alice"], keys);
    expect(screen).toContain("\nrbac user rename alice al\n");
  });

  it("makes the first user", async () => {
    const db = await victim("rbac: 1\nroles: { reader: {} }\n");
    const keys = [...type("Name of the new user:", "alice"), ["❯ reader", enter]] satisfies Keys;
    expect(await sitting(db, ["assign"], keys)).toMatchObject({ code: 0, isChanged: true });
    const { code, screen } = await sitting(db, ["user", "enable"], []);
    expect({ code, screen }).toEqual({ code: 2, screen: expect.stringMatching(/missing argument USER: .* none/) });
  });

  it("is asked about a new name that is near to another", async () => {
    const db = await victim(PROMPTED);
    const line = ["assign", "alcie", "editor"];
    const asked = "alcie is new; did you mean alice? Create it? (y/N)";
    expect(await sitting(db, line, [[asked, enter]])).toMatchObject({ code: 3, isChanged: false });
    const chosen: Keys = [...pick("Which user?", "alcie", 'new user "alcie"'), ["Which role", esc]];
    const { screen: note, ...left } = await sitting(db, ["assign"], chosen);
    expect(left).toMatchObject(LEFT);
    expect(note).toContain('\n"alcie" is new; near to it: alice\nnone of 3 has "alcie" in it\n');
    const { screen } = await sitting(db, [...line, "--dry-run"], []);
    expect(screen).not.toContain("y/N");
    expect(program([...line, "--dry-run", "--db", db]).stderr).toContain(
      'new user "alcie"; near to it there is "alice"',
    );
    expect((await sitting(db, ["assign", "rot", "editor", "--yes"], [])).screen).toContain('new user "rot"');
    expect(await sitting(db, line, [[asked, `y${enter}`]])).toMatchObject({ code: 0, isChanged: true });
  });

  it.each(LEAVING)("may leave a confirmation by %j; Enter alone is no", async (key) => {
    const db = await victim(PROMPTED);
    expect(await sitting(db, ["role", "delete", "reader"], [["(y/N)", key]])).toMatchObject(LEFT);
    const no = await sitting(db, ["role", "delete", "reader"], [["(y/N)", enter]]);
    expect(no).toMatchObject({ code: 3, isChanged: false });
  });

  it("says what each assignment was before somebody who leaves is deleted", async () => {
    const db = await victim(PROMPTED);
    const line = ["user", "offboard", "alice", "--hand-over", "root", "--delete"];
    const { screen, ...seen } = await sitting(db, line, [['Offboard and delete user "alice"', `y${enter}`]]);
    expect(seen).toMatchObject({ code: 0, isChanged: true });
    expect(screen.split("- assignment alice auditor on acme: handed over to root\n")).toHaveLength(3); // And after it.
  });

  it("needs no argument that a flag replaces", async () => {
    const db = await victim(PROMPTED);
    expect(await sitting(db, ["revoke", "--ended"], [])).toMatchObject({ code: 0 });
    const { screen } = await sitting(
      db,
      ["can", "--stranger"],
      [...pick("Which permission?", "read", "posts:read"), ...ENOUGH],
    );
    expect(screen).toContain("\nrbac can --stranger posts:read\n");
    expect((await sitting(db, ["who-can", "-q"], pick("Which permission?", "", "posts:delete"))).screen).not.toContain(
      "rbac who-can",
    );
  });

  it("compares two of a list, users or with a flag roles", async () => {
    const db = await victim(PROMPTED);
    const users = await sitting(
      db,
      ["compare"],
      [...pick("Which one?", "", "alice"), ...pick("other one?", "roo", "root")],
    );
    expect(users.screen).toContain("\nrbac compare alice root\n");
    const roles = [...pick("Which one?", "ed", "editor"), ...pick("other one?", "read", "reader")];
    expect((await sitting(db, ["compare", "--roles"], roles)).screen).toContain(
      "\nrbac compare --roles editor reader\n",
    );
  });

  it("sees how many there are, of long names and wide ones, in 60 columns", async () => {
    const names = Array.from({ length: 2000 }, (_, at) => `${at}-${at % 2 ? "漢".repeat(30) : "x".repeat(60)}`);
    const db = await victim(JSON.stringify({ rbac: 1, users: Object.fromEntries(names.map((name) => [name, {}])) }));
    const keys: Keys = [
      ["7 of 2,000\n", "1-"],
      ["7 of 200 found, of 2,000\n", down],
      ["❯ 1001-", esc],
    ];
    const { screen, code } = await sitting(db, ["user", "show"], keys, 60);
    expect(code).toBe(130);
    const width = (line: string) => [...line].reduce((sum, char) => sum + (char === "漢" ? 2 : 1), 0);
    expect(screen.split("\n").filter((line) => width(line) > 60 && !line.includes("select?"))).toEqual([]);
  });

  it("is asked nothing on a terminal that cannot move its cursor", async () => {
    const { code, screen } = await atTerminal(["user", "show"], { db: await victim(), env: { TERM: "dumb" } });
    expect([code, screen]).toEqual([2, "rbac: missing argument USER (see --help)\n"]);
  });

  it("is shown no name that steers the terminal", async () => {
    const db = await victim();
    const file = raw(db);
    file.exec(
      "insert into users (\"user\", email, name, disabled, skeleton, revision) values (char(27) || '[2Jevil' || char(8238), null, null, 0, 'evil', 1)",
    );
    file.close();
    const { raw: shown } = await atTerminal(["user", "show"], { db, keys: [["❯ \\x1b[2Jevil", enter]] });
    expect(shown).toContain("\\x1b[2Jevil");
    expect(shown).not.toContain("\x1b[2Jevil");
    expect(shown).not.toContain("\u202e");
    expect(shown).toMatch(UNSAFE); // The prompt's own: proof that the pattern can find something.
  });
});
