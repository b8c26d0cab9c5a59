#!/usr/bin/env node
// Runs the built program. Nothing that can fail may run before the handlers below: an early exit 1 would mean "denied".
// CommonJS (see package.json in this folder), because Node starts it sooner.
const { dirname, join } = require("node:path");

let told; // The error of stdout that is told already: a listener of oclif throws it again.
const fail = (error) => {
  if (error === told) return;
  process.stderr.write(`rbac: internal error: ${String(error?.message ?? error).split("\n")[0]}\n`);
  process.exit(70);
};
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

// A reader may close the pipe early, which is no error. The run continues, because only its end knows the exit code: to
// leave here would turn a "no" that nobody reads into a "yes". Errors of stderr are ignored, as a lost notice does no
// harm. Other errors of stdout lose the answer: the run goes on to its end, which tells of a change that is made, and
// ends with 4 whatever the answer was.
hearErrorsOf("stderr", () => {});
hearErrorsOf("stdout", (error) => {
  if (error.code === "EPIPE") return;
  if (!told) process.stderr.write(`rbac: the output cannot be written (${error.code})\n`);
  told = error;
  process.on("exit", () => {
    process.exitCode = 4;
  });
});

/** Listens from the first use of a stream on: to make one takes Node milliseconds. */
function hearErrorsOf(name, listener) {
  const { get } = Object.getOwnPropertyDescriptor(process, name);
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get() {
      const value = get.call(process).on("error", listener);
      Object.defineProperty(process, name, { configurable: true, enumerable: true, value });
      return value;
    },
  });
}

// The system ends no first process of a container by itself. All others it ends at once until a database is in use;
// from then on src/cli/shell.ts hears the signals.
if (process.pid === 1)
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])
    process.on(signal, () => process.exit(code));

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`rbac needs Node 20.19 or newer, this is ${process.version}`);

const root = dirname(__dirname);
const bundle = require("./questions.js").includes(process.argv[2]) ? "questions" : "rbac";
const { main } = require("./cached.js")(join(root, "dist", `${bundle}.cjs`));
main(process.argv.slice(2), { root });
