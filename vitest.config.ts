import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** What holds of the store, of the library and of every command, whatever kind of database the policy lies in. */
export const STORE_CONTRACT = [
  "test/commands/{assign,audit,batch,db,every,export,guard}.test.ts",
  "test/commands/{json-record,renames,restore,scopes,seed,time,was,windows}.test.ts",
  "test/conformance/*.test.ts",
  "test/library/!(package).test.ts",
  "test/service/authzen/searches.test.ts",
  "test/store/read/live-policy.test.ts",
  "test/store/read/policy-at.test.ts",
  "test/store/write/constraint-sequences.test.ts",
  "test/store/write/guard-races.test.ts",
];

/** That, and the words and formats of commands, the seeds, and every cell of the guard: on SQLite and PostgreSQL. */
const CONTRACT = [
  ...STORE_CONTRACT,
  "test/commands/**/*.test.ts",
  "test/library/*.test.ts",
  "test/seeds.test.ts",
  "test/service/arrived-requests.test.ts",
  "test/service/administration/*.test.ts",
  "test/service/events/*.test.ts",
  "test/store/write/guard-*.test.ts",
];

/** How every test is run, whichever of them are. */
export const HOW = {
  // What programs under test keep of their compiled code is kept out of the home of whoever runs them.
  // The same holds for the settings of whoever that is.
  env: {
    XDG_CACHE_HOME: join(import.meta.dirname, "coverage/cache"),
    XDG_CONFIG_HOME: join(import.meta.dirname, "coverage/no-settings"),
  },
  disableConsoleIntercept: true,
  globalSetup: join(import.meta.dirname, "test/support/temporary-folder.ts"),
  testTimeout: 300_000,
  hookTimeout: 300_000,
  maxWorkers: 2,
  reporters: ["default", "json"],
};

export default defineConfig({
  test: {
    ...HOW,
    projects: [
      {
        extends: true,
        test: {
          name: "sqlite",
          include: ["test/**/*.test.ts"],
          exclude: ["test/store/postgres/**", "test/interop/newest-postgres.test.ts", "**/node_modules/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "postgres",
          include: ["test/store/postgres/**/*.test.ts", ...CONTRACT],
          globalSetup: [HOW.globalSetup, "test/support/postgres/start-server.ts"],
          setupFiles: "test/support/postgres/use-server.ts",
        },
      },
    ],
    outputFile: { json: "coverage/tests.json" },
    coverage: {
      provider: "v8",
      include: ["src/policy/**/*.ts", "src/store/**/*.ts"],
      reporter: ["text", "json-summary"],
      reportOnFailure: true,
      thresholds: { "src/policy/**/*.ts": { branches: 98 }, "src/store/**/*.ts": { branches: 95 } },
    },
  },
});
