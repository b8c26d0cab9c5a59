/** What nobody used, on random policies: the oracle tells of each grant and assignment alone whether a log needed it. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Finding } from "../../../src/decisions/usage/findings.ts";
import { unusedBy } from "../../../src/decisions/usage/unused.ts";
import { toJsonDocument } from "../../../src/output/views/document.ts";
import { answeredLine, databaseOf, logLine, logOf } from "../../support/known-logs.ts";
import { often } from "../../support/often.ts";
import {
  type OracleQuestion,
  oracleCan,
  type PlainDocument,
  type PlainRole,
  type PlainUser,
} from "../../support/oracle.ts";
import { documents, questions } from "../../support/random-policies.ts";

const DAY = 86_400_000;
/** Behind all windows of random policies, so that none of what was used is too new. */
const NOW = "2041-06-01T00:00:00.000Z";
const LONG_AGO = "2020-01-01T00:00:00.000Z";
const daysAgo = (days: number) => new Date(Date.parse(NOW) - days * DAY).toISOString();

const asked = documents().chain((document) =>
  fc.tuple(
    fc.constant(document),
    fc.array(questions(document), { minLength: 1, maxLength: 25 }),
    fc.array(questions(document), { minLength: 10, maxLength: 40 }),
  ),
);

/** The findings about a log of these questions, which covers the last hundred days, and the proposal as a document. */
async function unusedOf(document: PlainDocument, several: readonly OracleQuestion[]) {
  const { database, id, revisions } = await databaseOf([document], LONG_AGO);
  const lines = Array.from({ length: Math.max(101, several.length) }, (_, at) => {
    const question = several[at % several.length] as OracleQuestion;
    return logLine({
      db: id,
      revision: revisions[0],
      ...answeredLine(document, question),
      at: daysAgo(Math.max(100 - at, 0)),
    });
  });
  const found = await unusedBy(database, [logOf(lines)], { now: NOW });
  await database.close();
  const proposal = found.proposal && (JSON.parse(toJsonDocument(found.proposal.policy)) as PlainDocument);
  return { ...found, proposal };
}

type Rule = Exclude<NonNullable<PlainRole["grants"]>[number], string>;
type Held = Exclude<NonNullable<PlainUser["roles"]>[number], string>;
const ruleOf = (written: string | Rule): Rule => (typeof written === "string" ? { permission: written } : written);
const heldOf = (written: string | Held): Held => (typeof written === "string" ? { role: written } : written);

/** The document with those of its allows that are wanted. */
const withGrants = (document: PlainDocument, isWanted: (role: string, rule: Rule) => boolean): PlainDocument => ({
  ...document,
  roles: Object.fromEntries(
    Object.entries(document.roles ?? {}).map(([name, role]) => [
      name,
      { ...role, grants: (role.grants ?? []).map(ruleOf).filter((rule) => isWanted(name, rule)) },
    ]),
  ),
});

const withHeld = (document: PlainDocument, isWanted: (user: string, held: Held) => boolean): PlainDocument => ({
  ...document,
  users: Object.fromEntries(
    Object.entries(document.users ?? {}).map(([name, user]) => [
      name,
      { ...user, roles: (user.roles ?? []).map(heldOf).filter((held) => isWanted(name, held)) },
    ]),
  ),
});

const isGrant =
  (role: string, { permission, scope }: Rule) =>
  (finding: Finding) =>
    finding.kind === "grant" &&
    finding.role === role &&
    finding.permission === permission &&
    finding.scope === (scope ?? null);
const isHeld =
  (user: string, { role, scope }: Held) =>
  (finding: Finding) =>
    finding.kind === "assignment" &&
    finding.user === user &&
    finding.role === role &&
    finding.scope === (scope ?? null);

it("tells of each grant and each assignment whether it was on a way to a yes, and whether one needed it", async () => {
  await fc.assert(
    fc.asyncProperty(asked, async ([document, all]) => {
      const several = all.map((question) => ({ ...question, activate: [], assume: [] }));
      const { findings } = await unusedOf(document, several);
      const allowed = several.filter((question) => oracleCan(document, question));
      const kinds = (of: (finding: Finding) => boolean) => findings.filter(of).map(({ finding }) => finding);
      for (const [role, { grants = [] }] of Object.entries(document.roles ?? {}))
        for (const rule of grants.map(ruleOf)) {
          const is = isGrant(role, rule);
          const isThis = (name: string, other: Rule) => name === role && JSON.stringify(other) === JSON.stringify(rule);
          const alone = withGrants(document, isThis);
          const without = withGrants(document, (name, other) => !isThis(name, other));
          const isUsed = allowed.some((question) => oracleCan(alone, question));
          const isNeeded = allowed.some((question) => !oracleCan(without, question));
          expect(kinds(is).includes("unused")).toBe(!isUsed);
          expect(kinds(is).includes("redundant")).toBe(isUsed && !isNeeded);
        }
      for (const [user, { roles = [] }] of Object.entries(document.users ?? {}))
        for (const held of roles.map(heldOf)) {
          const isThis = (name: string, other: Held) => name === user && JSON.stringify(other) === JSON.stringify(held);
          const alone = { ...withHeld(document, isThis), everyone: [] };
          const without = withHeld(document, (name, other) => !isThis(name, other));
          const isUsed = allowed.some((question) => oracleCan(alone, question));
          const isNeeded = allowed.some((question) => !oracleCan(without, question));
          const hasEnded = held.until !== undefined && held.until <= NOW;
          expect(kinds(isHeld(user, held)).includes("unused")).toBe(!isUsed && !hasEnded);
          expect(kinds(isHeld(user, held)).includes("redundant")).toBe(isUsed && !isNeeded);
        }
    }),
    { numRuns: often(30) },
  );
});

it("proposes what takes no yes of the log away, and gives nobody anything", async () => {
  let removed = 0;
  await fc.assert(
    fc.asyncProperty(asked, async ([document, several, others]) => {
      const { proposal } = await unusedOf(document, several);
      if (!several.some((question) => oracleCan(document, question))) return;
      for (const question of several)
        if (oracleCan(document, question)) expect(oracleCan(proposal as PlainDocument, question)).toBe(true);
      removed += Number(JSON.stringify(proposal?.roles) !== JSON.stringify(document.roles));
      const isThere = ({ activate, assume }: OracleQuestion) =>
        [...activate, ...assume].every((role) => Object.hasOwn(proposal?.roles ?? {}, role));
      for (const question of others)
        if (isThere(question) && oracleCan(proposal as PlainDocument, question))
          expect(oracleCan(document, question)).toBe(true);
    }),
    { numRuns: often(50) },
  );
  expect(removed).toBeGreaterThan(10);
});
