/** A change is decided once; only where a person must be asked first, it is decided for the question, too. */
import { expect, it } from "vitest";
import { type OutputStream, systemShell } from "../../src/cli/shell.ts";
import { type CommandInput, type WriteSettings, WritingCommand } from "../../src/cli/writing/writing-command.ts";
import { Database } from "../../src/database/database.ts";
import { RbacError, refused } from "../../src/errors.ts";
import type { View } from "../../src/output/render.ts";
import type { Mutation } from "../../src/policy/model/mutation.ts";
import { creating } from "../../src/policy/mutations.ts";
import { runConfig } from "../../src/program/run-config.ts";
import { freshDb } from "../support/cli.ts";
import { ROOT } from "../support/root.ts";

const NOW = "2026-03-01T00:00:00.000Z";

const SILENT: OutputStream = {
  isTerminal: false,
  width: undefined,
  height: undefined,
  write: () => {},
  drained: async () => true,
};
const SHELL = { ...systemShell(), env: {}, stdout: SILENT, stderr: SILENT, interactive: false, exitWith: () => {} };

/** A command that makes one change, and counts how often it is decided and judged. */
class Counting extends WritingCommand<typeof Counting> {
  static mutation: Mutation = creating("user", "alice", {});
  static options: WriteSettings = {};
  static decided = 0;
  static judged: number[] = [];

  protected async answer(_: CommandInput<typeof Counting>): Promise<View> {
    const { mutation, options } = Counting;
    const decide: Mutation["decide"] = (policy) => {
      Counting.decided += 1;
      return mutation.decide(policy);
    };
    return this.change({ ...mutation, decide }, options);
  }
}

/** Runs the command: how often it was decided, the changes at each judgement, the error, and the revision after. */
async function counts(
  argv: readonly string[],
  confirm: WriteSettings["confirm"],
  mutation = creating("user", "a", {}),
) {
  const db = freshDb();
  await Database.create(db, NOW, async () => {});
  Object.assign(Counting, { mutation, decided: 0, judged: [] });
  Counting.options = confirm
    ? {
        confirm: (changes) => {
          Counting.judged.push(changes.length);
          return confirm(changes);
        },
      }
    : {};
  const run = new Counting([...argv, "--db", db], runConfig(ROOT), SHELL).run();
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => (thrown instanceof RbacError ? thrown.code : thrown),
  );
  const database = await Database.open(db, "read");
  const { revision } = await database.policy({ grants: "none" });
  await database.close();
  return { decided: Counting.decided, judged: Counting.judged, error, revision };
}

const sure = () => "Sure?";
const tooMany = () => {
  throw refused("TOO_MANY_REMOVALS", "too many");
};
const CASES: readonly [string, readonly string[], WriteSettings["confirm"], object][] = [
  ["that nothing need confirm", [], undefined, { judged: [], error: undefined, revision: 1 }],
  ["that --yes confirms", ["--yes"], sure, { judged: [1], error: undefined, revision: 1 }],
  ["that needs no confirmation after all", [], () => undefined, { judged: [1], error: undefined, revision: 1 }],
  ["that nobody can confirm", [], sure, { judged: [1], error: "CONFIRMATION_NEEDED", revision: 0 }],
  ["that is too much, also with --yes", ["--yes"], tooMany, { judged: [1], error: "TOO_MANY_REMOVALS", revision: 0 }],
  ["that is only tried", ["--dry-run"], sure, { judged: [1], error: undefined, revision: 0 }],
  ["that is too much to be tried", ["--dry-run"], tooMany, { judged: [1], error: "TOO_MANY_REMOVALS", revision: 0 }],
];

it.each(CASES)("a change %s is decided once", async (_, argv, confirm, expected) => {
  expect(await counts(argv, confirm)).toEqual({ decided: 1, ...expected });
});

it("what the policy forbids is refused before anybody would confirm it", async () => {
  const unknown: Mutation = {
    needs: { grants: "none" },
    decide: () => [{ kind: "everyone.add", role: "no-such-role", before: null, after: {} }],
  };
  expect(await counts([], sure, unknown)).toEqual({ decided: 1, judged: [], error: "ROLE_NOT_FOUND", revision: 0 });
});
