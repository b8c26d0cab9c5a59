/** Rule 36: what a standing conditional names stays; a deny must not vanish since the name in its condition went. */
import { expect, it } from "vitest";
import { cli, freshDb } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";
import type { PlainDocument } from "../support/oracle.ts";

const POLICY: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:purge", "rbac:permission", "rbac:user", "rbac:escalate", "rbac:grant"],
  attributes: { posts: { status: ["draft", "secret"] } },
  roles: {
    root: { grants: ["*"] },
    clerk: {
      grants: ["posts:*", "rbac:permission", "rbac:user"],
      denies: [{ permission: "posts:read", when: 'resource.status == "secret"' }],
    },
    editor: {
      grants: ["posts:*", { permission: "posts:purge", when: 'subject.user in ["boss", "ceo"]' }],
      denies: [
        { permission: "posts:*", when: 'action.permission == "posts:purge"' },
        { permission: "posts:*", scope: "acme", when: 'subject.user == "mallory"' },
      ],
    },
  },
  users: {
    chief: { roles: ["root"] },
    pat: { roles: ["clerk"] },
    mallory: { roles: ["editor"] },
    boss: { roles: ["editor"] },
  },
};

async function policy(more: Partial<PlainDocument> = {}): Promise<string> {
  const db = freshDb();
  const seeded = await cli(["seed", fileWith(JSON.stringify({ ...POLICY, ...more })), "--actor", "chief"], { db });
  expect(seeded.code, seeded.stderr).toBe(0);
  return db;
}

it.each([
  ["user rename mallory mal", '"mallory"'],
  ["user delete mallory --yes", '"mallory"'],
  ["user delete boss --yes", '"boss"'],
  ["user rename pat ceo", '"ceo"'],
  ["permission rename posts:purge posts:wipe", '"posts:purge"'],
  ["permission delete posts:purge --yes", '"posts:purge"'],
])("%s is refused: a condition names %s", async (line, named) => {
  const db = await policy();
  const before = await cli("export", { db });
  const refusal = await cli(`${line} --actor chief`, { db });
  expect(refusal.code).toBe(3);
  expect(refusal.stderr).toMatch(new RegExp(`"editor" is .*: ungrant it first, since it names ${named}\\n$`));
  expect(await cli("export", { db })).toEqual(before);
});

it("a name that no condition says is renamed, deleted and taken", async () => {
  const db = await policy();
  for (const line of [
    "user rename pat patricia",
    "permission rename rbac:grant rbac:other",
    "user delete patricia --yes",
  ])
    expect(await cli(`${line} --actor chief`, { db })).toMatchObject({ code: 0 });
});

it("the last that is declared of a resource stays while a condition asks for it", async () => {
  const db = await policy();
  const without = fileWith(JSON.stringify({ ...POLICY, attributes: {} }));
  const refusal = await cli(["seed", without, "--prune", "--yes", "--actor", "chief"], { db });
  expect(refusal).toMatchObject({ code: 3 });
  expect(refusal.stderr).toMatch(
    /"clerk" is denied posts:read .*: ungrant it first, since it names resource\.status\n$/,
  );
  const asked = "can pat posts:read --given resource.status=SECRET";
  expect(await cli(asked, { db })).toMatchObject({ code: 1 });
});

it("in a guarded policy, who declares attributes anew needs what the conditions grant and deny", async () => {
  const db = await policy({ guarded: true });
  const wider = fileWith(JSON.stringify({ rbac: 1, attributes: { posts: { status: "string" } } }));
  expect(await cli(["seed", wider, "--prune", "--yes", "--actor", "pat"], { db })).toMatchObject({ code: 3 });
  expect(await cli("can pat posts:read --given resource.status=SECRET", { db })).toMatchObject({ code: 1 });
  expect(await cli(["seed", wider, "--prune", "--yes", "--actor", "chief"], { db })).toMatchObject({ code: 0 });
});
