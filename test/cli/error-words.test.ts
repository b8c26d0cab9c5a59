/** The command line names flags where errors have hints; what lies below it, which is also the library, names none. */
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { messageWithFlags } from "../../src/cli/error-words.ts";
import { type Hint, refused } from "../../src/errors.ts";
import { blog, keyedBlog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";
import { literalsOf } from "../support/literals.ts";
import { sources } from "../support/sources.ts";

/** What a prune adds that drops a role with holders while another comes. */
const RENAMED =
  'The role "reader" would go with 1 assignment, while "author" comes: if it is the same one, say was: reader there.';

describe("what the command line says, on stderr and in JSON", () => {
  it.each([
    [
      "assign carol editor",
      3,
      '"carol" holds "editor" until 2999-01-01T00:00:00.000Z: say --replace to take its end away',
    ],
    ["assign alice editor --from 2998-01-01", 3, '"alice" holds "editor" without an end: say --replace to shorten it'],
    ["revoke bob moderator", 2, '"bob" does not hold "moderator" there, but on acme: say --on acme'],
    ["revoke alice editor --on acme", 2, '"alice" does not hold "editor" there, but everywhere: leave --on out'],
    ["revoke alice reader", 2, '"alice" does not hold "reader" there, but inherits it through "editor"'],
    ["revoke bob owner", 2, '"bob" does not hold "owner" there, but everyone does: rbac revoke --everyone owner'],
    ["constraint set four-eyes", 2, "say what to change: --add, --drop, --limit or --needs"],
    [
      "assign 'bob, alice' editor",
      2,
      '"bob, alice" would be one user, with a comma in the name: say --allow-comma if that is meant, or rbac assign ' +
        "--user bob --user alice ROLE for several",
    ],
    ["user create a,b", 2, '"a,b" would be one user, with a comma in the name: say --allow-comma if that is meant'],
    ["user rename bob 'b,'", 2, '"b," would be one user, with a comma in the name: say --allow-comma if that is meant'],
    ["user create Alice", 3, 'user "Alice" looks like "alice": say --allow-confusable if both are meant'],
    [
      `export --out "${tmpdir()}"`,
      2,
      `${tmpdir()} is not a regular file: leave --out away to write to standard output`,
    ],
    ["assign --everyone", 2, "missing argument ROLES (see --help)"],
    [
      "seed seeds/blog.yaml --prune --yes --max-removals 0",
      3,
      `this would remove 5 rows, and at most 0 may be removed. ${RENAMED} Raise --max-removals if they are to go`,
    ],
    [
      "seed seeds/blog.yaml --prune",
      3,
      `${RENAMED} Remove these 5 (2 roles, 1 inherited role, 1 grant, 1 assignment)? Say --yes to confirm`,
    ],
    [
      "undo 1..2",
      3,
      "Take back 2 revisions (removes 4 permissions, 6 roles, 7 users, 1 inherited role, 5 grants, 1 role of everyone, " +
        "5 assignments)? Say --yes to confirm",
    ],
    ["undo --to @1", 3, "Return to revision 1 (removes 1 user)? Say --yes to confirm"],
    [
      "role delete editor",
      3,
      'Delete role "editor" with 1 inherited role, 1 grant, 2 assignments? Say --yes to confirm',
    ],
  ])("%s", async (line, code, message) => {
    const db = await blog();
    await cli("user create zoe", { db });
    const said = await cli(line, { db });
    expect(said).toMatchObject({ code, stdout: "" });
    expect(said.stderr.split("\n").slice(-2)).toEqual([`rbac: ${message}`, ""]); // What goes may stand above it.
    expect(JSON.parse((await cli(`${line} --json`, { db })).stdout)).toMatchObject({ error: { message } });
  });

  it("where the audit key is missing", async () => {
    const db = await keyedBlog("a key of more than sixteen bytes\n");
    const message = "this record is kept with a key: say --audit-key-file or RBAC_AUDIT_KEY_FILE";
    expect(await cli("user disable alice", { db })).toMatchObject({ code: 2, stderr: `rbac: ${message}\n` });
  });
});

it("the owner of a server is asked for by the flag, too", () => {
  const hint: Hint = { option: "breakGlass", value: null };
  const error = refused("NOT_OWNER", "breakGlass is for whoever owns rbac on breakGlass", { hint });
  expect(messageWithFlags(error)).toBe("--break-glass is for whoever owns rbac on breakGlass");
});

it("an error without a hint is as it is", () => {
  expect(messageWithFlags(refused("EXISTS", "there is a role a"))).toBe("there is a role a");
});

/** Rooms that programs use, too. `output` is none: it renders for the command line, and shows changes as commands. */
const BELOW = /^(codes\.ts|errors\.ts|index\.ts|(database|files|library|policy|store)\/)/;

/** What looks like a flag in a file below the command line, and is none of ours. */
const FLAGS_OF_OTHERS: Readonly<Record<string, readonly string[]>> = {
  "store/sqlite/load-driver.ts": ["--global", "--allow-scripts"], // How npm installs the driver: a command line to copy.
  "store/write/collect-garbage.ts": ["--expose-gc", "--no-expose-gc"], // Flags of V8.
};

describe("a text below the command line names no flag, and no help", () => {
  const below = sources.filter(({ path }) => BELOW.test(path));
  const flagsIn = (text: string) =>
    literalsOf(text).flatMap((literal) => literal.match(/(?<![\w-])--[a-z][\w-]*/g) ?? []);

  it("in any literal of its files", () => {
    expect(below.length).toBeGreaterThan(80);
    const found = below.flatMap(({ path, text }) => {
      const flags = flagsIn(text);
      return flags.length > 0 ? [[path, flags]] : [];
    });
    expect(Object.fromEntries(found)).toEqual(FLAGS_OF_OTHERS);
  });

  it("as the reader of flags would see", () => {
    const text = `const a = \`x \${1}: say --on y\`; // --not-this\nconst b = "--help"; a--b;`;
    expect(flagsIn(text)).toEqual(["--on", "--help"]);
  });
});
