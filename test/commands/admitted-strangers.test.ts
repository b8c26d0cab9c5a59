/** Rule 30: a policy with `strangers: true` answers about users whom it does not know, but those who were users. */
import { describe, expect, it } from "vitest";
import { create, type Rbac, RbacError } from "../../src/index.ts";
import { BLOG } from "../support/blog.ts";
import { cli, json } from "../support/cli.ts";
import { fileWith, seeded } from "../support/documents.ts";
import { errorOf } from "../support/library.ts";
import { chanceOf, SEED } from "../support/store/random-databases.ts";

const OPEN = { ...BLOG, everyone: ["owner", "reader"], strangers: true };

/** A database after some commands, each of which succeeds. */
async function openAfter(...lines: readonly string[]): Promise<string> {
  const db = await seeded(OPEN);
  for (const line of lines) expect([line, await cli(line, { db })]).toMatchObject([line, { code: 0 }]);
  return db;
}

describe("an unknown user is a stranger", () => {
  it.each([
    ["can zed posts:read", 0],
    ["can zed posts:publish", 1],
    ["can zed posts:delete --owner zed", 0],
    ["can zed posts:delete --owner alice", 1],
    ["can zed posts:publish --assume editor", 0],
    ["has zed reader", 0],
    ["has zed editor", 1],
    ["why zed posts:read", 0],
    ["why zed posts:publish", 0],
  ])("%s", async (line, exit) => {
    const db = await seeded(OPEN);
    const { code, stdout, stderr } = await cli(`${line} --json`, { db });
    const [decision] = JSON.parse(stdout).decisions;
    expect([code, decision]).toMatchObject([exit, { user: "zed", known: false }]);
    expect(stderr).toContain('there is no user "zed": answered as a stranger');
    const strict = await cli(`${line} --json --existing`, { db });
    expect([strict.code, JSON.parse(strict.stdout).error.code]).toEqual([2, "USER_NOT_FOUND"]);
  });

  it("with a notice that has the nearest names", async () => {
    const { stdout, stderr } = await cli("can alyce posts:read", { db: await seeded(OPEN) });
    expect(stdout).toContain("yes");
    expect(stderr).toContain('there is no user "alyce": answered as a stranger; near to it there is "alice"');
  });

  it("permissions lists what everyone holds", async () => {
    const db = await seeded(OPEN);
    const answer = await json("permissions zed", { db });
    const { permissions } = await json("permissions --stranger", { db });
    expect(answer).toEqual({ user: "zed", known: false, revision: 1, permissions });
    expect(await json("permissions alice", { db })).toMatchObject({ user: "alice", known: true });
    expect((await cli("permissions zed --existing", { db })).code).toBe(2);
  });

  it.each([true, false])("in a batch of several parts, brief: %s", async (brief) => {
    const lines = Array.from({ length: 3000 }, (_, at) => `{"user":"u${at % 7}","permission":"posts:read"}`);
    const file = fileWith(`${lines.join("\n")}\n{"user":"alice","permission":"posts:publish"}\n`, "q.ndjson");
    const db = await seeded(OPEN);
    const { code, stdout } = await cli(`can --batch "${file}"${brief ? " --brief" : ""}`, { db });
    const answers = stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    expect([code, answers.length]).toEqual([0, 3001]);
    expect(answers.every(({ allowed }) => allowed)).toBe(true);
    if (!brief) expect([answers[2999].known, answers[3000].known]).toEqual([false, true]);
    expect((await cli(`can --batch "${file}" --existing`, { db })).code).toBe(2);
  });

  it.each([
    "history zed",
    "audit --user zed",
    "user show zed",
    "revoke zed reader",
    "user disable zed",
    "assign zed editor --existing",
  ])("%s stays exit 2", async (line) => {
    expect((await cli(line, { db: await seeded(OPEN) })).code).toBe(2);
  });

  it("tests of documents name users who are there", async () => {
    const file = fileWith(JSON.stringify({ ...OPEN, tests: [{ user: "zed", can: ["posts:read"] }] }));
    expect((await cli(`test "${file}"`)).code).toBe(2);
  });
});

describe("no stranger", () => {
  it.each([
    [["user delete dora --yes"], "dora", '"dora" is no user any more: deleted @2'],
    [["user rename dora theodora"], "dora", '"dora" is no user any more: renamed to "theodora" @2'],
    [["user rename dora dd", "user rename dd dora", "user delete dora --yes"], "dora", "deleted @4"],
    [["user rename dora dd", "user rename dd dora", "user delete dora --yes"], "dd", 'renamed to "dora" @3'],
  ])("is who was a user: after %j, %s", async (lines, user, said) => {
    const db = await openAfter(...lines);
    for (const question of [
      `can ${user} posts:read`,
      `has ${user} reader`,
      `why ${user} posts:read`,
      `permissions ${user}`,
    ]) {
      const { code, stdout, stderr } = await cli(`${question} --json`, { db });
      expect([code, JSON.parse(stdout).error.code, stderr]).toEqual([2, "USER_GONE", expect.stringContaining(said)]);
    }
    await cli(`user create ${user}`, { db });
    expect(await json(`can ${user} posts:read`, { db })).toMatchObject({ decisions: [{ known: true }] });
  });

  it.each(["Dora", "DORA", "dοra"])("is who looks like a user: %s for the disabled dora", async (name) => {
    const { code, stdout, stderr } = await cli(`can ${name} posts:read --json`, { db: await seeded(OPEN) });
    expect([code, JSON.parse(stdout).error]).toMatchObject([2, { code: "USER_NOT_FOUND", suggestions: ["dora"] }]);
    expect(stderr).toContain('no stranger may look like the user "dora"');
  });

  it("is admitted by a policy that does not say so, and the past knows when it did", async () => {
    const db = await seeded({ ...OPEN, strangers: false });
    const on = fileWith("rbac: 1\nstrangers: true\n", "s.yaml");
    await cli(`seed "${on}"`, { db });
    await cli("user create zed", { db });
    await cli("user delete zed --yes", { db });
    await cli(`seed "${fileWith("rbac: 1\nstrangers: false\n", "s.yaml")}" --prune --yes`, { db });
    const answers = await Promise.all(
      ["@1", "@2", "@3", "@4", "@5", "+1d"].map(async (at) => {
        const { stdout } = await cli(`can zed posts:read --at ${at} --json`, { db });
        const { decisions, error } = JSON.parse(stdout);
        return decisions ? decisions[0].known : error.code;
      }),
    );
    expect(answers).toEqual(["USER_NOT_FOUND", false, true, "USER_GONE", "USER_NOT_FOUND", "USER_NOT_FOUND"]);
    expect((await cli("audit verify", { db })).code).toBe(0);
  });
});

it("the setting goes through documents of every form, diff, undo and the guard like guarded", async () => {
  const db = await seeded(OPEN);
  const { stdout } = await cli("export", { db });
  expect(stdout).toContain("strangers: true");
  expect((await cli("export --format ndjson", { db })).stdout).toContain('{"kind":"policy","setting":"strangers"}');
  const copy = await seeded(await json("export --format json", { db }));
  expect((await cli("can zed posts:read", { db: copy })).code).toBe(0);
  const off = fileWith("rbac: 1\nstrangers: false\nguarded: false\n", "s.yaml");
  expect((await cli(`seed "${off}" --check --prune`, { db })).code).toBe(1);
  expect((await cli(`seed "${fileWith("rbac: 1\nguarded: false\n", "s.yaml")}" --check --prune`, { db })).code).toBe(0);
  expect((await cli(`seed "${off}" --prune --yes`, { db })).code).toBe(0);
  expect((await cli("can zed posts:read", { db })).code).toBe(2);
  expect((await cli("undo 2", { db })).code).toBe(0);
  expect((await cli("can zed posts:read", { db })).code).toBe(0);
  const bad = fileWith("rbac: 1\nstrangers: maybe\n", "s.yaml");
  expect((await cli(`seed "${bad}"`, { db })).stderr).toContain("strangers is true or false");
});

/** What the model of a policy says of a name: whether it is known, or the code of the error. */
type Said = boolean | "USER_GONE" | "USER_NOT_FOUND";

const LOOK_ALIKE: Readonly<Record<string, readonly string[]>> = {
  amy: ["Amy", "аmy"],
  Amy: ["amy", "аmy"],
  аmy: ["amy", "Amy"],
};
const NAMES = ["amy", "Amy", "аmy", "bob", "zed", "kim"];

/** A policy in three sets, the oracle of the test below. */
class Model {
  users = new Set<string>();
  gone = new Set<string>();
  admits = false;

  copy(): Model {
    return Object.assign(new Model(), { users: new Set(this.users), gone: new Set(this.gone), admits: this.admits });
  }

  says(name: string): Said {
    if (this.users.has(name)) return true;
    if (!this.admits) return "USER_NOT_FOUND";
    if (this.gone.has(name)) return "USER_GONE";
    return LOOK_ALIKE[name]?.some((other) => this.users.has(other)) ? "USER_NOT_FOUND" : false;
  }
}

/** A random change of both, or none where it is refused. */
async function step(rbac: Rbac, model: Model, random: (below: number) => number): Promise<void> {
  const [name, other] = [NAMES[random(NAMES.length)] as string, NAMES[random(NAMES.length)] as string];
  const leave = () => {
    model.users.delete(name);
    model.gone.add(name);
  };
  switch (random(5)) {
    case 0:
      model.admits = !model.admits;
      await rbac.seed({ rbac: 1, strangers: model.admits }, { prune: true });
      return;
    case 1:
      if (!model.users.has(name)) return;
      await rbac.delete("user", name);
      leave();
      return;
    case 2:
      if (!model.users.has(name) || model.users.has(other)) return;
      await rbac.rename("user", name, other, { allowConfusable: true });
      leave();
      model.users.add(other);
      model.gone.delete(other);
      return;
    default:
      await rbac.create("user", name, { allowConfusable: true });
      model.users.add(name);
      model.gone.delete(name);
  }
}

it("all ways of asking say of every name what the model says, now and of every past revision", async () => {
  process.stdout.write(`test/commands/admitted-strangers: RBAC_SEED=${SEED}\n`);
  const random = chanceOf(SEED).below;
  await using rbac = await create(":memory:", { actor: "web" });
  await rbac.seed({
    rbac: 1,
    permissions: ["posts:read"],
    roles: { reader: { grants: ["posts:read"] } },
    everyone: ["reader"],
  });
  const compiled = await Promise.all([
    rbac.compile({ assignments: "memory" }),
    rbac.compile({ assignments: "demand" }),
  ]);
  const said = async (asking: Promise<{ known: boolean | null }>): Promise<unknown> => {
    try {
      return (await asking).known;
    } catch (error) {
      if (error instanceof RbacError) return error.code;
      throw error;
    }
  };
  const model = new Model();
  const past = [model.copy()];
  for (let round = 0; round < 60; round++) {
    const before = Number((await rbac.head()).split(":")[0]);
    await step(rbac, model, random);
    if (Number((await rbac.head()).split(":")[0]) !== before) past.push(model.copy());
    for (const name of NAMES) {
      const ways = [
        rbac.can(name, "posts:read"),
        rbac.has(name, "reader"),
        ...compiled.map((one) => one.can(name, "posts:read")),
      ];
      const answers = await Promise.all(ways.map(said));
      expect([round, name, answers]).toEqual([round, name, ways.map(() => model.says(name))]);
      const at = random(past.length) + 1;
      const then = await said(rbac.can(name, "posts:read", { at: `@${at}` }));
      expect([round, name, at, then]).toEqual([round, name, at, (past[at - 1] as Model).says(name)]);
    }
  }
});

it("a name that is not in its normal form is that of a user, not of a stranger", async () => {
  await using rbac = await create(":memory:", { actor: "web" });
  await rbac.seed({
    rbac: 1,
    permissions: ["p:r"],
    roles: { r: { grants: ["p:r"] } },
    everyone: ["r"],
    strangers: true,
  });
  await rbac.create("user", "Zoë", { disabled: true });
  for (const assignments of ["memory", "demand"] as const) {
    const compiled = await rbac.compile({ assignments });
    expect(await compiled.can("Zoe\u0308", "p:r")).toMatchObject({ allowed: false, reason: "disabled", known: true });
    expect((await errorOf(compiled.can("new", "p:r", { existing: true }))).code).toBe("USER_NOT_FOUND");
    expect(await compiled.can("new", "p:r")).toMatchObject({ allowed: true, known: false });
    expect(await compiled.permissions("new")).toEqual(await rbac.permissions(null));
  }
});
