import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** What holds of every kind of database: these tests run on SQLite and on PostgreSQL. */
const CONTRACT = [
  "test/commands/**/*.test.ts",
  "test/conformance/**/*.test.ts",
  "test/library.test.ts",
  "test/at-once.test.ts",
  "test/guard/*.test.ts",
  "test/casbin.test.ts",
  "test/seeds.test.ts",
  "test/constraint-sequences.test.ts",
  "test/record/live.test.ts",
  "test/record/model.test.ts",
];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "sqlite", include: ["test/**/*.test.ts"], exclude: ["test/postgres/**"] } },
      {
        extends: true,
        test: {
          name: "postgres",
          include: ["test/postgres/**/*.test.ts", ...CONTRACT],
          globalSetup: "test/on-server.ts",
          setupFiles: "test/at-server.ts",
        },
      },
    ],
    // What programs under test keep of their compiled code is kept out of the home of whoever runs them.
    env: { XDG_CACHE_HOME: join(import.meta.dirname, "coverage/cache") },
    disableConsoleIntercept: true,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    reporters: ["default", "json"],
    outputFile: { json: "coverage/tests.json" },
    coverage: { provider: "v8", include: ["src/policy/**"], reporter: ["text"], thresholds: { branches: 98 } },
  },
});
