/** What commands say of people by one function: `diff --impact`, and what stands before a question. */
import { describe, expect, it } from "vitest";
import { cli, freshDb, json } from "../support/cli.ts";
import { fileWith, seeded } from "../support/documents.ts";
import type { PlainDocument } from "../support/oracle.ts";

const FAR = "2999-01-01T00:00:00.000Z";
const LATER = "2999-06-01T00:00:00.000Z";

const SHOP: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:publish", "bills:pay"],
  roles: { reader: { grants: ["posts:read"] }, editor: { inherits: ["reader"], grants: ["posts:publish"] }, clerk: {} },
  users: { alice: { roles: ["editor"] }, bob: { roles: ["reader"] }, carol: { roles: ["editor", "reader"] }, dora: {} },
};
const changed = (parts: Partial<PlainDocument>) => fileWith(JSON.stringify({ ...SHOP, ...parts }));
const SAME = changed({});

describe("diff --impact", () => {
  it("says who gains and who loses between two documents, and is exit 1; exit 0 where nobody does", async () => {
    const users = { ...SHOP.users, alice: { roles: ["reader"] }, dora: { roles: ["editor"] } };
    const other = changed({ users });
    const { code, stdout, stderr } = await cli(["diff", "--impact", SAME, other]);
    expect([code, stdout.split("\n").map((line) => line.replace(/ {2,}/g, "  "))]).toEqual([
      1,
      [
        "1 person gains, 1 loses",
        "  people  permission  because  who",
        "gain  1  posts:publish  editor is assigned  dora",
        "gain  1  posts:read  editor is assigned  dora",
        "lose  1  posts:publish  editor is no longer assigned  alice",
        "1 person has what assignment alice reader gives already, through editor",
        "",
      ],
    ]);
    expect(stderr).toBe(`3 differences; to see them: rbac diff ${SAME} ${other}\n`);
    const harmless = changed({ users: { ...SHOP.users, carol: { roles: ["editor"] } } });
    expect(await cli(["diff", "--impact", SAME, harmless])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^nobody gains or loses anything\n/),
    });
    expect(await cli(["diff", "--impact", SAME, SAME])).toMatchObject({ code: 0, stderr: "equal\n" });
  });

  it("judges as of now, or --at, and tells what differs later", async () => {
    const users = { ...SHOP.users, dora: { roles: [{ role: "reader", from: FAR, until: LATER }] } };
    const line = ["diff", "--impact", SAME, changed({ users })];
    const { code, stdout } = await cli(line);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^nobody gains or loses now, 1 later\n/)]);
    expect(stdout).toContain(`posts:read  ${FAR}  ${LATER}  reader is assigned  dora`);
    const at = await cli([...line, "--at", FAR]);
    expect([at.code, at.stdout]).toEqual([1, expect.stringMatching(/^1 person gains, nobody loses\n/)]);
    expect((await cli([...line, "--at", LATER])).code).toBe(0);
    expect((await cli([...line.filter((word) => word !== "--impact"), "--at", FAR])).code).toBe(2);
  });

  it("knows strangers, whose change is exit 1, too", async () => {
    const { code, stdout } = await cli([
      "diff",
      "--impact",
      changed({ users: {} }),
      changed({ users: {}, everyone: ["reader"] }),
    ]);
    expect([code, stdout]).toEqual([1, expect.stringContaining("whoever the policy does not know\n")]);
  });

  it("is JSON with the changes and the impact, and CSV of all rows, with so many names", async () => {
    const names = Array.from({ length: 12 }, (_, at) => `u${String(at).padStart(2, "0")}`);
    const users = (roles: readonly string[]) => Object.fromEntries(names.map((name) => [name, { roles: [...roles] }]));
    const line = ["diff", "--impact", changed({ users: users([]) }), changed({ users: users(["reader"]) })];
    const asJson = async (...more: string[]) => JSON.parse((await cli([...line, "--json", ...more])).stdout);
    const { changed: isChanged, changes, impact } = await asJson();
    expect([isChanged, changes.length, impact.people]).toEqual([true, 12, { gain: 12, lose: 0, both: 0 }]);
    expect(impact.outcomes).toMatchObject([{ people: 12, users: names.slice(0, 10), usersLeftOut: 2 }]);
    expect((await asJson("--people", "all")).impact.outcomes[0].users).toEqual(names);
    const csv = await cli([...line, "--format", "csv", "--people", "2"]);
    expect(csv.stdout).toBe(
      "impact,people,permission,count,own,scope,except,before,after,from,until,because,who\r\n" +
        'gain,12,posts:read,,any,,,,,,,reader is assigned,"u00, u01 and 10 more"\r\n',
    );
    expect((await cli([...line, "--people", "ten"])).code).toBe(2);
  });

  it("names each permission of a pattern with --expand", async () => {
    const permissions = Array.from({ length: 30 }, (_, at) => `p:${at}`);
    const roles = { all: { grants: ["p:*"] } };
    const users = (held: readonly string[]) => ({ zoe: { roles: [...held] } });
    const line = ["diff", "--impact", changed({ permissions, roles, users: users([]) })];
    const other = changed({ permissions, roles, users: users(["all"]) });
    expect((await cli([...line, other])).stdout).toMatch(/gain +1 +p:\* +30 /);
    expect((await cli([...line, other, "--expand"])).stdout.match(/^gain/gm)).toHaveLength(30);
  });

  it("takes other databases as sides", async () => {
    const [one, other] = [await seeded(SHOP), await seeded({ ...SHOP, users: { alice: {} } })];
    const { code, stdout } = await cli(["diff", "--impact", one, other], { db: freshDb() });
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^3 people lose, nobody gains\n/)]);
    expect((await cli(["diff", one, SAME], { db: freshDb() })).code).toBe(0);
    expect((await cli(["diff", "--impact", `${one}`, "@now"], { db: one })).code).toBe(0);
  });

  it("knows people who were renamed between two moments, in both directions", async () => {
    const db = await seeded(SHOP);
    for (const line of ["user rename bob rob", "user rename rob bert", "assign bert editor", "user create bob"])
      expect((await cli(line, { db })).code).toBe(0);
    const of = async (line: string) => {
      const { impact } = await json<{ impact: { outcomes: { users: string[]; gains: object[]; losses: object[] }[] } }>(
        line,
        { db },
      );
      return impact.outcomes.map(({ users, gains, losses }) => [users, gains.length, losses.length]);
    };
    expect(await of("diff --impact @1 @now")).toEqual([[["bert"], 1, 0]]);
    expect(await of("diff --impact @4 @1")).toEqual([[["bob"], 0, 1]]);
    expect((await cli("diff --impact @1 @3", { db })).code).toBe(0);
  });
});

describe("before a question stands who gains and who loses, what, why, and who keeps it", () => {
  it.each<[string, readonly string[]]>([
    ["user delete alice", ["1 person loses, nobody gains", "lose 1 posts:publish editor is no longer assigned alice"]],
    [
      "role delete reader",
      [
        "4 people lose, nobody gains",
        "lose 4 posts:read reader no longer grants posts:read alice, bob, carol and 1 more",
      ],
    ],
    [
      "permission delete posts:read",
      [
        "4 people lose, nobody gains",
        "lose 4 posts:read permission posts:read is deleted alice, bob, carol and 1 more",
      ],
    ],
    ["undo --to @1", ["1 person loses, nobody gains", "lose 1 posts:read reader is no longer assigned dora"]],
    ["undo 2..3", ["1 person loses, nobody gains", "lose 1 posts:read reader is no longer assigned dora"]],
    [
      "user offboard alice --delete --hand-over bob",
      ["1 person gains, 1 loses", "gain 1 posts:publish editor is assigned bob", "lose 1 posts:publish"],
    ],
    [
      `seed ${changed({ users: { carol: { roles: ["editor"] } } })} --prune`,
      ["3 people lose", "1 person keeps what assignment carol reader gave through editor"],
    ],
  ])("%s", async (line, expected) => {
    const db = await seeded(SHOP);
    await cli("assign dora reader", { db });
    await cli("assign carol clerk", { db });
    const { code, stderr } = await cli(line, { db });
    const told = stderr.replace(/ {2,}/g, " ");
    expect(code).toBe(3);
    for (const part of expected) expect(told).toContain(part);
    expect(told.trimEnd().split("\n").at(-1)).toMatch(/^rbac: .*\? Say --yes to confirm$/);
  });
});
