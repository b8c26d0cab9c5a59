/** The calls of a compiled policy beside `can`: what they refuse, whom they admit, and what they see of other processes. */
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Assignments, type Compiled, create, type Rbac } from "../../src/index.ts";
import { cli, freshDb } from "../support/cli.ts";
import { meddle, ON_SERVER } from "../support/databases.ts";
import { errorOf, POSTS } from "../support/library.ts";

let db: string;
let rbac: Rbac;
let compiled: Compiled;

const begin = async (assignments: Assignments) => {
  db = freshDb();
  rbac = await create(db, { actor: "web" });
  await rbac.seed(POSTS);
  compiled = await rbac.compile({ assignments });
};
afterEach(() => rbac.close());

describe.each<Assignments>(["memory", "demand"])("with assignments in %s", (assignments) => {
  beforeEach(() => begin(assignments));

  it("has says of a role what can says of a permission, and nothing more", async () => {
    const { revision } = await compiled.can("alice", "posts:read");
    const held = { allowed: true, reason: "allow", known: true, revision };
    expect(await compiled.has("alice", "editor", { on: "acme/blog" })).toEqual(held);
    expect(await compiled.has("alice", "editor")).toEqual({ ...held, allowed: false, reason: "none" });
    expect(await compiled.has(null, "reader")).toEqual({ ...held, known: null });
    await rbac.revoke("alice", "editor", { on: "acme" });
    expect((await compiled.has("alice", "editor", { on: "acme" })).allowed).toBe(false);
    expect((await compiled.has("alice", "editor", { on: "acme", at: "@1" })).allowed).toBe(true);
    expect(await errorOf(compiled.has("alice", "editro"))).toMatchObject({
      code: "ROLE_NOT_FOUND",
      suggestions: ["editor"],
    });
    expect(await errorOf(compiled.has("alice", "editor", { owner: "bob" } as object))).toMatchObject({
      code: "OPTION_UNKNOWN",
    });
  });

  it("all answers in the order of the questions, at one revision, and what it is not asked it does not say", async () => {
    const { answers, revision } = await compiled.all([
      { user: "bob", permission: "posts:read" },
      { user: "alice", permission: "posts:publish", on: "acme" },
      { user: null, permission: "posts:publish" },
      { user: "alice", permission: "posts:delete", on: "acme", explain: true },
    ]);
    expect(answers.map(({ allowed, reason, except }) => [allowed, reason, except])).toEqual([
      [true, "allow", []],
      [true, "allow", []],
      [false, "none", []],
      [true, "allow", ["acme/archive"]],
    ]);
    expect(answers.map((answer) => answer.because?.length)).toEqual([undefined, undefined, undefined, 1]);
    expect(new Set([revision, ...answers.map((answer) => answer.revision)])).toEqual(new Set([1]));
    expect(await compiled.all([])).toEqual({ revision: 1, answers: [] });
  });

  it("all is of one revision while others change what it asks about", async () => {
    const users = Array.from({ length: 300 }, (_, at) => `u${at}`);
    await rbac.seed({ ...POSTS, users: Object.fromEntries(users.map((user) => [user, {}])) });
    const questions = users.map((user) => ({ user, permission: "docs:read" }));
    for (let round = 0; round < 10; round++) {
      const next = round % 2 === 0 ? ["clerk"] : [];
      const change = rbac.seed(
        { rbac: 1, roles: POSTS.roles, users: Object.fromEntries(users.map((user) => [user, { roles: next }])) },
        { prune: true },
      );
      const all = await Promise.all([compiled.all(questions), compiled.all(questions)]);
      for (const { answers, revision } of all) {
        expect(new Set(answers.map(({ allowed }) => allowed)).size).toBe(1);
        expect(new Set(answers.map((answer) => answer.revision))).toEqual(new Set([revision]));
      }
      await change;
      const { answers } = await compiled.all(questions);
      expect(answers.every(({ allowed }) => allowed === (round % 2 === 0))).toBe(true);
    }
  });

  it.each([
    [[{ user: "alcie", permission: "posts:read" }], "question 2: ", "USER_NOT_FOUND"],
    [[{ user: "alice", permission: "posts:raed" }], "question 2: ", "PERMISSION_NOT_FOUND"],
    [[{ user: "alice", permission: "posts:*" }], "question 2: ", "PERMISSION_INVALID"],
    [[{ user: "alice", permission: "posts:read", on: "" }], "question 2: ", "VALUE_EMPTY"],
    [[{ user: "alice", permission: "posts:read", scope: "a" }], "question 2: ", "OPTION_UNKNOWN"],
    [[{ permission: "posts:read" }], "question 2: ", "VALUE_INVALID"],
    [["alice"], "question 2: ", "VALUE_INVALID"],
    [[{ user: "alice", permission: "posts:read", at: "@1" }], "question 1: ", "USAGE"],
    [[{ user: "alcie", permission: "posts:read", explain: true }], "question 2: ", "USER_NOT_FOUND"],
    [[{ user: "al\u0069ce ", permission: "posts:read" }], "question 2: ", "NAME_INVALID"],
  ])("all refuses %j as the second question", async (wrong, begins, code) => {
    const questions = [{ user: "alice", permission: "posts:read" }, ...wrong];
    const error = await errorOf(compiled.all(questions as never));
    expect([error.code, error.message.slice(0, begins.length), error.exitCode]).toEqual([code, begins, 2]);
    if (code === "USER_NOT_FOUND") expect(error.suggestions).toEqual(["alice"]);
  });

  it("all answers about one moment of the past, and names the question about one that there is not", async () => {
    await rbac.revoke("alice", "editor", { on: "acme" });
    const asked = { permission: "posts:publish", on: "acme", at: "@1" };
    const { answers, revision } = await compiled.all([
      { user: "alice", ...asked },
      { user: "bob", ...asked },
    ]);
    expect([revision, ...answers.map(({ allowed }) => allowed)]).toEqual([1, true, false]);
    expect(await errorOf(compiled.all([{ user: "alice", ...asked, at: "@9" }]))).toMatchObject({
      code: "REVISION_NOT_FOUND",
      message: expect.stringMatching(/^question 1: there is no revision 9/),
    });
    expect(await errorOf(compiled.all("alice" as never))).toMatchObject({ code: "VALUE_INVALID" });
  });

  it("strangers are admitted by the question, but nobody who was a user or looks like one", async () => {
    await rbac.delete("user", "bob");
    const how = { strangers: true };
    const ask = (user: string) => [
      () => rbac.can(user, "posts:read", how),
      () => compiled.can(user, "posts:read", how),
      () => rbac.has(user, "reader", how),
      () => compiled.has(user, "reader", how),
      async () => (await compiled.all([{ user, permission: "posts:read", ...how }])).answers[0],
      ...(ON_SERVER ? [] : [() => compiled.canSync(user, "posts:read", how)]),
    ];
    for (const call of ask("zoe")) expect(await call()).toMatchObject({ allowed: true, known: false });
    for (const call of ask("alice")) expect(await call()).toMatchObject({ allowed: true, known: true });
    for (const call of ask("bob")) expect(await errorOf(call)).toMatchObject({ code: "USER_GONE" });
    for (const call of ask("Alice"))
      expect(await errorOf(call)).toMatchObject({ code: "USER_NOT_FOUND", suggestions: ["alice"] });
    expect((await compiled.can("zoe", "posts:publish", how)).reason).toBe("none");
    // Whom one question admitted, another does not know.
    expect(await errorOf(compiled.can("zoe", "posts:read"))).toMatchObject({ code: "USER_NOT_FOUND" });
    expect(await errorOf(compiled.can("zoe", "posts:read", { ...how, existing: true }))).toMatchObject({
      code: "USAGE",
    });
    const two = [
      { user: "zoe", permission: "posts:read", ...how },
      { user: "yan", permission: "posts:read", ...how },
    ];
    expect((await compiled.all(two)).answers.map(({ known }) => known)).toEqual([false, false]);
    expect(await errorOf(compiled.all([...two, { user: "bob", permission: "posts:read", ...how }]))).toMatchObject({
      code: "USER_GONE",
      message: expect.stringMatching(/^question 3: /),
    });
  });

  it("existing refuses a stranger whom an earlier question kept", async () => {
    await rbac.seed({ rbac: 1, strangers: true });
    expect((await compiled.can("zoe", "posts:read")).known).toBe(false);
    expect(await errorOf(compiled.can("zoe", "posts:read", { existing: true }))).toMatchObject({
      code: "USER_NOT_FOUND",
    });
    expect((await compiled.can("zoe", "posts:read", { existing: false })).known).toBe(false);
  });

  it.runIf(ON_SERVER)("a server answers only with a promise, which canSync says", async () => {
    const error = await errorOf(() => compiled.canSync("alice", "posts:read"));
    expect([error.code, error.exitCode]).toEqual(["NOT_AT_ONCE", 2]);
    expect(error.message).toContain("ask can");
  });

  describe.skipIf(ON_SERVER)("canSync", () => {
    it("sees what others committed before, of every kind", async () => {
      const may = (user = "bob") => compiled.canSync(user, "posts:publish", { on: "acme" }).allowed;
      const run = async (...argv: string[]) => expect((await cli(argv, { db })).code).toBe(0);
      expect(may()).toBe(false);
      await run("assign", "bob", "editor");
      expect(may()).toBe(true);
      await run("ungrant", "editor", "posts:*");
      expect(may()).toBe(false);
      await run("grant", "reader", "posts:publish");
      expect(may("carol")).toBe(true);
      await run("user", "disable", "carol");
      expect(may("carol")).toBe(false);
      await run("user", "rename", "bob", "rob");
      expect((await errorOf(() => may("bob"))).code).toBe("USER_NOT_FOUND");
      expect(may("rob")).toBe(true);
    });

    it("refuses the past and evidence, and says how names are spelt", async () => {
      for (const how of [{ at: "@1" }, { at: "-1d" }, { explain: true }])
        expect((await errorOf(() => compiled.canSync("alice", "posts:read", how))).code).toBe("NOT_AT_ONCE");
      const error = await errorOf(() => compiled.canSync("alcie", "posts:read"));
      expect([error.code, error.suggestions]).toEqual(["USER_NOT_FOUND", ["alice"]]);
      expect((await errorOf(() => compiled.canSync(undefined as never, "posts:read"))).code).toBe("VALUE_INVALID");
      expect(compiled.canSync("alice", "posts:read", { at: "+1d" }).allowed).toBe(true);
      await compiled.close();
      expect((await errorOf(() => compiled.canSync("alice", "posts:read"))).code).toBe("CLOSED");
    });

    it("beside answers that are waited for, while others write: each is of what was committed", async () => {
      for (let round = 0; round < 30; round++) {
        const isGiven = round % 2 === 0;
        const waiting = Array.from({ length: 5 }, () => compiled.can("bob", "docs:read"));
        const change = isGiven ? rbac.assign("bob", "clerk") : rbac.revoke("bob", "clerk");
        const more = compiled.all([{ user: "bob", permission: "docs:read" }]);
        const { revision } = await change;
        expect(compiled.canSync("bob", "docs:read")).toMatchObject({ allowed: isGiven, revision });
        for (const { allowed, revision: at } of [...(await Promise.all(waiting)), ...(await more).answers])
          expect(allowed).toBe(at % 2 === 0);
      }
    });

    it("compiles anew where entries do not lead to the revision", async () => {
      const { revision } = compiled.canSync("alice", "posts:read");
      await meddle(db, "update meta set revision = revision - 1");
      expect(compiled.canSync("alice", "posts:read")).toMatchObject({ allowed: true, revision: revision - 1 });
      await meddle(db, "update meta set revision = revision + 1");
      expect(compiled.canSync("alice", "posts:read")).toMatchObject({ allowed: true, revision });
    });

    it("in memory, in the middle of a change, it is to be tried again; before and behind it answers", async () => {
      await using memory = await create(":memory:", { actor: "web" });
      await memory.seed(POSTS);
      const index = await memory.compile({ assignments });
      const [read, refused] = [[] as boolean[], [] as string[]];
      let [isDone, step] = [false, 0];
      const change = memory.assign("bob", "clerk").finally(() => {
        isDone = true;
      });
      while (!isDone) {
        try {
          read.push(index.canSync("bob", "docs:read").allowed);
        } catch (error) {
          const { code, retry } = error as { code: string; retry: boolean };
          refused.push(`${code} ${retry}`);
        }
        step += 1;
        await (step % 20 === 0 ? turn() : undefined);
      }
      await change;
      expect(new Set(refused)).toEqual(new Set(["DATABASE_LOCKED true"]));
      expect(read).not.toContain(true);
      expect(index.canSync("bob", "docs:read").allowed).toBe(true);
    });
  });
});
