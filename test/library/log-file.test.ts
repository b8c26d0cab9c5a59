/** The file of a log: how the process ends, that files are moved, full disks, and several processes. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { create, type DecisionLogOptions, open, type Rbac } from "../../src/index.ts";
import { SERVER } from "../support/cli.ts";
import { freshLog, linesOf } from "../support/decision-logs.ts";
import { errorOf, POSTS } from "../support/library.ts";
import { ROOT } from "../support/root.ts";

/** A database in memory, so that many questions take no time. */
async function inMemory(decisions: DecisionLogOptions) {
  const rbac = await create(":memory:", { actor: "test", decisions });
  await rbac.seed(POSTS);
  return { rbac, compiled: await rbac.compile() };
}

/** A program that asks some questions, says so, and goes on as `more` says. */
function program(file: string, more: string, questions = 3): ChildProcess {
  const text = `
    import { create } from ${JSON.stringify(join(ROOT, "dist/index.js"))};
    const rbac = await create(":memory:", { actor: "test", decisions: { file: ${JSON.stringify(file)} } });
    await rbac.seed(${JSON.stringify(POSTS)});
    const compiled = await rbac.compile();
    const ask = (count) => { for (let at = 0; at < count; at++) compiled.canSync("bob", "posts:read", { requestId: process.pid + "-" + at }); };
    ask(${questions});
    ${more}
    process.stdout.write("asked");`;
  return spawn(process.execPath, ["--input-type=module", "-e", text], { stdio: ["ignore", "pipe", "inherit"] });
}

/** Until it has asked, or ended. */
const said = (child: ChildProcess) =>
  Promise.race([once(child.stdout as NonNullable<typeof child.stdout>, "data"), once(child, "exit")]);
const STAY = "setInterval(() => {}, 1_000);";

describe.skipIf(SERVER)("a program that ends has written what it decided", () => {
  const ends: Readonly<Record<string, readonly [more: string, signal: NodeJS.Signals | null, end: unknown[]]>> = {
    "by a signal": [STAY, "SIGTERM", [null, "SIGTERM"]],
    "by another signal": [STAY, "SIGINT", [null, "SIGINT"]],
    "by its own handler of the signal": [
      `${STAY} process.on("SIGTERM", () => { ask(2); setTimeout(() => process.exit(7), 20); });`,
      "SIGTERM",
      [7, null],
    ],
    "by a handler that ends it where nobody else listens": [
      `${STAY} process.on("SIGTERM", function own() { if (process.listenerCount("SIGTERM") > 1) return; process.off("SIGTERM", own); process.kill(process.pid, "SIGTERM"); });`,
      "SIGTERM",
      [null, "SIGTERM"],
    ],
    "by the second signal, as its handler hears one": [
      `${STAY} process.once("SIGTERM", () => setTimeout(() => process.kill(process.pid, "SIGTERM"), 20));`,
      "SIGTERM",
      [null, "SIGTERM"],
    ],
    "by itself": ["", null, [0, null]],
    "by exit": ["process.stdout.write('asked'); process.exit(3);", null, [3, null]],
    "by an error": [
      "process.stdout.write('asked'); process.stderr.destroy(); process.exitCode = 5; process.removeAllListeners('warning'); process.on('uncaughtException', () => process.exit(5)); setTimeout(() => { throw new Error(); });",
      null,
      [5, null],
    ],
  };
  it.concurrent.each(Object.entries(ends))("%s", async (_, [more, signal, end]) => {
    const file = freshLog();
    const child = program(file, more);
    const ended = once(child, "exit");
    await said(child);
    if (signal) child.kill(signal);
    expect(await ended).toEqual(end);
    expect(linesOf(file).length).toBe(more.includes("ask(2)") ? 5 : 3);
  });
});

describe.skipIf(SERVER)("a file that was moved", () => {
  it("is gone on with under its name, at once by SIGHUP", async () => {
    const file = freshLog();
    const child = program(
      file,
      `${STAY} process.on("SIGHUP", () => setTimeout(() => { ask(2); process.kill(process.pid, "SIGTERM"); }, 5));`,
    );
    const ended = once(child, "exit");
    await said(child);
    renameSync(file, `${file}.1`);
    child.kill("SIGHUP");
    expect(await ended).toEqual([null, "SIGTERM"]);
    expect([linesOf(`${file}.1`).length, linesOf(file).length]).toEqual([0, 5]); // What waited, too.
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("or without, by the next write; what is there is never cut", async () => {
    const file = freshLog();
    writeFileSync(file, "before\n");
    const { rbac, compiled } = await inMemory({ file });
    await compiled.can("bob", "posts:read");
    rbac.decisions?.flush();
    renameSync(file, `${file}.1`);
    await compiled.can("bob", "posts:read");
    await rbac.close();
    expect(readFileSync(`${file}.1`, "utf8")).toMatch(/^before\n\{.*\}\n$/);
    expect(linesOf(file).length).toBe(1);
  });
});

it.skipIf(SERVER)("two programs append whole lines to one file", async () => {
  const file = freshLog();
  const children = [program(file, "", 4_000), program(file, "", 4_000)];
  await Promise.all(children.map((child) => once(child, "exit")));
  const lines = linesOf(file);
  expect(lines.length).toBe(8_000);
  expect(new Set(lines.map(({ id }) => id)).size).toBe(8_000);
  expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(8_000);
});

describe.skipIf(SERVER)("a file that cannot be written", () => {
  /** Asks until more than the bound has been said. */
  const askMuch = (compiled: Awaited<ReturnType<Rbac["compile"]>>) => {
    for (let at = 0; at < 25_000; at++) expect(compiled.canSync("bob", "posts:read").allowed).toBe(true);
  };

  it("gives answers on, and counts and tells what it dropped, once it can", async () => {
    const file = freshLog();
    const { rbac, compiled } = await inMemory({ file });
    const warned = once(process, "warning");
    const away = `${dirname(file)}.away`;
    renameSync(dirname(file), away);
    askMuch(compiled);
    expect((await warned)[0]).toMatchObject({ code: "DECISION_UNLOGGED" });
    const dropped = rbac.decisions?.dropped ?? 0;
    expect(dropped).toBeGreaterThan(1_000);
    expect(compiled.canSync("bob", "posts:read")).not.toHaveProperty("id");
    mkdirSync(dirname(file));
    rbac.decisions?.flush();
    const lines = linesOf(file);
    expect(lines.at(-1)).toEqual({ v: 1, at: expect.any(String), dropped: dropped + 1 });
    expect(lines.length + dropped).toBe(25_001);
    expect(statSync(file).size).toBeLessThan(5_000_000);
    expect(compiled.canSync("bob", "posts:read")).toHaveProperty("id");
    await rbac.close();
    expect(linesOf(file).length).toBe(lines.length + 1);
    expect(linesOf(join(away, "decisions.ndjson"))).toEqual([]);
  });

  it.skipIf(!existsSync("/dev/full"))("as on a full disk: what waits at the end is counted as dropped", async () => {
    const { rbac, compiled } = await inMemory({ file: "/dev/full" });
    askMuch(compiled);
    expect(rbac.decisions?.dropped).toBeGreaterThan(1_000);
    await rbac.close();
    expect(rbac.decisions?.dropped).toBe(25_000);
  });

  it.skipIf(!existsSync("/dev/full"))(
    "with full: deny gives an error that may be tried again, by every call",
    async () => {
      const { rbac, compiled } = await inMemory({ file: "/dev/full", full: "deny" });
      expect((await compiled.can("bob", "posts:read")).allowed).toBe(true); // Its line waits for the first write.
      rbac.decisions?.flush();
      const refused = { code: "DECISION_UNLOGGED", exitCode: 4, retry: true };
      expect(await errorOf(() => compiled.canSync("bob", "posts:read"))).toMatchObject(refused);
      expect(await errorOf(compiled.can("bob", "docs:read"))).toMatchObject(refused);
      expect(await errorOf(compiled.has("bob", "reader"))).toMatchObject(refused);
      expect(await errorOf(compiled.all([{ user: "bob", permission: "posts:read" }]))).toMatchObject(refused);
      expect(await errorOf(rbac.can("bob", "posts:read"))).toMatchObject(refused);
      expect((await compiled.can("bob", "posts:read", { log: false })).allowed).toBe(true);
      await rbac.close();
    },
  );

  it("is an error when it is opened, as are a folder and a database, which stays as it is", async () => {
    const file = freshLog();
    const asked = (path: string) => errorOf(create(":memory:", { decisions: { file: path } }));
    expect(await asked(join(file, "nowhere"))).toMatchObject({ code: "FILE_UNWRITABLE", exitCode: 2 });
    expect(await asked(dirname(file))).toMatchObject({ code: "FILE_UNWRITABLE", exitCode: 2 });
    const db = `${file}.db`;
    await (await create(db, { actor: "test" })).close();
    const before = readFileSync(db);
    expect(await errorOf(open(db, { decisions: { file: db } }))).toMatchObject({ code: "FILE_INVALID", exitCode: 2 });
    expect(readFileSync(db).equals(before)).toBe(true);
  });
});
