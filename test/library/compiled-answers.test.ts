/**
 * What a compiled policy answers, by whichever call, is what the database answers: over random policies that follow one
 * another in one database, of either kind.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Assignments, create, type PolicyDocument, type RbacError } from "../../src/index.ts";
import { freshDb, SERVER } from "../support/cli.ts";
import { conditionalDocuments, givens } from "../support/random-conditional-questions.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, catalogueOf, ROLES, USERS } from "../support/random-policies.ts";
import { untilEnough } from "../support/until-enough.ts";

const RUNS = SERVER ? 6 : 25;
const STEPS = 3;
const QUESTIONS = 12;

/** A policy and questions to it; now and then about what it does not have. */
const step = conditionalDocuments().chain((document) => {
  const roles = Object.keys(document.roles ?? {});
  const some = fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray(roles, { minLength: 1, maxLength: 2 }));
  const question = fc.record({
    user: fc.constantFrom(...Object.keys(document.users ?? {}), ...USERS, null, "mallory"),
    permission: fc.constantFrom(...catalogueOf(document)),
    role: fc.constantFrom(...roles, ...ROLES),
    own: fc.boolean(),
    on: fc.constantFrom(...ASKED_SCOPES),
    at: fc.constantFrom(...ASKED_INSTANTS),
    activate: some,
    assume: some,
    strangers: fc.boolean(),
    given: givens(),
  });
  return fc.tuple(fc.constant(document), fc.array(question, { minLength: QUESTIONS, maxLength: QUESTIONS }));
});

/** What a call comes to: its answer, or its error in words. */
const outcome = async <T>(call: () => T | Promise<T>): Promise<T | string> => {
  try {
    return await call();
  } catch (error) {
    const { code, message, suggestions } = error as RbacError;
    return `${code} ${message} ${suggestions}`;
  }
};

const listed = (name: "activate" | "assume", roles: readonly string[]) => (roles.length > 0 ? { [name]: roles } : {});

describe.each<Assignments>(["memory", "demand"])("with assignments in %s", (assignments) => {
  it(`${RUNS * STEPS} policies with ${QUESTIONS} questions each: has, all, canSync and explain say what the database says`, async () => {
    const seen = new Set<string>();
    const property = fc.asyncProperty(fc.array(step, { minLength: STEPS, maxLength: STEPS }), async (steps) => {
      await using rbac = await create(freshDb(), { actor: "test" });
      await using compiled = await rbac.compile({ assignments });
      for (const [document, questions] of steps) {
        await rbac.seed(document as PolicyDocument, { prune: true, allowConfusable: true });
        const asked = questions.map(({ user, own, permission, role, given, activate, assume, on, at, strangers }) => {
          const session = { on, at, strangers, ...listed("activate", activate), ...listed("assume", assume) };
          return { user, role, session, permission: own ? `${permission}:own` : permission, given: given as never };
        });
        const answered: { question: (typeof asked)[number]; answer: { because?: unknown } }[] = [];
        for (const question of asked) {
          const { user, role, session, permission, given } = question;
          const how = { ...session, given };
          const has = await outcome(() => rbac.has(user, role, session));
          const can = await outcome(() => rbac.can(user, permission, how));
          const withRevision = async <T extends object>(of: T | string, pick: (of: T) => object) =>
            typeof of === "string" ? of : { ...pick(of), revision: expect.any(Number) };
          expect(await outcome(() => compiled.has(user, role, session))).toEqual(
            await withRevision(has, ({ allowed, reason, known }) => ({ allowed, reason, known })),
          );
          const brief = await withRevision(can, ({ allowed, reason, except, known, when, unless }) => {
            return { allowed, reason, except, known, ...(when !== undefined && { when }), ...(unless && { unless }) };
          });
          expect(await outcome(() => compiled.can(user, permission, how))).toEqual(brief);
          if (!SERVER) expect(await outcome(() => compiled.canSync(user, permission, how))).toEqual(brief);
          const because = typeof can === "string" ? undefined : can.because;
          expect(await outcome(() => compiled.can(user, permission, { ...how, explain: true }))).toEqual(
            typeof brief === "string" ? brief : { ...brief, because },
          );
          seen.add(typeof has === "string" ? (has.split(" ")[0] ?? "") : has.reason);
          if (typeof brief !== "string") answered.push({ question, answer: { ...brief, because } });
        }
        const list = answered.map(({ question: { user, permission, session, given } }) => {
          return { user, permission, ...session, given };
        });
        const { answers, revision } = await compiled.all(list);
        const bare = answered.map(({ answer: { because: _, ...answer } }) => ({ ...answer, revision }));
        expect(answers).toEqual(bare);
        const explained = await compiled.all(list.map((one, at) => ({ ...one, explain: at % 2 === 0 })));
        expect(explained.answers).toEqual(
          answered.map(({ answer }, at) => ({ ...(at % 2 === 0 ? answer : bare[at]), revision })),
        );
      }
    });
    const sought = ["allow", "none", "session", "USER_NOT_FOUND", "ROLE_NOT_FOUND"];
    const isEnough = () => sought.every((reason) => [...seen].some((one) => one === reason));
    await untilEnough(() => fc.assert(property, { numRuns: RUNS }), isEnough);
    for (const reason of sought) expect([...seen]).toContain(reason);
  });
});
