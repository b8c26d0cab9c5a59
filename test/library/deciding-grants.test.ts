/** The deciding grant that a log names is one that the evidence has: over random policies that follow one another. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Because, Compiled, PolicyDocument, Rbac } from "../../src/index.ts";
import { SERVER } from "../support/cli.ts";
import { linesOf, loggedWith } from "../support/decision-logs.ts";
import { often } from "../support/often.ts";
import { conditionalDocuments, givens } from "../support/random-conditional-questions.ts";
import { ASKED_SCOPES, catalogueOf, ROLES, USERS } from "../support/random-policies.ts";

const RUNS = SERVER ? 4 : often(20);

/** A policy and questions to it. */
const traffic = conditionalDocuments().chain((document) => {
  const roles = Object.keys(document.roles ?? {});
  const some = fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray(roles, { minLength: 1, maxLength: 2 }));
  const question = fc.record({
    user: fc.constantFrom(...Object.keys(document.users ?? {}), ...USERS, null),
    permission: fc.constantFrom(...catalogueOf(document)),
    role: fc.constantFrom(...roles, ...ROLES),
    own: fc.boolean(),
    on: fc.constantFrom(...ASKED_SCOPES),
    activate: some,
    assume: some,
    given: givens(),
  });
  return fc.tuple(fc.constant(document), fc.array(question, { minLength: 20, maxLength: 20 }));
});

/** A decision with its evidence. */
interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
  readonly because: readonly Because[];
}

/** What the evidence has of plain grants that decide, as a line says it. */
const pairsOf = ({ allowed, reason, because }: Decision) =>
  because
    .filter(({ effect, grant }) => effect === (allowed ? "allow" : "deny") && grant?.digest === undefined)
    .filter(() => reason !== "condition")
    .map(({ assignment: { role: held, scope: heldOn }, grant }) => ({
      held,
      ...(heldOn !== null && { heldOn }),
      ...(grant && grant.role !== held && { granting: grant.role }),
      ...(grant && { grant: grant.permission }),
      ...(grant && grant.scope !== null && { scope: grant.scope }),
    }));

it(`${RUNS * 2} policies with 40 questions each`, async () => {
  const seen = { grants: 0, inherited: 0, denies: 0, conditional: 0, roles: 0 };
  const assignments = fc.constantFrom("memory" as const, "demand" as const);
  await fc.assert(
    fc.asyncProperty(traffic, traffic, assignments, async (first, second, where) => {
      const { rbac, file } = await loggedWith({ rbac: 1 });
      const decided = new Map<string | undefined, Decision>();
      const compiled = await rbac.compile({ assignments: where });
      for (const [document, questions] of [first, second]) {
        await rbac.seed(document as PolicyDocument, { prune: true, allowConfusable: true });
        for (const { user, permission, role, own, on, activate, assume, given } of questions) {
          const session = { on, ...(activate.length > 0 && { activate }), ...(assume.length > 0 && { assume }) };
          const asked = own ? `${permission}:own` : permission;
          const can = (of: Rbac | Compiled, log: boolean) =>
            of.can(user, asked, { ...session, given: given as never, log });
          const has = (of: Rbac | Compiled, log: boolean) => of.has(user, role, { ...session, log });
          for (const call of [can, has]) {
            const answer = await call(compiled, true).catch(() => undefined);
            const decision = await call(rbac, false).catch(() => undefined);
            if (answer && decision) decided.set(answer.id, decision as Decision);
          }
        }
      }
      await rbac.close();
      const lines = linesOf(file).filter(({ error }) => error === undefined);
      expect(lines.length).toBe(decided.size);
      for (const { id, role, decision, reason, held, heldOn, granting, grant, scope } of lines) {
        const was = decided.get(id) as Decision;
        expect([decision, reason]).toEqual([was.allowed, was.reason]);
        const pairs = pairsOf(was);
        if (pairs.length === 0) expect(held).toBeUndefined();
        else expect(pairs).toContainEqual({ held, heldOn, granting, grant, scope });
        if (pairs.length > 0) seen[role === undefined ? "grants" : "roles"]++;
        else if (was.because.length > 0) seen.conditional++;
        if (granting !== undefined) seen.inherited++;
        if (reason === "deny" && pairs.length > 0) seen.denies++;
      }
    }),
    { numRuns: RUNS },
  );
  // Few policies, as on a server, may have none of a kind.
  if (!SERVER) for (const [kind, count] of Object.entries(seen)) expect([kind, count > 0]).toEqual([kind, true]);
});
