/** Logs asked again: random policies along a record, answered by the oracle, in any order of lines and of files. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { compareLogs } from "../../../src/decisions/review/against.ts";
import { PolicyAlongRecord } from "../../../src/decisions/review/policy-along-record.ts";
import { QuestionsOfLines } from "../../../src/decisions/review/questions-of-lines.ts";
import { replayLogs } from "../../../src/decisions/review/replay.ts";
import { answeredLine, bringingTo, databaseOf, logLine, logOf } from "../../support/known-logs.ts";
import { often } from "../../support/often.ts";
import { type OracleQuestion, oracleCan, type PlainDocument } from "../../support/oracle.ts";
import { catalogueOf, documents, questions } from "../../support/random-policies.ts";

const AT = "2026-06-01T00:00:00.000Z";

const asked: fc.Arbitrary<readonly [PlainDocument, readonly OracleQuestion[]]> = documents().chain((document) =>
  fc.tuple(fc.constant(document), fc.array(questions(document), { minLength: 1, maxLength: 12 })),
);

it("agrees with every line that was true at its revision, and with no other", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(asked, { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.nat(9)),
      async (steps, luck) => {
        const { database, id, revisions } = await databaseOf(
          steps.map(([document]) => document),
          AT,
        );
        const all = steps.flatMap(([document, several], step) =>
          several.map((question) => ({ revision: revisions[step], ...answeredLine(document, question) })),
        );
        const files: [string[], string[]] = [[], []];
        let lies = 0;
        for (const line of all.sort(() => (luck.next().value as number) - 4.5)) {
          const isLie = luck.next().value === 0;
          lies += Number(isLie);
          const told = isLie ? { ...line, decision: !line.decision } : line;
          files[Number(luck.next().value) % 2 === 0 ? 0 : 1].push(logLine({ db: id, ...told, mark: isLie }));
        }
        const paths = files.map((lines) => logOf(lines));
        const { counts, disagreements } = await replayLogs(database, paths, {});
        expect(counts).toEqual({ read: all.length, dropped: 0, cut: 0, replayed: all.length, disagreed: lies });
        for (const { file, line } of disagreements)
          expect(JSON.parse(files[paths.indexOf(file)]?.[line - 1] ?? "")).toMatchObject({ mark: true });
        await database.close();
      },
    ),
    { numRuns: often(25) },
  );
});

it("goes to any revision, also behind what it keeps", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(asked, { minLength: 2, maxLength: 5 }),
      fc.array(fc.nat(99), { minLength: 12 }),
      async (steps, way) => {
        const { database, revisions } = await databaseOf(
          steps.map(([document]) => document),
          AT,
        );
        await database.read(async (reading) => {
          const [record, questionsOfLines] = [new PolicyAlongRecord(reading, 4), new QuestionsOfLines()];
          for (const stop of way) {
            const step = stop % steps.length;
            const [document, several] = steps[step] as (typeof steps)[number];
            const policy = await record.at(Number(revisions[step]));
            for (const question of several) {
              const line = JSON.parse(logLine(answeredLine(document, question)));
              expect(policy.answer(questionsOfLines.of(line), question.at)).toMatchObject({ reason: line.reason });
            }
          }
        });
        await database.close();
      },
    ),
    { numRuns: often(12) },
  );
});

it("finds exactly the decisions that a proposal changes", async () => {
  await fc.assert(
    fc.asyncProperty(asked, documents(), async ([document, several], proposed) => {
      const { database, id } = await databaseOf([document], AT);
      const path = logOf(
        several.map((question) => logLine({ db: id, revision: 1, ...answeredLine(document, question) })),
      );
      const { counts, changes } = await compareLogs(database, [path], bringingTo(proposed), AT);
      const isThere = ({ user, permission, activate, assume }: OracleQuestion) =>
        (user === null || Object.hasOwn(proposed.users ?? {}, user)) &&
        catalogueOf(proposed).includes(permission) &&
        [...activate, ...assume].every((role) => Object.hasOwn(proposed.roles ?? {}, role));
      const changed = several.filter((one) => !isThere(one) || oracleCan(document, one) !== oracleCan(proposed, one));
      expect(counts).toMatchObject({ replayed: several.length, changed: changed.length, otherwise: 0 });
      expect(changes.reduce((sum, { decisions }) => sum + decisions, 0)).toBe(changed.length);
      expect(new Set(changes.map(({ user }) => user))).toEqual(new Set(changed.map(({ user }) => user)));
      await database.close();
    }),
    { numRuns: often(25) },
  );
});
