/**
 * What depends on Node itself, tested on the newer ones besides the one that runs everything: how the program starts,
 * opens files and reads and prints. `.ci/run` runs it on each of NODES with the better-sqlite3 of that Node.
 */
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { HOW } from "../../vitest.config.ts";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    ...HOW,
    name: `node-${process.versions.node.split(".")[0]}`,
    // A minute to a minute and a half, two files at a time; most of it test/cli and test/files.
    include: [
      "test/program/{startup,questions,hostile-argv}.test.ts",
      "test/{files,cli}/*.test.ts",
      "test/store/{connect,sqlite/driver}.test.ts",
    ],
    outputFile: { json: `coverage/node-${process.versions.node.split(".")[0]}.json` },
  },
});
