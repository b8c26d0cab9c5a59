/** A comma in a new name mostly means two users: it must be allowed, and two can be named in one change. */
import { expect, it } from "vitest";
import { mutation, open } from "../../src/index.ts";
import { blog } from "../support/blog.ts";
import { cli, json } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";

const usersIn = async (db: string) =>
  (await json<{ users: { user: string }[] }>("user list", { db })).users.map(({ user }) => user);

it.each(["assign zoe,yan editor", "assign zoe, editor", "user create zoe,yan", "user rename alice zoe,yan"])(
  "%s is refused, and then allowed",
  async (line) => {
    const db = await blog();
    const before = await usersIn(db);
    const { code, stderr } = await cli(line, { db });
    expect([code, stderr]).toEqual([2, expect.stringContaining("--allow-comma")]);
    expect(await usersIn(db)).toEqual(before);
    expect((await cli(`${line} --allow-comma`, { db })).code).toBe(0);
    const name = line.includes("yan") ? "zoe,yan" : "zoe,";
    expect(await usersIn(db)).toContain(name);
    // From then on it is a name like any other.
    for (const again of [
      `assign ${name} admin --on acme`,
      `user disable ${name}`,
      `user enable ${name}`,
      `user set ${name} --email a@b`,
    ])
      expect(await cli(again, { db })).toMatchObject({ code: 0 });
    expect((await cli(`can ${name} posts:read --on acme`, { db })).code).toBe(0);
    expect((await cli(`user rename ${name} ${name}`, { db })).code).toBe(0);
    expect((await cli(`user delete ${name} --yes`, { db })).code).toBe(0);
    const { revision } = await json<{ revision: number }>("db status", { db });
    expect((await cli(`undo ${revision}`, { db })).code).toBe(0);
    expect(await usersIn(db)).toContain(name);
  },
);

it("several users are one revision, in any place of the line", async () => {
  const db = await blog();
  const outcome = await json<{ revision: number; changes: { kind: string; user: string; scope?: string }[] }>(
    "assign --user zoe editor admin --user alice --on acme --reason 'one team'",
    { db },
  );
  expect(outcome).toMatchObject({ changed: true, revision: 2 });
  expect(outcome.changes.map(({ kind, user }) => `${kind} ${user}`).sort()).toEqual([
    "assignment.add alice",
    "assignment.add alice",
    "assignment.add zoe",
    "assignment.add zoe",
    "user.add zoe",
  ]);
  expect(await json("assign --user zoe --user zoe --user alice editor --on acme", { db })).toMatchObject({
    changed: false,
  });
  expect((await cli("undo 2", { db })).code).toBe(0);
  expect(await usersIn(db)).not.toContain("zoe");
});

it.each([
  ["assign --user zoe", 2, "missing argument ROLES"],
  ["assign --user zoe --everyone reader", 2, "--user and --everyone contradict each other"],
  ["assign --user zoe --everyone reader editor", 2, "contradict each other|cannot also be provided"],
  ["assign --user zoe yan editor", 2, 'there is no role "yan"'],
  ["assign --user zoe,yan editor", 2, "rbac assign --user zoe --user yan ROLE"],
  ["assign --user zoe --user yan editor --existing", 2, 'there is no user "zoe"'],
  ["assign --user carol --user zoe editor", 3, "say --replace"],
  ["assign --user '' editor", 2, "empty"],
])("%s: exit %i, and nobody is there for it", async (line, code, why) => {
  const db = await blog();
  const before = await usersIn(db);
  const result = await cli(line, { db });
  expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(why)]);
  expect(await usersIn(db)).toEqual(before);
});

it("documents and lists are taken as they are", async () => {
  const db = await blog();
  const csv = fileWith('user,role\r\n"zoe,yan",editor\r\n', "people.csv");
  const document = fileWith(JSON.stringify({ rbac: 1, users: { "a,b": {} } }));
  expect((await cli(["seed", csv, document], { db })).code).toBe(0);
  expect(await usersIn(db)).toEqual(expect.arrayContaining(["zoe,yan", "a,b"]));
});

it("in the library by an option, and the hint names it", async () => {
  const rbac = await open(await blog(), { actor: "web" });
  const hint = { option: "allowComma", value: true };
  const refused = (names?: string[]) => ({
    code: "NAME_HAS_COMMA",
    exitCode: 2,
    hint: { ...hint, ...(names && { names }) },
  });
  await expect(rbac.assign("zoe,yan", "editor")).rejects.toMatchObject(refused(["zoe", "yan"]));
  await expect(rbac.create("user", "zoe,yan")).rejects.toMatchObject(refused());
  await expect(rbac.rename("user", "alice", "zoe,yan")).rejects.toMatchObject(refused());
  await expect(rbac.change([mutation.rename("user", "alice", "zoe,yan")])).rejects.toMatchObject(refused());
  const { changes } = await rbac.change([
    mutation.create("user", "a,b", { email: "a@b.example", allowComma: true }),
    mutation.assign("c,d", "editor", { allowComma: true }),
    mutation.rename("user", "alice", "e,f", { allowComma: true }),
  ]);
  expect(changes.filter(({ kind }) => kind === "user.add")).toHaveLength(3);
  await rbac.create("user", "g,h", { allowComma: true, actor: "ann" });
  await rbac.rename("user", "g,h", "i,j", { allowComma: true });
  await rbac.create("role", "x,y");
  expect((await rbac.users()).users.map(({ user }) => user)).toEqual(
    expect.arrayContaining(["a,b", "c,d", "e,f", "i,j"]),
  );
  // @ts-expect-error: fields are set on what is there, whose name was allowed.
  await expect(rbac.set("user", "a,b", { allowComma: true })).rejects.toMatchObject({ code: "OPTION_UNKNOWN" });
  await rbac.close();
});
