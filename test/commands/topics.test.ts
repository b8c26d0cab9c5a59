/** Users, roles and permissions by their topics, as a person reads them. */
import { describe, expect, it } from "vitest";
import { answer, blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";

/** What each line prints on stdout, one after the other on one database. */
async function session(...lines: readonly string[]): Promise<string[]> {
  const db = await blog();
  const printed: string[] = [];
  for (const line of lines) {
    const { code, stdout, stderr } = await cli(line, { db });
    printed.push(code === 0 ? stdout : `exit ${code}: ${stderr}`);
  }
  return printed;
}

describe("user", () => {
  it("is created, changed, renamed, disabled, deleted", async () => {
    expect(
      await session(
        "user create erin --email e@example.com --name 'Erin E.'",
        "user set erin --name Erin --clear email",
        "assign erin reader --on acme",
        "user rename erin eri",
        "user disable eri",
        "user show eri",
        "can eri posts:read --on acme --expect no",
        "user enable eri",
        "can eri posts:read --on acme",
        "user delete eri --yes",
        "user show eri",
      ),
    ).toEqual([
      "+ user erin (email e@example.com, name Erin E.)\n",
      "~ user erin (email e@example.com → –, name Erin E. → Erin)\n",
      "+ assignment erin reader acme\n",
      expect.stringContaining("user eri (name Erin)\n"),
      "~ user eri (disabled false → true)\n",
      expect.stringMatching(
        /^user: eri\nemail: –\nname: Erin\ndisabled: yes\neveryone: owner\ncreated: .* by tester, @2\nchanged: .*, @6\nassignments:\n {2}reader on acme \(@5\)\n$/,
      ),
      "no\neri is disabled\n",
      "~ user eri (disabled true → false)\n",
      "yes\nassigned reader on acme, which grants posts:read\n",
      "- assignment eri reader acme\n- user eri\n",
      expect.stringMatching(/^exit 2: rbac: there is no user "eri"/),
    ]);
  });

  it("is created identically without a change, and differently not at all", async () => {
    const db = await blog();
    expect((await answer("user create alice --email alice@example.com", db)).json.changed).toBe(false);
    const { code, json } = await answer("user create alice --email other@example.com", db);
    expect([code, json.error]).toEqual([3, expect.objectContaining({ code: "EXISTS_DIFFERENTLY" })]);
  });

  it("is not renamed over another", async () => {
    expect((await cli("user rename alice bob", { db: await blog() })).code).toBe(3);
  });
});

describe("role", () => {
  it("is created, inherits, is renamed with every row, deleted with what refers to it", async () => {
    expect(
      await session(
        "role create chief --description 'Leads'",
        "role inherit chief editor moderator",
        "role tree chief",
        "role inherit reader chief",
        "role rename editor publisher",
        "has alice publisher",
        "role tree chief",
        "role disinherit chief moderator",
        "role set chief --description 'Still leads'",
        "role delete publisher --yes",
        "has alice reader --expect no",
      ),
    ).toEqual([
      "+ role chief (description Leads)\n",
      "+ inheritance chief editor\n+ inheritance chief moderator\n",
      "chief\n├─ editor\n│  └─ reader\n└─ moderator\n",
      'exit 3: rbac: roles may not inherit in a circle: "chief" → "editor" → "reader" → "chief"\n',
      expect.stringContaining("+ role publisher (description Publishes)\n"),
      "yes\nassigned publisher\n",
      "chief\n├─ moderator\n└─ publisher\n   └─ reader\n",
      "- inheritance chief moderator\n",
      "~ role chief (description Leads → Still leads)\n",
      expect.stringContaining("- role publisher\n"),
      "no\nalice does not hold reader\n",
    ]);
  });

  it("tree shows what is inherited twice once in full", async () => {
    const [, , tree] = await session(
      "role inherit moderator editor",
      "role inherit admin editor moderator",
      "role tree",
    );
    expect(tree).toBe("admin\n├─ editor\n│  └─ reader\n└─ moderator\n   └─ editor (shown above)\nidle\nowner\n");
  });

  it("does not inherit itself", async () => {
    expect((await cli("role inherit idle idle", { db: await blog() })).code).toBe(3);
  });
});

describe("permission", () => {
  it("is listed, described, renamed with its grants, deleted with them", async () => {
    expect(
      await session(
        "permission create posts:pin --description 'Pin a post'",
        "grant editor posts:pin",
        "permission rename posts:pin posts:stick",
        "can alice posts:stick",
        "permission set posts:stick --clear description",
        "permission show posts:stick",
        "permission delete posts:stick --yes",
        "can alice posts:stick",
      ),
    ).toEqual([
      "+ permission posts:pin (description Pin a post)\n",
      "+ grant editor allow posts:pin\n",
      expect.stringContaining("+ grant editor allow posts:stick\n"),
      "yes\nassigned editor, which grants posts:stick\n",
      "~ permission posts:stick (description Pin a post → –)\n",
      expect.stringMatching(
        /^permission: posts:stick\ndescription: –\ncreated: .*, @2\nchanged: .*, @5\ngrants:\n {2}admin allow \* \(@1\)\n {2}editor allow posts:stick \(@4\)\n$/,
      ),
      expect.stringContaining("- permission posts:stick\n"),
      expect.stringContaining('exit 2: rbac: there is no permission "posts:stick"'),
    ]);
  });

  it("takes along a wildcard that then covers nothing", async () => {
    const db = await blog();
    await cli("grant idle 'users:*'", { db });
    const { json } = await answer("permission delete users:read --yes", db);
    expect(json.changes).toMatchObject([
      { kind: "grant.remove", permission: "users:*" },
      { kind: "permission.remove" },
    ]);
  });
});

describe("grants and denies", () => {
  it("are taken away as they were given", async () => {
    expect(
      await session(
        "grant editor posts:delete --on acme --deny",
        "grant editor posts:delete",
        "can alice posts:delete",
        "can alice posts:delete --on acme/x --expect no",
        "ungrant editor posts:delete --on acme",
        "ungrant editor posts:delete --on acme --deny",
        "can alice posts:delete --on acme/x",
      ),
    ).toEqual([
      "+ grant editor deny posts:delete acme\n",
      "+ grant editor allow posts:delete\n",
      "yes\nyes, except on acme\nassigned editor, which grants posts:delete\n",
      "no\nassigned editor, which denies posts:delete on acme\n",
      "",
      "- grant editor deny posts:delete acme\n",
      "yes\nassigned editor, which grants posts:delete\n",
    ]);
  });

  it("a no on a scope that nothing mentions gets a hint on stderr", async () => {
    const db = await blog();
    expect((await cli("can bob posts:delete --on amce", { db })).stderr).toContain("amce");
    expect((await cli("can bob posts:delete --on acme", { db })).stderr).toBe("");
    expect((await cli("can bob posts:publish --on acme", { db })).stderr).toBe("");
  });
});
