/** The routes of every question of the library, called as functions: what they take, answer, count, log and refuse. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { type Compiled, create, type Rbac } from "../../src/index.ts";
import { askingRoutes } from "../../src/service/asking/asking-routes.ts";
import type { Serving } from "../../src/service/http/serving.ts";
import { fileWith } from "../support/documents.ts";
import { errorOf, POSTS } from "../support/library.ts";
import { askedWith, servingOf } from "../support/service/served.ts";

let rbac: Rbac | undefined;
afterEach(() => rbac?.close());

async function policyOf(decisions?: { readonly file: string }): Promise<[Compiled, Rbac]> {
  const made = await create(":memory:", { actor: "web", ...(decisions && { decisions }) });
  rbac = made;
  await made.seed(POSTS);
  return [await made.compile(), made];
}

/** What a route answers: its body. */
async function asking(serving: Serving, name: string, body: object, requestId?: string): Promise<never> {
  const route = askingRoutes(serving).find(({ path }) => path === `/v1/${name}`);
  const answer = await route?.answer(askedWith(body, requestId));
  expect(answer?.status).toBe(200);
  return JSON.parse(JSON.stringify(answer?.body)) as never;
}

const yes = { allowed: true, reason: "allow", except: [], known: true, revision: 1 };
const no = { ...yes, allowed: false, reason: "none" };
const unknownUser = {
  code: "USER_NOT_FOUND",
  message: 'there is no user "alcie"; did you mean "alice"?',
  exitCode: 2,
  suggestions: ["alice"],
};

it("answer what the library answers, for whoever may read", async () => {
  const [policy] = await policyOf();
  const serving = servingOf(policy);
  for (const { method, access, right, body, faults } of askingRoutes(serving))
    expect([method, access, right, body, faults]).toEqual(["POST", "loopback", "rbac:read", "json", "object"]);
  const questions = [
    { user: "alice", permission: "posts:publish", on: "acme" },
    { user: "bob", permission: "posts:publish", on: null },
    { user: null, permission: "posts:read" },
    { user: "zoe", permission: "posts:read", strangers: true },
    { user: "bob", permission: "docs:read", assume: "clerk", at: "2999-01-01", explain: true },
  ];
  const { answers, revision } = (await asking(serving, "can", { questions })) as {
    answers: object[];
    revision: number;
  };
  expect(revision).toBe(1);
  expect(answers).toMatchObject([yes, no, { ...yes, known: null }, { ...yes, known: false }, yes]);
  expect(answers).toEqual((await policy.all(questions)).answers);
  expect(serving.counted.decided).toEqual(["true allow", "false none", "true allow", "true allow", "true allow"]);
  expect(await asking(serving, "has", { questions: [{ user: "alice", role: "editor", on: "acme" }] })).toEqual({
    answers: [{ allowed: true, reason: "allow", known: true, revision: 1 }],
  });
  const on = "acme";
  expect(await asking(serving, "permissions", { user: "alice", on })).toEqual({
    permissions: await policy.permissions("alice", { on }),
  });
  expect(await asking(serving, "who-can", { permission: "posts:publish" })).toEqual({
    users: await policy.whoCan("posts:publish"),
  });
  const how = { columns: { scope: "p.scope" }, dialect: "postgres", firstParameter: 3 } as const;
  expect(await asking(serving, "filter", { user: "alice", permission: "posts:publish", ...how })).toEqual(
    await policy.filter("alice", "posts:publish", how),
  );
  expect(await asking(serving, "user", { user: "bob" })).toEqual({ disabled: false, revision: 1 });
});

it("tell of a list which question is wrong; with each, what is wrong with one is its own answer", async () => {
  const [policy] = await policyOf();
  const serving = servingOf(policy);
  const questions = [
    { user: "alice", permission: "posts:publish", on: "acme" },
    { user: "alcie", permission: "posts:read" },
    { user: "bob", permission: "docs:read" },
    { user: "alice", permission: "posts:raed" },
    { user: "alice", permission: "posts:read", onn: "acme" },
  ];
  const told = errorOf(asking(serving, "can", { questions: questions.slice(0, 3) }));
  expect(await told).toMatchObject({ ...unknownUser, message: `question 2: ${unknownUser.message}` });
  const { answers } = (await asking(serving, "can", { questions, each: true })) as { answers: object[] };
  expect(answers).toEqual([
    yes,
    { error: unknownUser },
    no,
    { error: expect.objectContaining({ code: "PERMISSION_NOT_FOUND", suggestions: ["posts:read"] }) },
    { error: expect.objectContaining({ code: "OPTION_UNKNOWN", suggestions: ["on"] }) },
  ]);
  const roles = [
    { user: "alcie", role: "editor" },
    { user: "bob", role: "reader" },
  ];
  expect(await asking(serving, "has", { questions: roles })).toMatchObject({ answers: [{ error: unknownUser }, {}] });
  const apart = [
    { user: "alice", permission: "posts:read", at: "@1" },
    { user: "alcie", permission: "posts:read", explain: true },
    { user: "alice", permission: "posts:read", at: "soon" },
  ];
  expect(await asking(serving, "can", { questions: apart, each: true })).toMatchObject({
    answers: [yes, { error: unknownUser }, { error: { code: "TIME_INVALID" } }],
  });
  expect(serving.counted.unknown).toBe(5);
});

it("are of one revision with each, while the policy is written, though many names are unknown", async () => {
  const [policy, writer] = await policyOf();
  const serving = servingOf(policy);
  const questions = [...Array(60).keys()].map((at) => ({
    ...{ user: at % 3 === 0 ? "bob" : `alcie${at % 15}`, permission: "docs:read" },
    ...(at === 1 && { user: "al ice\n" }),
  }));
  for (let round = 0; round < 10; round++) {
    const writing = writer.create("user", `user${round}`);
    const { answers } = (await asking(serving, "can", { questions, each: true })) as {
      answers: { revision?: number; error?: { code: string; suggestions?: string[] } }[];
    };
    expect(new Set(answers.flatMap(({ revision }) => revision ?? [])).size).toBe(1);
    const told = answers.map(({ error }) => error?.code);
    const wanted = (at: number) => (at === 1 ? "NAME_INVALID" : at % 3 === 0 ? undefined : "USER_NOT_FOUND");
    expect(told).toEqual(questions.map((_, at) => wanted(at)));
    await writing;
  }
});

it("suggest names for the first few that are unknown; of roles, so many alone are looked for", async () => {
  const [policy, writer] = await policyOf();
  await writer.create("user", "zo\u00e9");
  const serving = servingOf(policy);
  const names = [...Array(12).keys()].map((at) => `alic${String.fromCharCode(102 + at)}`);
  const questions = [...names, ...names, "zoe\u0301"].map((user) => ({ user, permission: "posts:read" }));
  const { answers } = (await asking(serving, "can", { questions, each: true })) as {
    answers: { allowed?: boolean; error?: { code: string; suggestions?: string[] } }[];
  };
  const told = answers.map(({ error }) => error?.suggestions);
  const twelve = [...Array(10).fill(["alice"]), undefined, undefined];
  expect(told).toEqual([...twelve, ...twelve, undefined]);
  expect(answers.map(({ error }) => error?.code)).toEqual([...Array(24).fill("USER_NOT_FOUND"), undefined]);
  const roles = [...Array(80).keys()].map((at) => ({ user: `alice${at}`, role: "reader" }));
  const { answers: held } = (await asking(serving, "has", { questions: roles })) as { answers: typeof answers };
  const codes = held.map(({ error }) => error?.code);
  expect(codes).toEqual([...Array(50).fill("USER_NOT_FOUND"), ...Array(30).fill("VALUE_INVALID")]);
});

it("refuse what they do not know, and more than one request may ask", async () => {
  const [policy] = await policyOf();
  const serving = servingOf(policy, 3);
  const one = { user: "alice", permission: "posts:read" };
  const wrong: [string, object, string][] = [
    ["can", {}, "VALUE_INVALID"],
    ["can", { questions: one }, "VALUE_INVALID"],
    ["can", { questions: [null] }, "VALUE_INVALID"],
    ["can", { questions: ["alice"] }, "VALUE_INVALID"],
    ["can", { questions: Array(101).fill(one) }, "VALUE_INVALID"],
    ["can", { questions: [one], each: 1 }, "VALUE_INVALID"],
    ...["later", true, false].map((log): (typeof wrong)[0] => [
      "can",
      { questions: [{ ...one, log }] },
      "OPTION_UNKNOWN",
    ]),
    ["has", { questions: [{ user: "alice", role: "editor", log: false }] }, "OPTION_UNKNOWN"],
    ["can", { questions: [{ permission: "posts:read" }] }, "VALUE_INVALID"],
    ["can", { questions: [{ ...one, user: ["alice"] }] }, "VALUE_INVALID"],
    ["can", { questions: [{ ...one, owner: null }] }, "VALUE_INVALID"],
    ["can", { questions: [{ ...one, on: "" }] }, "VALUE_EMPTY"],
    ["can", { questions: [{ ...one, explain: "yes" }] }, "VALUE_INVALID"],
    [
      "can",
      { questions: [JSON.parse('{"user":"alice","permission":"posts:read","__proto__":{"on":"acme"}}')] },
      "OPTION_UNKNOWN",
    ],
    ["can", { questions: [one], evrything: true }, "OPTION_UNKNOWN"],
    ["has", { questions: [one] }, "OPTION_UNKNOWN"],
    ["has", { questions: [], each: true }, "OPTION_UNKNOWN"],
    ["permissions", {}, "VALUE_INVALID"],
    ["permissions", { user: "alice", owner: "bob" }, "OPTION_UNKNOWN"],
    ["filter", one, "USAGE"],
    ["who-can", { permission: "posts:read", user: "alice" }, "OPTION_UNKNOWN"],
    ["user", { user: null }, "VALUE_INVALID"],
    ["user", { user: "alice", on: "acme" }, "OPTION_UNKNOWN"],
  ];
  for (const [name, body, code] of wrong) {
    const given = await asking(serving, name, body).then(
      ({ answers }: { answers: { error: { code: string } }[] }) => answers[0]?.error,
      (error: unknown) => error,
    );
    expect([name, body, given]).toMatchObject([name, body, { code, exitCode: 2 }]);
  }
  expect(serving.counted).toEqual({ decided: [], unknown: 0 });
  const hundred = (await asking(serving, "can", { questions: Array(100).fill(one) })) as { answers: object[] };
  expect(hundred.answers.length).toBe(100);
  await policy.close();
  for (const each of [true, false])
    expect(await errorOf(asking(serving, "can", { questions: [one], each }))).toMatchObject({ code: "CLOSED" });
});

it("log what is asked as the library does, under the id of the request or of the question", async () => {
  const file = join(fileWith("x"), "../decisions.log");
  const [policy, made] = await policyOf({ file });
  const serving = servingOf(policy);
  const questions = [
    { user: "bob", permission: "posts:read" },
    { user: "alcie", permission: "posts:read" },
    { user: "bob", permission: "docs:read", requestId: "web-7" },
  ];
  const { answers } = (await asking(serving, "can", { questions, each: true }, "http-1")) as {
    answers: { id?: string }[];
  };
  await asking(serving, "has", { questions: [{ user: "bob", role: "reader" }] }, "http-2");
  made.decisions?.flush();
  const lines = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ requestId, error, decision }) => [requestId, error ?? decision])).toEqual([
    ["http-1", true],
    ["http-1", "USER_NOT_FOUND"],
    ["web-7", false],
    ["http-2", true],
  ]);
  expect(answers.map(({ id }) => id)).toEqual([lines[0].id, undefined, lines[2].id]);
});
