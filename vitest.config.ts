import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** What holds of every kind of database: these tests run on SQLite and on PostgreSQL. */
const CONTRACT = [
  "test/commands/**/*.test.ts",
  "test/conformance/*.test.ts",
  "test/library/*.test.ts",
  "test/seeds.test.ts",
  "test/store/read/live-policy.test.ts",
  "test/store/read/policy-at.test.ts",
  "test/store/write/constraint-sequences.test.ts",
  "test/store/write/guard-*.test.ts",
];

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "sqlite",
          include: ["test/**/*.test.ts"],
          exclude: ["test/store/postgres/**", "**/node_modules/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "postgres",
          include: ["test/store/postgres/**/*.test.ts", ...CONTRACT],
          globalSetup: "test/support/postgres/start-server.ts",
          setupFiles: "test/support/postgres/use-server.ts",
        },
      },
      {
        extends: true,
        test: {
          name: "newest-postgres",
          include: CONTRACT,
          globalSetup: "test/support/postgres/start-newest-server.ts",
          setupFiles: "test/support/postgres/use-server.ts",
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
    coverage: {
      provider: "v8",
      include: ["src/policy/**/*.ts", "src/store/**/*.ts"],
      reporter: ["text", "json-summary"],
      thresholds: { "src/policy/**/*.ts": { branches: 98 }, "src/store/**/*.ts": { branches: 95 } },
    },
  },
});
