/** Rule 39: a renaming keeps the trail; `why`, `history` and `audit` follow it to the first hand. */
import { describe, expect, it } from "vitest";
import { blog } from "../support/blog.ts";
import { cli, json } from "../support/cli.ts";

/** A database after some commands, each of which succeeds. */
async function blogAfter(...lines: readonly string[]): Promise<string> {
  const db = await blog();
  for (const line of lines) expect([line, await cli(line, { db })]).toMatchObject([line, { code: 0 }]);
  return db;
}

const APPROVED = 'assign bob admin --actor boss --reason "approved by CISO"';
const RENAMED = "user rename bob robert --actor helpdesk";

interface Why {
  readonly decisions: readonly {
    readonly because: readonly {
      readonly assignment: { readonly role: string; readonly stamp: object };
      readonly grant: { readonly stamp: object };
    }[];
  }[];
}
const assignmentsOf = ({ decisions: [decision] }: Why) =>
  new Map(decision?.because.map(({ assignment }) => [assignment.role, assignment.stamp]));

describe("why follows a renaming to the first hand", () => {
  it("of a user", async () => {
    const db = await blogAfter(APPROVED, RENAMED);
    const { stdout } = await cli("why robert posts:publish", { db });
    expect(stdout).toMatch(/assigned admin {2}@2 by boss, [^ ]+ \("approved by CISO"\), as bob until @3 by helpdesk/);
    const stamps = assignmentsOf(await json<Why>("why robert posts:publish", { db }));
    expect(stamps.get("admin")).toEqual({
      revision: 2,
      actor: "boss",
      at: expect.any(String),
      reason: "approved by CISO",
      as: { user: "bob" },
      renamings: [
        { of: "user", former: "bob", name: "robert", revision: 3, actor: "helpdesk", at: expect.any(String) },
      ],
    });
  });

  it("of a permission that a grant leaves out: the grant is still that of who gave it", async () => {
    const db = await blogAfter(
      "role create sweeper",
      "assign bob sweeper",
      "grant sweeper posts:* --but posts:publish --actor boss",
      "permission rename posts:publish posts:release --actor dev",
    );
    const { decisions } = await json<Why>("why bob posts:delete", { db });
    expect(decisions[0]?.because.map(({ grant }) => grant.stamp)).toContainEqual(
      expect.objectContaining({
        actor: "boss",
        as: {},
        renamings: [expect.objectContaining({ of: "permission", former: "posts:publish", actor: "dev" })],
      }),
    );
  });

  it("of a user, a role and a permission, several times", async () => {
    const db = await blogAfter(
      APPROVED,
      RENAMED,
      "role rename admin chief --actor hr",
      "permission rename posts:publish posts:release --actor dev",
      "user rename robert rob --actor desk2",
    );
    const { decisions } = await json<Why>("why rob posts:release", { db });
    const stamp = assignmentsOf({ decisions }).get("chief");
    expect(stamp).toMatchObject({ revision: 2, actor: "boss", as: { user: "bob", role: "admin" } });
    expect((stamp as { renamings: { former: string }[] }).renamings.map(({ former }) => former)).toEqual([
      "bob",
      "admin",
      "robert",
    ]);
    const { stdout } = await cli("why rob posts:release", { db });
    expect(stdout).toContain("as bob until @3 by helpdesk, as admin until @4 by hr, as robert until @6 by desk2");
    expect((await cli("why alice posts:release", { db })).stdout).toMatch(
      /grants posts:release {2}@1 by [^,]+, [^,]+, as posts:publish until @5 by dev/,
    );
  });

  it("not beyond a row that was written after it, and not to somebody else who has the old name", async () => {
    const db = await blogAfter(
      RENAMED,
      "assign robert admin --actor boss",
      "user create bob --actor hr",
      "assign bob editor --actor hr",
    );
    const stamps = assignmentsOf(await json<Why>("why robert posts:publish", { db }));
    expect(stamps.get("admin")).toEqual({ revision: 3, actor: "boss", at: expect.any(String), reason: null });
    const bob = await cli("why bob posts:publish", { db });
    expect(bob.stdout).not.toContain("robert");
  });
});

describe("audit and history follow it", () => {
  const lines = [APPROVED, RENAMED, "user create bob --actor hr", "assign bob admin --actor hr"];

  it("audit --user: entries of the former name up to the renaming, and the renaming itself", async () => {
    const db = await blogAfter(...lines);
    const { entries } = await json<{ entries: { seq: number; change: Record<string, unknown>; as?: object }[] }>(
      "audit --user robert --since @2",
      { db },
    );
    const said = entries.map(({ change: { kind, user, role }, as }) => [kind, user ?? role, as]);
    expect(said).toEqual([
      ["assignment.add", "bob", { user: "bob" }],
      ["user.add", "robert", undefined],
      ...[0].map(() => ["assignment.add", "robert", undefined]),
      ["assignment.add", "robert", undefined],
      ["assignment.remove", "bob", { user: "bob" }],
      ...[0].map(() => ["assignment.remove", "bob", { user: "bob" }]),
      ["user.remove", "bob", { user: "bob" }],
      ["former.add", undefined, undefined],
    ]);
    const { stdout, stderr } = await cli("audit --user robert", { db });
    expect(stderr).toContain("the user was named bob until @3, renamed by helpdesk");
    expect(stdout).toContain("rbac user rename bob robert");
    expect(stdout).not.toContain("hr");
  });

  it("audit --role, over a name that somebody took again", async () => {
    const db = await blogAfter(
      "role rename admin chief",
      "role create admin",
      "role rename chief head",
      "grant admin posts:read",
    );
    const { entries } = await json<{ entries: { revision: number; as?: object }[] }>("audit --role head", { db });
    expect(new Set(entries.map(({ revision }) => revision))).toEqual(new Set([1, 2, 4]));
    expect(entries.find(({ revision }) => revision === 1)?.as).toEqual({ role: "admin" });
    expect(entries.find(({ revision, as }) => revision === 4 && as)?.as).toEqual({ role: "chief" });
  });

  it("history: gains are dated to the first hand, and the renaming is neither gain nor loss", async () => {
    const db = await blogAfter(...lines);
    const { history } = await json<{ history: { revision: number; turn: string; entries: object[] }[] }>(
      "history robert users:read",
      { db },
    );
    expect(history).toMatchObject([
      {
        revision: 2,
        turn: "gained",
        entries: [{ actor: "boss", reason: "approved by CISO", as: { user: "bob" } }],
      },
    ]);
    const { stdout, stderr } = await cli("history robert users:read", { db });
    expect(stdout).toContain("rbac assign bob admin (approved by CISO), as bob");
    expect(stderr).toContain("the user was named bob until @3, renamed by helpdesk");
  });

  it("history --role", async () => {
    const db = await blogAfter("grant editor users:read --actor boss", "role rename editor writer --actor hr");
    const { history } = await json<{ history: object[] }>("history --role writer users:read", { db });
    expect(history).toMatchObject([
      { revision: 2, turn: "gained", entries: [{ actor: "boss", as: { role: "editor" } }] },
    ]);
  });

  it("the old name still tells its own part", async () => {
    const db = await blogAfter(APPROVED, RENAMED);
    const { history } = await json<{ history: object[] }>("history bob users:read", { db });
    expect(history).toMatchObject([
      { revision: 2, turn: "gained" },
      { revision: 3, turn: "lost" },
    ]);
  });
});
