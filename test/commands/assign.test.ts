/**
 * Assigning and revoking: windows that only widen unless one says so, users that are new, ways that a role stays held.
 */
import { describe, expect, it } from "vitest";
import { answer, blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";

const changed = async (line: string, db: string) => {
  const { code, json } = await answer(line, db);
  return {
    code,
    changes: (json.changes as { kind: string; after: unknown }[] | undefined)?.map(({ kind, after }) => [kind, after]),
  };
};

describe("a user that is not there", () => {
  it("is created, and said on stderr with the nearest name", async () => {
    const { code, stdout, stderr } = await cli("assign alcie reader", { db: await blog() });
    expect(code).toBe(0);
    expect(stderr).toContain('new user "alcie"; near to it there is "alice"\n');
    expect(stdout).toBe("+ user alcie\n+ assignment alcie reader\n");
  });

  it("is said plainly where no name is near", async () => {
    expect((await cli("assign zebediah reader", { db: await blog() })).stderr).toMatch(/^new user "zebediah"\n/);
  });

  it("is refused with --existing, with the nearest name", async () => {
    const db = await blog();
    const { code, json } = await answer("assign alcie reader --existing", db);
    expect([code, json.error]).toEqual([
      2,
      expect.objectContaining({ code: "USER_NOT_FOUND", suggestions: ["alice"] }),
    ]);
    expect((await cli("user show alcie", { db })).code).toBe(2);
  });

  it("is refused where it looks like one that is there", async () => {
    const db = await blog();
    const { code, json } = await answer("assign Alice reader", db);
    expect([code, json.error]).toEqual([3, expect.objectContaining({ code: "CONFUSABLE" })]);
    expect((await cli("assign Alice reader --allow-confusable", { db })).code).toBe(0);
  });

  it("is nobody to revoke from", async () => {
    const { code, json } = await answer("revoke alcie reader", await blog());
    expect([code, json.error]).toEqual([
      2,
      expect.objectContaining({ code: "USER_NOT_FOUND", suggestions: ["alice"] }),
    ]);
  });
});

describe("windows", () => {
  it("take a date, a time with its zone, or a duration", async () => {
    const db = await blog();
    const day = await changed("assign nobody reader --from 2030-01-01 --until 2031-02-03T04:05:06+01:00", db);
    expect(day.changes).toEqual([
      ["assignment.add", { from: "2030-01-01T00:00:00.000Z", until: "2031-02-03T03:05:06.000Z" }],
    ]);
    const hours = 8 * 3_600_000; // From when the command began, which is while it ran.
    const began = Date.now();
    await changed("assign nobody idle --for 8h", db);
    const [{ change }] = JSON.parse((await cli("audit --last 1 --json", { db })).stdout).entries;
    const until = Date.parse(change.after.until);
    expect(until >= began + hours && until <= Date.now() + hours).toBe(true);
    const both = await changed("assign nobody idle --on acme --from 2030-01-01 --for 2d", db);
    expect(both.changes).toEqual([
      ["assignment.add", { from: "2030-01-01T00:00:00.000Z", until: "2030-01-03T00:00:00.000Z" }],
    ]);
  });

  it.each([
    "--until tomorrow",
    "--until 2030-01-01T00:00:00",
    "--for 8",
    "--for -8h",
    "--for 2030-01-01",
    "--from 2031-01-01 --until 2030-01-01",
    "--from 2030-01-01 --until 2030-01-01",
    "--until 2030-02-30",
  ])("%s is exit 2", async (window) => {
    expect((await cli(`assign nobody reader ${window}`, { db: await blog() })).code).toBe(2);
  });

  it.each([
    ["extended", "--until 2999-06-01", "2999-06-01T00:00:00.000Z"],
    ["opened earlier", "--from 2020-01-01 --until 2999-01-01", "2999-01-01T00:00:00.000Z"],
  ])("%s silently", async (_, window, until) => {
    const db = await blog();
    if (window.includes("--from"))
      await cli("assign carol editor --from 2021-01-01 --until 2999-01-01 --replace", { db });
    const { code, changes } = await changed(`assign carol editor ${window}`, db);
    expect([code, changes]).toEqual([0, [["assignment.update", expect.objectContaining({ until })]]]);
  });

  it.each([
    ["an earlier end", "carol", "--until 2998-01-01"],
    ["no end any more", "carol", ""],
    ["a later beginning", "carol", "--from 2500-01-01 --until 2999-01-01"],
    ["an end where there was none", "alice", "--until 2998-01-01"],
  ])("%s needs --replace", async (_, user, window) => {
    const db = await blog();
    const refused = await answer(`assign ${user} editor ${window}`, db);
    expect([refused.code, refused.json.error]).toEqual([3, expect.objectContaining({ code: "WINDOW_NARROWED" })]);
    const { code, json } = await answer(`assign ${user} editor ${window} --replace`, db);
    expect(code).toBe(0);
    expect(json.changes).toMatchObject([{ kind: "assignment.update", before: {}, after: {} }]);
  });

  it("open and close", async () => {
    const db = await blog();
    await cli("assign nobody editor --from 2020-01-01 --until 2021-01-01", { db });
    expect((await cli("has nobody editor", { db })).code).toBe(1);
    await cli("assign nobody editor --until 2999-01-01", { db });
    expect((await cli("has nobody editor", { db })).code).toBe(0);
  });
});

describe("several roles at once", () => {
  it("are one revision", async () => {
    const { json } = await answer("assign erin reader idle reader", await blog());
    expect(json).toMatchObject({ revision: 2, changes: [{ kind: "user.add" }, { role: "reader" }, { role: "idle" }] });
  });

  it("are all refused with one of them unknown", async () => {
    const db = await blog();
    const { code, json } = await answer("assign erin reader edtor", db);
    expect([code, json.error]).toEqual([
      2,
      expect.objectContaining({ code: "ROLE_NOT_FOUND", suggestions: ["editor"] }),
    ]);
    expect((await cli("user show erin", { db })).code).toBe(2);
  });
});

describe("everyone", () => {
  it("holds a role without an assignment, also who comes later", async () => {
    const db = await blog();
    expect((await cli("assign --everyone reader idle", { db })).stdout).toBe("+ everyone reader\n+ everyone idle\n");
    await cli("user create late", { db });
    expect((await cli("has late reader idle", { db })).code).toBe(0);
    expect((await cli("revoke --everyone reader", { db })).code).toBe(0);
    expect((await cli("has late reader", { db })).code).toBe(1);
  });

  it.each(["--on acme", "--for 8h", "--until 2030-01-01"])("takes no %s", async (flag) => {
    expect((await cli(`assign --everyone reader ${flag}`, { db: await blog() })).code).toBe(2);
  });

  it.each(["everyone", "'*'", "All"])("is pointed to where a new user is called %s", async (name) => {
    const { code, stderr } = await cli(`assign ${name} reader`, { db: await blog() });
    expect([code, stderr]).toEqual([0, expect.stringContaining("; for all users there is --everyone\n")]);
  });

  it("needs a role all the same", async () => {
    const { code, stderr } = await cli("assign --everyone", { db: await blog() });
    expect(code).toBe(2);
    expect(stderr).toContain("missing argument ROLES");
  });
});

describe("revoke", () => {
  it.each([
    ["on another scope", "bob moderator", "--on acme"],
    ["on a narrower scope than asked", "alice editor --on acme", "leave --on out"],
    ["inherited", "alice reader", 'through "editor"'],
    ["by everyone", "alice owner", "--everyone"],
  ])("names the way that a role stays held: %s", async (_, words, way) => {
    const db = await blog();
    const { code, json } = await answer(`revoke ${words}`, db);
    const { error } = json as { error: { code: string; message: string } };
    expect([code, error.code]).toEqual([2, "HELD_OTHERWISE"]);
    expect(error.message).toContain(way);
    expect(JSON.parse((await cli("audit --json --since @2", { db })).stdout).entries).toEqual([]);
  });

  it("of what is not held at all is no change", async () => {
    const { code, json } = await answer("revoke alice moderator", await blog());
    expect([code, json.changed]).toEqual([0, false]);
  });

  it("--everywhere takes every scope", async () => {
    const db = await blog();
    await cli("assign bob moderator", { db });
    await cli("assign bob moderator --on beta/posts", { db });
    const { json } = await answer("revoke bob moderator --everywhere", db);
    expect((json.changes as { scope: string | null }[]).map(({ scope }) => scope).sort()).toEqual(
      ["acme", "beta/posts", null].sort(),
    );
    expect((await cli("has bob moderator --on acme", { db })).code).toBe(1);
  });

  it("takes exactly the scope that is named", async () => {
    const db = await blog();
    await cli("assign bob moderator --on beta", { db });
    await cli("revoke bob moderator --on acme", { db });
    expect((await cli("has bob moderator --on beta", { db })).code).toBe(0);
    expect((await cli("has bob moderator --on acme", { db })).code).toBe(1);
  });
});
