/**
 * What a policy of a service answers, by whichever call, is what the compiled policy answers that the service has: over
 * a real connection, over random policies in a database of either kind, errors included.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { create, open, type PolicyDocument, RbacError } from "../../src/index.ts";
import { canQuestion } from "../../src/remote/asked-questions.ts";
import { connect } from "../../src/remote/connecting.ts";
import { cli, freshDb, SERVER } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";
import { conditionalDocuments, givens } from "../support/random-conditional-questions.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, catalogueOf, ROLES, USERS } from "../support/random-policies.ts";
import { served } from "../support/service/served.ts";
import { untilEnough } from "../support/until-enough.ts";

const RUNS = SERVER ? 2 : 8;
const QUESTIONS = 12;

const policies = conditionalDocuments().chain((document) => {
  const roles = Object.keys(document.roles ?? {});
  const sometimes = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 2, nil: undefined });
  const question = fc.record({
    user: fc.constantFrom<unknown>(
      ...Object.keys(document.users ?? {}),
      ...USERS,
      null,
      "mallory",
      "bad\n",
      7,
      undefined,
    ),
    permission: fc.constantFrom<unknown>(...catalogueOf(document), ...catalogueOf(document), "nothing:here", "a:*", 7),
    role: fc.constantFrom(...roles, ...ROLES),
    how: fc.record({
      on: sometimes(fc.constantFrom<unknown>(...ASKED_SCOPES, "a//b")),
      at: sometimes(fc.constantFrom<unknown>(...ASKED_INSTANTS, "@1", new Date(ASKED_INSTANTS[0] ?? ""), "soon")),
      activate: sometimes(fc.subarray(roles)),
      assume: sometimes(fc.subarray(roles, { minLength: 1 })),
      strangers: sometimes(fc.boolean()),
      explain: fc.option(fc.constant(true), { freq: 4, nil: undefined }),
    }),
    given: sometimes(givens()),
    owner: sometimes(fc.constantFrom(...USERS)),
  });
  const [user = ""] = Object.keys(document.users ?? {});
  const known = { user, permission: catalogueOf(document)[0], role: roles[0] ?? "reader", how: {} };
  const unknown = [{ user: "nobody" }, { permission: "nothing:here" }, { role: "nothing" }, {}];
  const always = unknown.map((name) => ({ ...known, given: undefined, owner: undefined, ...name }));
  const some = fc.array(question, { minLength: QUESTIONS, maxLength: QUESTIONS });
  return fc.tuple(
    fc.constant(document),
    some.map((questions) => [...questions, ...always]),
  );
});

/** What a call comes to: its answer, or what its error says. */
async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    const { code, message, suggestions, exitCode, retry } = error;
    return { code, message, suggestions, exitCode, retry };
  }
}

/** True where nothing is wrong that is found before anything is sent. */
function isSendable({ user, permission, ...how }: { readonly user: unknown; readonly permission: unknown }): boolean {
  try {
    return canQuestion(user, permission, how) !== undefined;
  } catch {
    return false;
  }
}

const said = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

it(`${RUNS} policies with ${QUESTIONS} questions each: every call is answered alike`, async () => {
  const seen = new Map<string, number>();
  const see = (found: unknown) => {
    const { code, reason } = found as { code?: string; reason?: string };
    const name = code ?? reason ?? "";
    seen.set(name, (seen.get(name) ?? 0) + 1);
  };
  const property = fc.asyncProperty(policies, async ([document, questions]) => {
    await using rbac = await create(freshDb(), { actor: "test" });
    await rbac.seed(document as PolicyDocument, { allowConfusable: true });
    await using compiled = await rbac.compile();
    const { url, close } = await served(compiled);
    await using remote = connect(url);
    const alike = async (ask: (policy: typeof compiled) => unknown) => {
      const here = await outcome(() => ask(compiled));
      expect(await outcome(() => ask(remote as unknown as typeof compiled))).toEqual(here);
      return here;
    };
    const calls = questions.map(({ user, permission, role, how, given, owner }) => {
      const { explain, ...session } = said(how) as { explain?: boolean };
      const options = { ...session, ...said({ explain, given, owner }) };
      return { user: user as string, permission: permission as string, role, session, options };
    });
    for (const { user, permission, role, session, options } of calls) {
      see(await alike((policy) => policy.can(user, permission, options)));
      see(await alike((policy) => policy.has(user, role, session)));
      await alike((policy) => policy.permissions(user, session));
      await alike((policy) =>
        policy.filter(user, permission, { ...session, columns: { owner: "o" }, dialect: "postgres" }),
      );
    }
    // At once, where one's fault is no fault of another's; and as one list, where it is.
    const asked = calls.map(({ user, permission, options }) => ({ user, permission, ...options }));
    const [here, there] = [compiled, remote].map((policy) =>
      Promise.all(calls.map(({ user, permission, options }) => outcome(() => policy.can(user, permission, options)))),
    );
    expect(await there).toEqual(await here);
    // Of several faults, those that are found here are told first.
    const sendable = asked.filter((one) => isSendable(one));
    see(await alike((policy) => policy.all(sendable)));
    if (sendable.length < asked.length)
      expect(await outcome(() => remote.all(asked))).toMatchObject({
        exitCode: 2,
        message: expect.stringMatching(/^question \d+: /),
      });
    const good = (await here)?.flatMap((one, at) => ("code" in (one as object) ? [] : [at])) ?? [];
    const present = good.map((at) => asked[at] as object).filter((one) => !("at" in one));
    expect(await alike((policy) => policy.all(present as never))).toHaveProperty("answers.length", present.length);
    await alike((policy) => policy.all(sendable.map(({ user, permission }) => ({ user, permission }))));
    for (const { user, permission, options } of calls.slice(0, 3)) {
      const { on, at, given } = options as { on?: string; at?: string; given?: never };
      await alike((policy) => policy.whoCan(permission, said({ on, at, given })));
      await alike((policy) => policy.user(user));
    }
    await close();
  });
  const sought = ["allow", "none", "USER_NOT_FOUND", "ROLE_NOT_FOUND", "PERMISSION_NOT_FOUND", "VALUE_INVALID"];
  const isEnough = () => sought.every((name) => seen.has(name));
  await untilEnough(() => fc.assert(property, { numRuns: RUNS }), isEnough);
  for (const name of sought) expect([name, (seen.get(name) ?? 0) > 0]).toEqual([name, true]);
});

const TIMES = SERVER ? 8 : 50;

it(`${TIMES} revocations by another program: the next question is refused`, async () => {
  const db = freshDb();
  const document = {
    rbac: 1,
    permissions: ["posts:read"],
    roles: { reader: { grants: ["posts:read"] } },
    users: { ann: {} },
  };
  await cli(["seed", fileWith(JSON.stringify(document)), "--quiet"], { db });
  await using rbac = await open(db, { mode: "read" });
  const { url, close } = await served(await rbac.compile());
  await using remote = connect(url);
  for (let time = 0; time < TIMES; time++)
    for (const [command, allowed] of [
      ["assign", true],
      ["revoke", false],
    ] as const) {
      expect((await cli(`${command} ann reader`, { db })).code).toBe(0);
      expect((await remote.can("ann", "posts:read")).allowed).toBe(allowed);
    }
  await close();
});
