// Runs a command line that sends itself a signal at its n-th step: a statement, a file that is moved, the end. By default
// it is killed: no handler runs, as when the power fails.

import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";

const [last, ...argv] = process.argv.slice(2);
let count = 0;

function counted(act) {
  return function (...given) {
    count += 1;
    if (count === Number(last)) process.kill(process.pid, process.env.RBAC_TEST_SIGNAL || "SIGKILL");
    return act.apply(this, given);
  };
}

// Whichever JavaScript of the driver runs, that of the program or that of the package, its addon is loaded this way.
const { dlopen } = process;
process.dlopen = (module, ...given) => {
  dlopen.call(process, module, ...given);
  const { prototype } = module.exports.Statement ?? {};
  if (prototype) for (const way of ["run", "all", "get", "iterate"]) prototype[way] = counted(prototype[way]);
};

const fs = createRequire(import.meta.url)("node:fs");
for (const way of ["linkSync", "renameSync"]) fs[way] = counted(fs[way]);

const root = dirname(dirname(dirname(import.meta.dirname)));
const { main } = await import("../../../dist/rbac.cjs");
await main(argv, { root });
await counted(async () => {})();
process.on("exit", () => writeSync(3, `${count}`));
