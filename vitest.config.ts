import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
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
