/**
 * A compiled policy over a database that is far away: many questions share one look, and none is answered by an older
 * one.
 */
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { type Assignments, open, type Rbac } from "../../../src/index.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import type { Question } from "../../../src/policy/evaluate/decide.ts";
import { connect } from "../../../src/store/connect.ts";
import type { Connection } from "../../../src/store/engine/connection.ts";
import { LivePolicy } from "../../../src/store/read/live-policy.ts";
import { AT } from "../../support/documents.ts";
import { chanceOf, documentFrom, freshPath, meddle, minute, stampAt } from "../../support/store/random-databases.ts";

const USERS = 4500;
const MOST = 256;

let path: string;
let rbac: Rbac;
let live: LivePolicy;

/** Every third user reads, every third holds nothing that helps, every third nothing at all. */
const roles = (at: number): string[] => [["other", "reader"], ["other"], []][at % 3] as string[];
const users = Object.fromEntries(Array.from({ length: USERS }, (_, at) => [`u${at}`, { roles: roles(at) }]));
const document = documentFrom({
  rbac: 1,
  permissions: ["posts:read"],
  roles: { reader: { grants: ["posts:read"] }, other: {} },
  users: { ...users, alice: { roles: ["reader"] } },
});

beforeAll(async () => {
  path = freshPath();
  await Database.create(path, minute(0), (database) => database.change(stampAt(minute(0)), seeding(document, false)));
});

afterEach(async () => {
  await live.close();
  await rbac.close();
});

/** What a statement meets on its way to the database, and its rows on their way back. */
interface Line {
  sent: number;
  out(): Promise<unknown>;
  back(): Promise<unknown>;
}

const straight = (): Line => ({ sent: 0, out: () => turn(), back: () => turn() });

/** A real database at the end of a line. */
function over(connection: Connection, line: Line): Connection {
  const prepare: Connection["prepare"] = (query) => {
    const prepared = connection.prepare(query);
    return async (...parameters) => {
      line.sent += 1;
      await line.out();
      const rows = prepared(...parameters);
      await line.back();
      return rows;
    };
  };
  return { ...connection, prepare };
}

async function begin(line: Line, assignments: Assignments): Promise<void> {
  rbac = await open(path, { actor: "writer" });
  live = await LivePolicy.overConnection(over(await connect(path, "read"), line), assignments);
  line.sent = 0;
}

const reads = (user: string | null): Question => ({
  user,
  permission: "posts:read",
  owner: null,
  scope: null,
  at: AT,
  activate: [],
  assume: [],
});

const give = () => rbac.assign("alice", "reader");
const take = () => rbac.revoke("alice", "reader");

const codeOf = async (answer: unknown): Promise<string> => {
  try {
    await answer;
    return "no error";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe.each<Assignments>(["memory", "demand"])("with assignments in %s", (assignments) => {
  it("asked at once they share a look, each with its own answer", async () => {
    const line = straight();
    await begin(line, assignments);
    const asked = Array.from({ length: USERS * 2 }, (_, at) => live.answer(reads(`u${at % USERS}`)));
    const strangers = [codeOf(live.answer(reads("mallory"))), codeOf(live.answer(reads("mallory")))];
    const somebody = live.answer(reads(null));
    const allowed = (await Promise.all(asked)).map((answer) => answer.allowed);
    expect(allowed).toEqual(Array.from({ length: USERS * 2 }, (_, at) => (at % USERS) % 3 === 0));
    expect(await Promise.all(strangers)).toEqual(["USER_NOT_FOUND", "USER_NOT_FOUND"]);
    expect((await somebody).reason).toBe("none");
    // Nobody is looked for twice in a look; the second time round everybody is, once more.
    expect(line.sent).toBe(assignments === "memory" ? 1 : Math.ceil((USERS * 2 + 1) / MOST));
  });

  it("a look of nobody asks for the revision alone", async () => {
    const line = straight();
    await begin(line, assignments);
    await Promise.all([live.answer(reads(null)), live.answer(reads(null))]);
    expect(line.sent).toBe(1);
  });

  it("whoever asks after a commit sees it, though a look is on its way that does not", async () => {
    let arrive = () => {};
    let looked = () => {};
    const line = straight();
    await begin(line, assignments);
    const looking = new Promise<void>((resolve) => {
      looked = resolve;
    });
    line.back = () => {
      looked();
      return new Promise<void>((resolve) => {
        arrive = resolve;
      });
    };
    const before = live.answer(reads("alice"));
    await looking;
    const { revision } = await take();
    const after = [live.answer(reads("alice")), live.answer(reads("alice"))];
    line.back = () => turn();
    arrive();
    expect(await before).toEqual({ allowed: true, reason: "allow", except: [], known: true, revision: revision - 1 });
    for (const answer of after)
      expect(await answer).toEqual({ allowed: false, reason: "none", except: [], known: true, revision });
    await give();
  });

  it("whenever who asks and whatever the line does: no answer is older than its question", async () => {
    const chance = chanceOf(4);
    const late = async () => {
      for (let turns = chance.below(6); turns > 0; turns--) await turn();
    };
    await begin({ sent: 0, out: late, back: late }, assignments);
    let committed = (await live.answer(reads("alice"))).revision;
    const isThereAt = committed % 2;
    let [asking, done] = [[] as Promise<void>[], 0];
    const ask = async () => {
      const known = committed;
      const { allowed, revision } = await live.answer(reads("alice"));
      expect(revision).toBeGreaterThanOrEqual(known);
      expect(allowed).toBe(revision % 2 === isThereAt);
      done += 1;
    };
    for (let round = 0; round < 200; round++) {
      const change = round % 2 === 0 ? take() : give();
      asking.push(ask(), ask());
      committed = (await change).revision;
      for (let more = chance.below(4); more > 0; more--) {
        asking.push(ask());
        await late();
      }
      if (asking.length < 50) continue;
      await Promise.all(asking);
      asking = [];
    }
    await Promise.all(asking);
    expect(done).toBeGreaterThan(400);
  });

  it("what fails on the line fails whoever waited, and nobody after them", async () => {
    const line = straight();
    await begin(line, assignments);
    line.out = () => Promise.reject(Object.assign(new Error("gone"), { code: "SQLITE_IOERR" }));
    const waiting = [live.answer(reads("alice")), live.answer(reads("u1"))];
    expect(await Promise.all(waiting.map(codeOf))).toEqual(["DATABASE_IO", "DATABASE_IO"]);
    line.out = () => turn();
    expect((await live.answer(reads("alice"))).allowed).toBe(true);
  });
});

describe("a database whose revision entries do not lead to is compiled anew", () => {
  it.each<Assignments>(["memory", "demand"])("with assignments in %s", async (assignments) => {
    await begin(straight(), assignments);
    const { revision } = await live.answer(reads("alice"));
    meddle(path, (raw) => raw.exec(`update meta set revision = ${revision - 1}`));
    expect((await live.answer(reads("alice"))).revision).toBe(revision - 1);
    meddle(path, (raw) => raw.exec(`update meta set revision = ${revision}`));
    expect(await Promise.all([live.answer(reads("alice")), live.answer(reads("u1"))])).toEqual([
      { allowed: true, reason: "allow", except: [], known: true, revision },
      { allowed: false, reason: "none", except: [], known: true, revision },
    ]);
  });
});

it("and if it has moved on meanwhile, what users hold is looked for once more", async () => {
  const line = straight();
  await begin(line, "demand");
  const { revision } = await live.answer(reads("alice"));
  meddle(path, (raw) => raw.exec(`update meta set revision = ${revision - 1}`));
  line.back = async () => {
    line.back = () => turn();
    meddle(path, (raw) =>
      raw.exec(`delete from assignments where "user" = 'alice'; update meta set revision = ${revision}`),
    );
  };
  expect(await live.answer(reads("alice"))).toEqual({
    allowed: false,
    reason: "none",
    except: [],
    known: true,
    revision,
  });
});

it("a role that is assigned to nobody who is there is a damaged database", async () => {
  await begin(straight(), "memory");
  await rbac.delete("user", "u7");
  meddle(path, (raw) =>
    raw.exec(
      `pragma foreign_keys = off; insert into assignments ("user", role, scope, revision) values ('u7', 'other', '', 1)`,
    ),
  );
  expect(await codeOf(rbac.compile({ assignments: "memory" }))).toBe("DATABASE_INVALID");
});
