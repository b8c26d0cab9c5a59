/** Everybody tries everything on a guarded policy: nothing escalates, and nothing that may be done is refused. */
import { beforeAll, describe, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { RbacError } from "../../../src/errors.ts";
import { cli } from "../../support/cli.ts";
import { bytesOf, copied, ON_SERVER, reset } from "../../support/databases.ts";
import { ACTORS, LINES, MUTATIONS, policy, REMOVALS } from "../../support/guard/matrix.ts";
import { escalations, type Renaming, refusal, renamed, type State } from "../../support/guard/oracle.ts";

const NOW = Date.now();
interface Policy {
  readonly db: string;
  readonly before: State;
  /** Two copies, for one test after the other. */
  readonly copies: { trial: string; path: string };
}
let closed: Policy;
let admitting: Policy;
beforeAll(async () => {
  closed = await stated(await policy());
  admitting = await stated(await policy({ strangers: true }));
});

const stated = async (db: string): Promise<Policy> => {
  const copies = { trial: await copied(db), path: await copied(db) };
  return { db, before: await stateOf(db), copies };
};
const stateOf = async (path: string): Promise<State> =>
  JSON.parse((await cli("export --format json", { db: path })).stdout);

type Try = (path: string, actor: string) => Promise<{ code: number; said: string }>;

/**
 * On a server, where each case costs several times as much, a third of those who act try each thing: in turn, so
 * everybody tries every kind.
 */
const SHARE = ON_SERVER ? 3 : 1;
const WHO = ON_SERVER ? "by every third actor, in turn" : "by every actor";
const triers = (turn: number): readonly string[] => ACTORS.filter((_, at) => at % SHARE === turn % SHARE);

/**
 * Lets them try. What the change would make is seen by letting it pass the guard, which only the last escalator stops.
 */
async function everybody(
  { db, before, copies }: Policy,
  turn: number,
  tries: Try,
  unguarded: Try,
  renaming?: Renaming,
): Promise<void> {
  const was = renaming ? renamed(before, renaming) : before;
  const trial = await reset(copies.trial, db);
  const past = await unguarded(trial, "root");
  const after = past.code === 0 ? await stateOf(trial) : undefined;
  expect(past).toEqual({ code: 0, said: expect.anything() });
  const path = await reset(copies.path, db);
  const bytes = await bytesOf(path);
  const judged = triers(turn).map((actor) => ({
    actor,
    why: refusal(actor, before, after as State, NOW, { was, renaming }),
  }));
  // Whoever is refused comes first: what they leave is looked at once.
  for (const { actor, why } of judged.filter((one) => one.why !== undefined)) {
    const { code, said } = await tries(path, actor);
    expect({ actor, code, said, why }).toEqual({ actor, code: 3, said, why });
    expect(said).toMatch(/GUARDED|LAST_ESCALATOR/);
  }
  expect(await bytesOf(path)).toBe(bytes);
  let tried = path;
  for (const { actor, why } of judged.filter((one) => one.why === undefined)) {
    const { code, said } = await tries(tried, actor);
    expect({ actor, code, said, why }).toEqual({ actor, code: 0, said, why });
    expect(await stateOf(tried)).toEqual(after);
    expect({ actor, escalations: escalations(actor, before, after as State, NOW, was) }).toEqual({
      actor,
      escalations: [],
    });
    tried = await reset(tried, db);
  }
}

const typed =
  (line: string, more = ""): Try =>
  async (path, actor) => {
    const { code, stdout, stderr } = await cli(`${line} --json --actor ${actor} ${more}`, { db: path });
    return { code, said: code === 0 ? stdout : `${stdout}${stderr}` };
  };

/** The renaming that a command line makes. */
function renamingOf(line: string): Renaming | undefined {
  const [kind, verb, from = "", to = ""] = line.split(" ");
  return verb === "rename" ? ({ kind, from, to } as Renaming) : undefined;
}

/** The same renamings by a program. */
const RENAMINGS: Readonly<Record<string, string>> = {
  "renaming a user": "user rename bob other",
  "renaming a role": "role rename any other",
  "renaming a permission": "permission rename posts:write posts:wrote",
  "renaming a constraint": "constraint rename apart kept",
};

describe(`every mutating command, ${WHO}`, () => {
  it.each([...LINES.entries()])("%i %s", (turn, line) =>
    everybody(closed, turn, typed(line), typed(line, "--break-glass"), renamingOf(line)),
  );
});

describe(`every removal where strangers are admitted, ${WHO}`, () => {
  it.each([...REMOVALS.entries()])("%i %s", (turn, line) =>
    everybody(admitting, turn, typed(line), typed(line, "--break-glass"), renamingOf(line)),
  );
});

describe(`every wish of a program, ${WHO}`, () => {
  it.each([...Object.keys(MUTATIONS).entries()])("%i %s", (turn, name) => {
    const applied: Try = async (path, actor) => {
      const database = await Database.open(path, "write");
      const stamp = { actor, osUser: actor, at: new Date().toISOString(), reason: null };
      try {
        return { code: 0, said: JSON.stringify(await database.change(stamp, MUTATIONS[name] as never)) };
      } catch (error) {
        if (error instanceof RbacError) return { code: error.exitCode, said: error.code };
        throw error;
      } finally {
        await database.close();
      }
    };
    return everybody(closed, turn, applied, applied, renamingOf(RENAMINGS[name] ?? ""));
  });
});

it("is more than a thousand cases", () => {
  expect((ACTORS.length / SHARE) * (LINES.length + Object.keys(MUTATIONS).length)).toBeGreaterThan(1000);
});
