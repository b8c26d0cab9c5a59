/** A question or a wish is answered on its slice of the database as it would be on the whole policy. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { RbacError } from "../../../src/errors.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { decide, holds, type Question } from "../../../src/policy/evaluate/decide.ts";
import { permissionsOf } from "../../../src/policy/evaluate/effective-permissions.ts";
import { indexPolicy, type PolicyIndex, withPeople } from "../../../src/policy/evaluate/policy-index.ts";
import { whoCan } from "../../../src/policy/evaluate/who-can.ts";
import { nearMissesOf } from "../../../src/policy/impact/advice.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { AT, read } from "../../support/documents.ts";
import type { PlainDocument } from "../../support/oracle.ts";
import { ASKED_SCOPES, catalogueOf, documents, questions } from "../../support/random-policies.ts";
import { mutations } from "../../support/store/random-mutations.ts";

const WHOLE = { users: "all", roles: "all", permissions: "all" } as const;

/** A database that holds a document, with the whole of its policy. */
async function stored<T>(document: PlainDocument, act: (database: Database, policy: Policy) => Promise<T>): Promise<T> {
  const database = await Database.scratch(AT);
  try {
    await database.change({ actor: "a", osUser: "a", at: AT, reason: null }, seeding(read(document), false));
    return await act(database, (await database.policy(WHOLE)).policy);
  } finally {
    await database.close();
  }
}

const asked = documents().chain((document) =>
  fc.tuple(
    fc.constant(document),
    fc.array(
      questions(document).map(({ own, permission, ...question }): Question => {
        return { ...question, owner: null, permission: own ? `${permission}:own` : permission };
      }),
      { minLength: 1, maxLength: 4 },
    ),
  ),
);

async function expectAlike(database: Database, index: PolicyIndex, list: readonly Question[]): Promise<void> {
  const decisions = list.map((question) => decide(index, question));
  expect((await database.can(list)).decisions).toEqual(decisions);
  const { answered } = await database.batch(list.map((question) => ({ question })));
  expect(answered.map(({ answer }) => answer)).toEqual(decisions);
  for (const [at, question] of list.entries()) {
    expect((await database.can([question])).decisions[0]).toEqual(decisions[at]);
    const roles = [...index.policy.role.keys()].map((role) => ({ ...question, role }));
    expect((await database.has(roles)).decisions).toEqual(roles.map((asks) => holds(index, asks)));
    const { scope } = question;
    expect((await database.permissions(question, scope)).permissions).toEqual(permissionsOf(index, question, scope));
    const kept = await database.read(async (reading) => {
      const people = await reading.load({ users: question.user === null ? [] : [question.user], roles: "none" });
      return withPeople(await reading.structure(), people);
    });
    expect(permissionsOf(kept, question, scope)).toEqual(permissionsOf(index, question, scope));
    const { decision, near } = await database.why(question);
    expect({ decision, near }).toEqual({
      decision: decisions[at],
      near: nearMissesOf(index, question, decide(index, question)),
    });
  }
}

it("questions", async () => {
  const alike = ([document, list]: [PlainDocument, Question[]]) =>
    stored(document, (database, policy) => expectAlike(database, indexPolicy(policy), list));
  await fc.assert(fc.asyncProperty(asked, alike), { numRuns: 50 });
});

/** Pages of one assignment, of a few, and a whole that is no page. */
const MEASURES = [
  { maxSinglePage: 1, pageSize: 1 },
  { maxSinglePage: 2, pageSize: 2 },
  { maxSinglePage: 3, pageSize: 1 },
];

async function paged<T>(pages: AsyncIterable<{ readonly users: readonly T[] }>): Promise<T[]> {
  const all: T[] = [];
  for await (const { users } of pages) all.push(...users);
  return all;
}

it("who-can, of every permission, somewhere and on a scope, at once and by pages", async () => {
  const at = fc.constantFrom(AT, "2040-06-15T12:00:00.000Z");
  const alike = (document: PlainDocument, now: string, scope: string | null) =>
    stored(document, async (database, policy) => {
      const session = { at: now, activate: [], assume: [] };
      for (const permission of catalogueOf(document).flatMap((name) => [name, `${name}:own`])) {
        for (const on of [undefined, scope]) {
          const expected = whoCan(indexPolicy(policy), permission, session, on);
          expect((await database.whoCan(permission, now, on)).users).toEqual(expected);
          for (const measure of MEASURES)
            expect(await paged(database.whoCanByPages(permission, now, on, { sizes: measure }))).toEqual(expected);
        }
      }
    });
  await fc.assert(fc.asyncProperty(documents(), at, fc.constantFrom(...ASKED_SCOPES), alike), { numRuns: 40 });
});

it("who-can, where more users are disabled than are read at once", async () => {
  const names = Array.from({ length: 502 }, (_, at) => [`gone${at}`, { disabled: true, roles: ["reader"] }]);
  const document: PlainDocument = {
    rbac: 1,
    permissions: ["posts:read"],
    roles: { reader: { grants: ["posts:read"] }, other: {} },
    users: { ...Object.fromEntries(names), alice: { roles: ["reader"] }, bob: { roles: ["other"] } },
  };
  await stored(document, async (database) => {
    expect((await database.whoCan("posts:read", AT)).users.map(({ user }) => user)).toEqual(["alice"]);
    const measure = { maxSinglePage: 600, pageSize: 600 };
    expect(
      (await paged(database.whoCanByPages("posts:read", AT, undefined, { sizes: measure }))).map(({ user }) => user),
    ).toEqual(["alice"]);
  });
});

/** What a wish comes to: its changes in any order, or the code of its refusal. */
async function outcomeOf(decided: () => Promise<Iterable<unknown>> | Iterable<unknown>): Promise<readonly string[]> {
  try {
    return [...(await decided())].map((change) => JSON.stringify(change)).sort();
  } catch (error) {
    if (error instanceof RbacError) return [error.code];
    throw error;
  }
}

it("wishes", async () => {
  const alike = (document: PlainDocument, list: Mutation[]) =>
    stored(document, async (database, policy) => {
      for (const mutation of list) {
        const slice = await database.policy(mutation.needs);
        const onSlice = await outcomeOf(() => mutation.decide(slice.policy));
        expect(onSlice).toEqual(await outcomeOf(() => mutation.decide(policy)));
      }
    });
  await fc.assert(fc.asyncProperty(documents(), fc.array(mutations, { minLength: 20, maxLength: 20 }), alike), {
    numRuns: 40,
  });
});

it("permissions of a catalogue that comes in pages, of which some are granted word for word", async () => {
  const all = Array.from({ length: 10_050 }, (_, at) => `r${String(at).padStart(6, "0")}:read`);
  for (const granted of [["*:*"], ["*:*", all[0] ?? ""], ["*:read", all[10_049] ?? ""]]) {
    const roles = { admin: { grants: granted } };
    const document: PlainDocument = { rbac: 1, permissions: all, roles, users: { alice: { roles: ["admin"] } } };
    await stored(document, async (database) => {
      const { permissions } = await database.permissions({ user: "alice", at: AT, activate: [], assume: [] });
      expect(permissions.map(({ permission }) => permission)).toEqual(all);
    });
  }
}, 60_000);

it("questions on scopes so deep that what covers them is too much for a statement", async () => {
  const roles = { reader: { grants: [{ permission: "posts:read", scope: "0" }] } };
  const document: PlainDocument = {
    rbac: 1,
    permissions: ["posts:read"],
    roles,
    users: { alice: { roles: ["reader"] } },
  };
  const scopeAt = (at: number) => Array.from({ length: 480 }, (_, level) => (level === 0 ? at % 10 : at)).join("/");
  const questions = Array.from({ length: 40 }, (_, at): Question => {
    return {
      user: "alice",
      permission: "posts:read",
      scope: scopeAt(at),
      owner: null,
      at: AT,
      activate: [],
      assume: [],
    };
  });
  await stored(document, async (database) => {
    const { decisions } = await database.can(questions);
    expect(decisions.map(({ allowed }) => allowed)).toEqual(questions.map((_, at) => at % 10 === 0));
  });
});
