/**
 * What holds of the store on every kind of database, on the newest PostgreSQL:
 * `npx vitest run --config test/interop/vitest.config.ts`.
 */
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { HOW, STORE_CONTRACT } from "../../vitest.config.ts";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    ...HOW,
    name: "newest-postgres",
    include: ["test/interop/newest-postgres.test.ts", ...STORE_CONTRACT],
    globalSetup: [HOW.globalSetup, "test/support/postgres/start-newest-server.ts"],
    setupFiles: "test/support/postgres/use-server.ts",
    outputFile: { json: "coverage/newest-postgres.json" },
  },
});
