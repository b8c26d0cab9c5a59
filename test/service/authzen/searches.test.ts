/** Evaluations and searches beside the oracle: whatever is found is what the oracle says yes to, and nothing else. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { create, type PolicyDocument } from "../../../src/index.ts";
import { type Asking, askingOf, type Body } from "../../support/authzen/serving.ts";
import { request, TODO } from "../../support/authzen/todo.ts";
import { freshDb, SERVER } from "../../support/cli.ts";
import { errorOf } from "../../support/library.ts";
import { often } from "../../support/often.ts";
import { type OracleQuestion, oracleReason, type PlainDocument } from "../../support/oracle.ts";
import type { OracleGiven } from "../../support/oracle-conditions.ts";
import { conditionalDocuments, givens } from "../../support/random-conditional-questions.ts";
import { ASKED_SCOPES, catalogueOf } from "../../support/random-policies.ts";
import { untilEnough } from "../../support/until-enough.ts";

const [ONE, MANY, SUBJECTS, ACTIONS, RESOURCES] = [
  ...["/access/v1/evaluation", "/access/v1/evaluations", "/access/v1/search/subject", "/access/v1/search/action"],
  "/access/v1/search/resource",
] as const;

const POLICIES = often(SERVER ? 4 : 25);
const ASKED = 6;

/** What is asked about, as the oracle has it. */
interface Target {
  readonly permission: string;
  readonly scope: string | null;
  readonly owner: string | null;
  readonly given: OracleGiven;
}

const asked = conditionalDocuments().chain((document) => {
  const users = Object.keys(document.users ?? {});
  const target: fc.Arbitrary<Target> = fc.record({
    permission: fc.constantFrom(...catalogueOf(document)),
    scope: fc.constantFrom(...ASKED_SCOPES),
    owner: fc.constantFrom(null, ...users, "nobody here"),
    given: givens(),
  });
  return fc.tuple(fc.constant(document), fc.array(target, { minLength: ASKED, maxLength: ASKED }));
});

/** The properties of a resource: what is given of it, where it lies, whose it is. */
const propertiesOf = ({ scope, owner, given }: Target) =>
  scope === null && owner === null && !given.resource
    ? undefined
    : { ...given.resource, ...(scope !== null && { scope }), ...(owner !== null && { owner }) };

const typeOf = ({ permission }: Target) => (permission.includes(":") ? (permission.split(":")[0] ?? "") : "any");

const requestOf = (target: Target, user: string) => ({
  subject: { type: "user", id: user, properties: target.given.subject },
  action: { name: target.permission, properties: target.given.action },
  resource: { type: typeOf(target), id: "x", properties: propertiesOf(target) },
  context: target.given.context,
});

function isAllowed(document: PlainDocument, target: Target, user: string): boolean {
  const resource = propertiesOf(target);
  const question: OracleQuestion = {
    ...{ user, permission: target.permission, scope: target.scope, own: target.owner === user },
    ...{ at: new Date().toISOString(), activate: [], assume: [] },
    given: { ...target.given, ...(resource && { resource }) },
  };
  return oracleReason(document, question) === "allow";
}

/** The name of an action that asks about a permission of a type: what is behind the type, unless that is another. */
function nameIn(catalogue: readonly string[], permission: string, type: string): string | undefined {
  if (!permission.startsWith(`${type}:`)) return undefined;
  const short = permission.slice(type.length + 1);
  return catalogue.includes(short) ? permission : short;
}

/** All results, page by page. */
async function resultsOf(asking: Asking, path: string, body: object, limit?: number): Promise<unknown[]> {
  const results: unknown[] = [];
  let page: object | undefined = limit === undefined ? undefined : { limit };
  for (;;) {
    const answered = await asking.ask(path, { ...body, page });
    const answer: Body = answered.body;
    expect(answered.people).toBe(path.endsWith("/subject") ? answer.results?.length : undefined);
    results.push(...(answer.results ?? []));
    if (limit !== undefined) expect(answer.results?.length).toBeLessThanOrEqual(limit);
    if (!answer.page || answer.page.next_token === "") return results;
    page = { token: answer.page.next_token };
  }
}

it(`${POLICIES} random policies: evaluations and searches say what the oracle says`, async () => {
  const found = { yes: 0, no: 0, subjects: 0, actions: 0, resources: 0, batches: 0 };
  const property = fc.asyncProperty(asked, fc.integer({ min: 1, max: 3 }), async ([document, targets], limit) => {
    const rbac = await create(SERVER ? freshDb() : ":memory:", { actor: "test" });
    await rbac.seed(document as PolicyDocument, { allowConfusable: true });
    const resources = targets.map((target, at) => ({
      type: "any",
      id: `r${at}`,
      properties: propertiesOf(target) ?? {},
    }));
    const asking = await askingOf(rbac, { resourceScope: "{scope}", resources });
    const users = Object.keys(document.users ?? {}).sort();
    const catalogue = catalogueOf(document);
    for (const [at, target] of targets.entries()) {
      const may = users.filter((user) => isAllowed(document, target, user));
      const batch = await asking.ask(MANY, { evaluations: users.map((user) => requestOf(target, user)) });
      expect(batch.body.evaluations?.map(({ decision }) => decision)).toEqual(users.map((user) => may.includes(user)));
      found.batches += users.length;
      const [user = ""] = users.slice(at % users.length);
      const { body } = await asking.ask(ONE, requestOf(target, user));
      expect({ target, decision: body.decision }).toEqual({ target, decision: may.includes(user) });
      found[may.includes(user) ? "yes" : "no"] += 1;

      const { subject, action, resource, ...rest } = requestOf(target, user);
      const sought = { ...rest, action, resource, subject: { type: "user", properties: subject.properties } };
      const subjects = await resultsOf(asking, SUBJECTS, sought, limit);
      expect({ target, subjects }).toEqual({ target, subjects: may.map((id) => ({ type: "user", id })) });
      expect(await resultsOf(asking, SUBJECTS, sought)).toEqual(subjects);
      found.subjects += subjects.length;

      const type = typeOf(target);
      const { action: _, ...given } = target.given;
      const names = catalogue.flatMap((permission) => {
        const name = nameIn(catalogue, permission, type);
        return name !== undefined && isAllowed(document, { ...target, given, permission }, user) ? [name] : [];
      });
      const actions = await resultsOf(asking, ACTIONS, { ...rest, subject, resource }, limit);
      expect({ target, type, actions }).toEqual({ target, type, actions: names.sort().map((name) => ({ name })) });
      found.actions += actions.length;

      const listed = targets.flatMap((other, of) => {
        const all = { ...target.given, resource: propertiesOf(other) ?? {} };
        const question = { ...target, scope: other.scope, owner: other.owner, given: all };
        return isAllowed(document, question, user) ? [{ type: "any", id: `r${of}` }] : [];
      });
      const ofType = { ...rest, subject, action, resource: { type: "any" } };
      expect(await resultsOf(asking, RESOURCES, ofType, limit)).toEqual(listed);
      found.resources += listed.length;
    }
    await asking.close();
  });
  const isEnough = () => Object.values(found).every((count) => count > POLICIES / 4);
  await untilEnough(() => fc.assert(property, { numRuns: POLICIES }), isEnough);
  for (const [what, count] of Object.entries(found))
    expect({ what, some: count > POLICIES / 4 }).toEqual({ what, some: true });
});

describe("pages", () => {
  let asking: Asking;
  const users = ["a", "b", "c", "é", "😀", "ﬁ", "z"];
  const reading = {
    subject: { type: "user" },
    action: { name: "read" },
    resource: { type: "doc", id: "1", properties: { owner: "b" } },
  };

  beforeAll(async () => {
    const rbac = await create(SERVER ? freshDb() : ":memory:", { actor: "test" });
    await rbac.seed({
      rbac: 1,
      permissions: ["doc:read", "doc:write", "doc:sign", "other:read"],
      roles: {
        reader: { grants: ["doc:read"] },
        owner: { grants: ["doc:write:own"] },
        signer: {
          grants: Array.from({ length: 5 }, (_, at) => ({ permission: "doc:sign", when: `resource.n == ${at}` })),
        },
      },
      users: Object.fromEntries(users.map((user) => [user, { roles: ["reader", "owner", "signer"] }])),
    });
    asking = await askingOf(rbac, {
      pageSize: 5,
      resources: Array.from({ length: 250 }, (_, at) => ({ type: "doc", id: String(at).padStart(3, "0") })),
    });
  });
  afterAll(() => asking.close());

  it("are none where all was told, and nobody asked for any", async () => {
    const owned = { ...reading, action: { name: "write" } };
    expect((await asking.ask(SUBJECTS, owned)).body).toEqual({ results: [{ type: "user", id: "b" }] });
    expect((await asking.ask(SUBJECTS, { ...owned, page: { properties: {}, other: 1 } })).body).not.toHaveProperty(
      "page",
    );
    const { body } = await asking.ask(SUBJECTS, { ...owned, page: { limit: 10 } });
    expect(body.page).toEqual({ next_token: "", count: 1 });
    expect(Object.keys(body)[0]).toBe("page");
  });

  it("follow each other in the order of bytes, none twice, of whatever length", async () => {
    const inOrder = [...users].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    for (const limit of [1, 2, 3, 6, 7, 8, 1000]) {
      const all = (await resultsOf(asking, SUBJECTS, reading, limit)) as { id: string }[];
      expect({ limit, all: all.map(({ id }) => id) }).toEqual({ limit, all: inOrder });
    }
    const { body } = await asking.ask(SUBJECTS, reading);
    expect(body.page).toEqual({ next_token: expect.stringMatching(/./), count: 5 });
  });

  it("hold what holds by one of several conditions, and no more", async () => {
    const signing = (n: unknown) => ({
      ...reading,
      action: { name: "sign" },
      resource: { ...reading.resource, properties: { n } },
    });
    expect((await resultsOf(asking, SUBJECTS, signing(4), 2)).length).toBe(7);
    expect((await resultsOf(asking, SUBJECTS, signing(5), 2)).length).toBe(0);
    expect(await resultsOf(asking, SUBJECTS, { ...reading, action: { name: "sign" } })).toEqual([]);
  });

  it("of no length have nothing, and go on from where they are", async () => {
    const { body } = await asking.ask(SUBJECTS, { ...reading, page: { limit: 0 } });
    expect(body).toMatchObject({ page: { count: 0, next_token: expect.stringMatching(/./) }, results: [] });
  });

  it("of actions and of resources, too", async () => {
    const acting = { subject: { type: "user", id: "b" }, resource: reading.resource };
    expect(await resultsOf(asking, ACTIONS, acting, 1)).toEqual([{ name: "read" }, { name: "write" }]);
    const { body } = await asking.ask(ACTIONS, { ...acting, action: "ignored", page: { limit: 1 } });
    expect(body.results).toEqual([{ name: "read" }]);
    const listed = { subject: acting.subject, action: reading.action, resource: { type: "doc" } };
    const ids = (await resultsOf(asking, RESOURCES, listed, 4)) as { id: string }[];
    expect(ids.map(({ id }) => Number(id))).toEqual(Array.from({ length: 250 }, (_, at) => at));
  });

  it("are bound to their request, whose limit alone may be left out", async () => {
    const { body } = await asking.ask(SUBJECTS, { ...reading, page: { limit: 2 } });
    const token = body.page?.next_token;
    const next = async (change: object, page: object = {}, path: string = SUBJECTS) =>
      (await asking.ask(path, { ...reading, ...change, page: { token, ...page } })).status;
    const { resource, action, subject } = reading;
    expect(await next({})).toBe(200);
    expect(await next({}, { limit: 2 })).toBe(200);
    expect(await next({ subject: { id: "ignored", type: "user" }, futureField: 1 })).toBe(200);
    expect(await next({ resource: { properties: { owner: "b" }, id: "1", type: "doc" } })).toBe(200);
    for (const change of [
      ...[{ action: { name: "write" } }, { action: { ...action, properties: { a: 1 } } }, { context: { a: 1 } }],
      ...[{ resource: { ...resource, id: "2" } }, { resource: { type: "doc", id: "1" } }],
      ...[{ subject: { ...subject, properties: { a: 1 } } }, { subject: { type: "person" } }],
    ])
      expect({ change, status: await next(change) }).toEqual({ change, status: 400 });
    expect(await next({}, { limit: 3 })).toBe(400);
    expect(await next({ subject: { type: "user", id: "a" } }, {}, ACTIONS)).toBe(400);
  });

  it("are refused where they cannot be read", async () => {
    const other = Buffer.from('["x",1,"a"]').toString("base64url");
    for (const page of [
      ...["x", [], 1, { limit: -1 }, { limit: 1.5 }, { limit: "1" }, { limit: 2 ** 60 }, { token: 1 }, { token: "x" }],
      ...[{ token: other }, { token: Buffer.from("[]").toString("base64url") }, { token: {} }],
    ])
      expect({ page, status: (await asking.ask(SUBJECTS, { ...reading, page })).status }).toEqual({
        page,
        status: 400,
      });
    for (const page of [null, {}, { limit: null, token: null }, { token: "" }])
      expect({ page, status: (await asking.ask(SUBJECTS, { ...reading, page })).status }).toEqual({
        page,
        status: 200,
      });
  });

  it("tell nothing of what nobody knows, and count it", async () => {
    const before = asking.counted.unknown;
    for (const change of [
      ...[{ action: { name: "nothing" } }, { action: { name: "read:own" } }, { action: { name: "*" } }],
      ...[{ subject: { type: "spaceship" } }, { resource: { type: "doc", id: ".." } }],
    ])
      expect((await asking.ask(SUBJECTS, { ...reading, ...change })).body).toEqual({ results: [] });
    expect(asking.counted.unknown - before).toBe(2);
    for (const owner of [1, [], {}])
      expect(
        (await asking.ask(SUBJECTS, { ...reading, resource: { ...reading.resource, properties: { owner } } })).status,
      ).toBe(400);
  });
});

it("a subject and an owner by e-mail are the user who alone has it, on either kind of database", async () => {
  const rbac = await create(SERVER ? freshDb() : ":memory:", { actor: "test" });
  await rbac.seed({
    ...{ rbac: 1, permissions: ["doc:read", "doc:write"] },
    roles: { author: { grants: ["doc:write:own", "doc:read"] } },
    users: {
      ann: { email: "ann@example.com", roles: ["author"] },
      bob: { email: "b@example.com", roles: ["author"] },
      ben: { email: "b@example.com", roles: ["author"] },
    },
  });
  const asking = await askingOf(rbac, { subjectBy: "email", ownerBy: "email" });
  const ask = async (name: string, id: string, owner: string) => {
    const resource = { type: "doc", id: "1", properties: { owner } };
    const { body } = await asking.ask(ONE, { subject: { type: "user", id }, action: { name }, resource });
    return body.context?.error?.status ?? body.decision;
  };
  expect(await ask("write", "ann@example.com", "ann@example.com")).toBe(true);
  expect(await ask("write", "ann@example.com", "nobody@example.com")).toBe(false);
  expect(await ask("read", "ann@example.com", "b@example.com")).toBe(400);
  expect(await ask("read", "b@example.com", "ann@example.com")).toBe(400);
  expect(await ask("read", "x@example.com", "ann@example.com")).toBe(404);
  const acting = { subject: { type: "user", id: "ann@example.com" }, resource: { type: "doc", id: "1" } };
  expect(await resultsOf(asking, ACTIONS, acting)).toEqual([{ name: "read" }]);
  await rbac.set("user", "ben", { email: "ann@example.com" });
  expect(await resultsOf(asking, ACTIONS, { ...acting, subject: { type: "user", id: "b@example.com" } })).toEqual([
    { name: "read" },
  ]);
  expect((await asking.ask(ACTIONS, acting)).status).toBe(400);
  await asking.close();
});

describe("what is offered", () => {
  it("leaves out a search of resources without a list, and of subjects who are named otherwise", async () => {
    const offered = async (how: object) => {
      const asking = await askingOf({ rbac: 1 }, { publicUrl: "https://pdp.example.com/", ...how });
      const { body } = await asking.ask("/.well-known/authzen-configuration", {}, "GET");
      const missing = (await asking.ask(RESOURCES, {})).status === 404;
      await asking.close();
      return { names: Object.keys(body).filter((name) => name.startsWith("search_")), missing };
    };
    expect(await offered({})).toEqual({ names: ["search_action_endpoint", "search_subject_endpoint"], missing: true });
    expect((await offered({ subjectBy: "email" })).names).toEqual(["search_action_endpoint"]);
    expect((await offered({ subjectProperty: "account", resources: [] })).names.length).toBe(2);
  });

  it("stands between the host and the path of the address, and nowhere without one", async () => {
    const asking = await askingOf({ rbac: 1 }, { publicUrl: "https://pdp.example.com/tenant1" });
    const { body } = await asking.ask("/.well-known/authzen-configuration/tenant1", {}, "GET");
    expect(body).toMatchObject({
      policy_decision_point: "https://pdp.example.com/tenant1",
      access_evaluation_endpoint: "https://pdp.example.com/tenant1/access/v1/evaluation",
    });
    await asking.close();
    const without = await askingOf({ rbac: 1 });
    expect((await without.ask("/.well-known/authzen-configuration", {}, "GET")).status).toBe(404);
    for (const publicUrl of ["http://pdp.example.com", "https://x/?a", "https://x/#a", "https://a:b@x", "pdp", ""])
      expect(await errorOf(askingOf(without.rbac, { publicUrl }))).toMatchObject({ code: "VALUE_INVALID" });
    await without.close();
  });
});

it("evaluations read what they share once, and refuse more of it than one may say", async () => {
  const { ask, close } = await askingOf(TODO);
  let reads = 0;
  const properties = {
    get level() {
      reads += 1;
      return 1;
    },
  };
  const of = async (shared: object, item: object = {}) =>
    (await ask(MANY, { ...request({ user: "beth", ...shared }), evaluations: [...Array(20).fill({}), item] })).body
      .evaluations;
  expect((await of({ properties }))?.map(({ context }) => context?.reason)).toEqual(Array(21).fill("deny"));
  expect(reads).toBe(2);
  const names = (count: number) => Object.fromEntries([...Array(count).keys()].map((at) => [`n${at}`, at]));
  const nested = { a: names(50), b: { c: names(47) } };
  for (const [shared, isRead] of [
    [{ properties: names(60), context: names(40) }, true],
    [{ properties: names(60), context: names(41) }, false],
    [{ properties: nested }, true],
    [{ properties: { ...nested, d: 1 } }, false],
    [{ properties: { list: Array(1000).fill("x") } }, true],
    [{ properties: { list: Array(1000).fill("x") }, context: { list: [1] } }, false],
  ] as const) {
    const told = (await of(shared, request()))?.map(({ context }) => context?.error?.code);
    expect([told?.[0], told?.[20]]).toEqual([isRead ? undefined : "GIVEN_INVALID", undefined]);
    const { status, body } = await ask(ONE, request(shared));
    expect([status, body.context?.error?.code]).toEqual([200, told?.[0]]);
  }
  await close();
});

it.each([false, true])("evaluations tell what is wrong with each in its place: with evidence: %s", async (evidence) => {
  const { ask, close } = await askingOf(TODO, { evidence });
  const users = [...[..."abcdefghijkl"].map((end) => `mort${end}`), "morta", "mo\nrty", "morty", "ｍorty"];
  const evaluations = users.map((user) => request({ user, name: "read" }));
  const told = (await ask(MANY, { evaluations })).body.evaluations?.map(({ decision, context }) => [
    context?.error?.status ?? decision,
    context?.error?.suggestions !== undefined,
  ]);
  const suggested = (at: number) => at < (evidence ? 12 : 10) || at === 12 || at === 15;
  expect(told?.slice(0, 13)).toEqual(users.slice(0, 13).map((_, at) => [404, suggested(at)]));
  expect(told?.slice(13, 15)).toEqual([
    [400, false],
    [true, false],
  ]);
  expect(told?.[15]?.[0]).toBe(404);
  await close();
});
