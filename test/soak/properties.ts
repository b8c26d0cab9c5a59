/**
 * The random tests that name their runs by `often`, with new seeds and `RBAC_TIMES` times as many runs as on each push.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/root.ts";
import { none, tell } from "./run.ts";

const TIMES = process.env.RBAC_TIMES ?? "10";
process.stdout.write(`\nproperties: RBAC_TIMES=${TIMES}\n`);
const files = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => join("test", name))
  .filter((path) => readFileSync(join(ROOT, path), "utf8").includes("support/often.ts"));
const vitest = [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--project", "sqlite", "--testTimeout", "3600000"];
const { status } = spawnSync(process.execPath, [...vitest, ...files], {
  cwd: ROOT,
  stdio: "inherit",
  env: { ...process.env, RBAC_TIMES: TIMES },
});
tell(`${files.length} files of tests`);
none("failed", status === 0 ? [] : [`vitest ended with ${status}`]);
