/** A signal in the middle of work on a server: nothing of it stays and nothing is locked any more, or it is done. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { blog } from "../../support/blog.ts";
import { SERVER } from "../../support/cli.ts";
import { beside, bytesOf } from "../../support/databases.ts";
import { holding, made, put, ran, until } from "../../support/postgres/sessions.ts";
import { type Ended, ended, started } from "../../support/store/processes.ts";
import { freshPath } from "../../support/store/random-databases.ts";

const people = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`user${at}`, { roles: ["reader"] }]));
const document = { rbac: 1, permissions: ["a:b"], roles: { reader: { grants: ["a:b"] } }, users: people };

/** What a shell says: the exit code, or that of the signal that the system ended the process with. */
const statusOf = ({ code, signal }: Ended) => code ?? (signal === "SIGINT" ? 130 : 143);

/** Lets the server stay for some seconds where a trigger says. @param then what it does after that */
const lingering = (seconds: number, where: string, then = "") =>
  `create function linger() returns trigger language plpgsql as
     $$begin perform pg_sleep(${seconds}); ${then} return null; end$$;
   create ${where.includes("deferred") ? "constraint " : ""}trigger linger ${where} execute function linger()`;

it.runIf(SERVER).each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s during a seed", async (signal, code) => {
  const { url } = await made();
  const path = join(freshPath(), "..", "people.json");
  writeFileSync(path, JSON.stringify(document));
  await put(url, lingering(0.1, "before insert on entries for each statement"));
  const seed = started(url, "seed", path);
  const end = ended(seed);
  const isFree = () =>
    put(url, "select 1 from meta for update nowait").then(
      () => true,
      () => false,
    );
  await until(async () => !(await isFree()));
  seed.kill(signal);
  expect(statusOf(await end)).toBe(code);
  await until(isFree);
  expect(
    await put(url, "select revision::integer as revision, (select count(*)::integer from users) as users from meta"),
  ).toEqual([{ revision: 0, users: 0 }]);
});

/** Whether a session of rbac waits in a statement: for a lock, or for time to pass. */
const waitsIn = async (url: string, statement: string, what: "Lock" | "Timeout"): Promise<boolean> => {
  const [row] = await put(
    url,
    `select count(*)::integer as count from pg_stat_activity
     where application_name = 'rbac' and wait_event_type = '${what}' and query like '${statement}'`,
  );
  return row?.count !== 0;
};

it.runIf(SERVER)("while a restore waits for a reader: it ends at once, and the policy stands as it stood", async () => {
  const url = await blog();
  const backup = beside(url, "yaml");
  await ran(`export --out "${backup}"`, url);
  await ran("assign zoe editor", url);
  const before = await bytesOf(url);
  const schema = new URL(url).searchParams.get("schema");
  const letGo = await holding(url, "select * from meta");
  const patient = new URL(url);
  patient.searchParams.set("statement_timeout", "0");
  const restore = started(patient.href, "db", "restore", backup, "--yes");
  const end = ended(restore);
  const waits = () => waitsIn(url, `lock table "${schema}"%`, "Lock");
  await until(waits);
  restore.kill("SIGTERM");
  expect(statusOf(await end)).toBe(143);
  await until(async () => !(await waits())); // The reader still holds its lock: no other reader waits behind a dead process.
  expect(await put(url, "select count(*)::integer > 0 as are from users")).toEqual([{ are: true }]);
  await letGo();
  expect(await bytesOf(url)).toEqual(before);
});

/**
 * An assignment at whose commit the server stays for two seconds, in which it gets a signal.
 * @param then what the server does after that
 * @param isImpatient true to send the signal until the process ends
 */
async function duringCommit(then = "", isImpatient = false): Promise<{ url: string; end: Ended }> {
  const url = await blog();
  await put(url, lingering(2, "after insert on assignments deferrable initially deferred for each row", then));
  const child = started(url, "assign", "zoe", "editor");
  const end = ended(child);
  await until(() => waitsIn(url, "commit", "Timeout"));
  child.kill("SIGTERM");
  for (; isImpatient && child.exitCode === null; await wait(50)) child.kill("SIGTERM");
  return { url, end: await end };
}

const assigned = (url: string) => put(url, `select role from assignments where "user" = 'zoe'`);

describe.runIf(SERVER)("during a commit", () => {
  it("it waits, and the change is made and told", async () => {
    const { url, end } = await duringCommit();
    expect(end).toMatchObject({ code: 0, stdout: expect.stringContaining("zoe") });
    expect(await assigned(url)).toHaveLength(1);
  });

  it("that the server refuses, it ends the process, and nothing is changed", async () => {
    const { url, end } = await duringCommit("raise exception 'no';");
    expect(statusOf(end)).toBe(143);
    expect(await assigned(url)).toEqual([]);
  });

  it("a second one ends the process, which says that nobody knows what comes of it", async () => {
    const { end } = await duringCommit("", true);
    expect(statusOf(end)).toBe(143);
    expect(end.stderr).toBe("rbac: ended in the last step: look whether it was done, as by rbac audit\n");
  });
});
