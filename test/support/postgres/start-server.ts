/** Before the tests on PostgreSQL: one server for all of them; each takes a schema of its own. */
import type { TestProject } from "vitest/node";
import { Server, serverPrograms } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    server: string;
  }
}

export default async function start(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!serverPrograms()) {
    project.provide("server", "");
    return undefined;
  }
  const server = await Server.start(["fsync=off", "max_connections=60"]);
  project.provide("server", server.url());
  return () => server.stop();
}
