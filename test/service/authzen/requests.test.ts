/** What a request is read as, and what no name, property or value of it may get. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { create, open } from "../../../src/index.ts";
import type { AuthzenOptions } from "../../../src/service/authzen/mapping/options.ts";
import { type Asking, askingOf } from "../../support/authzen/serving.ts";
import { type Parts, request, SMUGGLED, TODO } from "../../support/authzen/todo.ts";
import { freshDb } from "../../support/cli.ts";
import { errorOf, inMemory } from "../../support/library.ts";

const [ONE, MANY] = ["/access/v1/evaluation", "/access/v1/evaluations"];

/** One setting with its own asking, which all tests of it share. */
const askings = new Map<string, Promise<Asking>>();
function asking(how: AuthzenOptions = {}): Promise<Asking> {
  const key = JSON.stringify(how);
  const made = askings.get(key) ?? askingOf(TODO, how);
  askings.set(key, made);
  return made;
}
afterAll(async () => {
  for (const made of askings.values()) await (await made).close();
});

async function decisionOf(parts: Parts, how: AuthzenOptions = {}) {
  const { status, body } = await (await asking(how)).ask(ONE, request(parts));
  return { status, decision: body.decision, error: body.context?.error, reason: body.context?.reason };
}

describe("no name and no property claims ownership", () => {
  it("of at least 40 that were tried", () => expect(SMUGGLED.length).toBeGreaterThanOrEqual(90));

  it.each(SMUGGLED.map(([what, parts, how]) => ({ what, parts, how })))("$what", async ({ parts, how }) => {
    expect(await decisionOf(parts, how)).toMatchObject({ status: 200, decision: false });
    const { resource, action, subject } = JSON.parse(JSON.stringify(request(parts)));
    const batch = await (await asking(how)).ask(MANY, { subject, evaluations: [{ resource, action }, {}] });
    expect(batch.body.evaluations?.map(({ decision }) => decision)).toEqual([false, false]);
  });

  it("but the owner does, by name and by e-mail, in whatever form of Unicode", async () => {
    expect(await decisionOf({ properties: { owner: "morty" } })).toMatchObject({ decision: true });
    const byEmail = { properties: { owner: "morty@example.com" } };
    expect(await decisionOf(byEmail, { ownerBy: "email" })).toMatchObject({ decision: true });
    const other = { properties: { author: "morty", owner: "rick" } };
    expect(await decisionOf(other, { ownerProperty: "author" })).toMatchObject({ decision: true });
    expect(await decisionOf(other)).toMatchObject({ decision: false, reason: "none" });
  });

  it("and says why it refuses a name", async () => {
    const { error } = await decisionOf({ name: "update:own" });
    expect(error).toMatchObject({ status: 400, code: "PERMISSION_INVALID" });
    expect((await decisionOf({ name: "upd*" })).error).toMatchObject({ status: 400, code: "PERMISSION_INVALID" });
  });
});

describe("the permission", () => {
  it("is the whole name of the action where that is in the catalogue, else type:name", async () => {
    expect(await decisionOf({ name: "todo:read", type: "whatever" })).toMatchObject({ decision: true });
    expect(await decisionOf({ name: "read" })).toMatchObject({ decision: true });
    expect(await decisionOf({ user: "rick", name: "read all" })).toMatchObject({ decision: true });
    expect((await decisionOf({ name: "reed" })).error).toEqual({
      ...{ status: 404, code: "PERMISSION_NOT_FOUND", suggestions: ["todo:read"] },
      message: expect.stringContaining("todo:reed"),
    });
  });

  it("is made by a template with properties, of which none may be missing", async () => {
    const how = { actionTemplate: "{type}:{name}-{properties.how}" };
    const soft = { user: "rick", name: "delete", action: { how: "soft" } };
    expect(await decisionOf(soft, how)).toMatchObject({ decision: true });
    expect((await decisionOf({ ...soft, action: { how: true } }, how)).error).toMatchObject({ status: 404 });
    for (const action of [undefined, {}, { how: null }])
      expect((await decisionOf({ ...soft, action }, how)).error).toMatchObject({ status: 400, code: "VALUE_EMPTY" });
    for (const bad of [1.5, [], {}, 2 ** 60])
      expect((await decisionOf({ ...soft, action: { how: bad } }, how)).error).toMatchObject({ code: "VALUE_INVALID" });
    expect(await decisionOf({ name: "todo:read" }, how)).toMatchObject({ decision: true });
  });

  it("follows the catalogue, which others may change between two questions", async () => {
    const file = freshDb();
    await using first = await create(file, { actor: "app" });
    await first.seed(TODO);
    await using other = await open(file, { actor: "other" });
    const served = await askingOf(first);
    const ask = async (name: string) => (await served.ask(ONE, request({ name }))).body;
    expect(await ask("read")).toMatchObject({ decision: true });
    await other.create("permission", "read");
    expect(await ask("read")).toMatchObject({ decision: false, context: { reason: "none" } });
    expect((await ask("sing")).context?.error).toMatchObject({ status: 404 });
    await other.create("permission", "sing");
    await other.grant("editor", "sing");
    const many = await served.ask(MANY, { ...request(), evaluations: [{ action: { name: "sing" } }] });
    expect(many.body.evaluations?.[0]).toMatchObject({ decision: true });
    await other.delete("permission", "read");
    expect(await ask("read")).toMatchObject({ decision: true });
  });
});

describe("the scope", () => {
  const deleting = (parts: Parts, how?: AuthzenOptions) => decisionOf({ name: "delete", ...parts }, how);

  it("is the type and the id, each a segment of its own, below the scope that is sent", async () => {
    expect(await deleting({ id: "a" })).toMatchObject({ decision: true });
    for (const id of ["b", "A", "a/b", "a%2Fb", "a%2fb", "aa", "a ", "a*", ".", "..", "", "../todo/a", "a\u0000"])
      expect({ id, ...(await deleting({ id })) }).toMatchObject({ id, decision: false });
    expect(await deleting({ type: "todo", id: "x", properties: { scope: "todo/a" } })).toMatchObject({
      decision: true,
    });
    expect(await deleting({ id: "a", properties: { scope: "todo" } })).toMatchObject({ decision: false });
    expect(await deleting({ name: "todo:delete", type: "todo/a", id: "x" })).toMatchObject({ decision: false });
    expect(await deleting({ id: "a", properties: { scope: null } })).toMatchObject({ decision: true });
  });

  it("is refused where it is none", async () => {
    for (const scope of ["", "todo//a", "/todo", "*", "todo/..", "todo%2fa"])
      expect((await deleting({ properties: { scope } })).error).toMatchObject({ status: 400, code: "SCOPE_INVALID" });
    for (const scope of [1, true, ["todo"], {}])
      expect((await deleting({ properties: { scope } })).error).toMatchObject({ status: 400, code: "VALUE_INVALID" });
  });

  it("keeps a deny on one object, however its id is written", async () => {
    const kept = (id: string) => deleting({ user: "beth", id, properties: { scope: "acme" } });
    expect(await kept("kept")).toMatchObject({ decision: false, reason: "deny" });
  });

  it("is made by a template, or is the root", async () => {
    const how = { resourceScope: "todo/{properties.folder}", scopeProperty: "tenant" };
    expect(await deleting({ id: "x", properties: { folder: "a" } }, how)).toMatchObject({ decision: true });
    expect(await deleting({ id: "a", properties: { folder: 1 } }, how)).toMatchObject({
      decision: false,
      reason: "none",
    });
    expect((await deleting({ id: "a" }, how)).error).toMatchObject({ status: 400, code: "VALUE_EMPTY" });
    expect(await deleting({ id: "a" }, { resourceScope: "" })).toMatchObject({ decision: false, reason: "none" });
    const tenant = { resourceScope: "{scope}", scopeProperty: "tenant" };
    expect(await deleting({ properties: { tenant: "todo/a" } }, tenant)).toMatchObject({ decision: true });
    expect(await deleting({ id: "a" }, tenant)).toMatchObject({ decision: false, reason: "none" });
  });

  it("has no template that two resources could meet in, or that names what is not there", async () => {
    const rbac = await inMemory(TODO);
    const bad = ["{type}-{id}", "{scope}x", "{nothing}", "{id", "id}", "a//b", "/a", "{properties.}", "{scope}{id}"];
    for (const resourceScope of bad)
      expect(await errorOf(askingOf(rbac, { resourceScope }))).toMatchObject({ exitCode: 2, code: "VALUE_INVALID" });
    for (const actionTemplate of ["{scope}:{name}", "{", "{nothing}"])
      expect(await errorOf(askingOf(rbac, { actionTemplate }))).toMatchObject({ exitCode: 2, code: "VALUE_INVALID" });
    await rbac.close();
  });
});

describe("what the language of conditions has no form for is there, and unknown", () => {
  const UNSAYABLE = ["[{}]", "[[1]]", "[null]", '{"a":{"b":{"c":1}}}', '{"a-b":1}', "{}", "1e999", "9007199254740993"];

  it("so that !has(x) is not true for it", async () => {
    const reading = async (properties?: string) =>
      (await decisionOf({ user: "beth", name: "read", properties: properties && JSON.parse(properties) })).decision;
    for (const value of [...UNSAYABLE, '"x"', "false", "[]"])
      expect({ value, may: await reading(`{"secret":${value}}`) }).toEqual({ value, may: false });
    expect(await reading()).toBe(false);
    for (const none of ["{}", '{"secret":null}', '{"other":[{}],"se-cret":1}', '{"__proto__":{"secret":1}}'])
      expect({ none, may: await reading(none) }).toEqual({ none, may: true });
  });

  it("so that a deny that asks for it holds", async () => {
    const updating = async (properties?: string) =>
      (await decisionOf({ user: "beth", properties: properties && JSON.parse(properties) })).decision;
    for (const value of [...UNSAYABLE, "1", '"1"', "null"])
      expect({ value, may: await updating(`{"level":${value}}`) }).toEqual({ value, may: false });
    expect(await updating()).toBe(false);
    expect(await updating('{"level":2,"x y":[{}],"deep":{"a":{"b":{"c":1}}}}')).toBe(true);
  });

  it("so that a time is read exactly, or refused", async () => {
    const at = async (time: unknown) => decisionOf({ user: "summer", name: "read", context: { time, ip: "x" } });
    for (const time of ["2027-01-31T09:00:00Z", "2027-01-31T09:00Z", "2027-01-31T09:00-07:00", null, undefined])
      expect({ time, ...(await at(time)) }).toMatchObject({ time, decision: true });
    for (const time of ["2040-01-31T09:00:00Z", "2040-01-31T09:00+07:00"])
      expect({ time, ...(await at(time)) }).toMatchObject({ time, decision: false, reason: "none" });
    expect(await at({})).toMatchObject({ decision: false, reason: "condition" });
    for (const time of ["noon", 1, [], "2027-13-01T00:00Z", true])
      expect((await at(time)).error).toMatchObject({ status: 400, code: "GIVEN_INVALID" });
  });

  it("and an owner whom nobody can be is refused, as a deny holds for owners", async () => {
    const deleting = (owner: unknown) => decisionOf({ user: "beth", name: "delete", id: "a", properties: { owner } });
    for (const owner of [["beth"], {}, 1, "", "beth "])
      expect((await deleting(owner)).error).toMatchObject({ status: 400 });
    expect(await deleting("beth")).toMatchObject({ decision: false, reason: "deny" });
  });
});

describe("the subject", () => {
  it("is a user by name; unknown ones are told with a decision that is false, and counted", async () => {
    const served = await askingOf(TODO);
    const { body } = await served.ask(ONE, request({ user: "mortie" }));
    expect(body).toEqual({
      decision: false,
      context: {
        error: { ...{ status: 404, code: "USER_NOT_FOUND", suggestions: ["morty"] }, message: expect.any(String) },
      },
    });
    await served.ask(ONE, { ...request(), subject: { type: "identity", id: "morty" } });
    await served.ask(ONE, request({ name: "nothing" }));
    await served.ask(ONE, request({ name: "read" }));
    await served.ask(ONE, request());
    expect(served.counted).toEqual({ decided: ["true allow", "false none"], unknown: 3 });
    await served.close();
  });

  it("is of the types that are set", async () => {
    const how = { subjectTypes: ["identity", "user"] };
    const { ask } = await asking(how);
    const body = { ...request({ name: "read" }), subject: { type: "identity", id: "morty" } };
    expect((await ask(ONE, body)).body.decision).toBe(true);
    expect((await (await asking()).ask(ONE, body)).body.context?.error).toMatchObject({ status: 404 });
  });

  it("is named by a property, or by an e-mail that one user alone has", async () => {
    const property = { subjectProperty: "account" };
    const reading = { user: "x", name: "read" };
    expect(await decisionOf({ ...reading, subject: { account: "morty" } }, property)).toMatchObject({ decision: true });
    for (const subject of [undefined, {}, { account: null }, { account: ["morty"] }, { account: 1 }])
      expect((await decisionOf({ ...reading, subject }, property)).error).toMatchObject({ status: 400 });
    const by = (user: string) => decisionOf({ name: "read", user }, { subjectBy: "email" });
    expect(await by("morty@example.com")).toMatchObject({ decision: true });
    for (let time = 0; time < 2; time++)
      expect((await by("both@example.com")).error).toMatchObject({
        status: 400,
        message: expect.stringMatching(/^2 /),
      });
    expect((await by("nobody@example.com")).error).toMatchObject({ status: 404, code: "USER_NOT_FOUND" });
    expect((await by("")).error).toMatchObject({ status: 400 });
    expect((await by("morty")).error).toMatchObject({ status: 404 });
  });

  it("by an e-mail that is longer than any address is nobody, and is not looked up", async () => {
    const served = await askingOf(TODO, { subjectBy: "email" });
    const long = `${"m".repeat(309)}@example.com`;
    await served.rbac.set("user", "morty", { email: long.slice(1) });
    expect((await served.ask(ONE, request({ user: long.slice(1), name: "read" }))).body.decision).toBe(true);
    await served.rbac.set("user", "morty", { email: long });
    expect((await served.ask(ONE, request({ user: long }))).body.context?.error).toMatchObject({ status: 404 });
    await served.close();
  });

  it("by e-mail is the user who has it now", async () => {
    const served = await askingOf(TODO, { subjectBy: "email", ownerBy: "email" });
    const ask = async (email: string) =>
      (await served.ask(ONE, request({ user: email, properties: { owner: email } }))).body;
    const many = async (email: string) =>
      (await served.ask(MANY, { ...request({ user: email }), evaluations: [{}, { action: { name: "read" } }] })).body;
    expect(await ask("morty@example.com")).toMatchObject({ decision: true });
    await served.rbac.set("user", "morty", { email: "both@example.com" });
    expect((await ask("morty@example.com")).context?.error).toMatchObject({ status: 404 });
    await served.rbac.set("user", "rick", { email: "morty@example.com" });
    expect(await ask("morty@example.com")).toMatchObject({ decision: false, context: { reason: "none" } });
    await served.rbac.rename("user", "rick", "richard");
    expect(await ask("morty@example.com")).toMatchObject({ decision: false, context: { reason: "none" } });
    await served.rbac.assign("richard", "editor");
    expect((await many("morty@example.com")).evaluations).toMatchObject([{ decision: false }, { decision: true }]);
    await served.rbac.rename("user", "richard", "ricardo");
    expect((await many("morty@example.com")).evaluations).toMatchObject([{ decision: false }, { decision: true }]);
    await served.close();
  });
});

describe("many at once", () => {
  it("are answered in their places, and what is broken spoils no other", async () => {
    const { ask } = await asking();
    const [sound, other] = [request({ name: "read" }), request()];
    const items = [
      ...[sound, request({ user: "nobody" }), other, request({ name: "nothing" }), request({ id: ".." })],
      ...[{}, "text", null, { ...sound, subject: "morty" }, request({ name: "own" }), request({ user: "no body" })],
      ...[request({ user: "nobody", name: "nothing" }), request({ properties: { owner: 1 } }), sound],
    ];
    const { body } = await ask(MANY, { evaluations: items });
    const told = body.evaluations?.map(({ decision, context }) => context?.error?.status ?? decision);
    expect(told).toEqual([true, 404, false, 404, 400, 400, 400, 400, 400, 400, 404, 404, 400, true]);
    expect(new Set(body.evaluations?.flatMap(({ context }) => context?.revision ?? []))).toEqual(new Set([1]));
  });

  it("refuse a text that is longer than any name", async () => {
    const { ask } = await asking();
    const long = "x".repeat(4001);
    const items = [{ type: long }, { id: long }, { name: long }, { user: long }].map((parts) => request(parts));
    const said = [{ properties: { scope: long } }, { properties: { owner: long } }, { context: { time: long } }];
    const { body } = await ask(MANY, { evaluations: [...items, ...said.map(request), request({ name: "read" })] });
    const told = body.evaluations?.map(({ decision, context }) => context?.error?.status ?? decision);
    expect(told).toEqual([...Array(7).fill(400), true]);
  });

  it("end where the semantic says so, and count no decision that was not told", async () => {
    const served = await askingOf(TODO);
    const items = ["read", "update", "read", "nothing", "read"].map((name) => ({ action: { name } }));
    const asked = async (evaluations_semantic: string, evaluations: object[]) =>
      (await served.ask(MANY, { ...request(), evaluations, options: { evaluations_semantic, other: 1 } })).body
        .evaluations;
    expect((await asked("deny_on_first_deny", items))?.map(({ decision }) => decision)).toEqual([true, false]);
    expect((await asked("permit_on_first_permit", items.slice(1)))?.length).toBe(2);
    expect((await asked("deny_on_first_deny", items.slice(2)))?.length).toBe(2);
    expect((await asked("execute_all", items))?.length).toBe(5);
    expect(served.counted.decided.length).toBe(2 + 2 + 1 + 4);
    await served.close();
  });

  it("are as many as may be", async () => {
    const served = await askingOf(TODO, {}, 3);
    const of = (count: number) => served.ask(MANY, { ...request(), evaluations: Array(count).fill({}) });
    expect((await of(3)).status).toBe(200);
    expect(await of(4)).toEqual({ status: 400, body: { message: "evaluations has 4 items, and may have 3" } });
    await served.close();
  });

  it("are all of one revision, while the policy is written", async () => {
    const served = await askingOf(TODO);
    const items = Array.from({ length: 20 }, (_, at) => ({ action: { name: at % 3 === 0 ? "nothing" : "read" } }));
    const revisions = new Set<unknown>();
    for (let round = 0; round < 15; round++) {
      const writing = served.rbac.create("user", `user${round}`);
      const { body } = await served.ask(MANY, { ...request(), evaluations: items });
      const of = new Set(body.evaluations?.flatMap(({ context }) => context?.revision ?? []));
      expect(of.size).toBe(1);
      revisions.add([...of][0]);
      await writing;
    }
    expect(revisions.size).toBeGreaterThan(2);
    await served.close();
  });
});

describe("an answer", () => {
  let served: Asking;
  beforeAll(async () => {
    served = await askingOf(TODO, { evidence: true });
  });

  it("comes without a promise where the policy answers at once", async () => {
    const rbac = await create(freshDb(), { actor: "app" });
    await rbac.seed(TODO);
    const { now, close } = await askingOf(rbac);
    expect(now(ONE, request({ name: "read" }))).not.toBeInstanceOf(Promise);
    expect(now(ONE, request({ properties: { owner: "morty" }, context: { ip: "x" } }))).not.toBeInstanceOf(Promise);
    await close();
  });

  it("has its reason and its revision, and evidence where that is set", async () => {
    const plain = await (await asking()).ask(ONE, request({ user: "beth", name: "read" }));
    expect(plain.body).toEqual({ decision: false, context: { reason: "condition", revision: 1 } });
    const { body } = await served.ask(ONE, request({ user: "beth", name: "read" }));
    expect(body.context).toMatchObject({
      reason: "condition",
      when: "!has(resource.secret)",
      because: expect.any(Array),
    });
    const { context } = (await served.ask(ONE, request({ name: "read" }))).body;
    expect(context).toMatchObject({ reason: "allow", because: [{ roles: ["editor"] }] });
  });

  it("is never a decision where the database cannot answer", async () => {
    const away = await askingOf(TODO);
    await away.close();
    const nobody = { ...request(), subject: { type: "robot", id: "morty" } };
    const faults = [nobody, request({ properties: { owner: 1 } }), request({ properties: { scope: "/" } })];
    for (const [path, body] of [
      ...[request(), ...faults, request({ name: "own" })].map((one) => [ONE, one] as const),
      [MANY, { ...nobody, evaluations: [{}] }],
      [MANY, { ...request(), evaluations: [{}] }],
      ["/access/v1/search/subject", request()],
      ["/access/v1/search/action", request()],
    ] as const)
      expect(await errorOf(away.ask(path, body))).toMatchObject({ code: "CLOSED" });
  });

  it("is logged with the id of its request, each that was told and no other", async () => {
    const file = `${freshDb()}.log`;
    const rbac = await create(":memory:", { actor: "app", decisions: { file } });
    await rbac.seed(TODO);
    const logging = await askingOf(rbac, { resources: [{ type: "todo", id: "a" }] });
    const { body } = await logging.ask(ONE, request({ name: "read" }));
    const items = ["read", "update", "read"].map((name) => ({ action: { name } }));
    await logging.ask(MANY, {
      ...request(),
      evaluations: items,
      options: { evaluations_semantic: "deny_on_first_deny" },
    });
    await logging.ask("/access/v1/search/resource", request({ name: "read" }));
    rbac.decisions?.flush();
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const logged = lines.map((line) => JSON.parse(line)).filter((line) => "decision" in line);
    expect(logged.map(({ decision, requestId }) => [decision, requestId])).toEqual([
      [true, "request-1"],
      [true, "request-1"],
      [false, "request-1"],
    ]);
    expect(body.context?.id).toBe(logged[0].id);
    await rbac.close();
  });
});
