/** `access` as scripts, spreadsheets and people see it. */
import { expect, it } from "vitest";
import { answer, blog, steady } from "../support/blog.ts";
import { cli } from "../support/cli.ts";

const GRANTED = { revision: 1, actor: "tester", at: "TIME", reason: null };

async function hired(): Promise<string> {
  const db = await blog();
  await cli("assign erin moderator --on acme --until 2990-01-01 --actor eve --reason hired", { db });
  return db;
}

it("is in JSON a row for each user, permission and held role, with who made it so", async () => {
  const { code, json } = await answer("access --user erin --assigned", await hired());
  expect([code, steady(json)]).toEqual([
    0,
    {
      revision: 2,
      access: [
        {
          user: "erin",
          permission: "posts:delete",
          role: "moderator",
          held: "assigned",
          own: "any",
          scope: "acme",
          except: [],
          roles: ["moderator"],
          grant: "posts:delete",
          from: null,
          until: "TIME",
          by: { assigned: { revision: 2, actor: "eve", at: "TIME", reason: "hired" }, granted: GRANTED },
        },
      ],
    },
  ]);
});

it("is a line of CSV each, in a column for each field, and no cell begins a formula", async () => {
  const db = await hired();
  await cli("assign erin editor --on acme --actor eve --reason=-1+1", { db });
  const { stdout } = await cli("access --user erin --assigned --format csv", { db });
  const [head = "", ...lines] = stdout.trimEnd().split("\r\n");
  expect(head).toBe(
    "user,permission,role,held,own,scope,except,roles,grant,until,from," +
      "assigned at,assigned by,assigned reason,assigned revision,granted at,granted by,granted reason,granted revision",
  );
  const time = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
  expect(lines.map((line) => line.replace(time, "TIME"))).toEqual([
    "erin,posts:delete,moderator,assigned,any,acme,,moderator,posts:delete,TIME,,TIME,eve,hired,2,TIME,tester,,1",
    "erin,posts:publish,editor,assigned,any,acme,,editor,posts:publish,,,TIME,eve,'-1+1,3,TIME,tester,,1",
    "erin,posts:read,editor,assigned,any,acme,,editor → reader,posts:read,,,TIME,eve,'-1+1,3,TIME,tester,,1",
  ]);
});

it("is a table for people, with a row for what everyone holds", async () => {
  const { code, stdout, stderr } = await cli("access --permission posts:delete --match ALI", { db: await blog() });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^user +permission +role +held +own .*\nalice +posts:delete +owner +everyone +only .*\n$/);
});

it("leaves out who is disabled, what has ended and what everyone holds, where that is asked", async () => {
  const db = await blog();
  const users = async (line: string) => {
    const { json } = await answer(`access ${line}`, db);
    return [...new Set((json.access as { user: string }[]).map(({ user }) => user))].join();
  };
  expect(await users("")).toBe("alice,bob,carol,nobody,root");
  expect(await users("--assigned")).toBe("alice,bob,carol,root");
  expect(await users("--role editor")).toBe("alice,carol");
  expect(await users("--role editor --at 2999-01-02")).toBe("alice");
  expect(await users("--role owner --user carol --user bob")).toBe("bob,carol");
  expect(await users("--role owner --assigned")).toBe("");
  expect(await users("--assigned --on beta --permission posts:delete")).toBe("root");
});

it("says where it was cut, that nothing was found, and that a scope is nowhere mentioned", async () => {
  const db = await blog();
  const said = async (line: string) => (await cli(`access ${line} --format csv`, { db })).stderr;
  expect(await said("--limit 2")).toBe("the first 2; more with --limit\n");
  expect(await said("--user nobody --assigned")).toBe("no access\n");
  expect(await said("--on nowhere")).toBe("hint: no grant or assignment is scoped to nowhere or below it\n");
});

it("answers for a moment of the past by the policy and the names of then", async () => {
  const db = await hired();
  await cli("role rename moderator warden --actor dan", { db });
  const told = async (line: string) =>
    (await cli(`access --user erin --assigned --format csv ${line}`, { db })).stdout.split(",").slice(18, 21);
  expect(await told("")).toEqual(["granted revision\r\nerin", "posts:delete", "warden"]);
  expect(await told("--at @2")).toEqual(["granted revision\r\nerin", "posts:delete", "moderator"]);
  expect((await cli("access --user erin --at @1", { db })).code).toBe(2);
});
