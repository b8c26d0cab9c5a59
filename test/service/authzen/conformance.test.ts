/** The cases of certification, and the vectors of the working group, against the routes. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AUTHZEN_DEFAULTS } from "../../../src/service/authzen/mapping/options.ts";
import { type CertificationCase, certificationCases, SCENARIO, SCENARIO_OPTIONS } from "../../support/authzen/cases.ts";
import { type Asking, askingOf, type Body } from "../../support/authzen/serving.ts";
import { request, TODO } from "../../support/authzen/todo.ts";
import { freshDb } from "../../support/cli.ts";
import { ROOT } from "../../support/root.ts";
import { dataText, describeData } from "../../support/shared-data.ts";

const [ONE, MANY] = ["/access/v1/evaluation", "/access/v1/evaluations"];

describe("the cases of certification", () => {
  let asking: Asking;
  beforeAll(async () => {
    asking = await askingOf(SCENARIO, SCENARIO_OPTIONS);
  });
  afterAll(() => asking.close());

  const held = certificationCases.filter((one) => one.contradicts === undefined);

  it("are at least 120, of every level, and one alone is not held", () => {
    expect(held.filter((one) => one.case.startsWith("authzen-pdp")).length).toBe(124);
    expect(certificationCases.length - held.length).toBe(1);
    const count = (of: string) => held.filter(({ level, part }) => `${level} ${part}` === of).length;
    const levels = [
      "basic core",
      "basic properties",
      "batch core",
      "batch properties",
      "search core",
      "discovery core",
    ];
    for (const level of levels) expect({ level, some: count(level) > 0 }).toEqual({ level, some: true });
  });

  // What is not JSON, and other methods, never come to a route: those are asked of the server.
  const reaching = held.filter(({ text, method, body, headers }) => {
    const isPlain = headers["content-type"]?.startsWith("application/json") ?? method === "GET";
    return text === undefined && isPlain && !Array.isArray(body) && (method === "POST" || body === undefined);
  });

  it("reach a route but for bodies that are no object of JSON, and for other methods", () => {
    expect(held.length - reaching.length).toBe(30);
  });

  it.each(reaching)("$level $part: $case", async (one) => {
    for (let time = 0; time < (one.times ?? 1); time++) {
      const { status, body } = await asking.ask(one.path, one.body ?? {}, one.method);
      expect(one.status).toContain(status);
      if (status === 200) await expectAnswer(asking, one, body);
    }
  });

  it("hold an entity of an item to be whole, where one module merges it with the one above", async () => {
    const [one] = certificationCases.filter(({ contradicts }) => contradicts !== undefined);
    const { body } = await asking.ask(one?.path ?? "", one?.body);
    expect(body.evaluations?.map(({ decision }) => decision)).toEqual([false, false]);
    expect(body.evaluations?.[0]?.context?.error).toMatchObject({ status: 400, message: "resource.type is missing" });
  });
});

async function expectAnswer(
  asking: Asking,
  { path, body, expect: expected = {}, ...how }: CertificationCase,
  got: Body,
) {
  const { decision, evaluations, results, ...others } = expected;
  if (decision !== undefined) expect(got.decision).toBe(decision);
  if (decision !== undefined) expect(got).not.toHaveProperty("evaluations");
  if (evaluations) expect(got).not.toHaveProperty("decision");
  if (evaluations) expect(got.evaluations?.map((one) => ({ decision: one.decision }))).toEqual(evaluations);
  expect(got).toMatchObject(others);
  if (!results) return;
  const all = [...(got.results ?? [])];
  let { page } = got;
  while (how.follow && page && page.next_token !== "") {
    const { page: first, ...request } = body as Body;
    const next = { ...(how.follow !== "token" && first), token: page.next_token };
    const answer = await asking.ask(path, { ...request, page: next });
    expect(answer.status).toBe(200);
    all.push(...(answer.body.results ?? []));
    page = answer.body.page;
  }
  if (how.follow) expect(page).toMatchObject({ next_token: "" });
  expect(all).toEqual(expect.arrayContaining([...results]));
  if (how.exact) expect(all).toEqual(results);
}

describe("a request is read strictly", () => {
  const good = request();
  let asking: Asking;
  beforeAll(async () => {
    asking = await askingOf(TODO);
  });
  afterAll(() => asking.close());

  it.each([
    ["without subject", { ...good, subject: undefined }, "subject is missing"],
    ["subject null", { ...good, subject: null }, "subject must be an object"],
    ["subject as text", { ...good, subject: "morty" }, "subject must be an object"],
    ["subject as a list", { ...good, subject: ["morty"] }, "subject must be an object"],
    ["subject without type", { ...good, subject: { id: "morty" } }, "subject.type is missing"],
    ["type as a number", { ...good, subject: { type: 1, id: "morty" } }, "subject.type must be text"],
    ["id as a number", { ...good, subject: { type: "user", id: 10 } }, "subject.id must be text"],
    ["id null", { ...good, subject: { type: "user", id: null } }, "subject.id must be text"],
    ["without action", { ...good, action: undefined }, "action is missing"],
    ["action as text", { ...good, action: "update" }, "action must be an object"],
    ["action without name", { ...good, action: {} }, "action.name is missing"],
    ["name as a list", { ...good, action: { name: ["update"] } }, "action.name must be text"],
    ["without resource", { ...good, resource: undefined }, "resource is missing"],
    ["resource without id", { ...good, resource: { type: "todo" } }, "resource.id is missing"],
    ["properties as a list", request({ properties: [] }), "resource.properties must be an object"],
    ["properties as text", request({ subject: "x" }), "subject.properties must be an object"],
    ["properties of an action", request({ action: 1 }), "action.properties must be an object"],
    ["context as text", request({ context: "x" }), "context must be an object"],
    ["options as text", { ...good, evaluations: [{}], options: "x" }, "options must be an object"],
    ["an unknown semantic", { ...good, evaluations: [{}], options: { evaluations_semantic: "some" } }, "must be"],
    [
      "a semantic of all objects",
      { ...good, evaluations: [{}], options: { evaluations_semantic: "toString" } },
      "must",
    ],
    ["evaluations as an object", { ...good, evaluations: {} }, "evaluations must be a list"],
    ["a broken default", { ...good, subject: "morty", evaluations: [good] }, "subject must be an object"],
    ["a single request without evaluations", { subject: good.subject, evaluations: [] }, "action is missing"],
  ])("%s is 400", async (_, body, message) => {
    const answer = await asking.ask("evaluations" in body ? MANY : ONE, body);
    expect(answer).toEqual({ status: 400, body: { message: expect.stringContaining(message) } });
  });

  it("ignores unknown members at every level, and null is the same as left out", async () => {
    const more = { futureField: { nested: [1] } };
    const { subject, action, resource } = request({ name: "read" });
    const body = {
      ...{ ...more, context: null, options: null, evaluations: null },
      ...{ subject: { ...subject, ...more, properties: null }, action: { ...action, ...more, properties: null } },
      resource: { ...resource, ...more, properties: null },
    };

    expect(await asking.ask(ONE, body)).toEqual({
      status: 200,
      body: { decision: true, context: { reason: "allow", revision: 1 } },
    });
    expect((await asking.ask(MANY, body)).body.decision).toBe(true);
  });
});

describe("docs/authzen.md", () => {
  const text = readFileSync(join(ROOT, "docs/authzen.md"), "utf8");
  const policy = /```yaml\n(.*?)```/s.exec(text)?.[1] ?? "";
  const examples = [...text.matchAll(/```http\nPOST (\S+)\n\n(.*?)```\n\n```json\n(.*?)```/gs)].map(
    ([, path = "", body = "", answer = ""]) => ({ path, body, answer }),
  );

  it("answers each request of it as it says", async () => {
    expect(examples.length).toBeGreaterThanOrEqual(9);
    expect(text.match(/```http/g)?.length).toBe(examples.length);
    const file = `${freshDb()}.yaml`;
    writeFileSync(file, policy);
    const asking = await askingOf(file);
    for (const { path, body, answer } of examples) {
      const answered = await asking.ask(path, JSON.parse(body));
      expect({ asked: body, ...answered }).toMatchObject({ asked: body, status: 200, body: JSON.parse(answer) });
    }
    await asking.close();
  });

  it("names every setting with its default", () => {
    for (const [name, value] of Object.entries(AUTHZEN_DEFAULTS)) {
      const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/-types$/, "-type");
      expect(text).toContain(`| \`--${flag}`);
      if (typeof value === "string") expect(text).toContain(value);
    }
  });
});

describeData("authzen", "the vectors of the todo scenario", () => {
  interface Vectors {
    readonly evaluation: { readonly request: object; readonly expected: boolean }[];
    readonly evaluations: { readonly request: object; readonly expected: { readonly decision: boolean }[] }[];
  }
  let asking: Asking;
  let vectors: Vectors;
  beforeAll(async () => {
    vectors = JSON.parse(dataText("authzen/todo-decisions.json"));
    asking = await askingOf(INTEROP, { ownerProperty: "ownerID", ownerBy: "email" });
  });
  afterAll(() => asking.close());

  it("agree, 40 of 40 decisions", async () => {
    expect(vectors.evaluation.length).toBe(40);
    for (const { request, expected } of vectors.evaluation) {
      const { status, body } = await asking.ask("/access/v1/evaluation", request);
      expect({ request, status, decision: body.decision }).toEqual({ request, status: 200, decision: expected });
    }
  });

  it("agree in batches, 3 of 3", async () => {
    expect(vectors.evaluations.length).toBe(3);
    for (const { request, expected } of vectors.evaluations) {
      const { body } = await asking.ask("/access/v1/evaluations", request);
      expect(body.evaluations?.map(({ decision }) => ({ decision }))).toEqual(expected);
    }
  });
});

const subject = (letter: string) => `CiRmZD${letter}2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs`;

/** The policy that the todo scenario describes: subjects are named by what their tokens say, owners by e-mail. */
const INTEROP = {
  rbac: 1,
  permissions: ["user:can_read_user", "todo:can_read_todos", "todo:can_create_todo"].concat([
    "todo:can_update_todo",
    "todo:can_delete_todo",
  ]),
  roles: {
    viewer: { grants: ["user:can_read_user", "todo:can_read_todos"] },
    editor: {
      inherits: ["viewer"],
      grants: ["todo:can_create_todo", "todo:can_update_todo:own", "todo:can_delete_todo:own"],
    },
    admin: { inherits: ["editor"], grants: ["todo:can_delete_todo"] },
    "evil genius": { inherits: ["editor"], grants: ["todo:can_update_todo"] },
  },
  users: {
    [subject("A")]: { email: "rick@the-citadel.com", roles: ["admin", "evil genius"] },
    [subject("E")]: { email: "morty@the-citadel.com", roles: ["editor"] },
    [subject("I")]: { email: "summer@the-smiths.com", roles: ["editor"] },
    [subject("M")]: { email: "beth@the-smiths.com", roles: ["viewer"] },
    [subject("Q")]: { email: "jerry@the-smiths.com", roles: ["viewer"] },
  },
};
