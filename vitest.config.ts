import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    disableConsoleIntercept: true,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    reporters: ["default", "json"],
    outputFile: { json: "coverage/tests.json" },
    coverage: { provider: "v8", include: ["src/policy/**"], reporter: ["text"], thresholds: { branches: 98 } },
  },
});
