/** Before the tests on PostgreSQL: one server for all of them; each takes a schema of its own. */
import type { TestProject } from "vitest/node";
import { provedOnce } from "./password.ts";
import { NO_SERVER, serverPrograms } from "./programs.ts";
import { Server } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of the server as whoever the tests run as. */
    server: string;
    /** The same as its superuser, where that is somebody else. */
    superuser: string;
    /** Why there is none, where there is none. */
    noServer: string;
  }
}

/** It is never killed, nor copied from: what it writes for the case that it might be is left out. */
const QUICK = [
  ...["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
  ...["wal_level=minimal", "max_wal_senders=0", "jit=off"],
];

export default async function start(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const there = serverPrograms() !== undefined;
  project.provide("noServer", there ? "" : NO_SERVER);
  if (!there) return undefined;
  const server = await Server.start([...QUICK, "max_connections=60"]);
  await provedOnce(server);
  project.provide("server", server.url());
  return () => server.stop();
}
