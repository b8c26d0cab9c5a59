#!/usr/bin/env node
// The built program. Nothing that can fail may run before the handlers below: an early exit 1 would read as "denied".
// CommonJS, as its neighbour package.json says: Node starts it sooner.
const { dirname, join } = require("node:path");

const fail = (error) => {
  process.stderr.write(`rbac: internal error: ${String(error?.message ?? error).split("\n")[0]}\n`);
  process.exit(70);
};
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

// Whoever reads us may stop reading: that is no fault of ours. The run goes on to its end, for only the end knows the exit code:
// leaving here would turn a "no" that nobody reads into a "yes". A notice that is lost changes nothing; a lost answer does.
process.stderr.on("error", () => {});
process.stdout.on("error", (error) => {
  if (error.code === "EPIPE") return;
  process.stderr.write(`rbac: the output cannot be written (${error.code})\n`);
  process.exit(4);
});

// The database rolls back by itself; what remains is to say how we ended.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
])
  process.on(signal, () => process.exit(code));

// oclif would compare Node's version with its own needs, by a library that takes long to load.
process.env.OCLIF_DISABLE_ENGINE_WARNING = "1";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`rbac needs Node 20.19 or newer, this is ${process.version}`);

const root = dirname(__dirname);
const { main } = require("./cached.js")(join(root, "dist/rbac.cjs"));
main(process.argv.slice(2), { root });
