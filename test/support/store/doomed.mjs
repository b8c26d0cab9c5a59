// Runs a command line that sends itself a signal at its n-th step: a statement, a file that is moved, the end. By default
// it is killed: no handler runs, as when the power fails.

import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";

const [last, ...argv] = process.argv.slice(2);
const Sqlite = createRequire(import.meta.url)("better-sqlite3");
let count = 0;

function counted(act) {
  return function (...given) {
    count += 1;
    if (count === Number(last)) process.kill(process.pid, process.env.RBAC_TEST_SIGNAL || "SIGKILL");
    return act.apply(this, given);
  };
}

const { prepare } = Sqlite.prototype;
Sqlite.prototype.prepare = function (text) {
  const statement = prepare.call(this, text);
  for (const way of ["run", "all", "get", "iterate"]) statement[way] = counted(statement[way]);
  return statement;
};

const fs = createRequire(import.meta.url)("node:fs");
for (const way of ["linkSync", "renameSync"]) fs[way] = counted(fs[way]);

const root = dirname(dirname(dirname(import.meta.dirname)));
const { main } = await import("../../../dist/rbac.cjs");
await main(argv, { root });
await counted(async () => {})();
process.on("exit", () => writeSync(3, `${count}`));
