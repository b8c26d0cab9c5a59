/** The guard is judged where the change is made: whoever loses a right while they write has not written after that. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mutation, open, type PreparedMutation, type Rbac } from "../../../src/index.ts";
import { fairly } from "../../support/databases.ts";
import { seeded } from "../../support/documents.ts";
import { ROOT } from "../../support/root.ts";

const ROUNDS = fairly(1000);

/** Every way to take dana's right, and the way back. */
const WAYS: readonly (readonly [take: PreparedMutation, giveBack: PreparedMutation])[] = [
  [mutation.revoke("dana", "clerk"), mutation.assign("dana", "clerk", { existing: true })],
  [mutation.ungrant("keeper", "rbac:user"), mutation.grant("keeper", "rbac:user")],
  [mutation.disinherit("clerk", "keeper"), mutation.inherit("clerk", "keeper")],
  [mutation.set("user", "dana", { disabled: true }), mutation.set("user", "dana", { disabled: false })],
  [mutation.grant("keeper", "rbac:user", { deny: true }), mutation.ungrant("keeper", "rbac:user", { deny: true })],
];

let root: Rbac;
let child: ChildProcess;
let answers: AsyncIterator<string>;
beforeAll(async () => {
  const path = await seeded({
    rbac: 1,
    guarded: true,
    permissions: ["rbac:user"],
    roles: { admin: { grants: ["*:*"] }, keeper: { grants: ["rbac:user"] }, clerk: { inherits: ["keeper"] } },
    users: { root: { roles: ["admin"] }, dana: { roles: ["clerk"] }, alice: {} },
  });
  root = await open(path, { actor: "root" });
  child = spawn(process.execPath, [join(ROOT, "test/support/guard/actor.mjs"), path, "dana"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (!child.stdout) throw new Error("no pipe");
  answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await answers.next()).value).toBe("ready");
});
afterAll(async () => {
  child.stdin?.end();
  await root.close();
});

/** Lets dana write; the revision that she made, or why not. */
async function dana(round: string): Promise<string> {
  child.stdin?.write(`${round}\n`);
  return (await answers.next()).value;
}

it(`${ROUNDS} times the right is taken while its holder writes: no write comes after`, async () => {
  const late: string[] = [];
  const seen = { before: 0, after: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const [take, giveBack] = WAYS[round % WAYS.length] as (typeof WAYS)[0];
    const order = Math.floor(round / WAYS.length) % 10;
    // Once in ten rounds she surely comes first, once she surely comes too late; else they meet anywhere between.
    const early = order === 0 ? dana(`${round}`) : undefined;
    await early;
    const writing = early ?? (order === 1 ? undefined : dana(`${round}`));
    if (order > 6) await wait(order - 6);
    const { revision } = await root.change([take]);
    const first = await (writing ?? dana(`${round}`));
    const second = await dana(`${round} again`);
    const made = Number(first);
    if (Number.isNaN(made) ? first !== "GUARDED" : made > revision) late.push(`${round}: ${first} after ${revision}`);
    if (second !== "GUARDED") late.push(`${round}: ${second} after ${revision}, again`);
    seen[Number.isNaN(made) ? "after" : "before"] += 1;
    await root.change([giveBack]);
  }
  expect(late).toEqual([]);
  expect(seen.before).toBeGreaterThanOrEqual(ROUNDS / 10);
  expect(seen.after).toBeGreaterThanOrEqual(ROUNDS / 10);
  expect(await root.verify()).toMatchObject({ valid: true });
});
