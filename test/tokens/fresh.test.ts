/** Which tokens are stale, by a feed of changes: over random histories, and where nobody tells. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChangeFeed, type Changes, type Touched } from "../../src/tokens/change-feed.ts";
import { often } from "../support/often.ts";

const USERS = ["alice", "bob", "carol"];
const ROLES = ["reader", "editor", "admin"];
const MAX_LAG = 1000;

/** What one revision touched. */
const touch = fc.record({
  users: fc.subarray(USERS, { maxLength: 1 }),
  roles: fc.subarray(ROLES, { maxLength: 1 }),
  all: fc.integer({ min: 0, max: 12 }).map((n) => n === 0),
});
type Touch = typeof touch extends fc.Arbitrary<infer T> ? T : never;

const step = fc.oneof(
  touch.map((change) => ({ change })),
  fc.constantFrom(0, 10, 300, 600, 1000, 1001, 5000).map((pass) => ({ pass })),
  fc
    .record({ user: fc.constantFrom(...USERS), roles: fc.subarray(ROLES), back: fc.nat({ max: 12 }) })
    .map((ask) => ({ ask })),
);

const isTouched = (log: readonly Touch[], { rev, user, roles }: Touched) =>
  log
    .slice(rev)
    .some((change) => change.all || change.users.includes(user) || change.roles.some((role) => roles.includes(role)));

const answerOf = (log: readonly Touch[], since: number) => {
  const after = log.slice(since);
  return {
    revision: log.length,
    users: [...new Set(after.flatMap(({ users }) => users))],
    roles: [...new Set(after.flatMap(({ roles }) => roles))],
    all: after.some(({ all }) => all),
  };
};

describe("the feed", () => {
  it("over random histories: never stale without a change, always stale where one is older than the lag", async () => {
    const found = { stale: 0, fresh: 0, asked: 0, calls: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        let now = 1_000_000;
        const log: Touch[] = [];
        const lengths: (readonly [at: number, length: number])[] = [[now, 0]];
        const changes: Changes = async ({ since }) => {
          found.calls += 1;
          return answerOf(log, since);
        };
        const feed = new ChangeFeed(changes, { maxLag: MAX_LAG, clock: () => now });
        for (const each of steps) {
          if ("pass" in each) now += each.pass;
          else if ("change" in each) lengths.push([now, log.push(each.change)]);
          else {
            const { user, roles, back } = each.ask;
            const token = { rev: Math.max(log.length - back, 0), user, roles };
            const stale = await feed.isStale(token);
            const known = lengths.findLast(([at]) => at < now - MAX_LAG)?.[1] ?? 0;
            found.asked += 1;
            found[stale ? "stale" : "fresh"] += 1;
            if (stale) expect([token, isTouched(log, token)]).toEqual([token, true]);
            else expect([token, isTouched(log.slice(0, known), token)]).toEqual([token, false]);
          }
        }
      }),
      { numRuns: often(400) },
    );
    expect(Math.min(found.stale, found.fresh)).toBeGreaterThan(200);
  });

  it("asks once for many tokens, and again for one that may be stale, or before half of the lag is over", async () => {
    let [now, calls] = [0, 0];
    const log: Touch[] = [{ users: ["alice"], roles: [], all: false }];
    const changes: Changes = async ({ since }) => {
      calls += 1;
      return answerOf(log, since);
    };
    const feed = new ChangeFeed(changes, { maxLag: MAX_LAG, clock: () => now });
    for (let times = 0; times < 50; times++)
      expect(await feed.isStale({ rev: 1, user: "alice", roles: [] })).toBe(false);
    expect(calls).toBe(1);
    now = 400;
    expect(await feed.isStale({ rev: 0, user: "bob", roles: ["reader"] })).toBe(false);
    expect(calls).toBe(2); // Older than all that is known.
    expect(await feed.isStale({ rev: 0, user: "alice", roles: [] })).toBe(true);
    expect(calls).toBe(3);
    expect(await feed.isStale({ rev: 1, user: "alice", roles: [] })).toBe(false);
    log.push({ users: [], roles: ["reader"], all: false });
    now = 1000;
    expect(await feed.isStale({ rev: 1, user: "bob", roles: ["reader"] })).toBe(false); // It is being asked meanwhile.
    await new Promise(setImmediate);
    expect(await feed.isStale({ rev: 1, user: "bob", roles: ["reader"] })).toBe(true);
  });

  it("of a policy that was restored to before the token: stale, by what the policy says now", async () => {
    let revision = 9;
    const changes: Changes = async ({ since }) => ({ revision, users: [], roles: [], all: since > revision });
    let now = 0;
    const feed = new ChangeFeed(changes, { maxLag: MAX_LAG, clock: () => now });
    const token = { rev: 9, user: "alice", roles: [] };
    expect(await feed.isStale(token)).toBe(false);
    revision = 5;
    now = 5000;
    await expect(feed.isStale({ ...token, rev: 8 })).resolves.toBe(true);
    await expect(feed.isStale({ ...token, rev: 4 })).resolves.toBe(false);
  });
});

describe("nobody knows, which is no yes and no no", () => {
  const token = { rev: 1, user: "alice", roles: ["editor"] };
  const NOTHING = { revision: 1, users: [], roles: [], all: false };
  const feedOf = (changes: unknown, clock = () => 0) => new ChangeFeed(changes as Changes, { maxLag: 50, clock });

  it.each([
    ["it throws", () => Promise.reject(new Error("away"))],
    ["it never answers", () => new Promise(() => {})],
    ["it answers nothing", async () => undefined],
    ["it answers a page", async () => "<html>"],
    ["it answers without a revision", async () => ({ ...NOTHING, revision: undefined })],
    ["it answers without users", async () => ({ ...NOTHING, users: undefined })],
    ["it answers roles that are no list", async () => ({ ...NOTHING, roles: "editor" })],
    ["it answers an all that is no yes or no", async () => ({ ...NOTHING, all: 0 })],
    ["it lags behind the token", async () => ({ ...NOTHING, revision: 0 })],
  ])("where %s", async (_, changes) => {
    await expect(feedOf(changes).isStale(token)).rejects.toMatchObject({
      ...{ code: "CHANGES_UNKNOWN", exitCode: 4, retry: true },
    });
  });

  it("where it answered once, and no more for longer than the lag; and it knows again once it is told", async () => {
    let [now, isAway] = [0, false];
    const changes = async () => (isAway ? Promise.reject(new Error("away")) : NOTHING);
    const feed = feedOf(changes, () => now);
    expect(await feed.isStale(token)).toBe(false);
    isAway = true;
    now = 50;
    expect(await feed.isStale(token)).toBe(false);
    now = 51;
    await expect(feed.isStale(token)).rejects.toMatchObject({ code: "CHANGES_UNKNOWN" });
    [now, isAway] = [60, false];
    expect(await feed.isStale(token)).toBe(false);
  });

  it("where an answer was asked for too long ago", async () => {
    let now = 0;
    const changes = async () => {
      now += 51;
      return NOTHING;
    };
    await expect(feedOf(changes, () => now).isStale(token)).rejects.toThrow("not known recently enough");
  });
});
