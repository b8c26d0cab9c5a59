/** Everybody tries everything on a guarded policy: nothing escalates, and nothing that may be done is refused. */
import { copyFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { open, RbacError } from "../../src/index.ts";
import { cli, freshDb } from "../cli.ts";
import { bytesOf } from "../commands/blog.ts";
import { escalations, refusal, type State } from "./judge.ts";
import { ACTORS, LINES, policy, WISHES } from "./matrix.ts";

const NOW = Date.now();
let db = "";
let before: State;
beforeAll(async () => {
  db = await policy();
  before = await stateOf(db);
});

const stateOf = async (path: string): Promise<State> =>
  JSON.parse((await cli("export --format json", { db: path })).stdout);

function copyOf(path: string): string {
  const copy = freshDb();
  copyFileSync(path, copy);
  return copy;
}

type Try = (path: string, actor: string) => Promise<{ code: number; said: string }>;

/** Lets everybody try. What the change would make is seen by letting it pass the guard, which only the last escalator stops. */
async function everybody(tries: Try, unguarded: Try): Promise<void> {
  const trial = copyOf(db);
  const past = await unguarded(trial, "root");
  const after = past.code === 0 ? await stateOf(trial) : undefined;
  expect(past).toEqual({ code: 0, said: expect.anything() });
  let path = copyOf(db);
  for (const actor of ACTORS) {
    const bytes = bytesOf(path);
    const { code, said } = await tries(path, actor);
    const why = refusal(actor, before, after as State, NOW);
    expect({ actor, code, said, why }).toEqual({ actor, code: why === undefined ? 0 : 3, said, why });
    if (code === 0) {
      expect(await stateOf(path)).toEqual(after);
      expect({ actor, escalations: escalations(actor, before, after as State, NOW) }).toEqual({
        actor,
        escalations: [],
      });
      path = copyOf(db);
    } else {
      expect(said).toMatch(/GUARDED|LAST_ESCALATOR/);
      expect(bytesOf(path)).toBe(bytes);
    }
  }
}

const typed =
  (line: string, more = ""): Try =>
  async (path, actor) => {
    const { code, stdout, stderr } = await cli(`${line} --json --actor ${actor} ${more}`, { db: path });
    return { code, said: code === 0 ? stdout : `${stdout}${stderr}` };
  };

describe("every mutating command", () => {
  it.each(LINES)("%s", (line) => everybody(typed(line), typed(line, "--break-glass")));
});

describe("every wish of a program", () => {
  it.each(Object.keys(WISHES))("%s", (name) => {
    const applied: Try = async (path, actor) => {
      const rbac = await open(path, { actor });
      try {
        return { code: 0, said: JSON.stringify(await rbac.apply(WISHES[name] as never)) };
      } catch (error) {
        if (error instanceof RbacError) return { code: error.exitCode, said: error.code };
        throw error;
      } finally {
        await rbac.close();
      }
    };
    return everybody(applied, applied);
  });
});

it("is more than a thousand cases", () => {
  expect(ACTORS.length * (LINES.length + Object.keys(WISHES).length)).toBeGreaterThan(1000);
});
