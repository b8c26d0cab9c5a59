/** The log of decisions: what a line says of each kind of question, and what is not logged. */
import { readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { DecisionLine } from "../../src/decisions/line.ts";
import { type DecisionLogOptions, open, type Rbac } from "../../src/index.ts";
import { guarding } from "../../src/web/frameworks/fetch.ts";
import { SERVER } from "../support/cli.ts";
import { freshLog, idOf, loggedWith } from "../support/decision-logs.ts";
import { errorOf } from "../support/library.ts";
import { CONDITIONAL, LOGGED } from "../support/logged-questions.ts";

const logged = (decisions: Omit<DecisionLogOptions, "file"> = {}) => loggedWith(CONDITIONAL, decisions);

describe("a line says what was asked and by what it was decided", () => {
  it("and the answer has its id: by a compiled policy, at once, and by the database", async () => {
    const { db: url, rbac, compiled, lines } = await logged();
    await using _ = rbac;
    const db = await idOf(url);
    const { revision } = await compiled.all([]);
    const atOnce = { can: async (...how: Parameters<typeof compiled.canSync>) => compiled.canSync(...how) };
    const ways = [compiled, rbac, ...(SERVER ? [] : [{ ...atOnce, has: compiled.has.bind(compiled) }])] as Pick<
      Rbac,
      "can" | "has"
    >[];
    for (const of of ways)
      for (const [name, [ask, line]] of Object.entries(LOGGED)) {
        const before = lines().length;
        const answer = (await ask(of)) as { id?: string };
        const all = lines();
        const { us, held, heldOn, ...last } = all.at(-1) as DecisionLine & { held?: string; heldOn?: string };
        const id = "error" in line ? expect.any(String) : answer.id;
        const isRole = "role" in line;
        const found = { ...last, ...(held && { held }), ...(heldOn && !isRole && { heldOn }) };
        expect({ name, added: all.length - before, ...found }).toEqual({
          name,
          added: 1,
          v: 1,
          id,
          at: expect.stringMatching(/^\d{4}-.*Z$/),
          db,
          revision,
          ...line,
        });
        expect(us).toBeGreaterThanOrEqual(0);
      }
    expect(new Set(lines().map(({ id }) => id)).size).toBe(lines().length);
    expect(statSync(rbac.decisions?.file ?? "").mode & 0o777).toBe(0o600);
  });

  it("by all, each of the same revision; of a list with a fault only the fault", async () => {
    const { rbac, compiled, lines } = await logged();
    await using _ = rbac;
    const questions = [
      { user: "alice", permission: "posts:read", requestId: "a" },
      { user: "bob", permission: "docs:read" },
      { user: "bob", permission: "posts:read", log: false },
    ] as const;
    const { answers } = await compiled.all(questions);
    expect(lines().map(({ id, requestId }) => ({ id, requestId }))).toEqual([
      { id: answers[0]?.id, requestId: "a" },
      { id: answers[1]?.id, requestId: undefined },
    ]);
    const {
      answers: [explained],
    } = await compiled.all([{ ...questions[0], explain: true }]);
    expect(lines().at(-1)).toMatchObject({ id: explained?.id, held: "reader", grant: "posts:read" });
    await errorOf(compiled.all([questions[0], { user: "mallory", permission: "posts:read" }, questions[1]]));
    expect(lines().slice(3)).toMatchObject([{ user: "mallory", error: "USER_NOT_FOUND" }]);
  });
});

it("values are logged of named attributes alone, and no token or other text that was given", async () => {
  const { rbac, compiled, file, lines } = await logged({ logGiven: ["resource.status", "subject.teams"] });
  await using _ = rbac;
  const given = {
    resource: { status: "draft", secret: "s3cret" },
    subject: { teams: ["a", "b"] },
    context: { token: "eyJ" },
  };
  await compiled.can("carol", "docs:read", { given });
  expect(lines()).toMatchObject([
    {
      given: ["context.token", "resource.secret", "resource.status", "subject.teams"],
      values: { "resource.status": "draft", "subject.teams": ["a", "b"] },
      held: "clerk",
    },
  ]);
  expect(readFileSync(file, "utf8")).not.toMatch(/s3cret|eyJ/);
});

it("what is about the past, a list, or said not to be a decision is not logged; what waits is logged once it is kept", async () => {
  const { rbac, compiled, lines } = await logged();
  await using _ = rbac;
  await rbac.can("bob", "posts:read", { at: "@1" });
  await compiled.can("bob", "posts:read", { at: "@1" });
  await compiled.permissions("bob");
  await rbac.whoCan("posts:read");
  expect(await compiled.can("bob", "posts:read", { log: false })).not.toHaveProperty("id");
  const later = await compiled.can("bob", "posts:read", { log: "later" });
  const fault = await errorOf(compiled.can("mallory", "posts:read", { log: "later" }));
  expect(lines()).toEqual([]);
  const ids = [rbac.decisions?.keep(later), rbac.decisions?.keep(fault)];
  expect(lines().map(({ id, error }) => [id, error])).toEqual([
    [ids[0], undefined],
    [ids[1], "USER_NOT_FOUND"],
  ]);
  expect([rbac.decisions?.keep(later), lines().length]).toEqual([undefined, 2]);
});

describe("only", () => {
  const asked = async (only: DecisionLogOptions["only"]) => {
    const { rbac, compiled, lines } = await logged(only === undefined ? {} : { only });
    await using _ = rbac;
    for (let at = 0; at < 400; at++) await compiled.can("bob", "posts:read");
    await compiled.can("bob", "docs:read");
    await errorOf(compiled.can("mallory", "posts:read"));
    return lines().map(({ decision, error, share }) => `${error ?? decision} ${share}`);
  };
  it.each([
    ["deny", ["false 0"]],
    ["error", ["USER_NOT_FOUND 0"]],
    [
      ["deny", "error"],
      ["false 0", "USER_NOT_FOUND 0"],
    ],
  ] as const)("%s", async (only, lines) => expect(await asked(only)).toEqual(lines));
  it("a share of all, or of what is allowed", async () => {
    const some = await asked(["deny", { sample: 0.25 }]);
    expect(some).toContain("false 0.25");
    const allowed = some.filter((line) => line === "true 0.25").length;
    expect(allowed).toBeGreaterThan(40); // Of 400 about 100; less than that by a chance of 10^-12.
    expect(allowed).toBeLessThan(170);
  });
});

it("an option that says nothing, or of another kind, is an error before anything is opened", async () => {
  const file = freshLog();
  const wrong: readonly object[] = [
    {},
    { file: "" },
    { file, only: [] },
    { file, only: "allow" },
    { file, only: { sample: 0 } },
    { file, only: { sample: 2 } },
    { file, only: {} },
    { file, full: "block" },
    { file, logGiven: "status" },
    { file, logGiven: "resources.status" },
    { file, sample: 1 },
  ];
  for (const decisions of wrong)
    expect({ decisions, ...(await errorOf(open("nowhere.db", { decisions: decisions as never }))) }).toMatchObject({
      exitCode: 2,
    });
});

it("a guard logs what decided a request, with its id, and nothing that it asked on the way", async () => {
  const { rbac, compiled, lines } = await logged();
  await using _ = rbac;
  const g = guarding(compiled, { user: (request) => request.headers.get("x-user") });
  const load = () => ({ status: "open", owner: "carol" });
  const given = (_: Request, doc: ReturnType<typeof load>) => ({ resource: doc });
  const owner = (_: Request, doc: ReturnType<typeof load>) => doc.owner;
  const routes = [
    g.requirePermission("docs:read", { load, given, owner }),
    g.requireAnyPermission(["docs:read", "posts:read"]),
    g.requireRole("writer"),
  ].map((need) => need(() => new Response()));
  await g.ready();
  expect(lines()).toEqual([]);
  const told: unknown[] = [];
  for (const [at, user] of (["dave", "alice", "mallory"] as const).entries())
    for (const [place, route] of routes.entries()) {
      const before = lines().length;
      const headers = { "x-user": user, "x-request-id": `r${at}${place}` };
      const { status } = await route(new Request("http://localhost/", { headers }));
      const added = lines().slice(before);
      expect(new Set(added.map(({ requestId }) => requestId))).toEqual(new Set([`r${at}${place}`]));
      told.push([
        status,
        ...added.map(({ error, decision, permission, role }) => [error ?? decision, permission ?? role]),
      ]);
    }
  const unknown = (name: string) => [403, ["USER_NOT_FOUND", name]];
  expect(told).toEqual([
    [200, [true, "docs:read"]],
    [200, [false, "docs:read"], [true, "posts:read"]],
    [200, [true, "writer"]],
    [403, [false, "docs:read"]],
    [200, [false, "docs:read"], [true, "posts:read"]],
    [403, [false, "writer"]],
    unknown("docs:read"),
    unknown("docs:read"),
    unknown("writer"),
  ]);
});
