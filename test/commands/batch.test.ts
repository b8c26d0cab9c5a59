/** Questions by the thousand: one answer a line, in order, and an exit code for all of them. */
import { describe, expect, it } from "vitest";
import { blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";

const YES = '{"user":"alice","permission":"posts:read"}';
const NO = '{"user":"alice","permission":"posts:delete"}';

async function batch(lines: readonly string[], flags = "") {
  const { code, stdout, stderr } = await cli(
    `can --batch "${fileWith(`${lines.join("\n")}\n`, "q.ndjson")}" ${flags}`,
    {
      db: await blog(),
    },
  );
  return {
    code,
    stderr,
    answers: stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
}

it("answers in order, with the id of each", async () => {
  const { code, answers } = await batch([YES, NO.replace("}", ',"id":"x"}'), YES.replace("}", ',"id":7}')]);
  expect(code).toBe(0);
  expect(answers.map(({ allowed, id }) => [allowed, id])).toEqual([
    [true, undefined],
    [false, "x"],
    [true, 7],
  ]);
  expect(answers[0]).toMatchObject({
    reason: "allow",
    user: "alice",
    permission: "posts:read",
    scope: null,
    except: [],
  });
});

it("puts an error in the place of what cannot be answered, and exits 2", async () => {
  const bad = [
    '{"user":"alcie","permission":"posts:read","id":1}',
    '{"user":"alice","permission":"posts:raed"}',
    '{"user":"alice"}',
    '{"user":"alice","permission":"posts:*"}',
    '{"user":"alice","permission":"posts:read","scoop":"acme"}',
    "nonsense",
    "[]",
  ];
  const { code, answers, stderr } = await batch([YES, ...bad, NO]);
  expect(code).toBe(2);
  expect(answers.map((answer) => ("error" in answer ? answer.error.exitCode : answer.allowed))).toEqual([
    true,
    ...bad.map(() => 2),
    false,
  ]);
  expect(answers[1]).toMatchObject({ id: 1, error: { code: "USER_NOT_FOUND", suggestions: ["alice"] } });
  expect(stderr.split("\n").filter(Boolean)).toHaveLength(bad.length);
  expect(stderr).toMatch(/^question 2: /);
});

describe("the exit code", () => {
  it.each([
    [[YES, NO], "", 0],
    [[YES, NO], "--all", 1],
    [[YES, YES], "--all", 0],
    [[YES, NO], "--any", 0],
    [[NO, NO], "--any", 1],
    [[NO, NO], "--expect no", 0],
    [[YES, NO], "--expect no", 1],
    [[YES, NO.replace("}", ',"expect":"no"}')], "--expect yes", 0],
    [[YES.replace("}", ',"expect":"no"}')], "", 1],
    [[YES, "nonsense"], "--any", 2],
  ])("%j %s is %i", async (lines, flags, code) => {
    expect((await batch(lines, flags)).code).toBe(code);
    const quiet = await batch(lines, `${flags} --quiet`);
    expect(quiet).toEqual({ code, stderr: "", answers: [] });
  });
});

it.each(["", "\n\n"])("an empty batch is exit 2: %j", async (text) => {
  expect((await cli(`can --batch "${fileWith(text, "q.ndjson")}"`, { db: await blog() })).code).toBe(2);
});

it.each(["can alice --batch q", "can alice posts:read --batch q", "permissions alice --role editor"])(
  "%s refuses arguments that would be passed over",
  async (line) => {
    const { code, stderr } = await cli(line, { db: await blog() });
    expect(code).toBe(2);
    expect(stderr).toContain('leave "alice" out');
  },
);

it("takes scope, owner, session and time as a question of one's own does", async () => {
  const { answers } = await batch([
    '{"user":"bob","permission":"posts:delete","scope":"acme/blog"}',
    '{"user":"alice","permission":"posts:delete","owner":"alice"}',
    '{"user":"alice","permission":"posts:publish","activate":["reader"]}',
    '{"user":"nobody","permission":"posts:delete","assume":["moderator"]}',
    '{"user":"carol","permission":"posts:publish","at":"2999-06-01T00:00:00Z"}',
    '{"assume":["editor"],"permission":"posts:publish"}',
  ]);
  expect(answers.map(({ allowed }) => allowed)).toEqual([true, true, false, true, false, true]);
});

describe("a long batch", () => {
  const LINES = 30_000; // More than a part, so that later ones are answered from structure that is loaded once.
  const users = ["alice", "bob", "carol", "root", "alcie"];
  const permissions = ["posts:read", "posts:publish", "posts:delete:own", "posts:raed"];
  const lines = Array.from({ length: LINES }, (_, at) => {
    const [user, permission] = [users[at % users.length], permissions[at % permissions.length]];
    const assume = at % 7 === 0 ? { assume: ["editor"] } : {};
    return JSON.stringify({ user, permission, scope: at % 3 === 0 ? "acme/blog" : null, id: at, ...assume });
  });

  it("is answered line by line as a short one, with and without evidence", async () => {
    const long = await batch(lines);
    const short = await batch(lines.slice(0, 500));
    const brief = await batch(lines, "--brief");
    const essence = ({ id, allowed, reason, error }: Record<string, unknown>) => ({ id, allowed, reason, error });
    const period = 3 * 4 * 5 * 7;
    const timeless = ({ at: _, ...answer }: Record<string, unknown>) => answer;
    expect(long.answers.slice(0, 100).map(timeless)).toEqual(short.answers.slice(0, 100).map(timeless));
    const odd = long.answers.filter((answer, at) => {
      const { id: _, ...first } = long.answers[at % period];
      return !("error" in answer) && JSON.stringify({ id: at, ...first }) !== JSON.stringify(answer);
    });
    expect(odd).toEqual([]);
    expect(brief.answers.map(essence).slice(0, 50)).toEqual(long.answers.map(essence).slice(0, 50));
    expect(brief.answers.map(({ id, allowed }) => [id, allowed])).toEqual(
      long.answers.map(({ id, allowed }) => [id, allowed]),
    );
    expect(Object.keys(brief.answers[0])).toEqual(["id", "allowed", "reason"]);
    expect([long.code, brief.code]).toEqual([2, 2]);
    expect(long.stderr).toContain("… and ");
  });
});

it("takes cells between tabs", async () => {
  const { code, answers } = await batch(
    ["user\tpermission\texpect", "alice\tposts:read\tyes", "alice\tposts:delete\tno"],
    "--brief",
  );
  expect({ code, answers }).toEqual({
    code: 0,
    answers: [
      { allowed: true, reason: "allow" },
      { allowed: false, reason: "none" },
    ],
  });
});

it("--brief is for a batch", async () => {
  expect((await cli("can alice posts:read --brief", { db: await blog() })).code).toBe(2);
});
