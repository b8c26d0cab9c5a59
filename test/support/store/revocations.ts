/** One process takes a right away and gives it back, time and again; this one asks all the while. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { Database } from "../../../src/database/database.ts";
import { type Assignments, open } from "../../../src/index.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { freshDb } from "../cli.ts";
import { ON_SERVER } from "../databases.ts";
import { documentFrom, freshPath, minute, stampAt } from "./random-databases.ts";

const TOGGLER = join(import.meta.dirname, "toggler.mjs");

const document = documentFrom({
  rbac: 1,
  permissions: ["posts:read"],
  roles: { reader: { grants: ["posts:read"] }, author: { inherits: ["reader"] } },
  users: { alice: { roles: ["author"] } },
});

export interface Watched {
  /** How often the right was taken away, and how many questions were asked meanwhile. */
  readonly revocations: number;
  readonly asked: number;
  /** How many of the answers were of a revision that the asker had not yet seen acknowledged. */
  readonly ahead: number;
  readonly faults: readonly string[];
}

/**
 * The right is there at every odd revision. Whoever asks after a commit was acknowledged must be answered by that
 * revision or a later one, and as that revision says.
 */
export async function watchRevocations(
  times: number,
  assignments: Assignments,
  path = ON_SERVER ? freshDb() : freshPath(),
): Promise<Watched> {
  await Database.create(path, minute(0), (database) => database.change(stampAt(minute(0)), seeding(document, false)));
  const rbac = await open(path, { actor: "watcher", mode: "read" });
  const index = await rbac.compile({ assignments });
  const child = spawn(process.execPath, [TOGGLER, path, String(times)], { stdio: ["ignore", "pipe", "inherit"] });
  const faults: string[] = [];
  let [acknowledged, asked, ahead, running] = [1, 0, 0, true];
  let output = "";
  child.stdout.on("data", (text: Buffer) => {
    output += text.toString();
    acknowledged = Number(output.trimEnd().split("\n").at(-1) ?? 1);
    output = output.slice(-100);
  });
  child.on("close", (code) => {
    running = false;
    if (code !== 0) faults.push(`the writer ended with ${code}`);
  });
  while (running) {
    const known = acknowledged;
    const { allowed, revision } = await index.can("alice", "posts:read");
    asked += 1;
    if (revision > known) ahead += 1;
    if (revision < known) faults.push(`revision ${revision} answered after ${known} was acknowledged`);
    if (allowed !== (revision % 2 === 1)) faults.push(`revision ${revision} was answered ${allowed}`);
    await turn();
  }
  const { revision } = await index.can("alice", "posts:read");
  if (revision !== times * 2 + 1) faults.push(`${revision} is not the last revision`);
  await index.close();
  await rbac.close();
  return { revocations: times, asked, ahead, faults };
}
