// Loads the built program with the code that V8 compiled in an earlier run, as compiling takes a third of a start. The
// compile cache of Node (`enableCompileCache`, from 22.1 on) stores less and starts later. Any failure here only means
// to compile again.
const fs = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { dirname, isAbsolute, join } = require("node:path");

/** @param {string} path of a bundle whose last line names its build. @returns what it exports. */
module.exports = function load(path) {
  const at = process.env.NODE_DISABLE_COMPILE_CACHE ? undefined : place();
  return at === undefined ? require(path) : loadWith(path, at);
};

/** The cache folder of the user; `undefined` without a home. */
function place() {
  const { HOME, XDG_CACHE_HOME } = process.env;
  const caches = XDG_CACHE_HOME || (HOME && join(HOME, ".cache"));
  return caches && isAbsolute(caches) ? join(caches, "rbac-admin") : undefined;
}

/** True if only the user can write to the folder: compiled code is executed without a check. */
function isPrivate(folder) {
  const { uid, mode } = fs.lstatSync(folder);
  return (mode & fs.constants.S_IFMT) === fs.constants.S_IFDIR && uid === process.getuid?.() && (mode & 0o077) === 0;
}

/** Creates the folder if it is missing. True if it is then private. */
function madePrivate(folder) {
  try {
    make(dirname(folder));
    make(folder);
    return isPrivate(folder);
  } catch {
    return false;
  }
}

/** Creates one folder; true if it was missing. Not `recursive`: Node never returns from that below /proc. */
function make(folder) {
  if (fs.existsSync(folder)) return false;
  fs.mkdirSync(folder, { mode: 0o700 });
  return true;
}

/**
 * V8 accepts cached code of any source of the same length, and runs damaged code until it crashes. So the name of the
 * folder identifies the build, and a checksum guards the code.
 */
function loadWith(path, at) {
  const { Script } = require("node:vm");
  const { crc32 } = require("node:zlib");
  const source = fs.readFileSync(path, "latin1"); // The bundle is ASCII.
  const changed = crc32(`${path} ${fs.statSync(path).mtimeMs}`).toString(16);
  const build = join(at, `${process.version}-${process.arch}-${source.slice(-17, -1)}-${changed}`);
  // Commands use different parts of the program, so each first word has a code file of its own. Help is none of them.
  const asksHelp = process.argv.includes("--help") || process.argv.includes("-h");
  const word = (!asksHelp && /^[a-z_-]{3,12}$/.exec(process.argv[2] ?? "")?.[0]) || "-";
  const file = join(build, word);

  const cachedData = read();
  // By itself V8 drops code that was not run for a while, so that a long run would keep only what is left of it.
  if (!cachedData) require("node:v8").setFlagsFromString("--no-flush-bytecode");
  const script = new Script(wrap(source), { filename: path, ...(cachedData && { cachedData }) });
  if (!cachedData || script.cachedDataRejected) process.once("exit", write);
  const module = { exports: {} };
  script.runInThisContext().call(module.exports, module.exports, createRequire(path), module, path, dirname(path));
  return module.exports;

  function read() {
    try {
      if (!isPrivate(at)) return undefined;
      const kept = fs.readFileSync(file);
      const code = kept.subarray(4);
      return kept.readUInt32LE() === crc32(code) ? code : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Runs at exit, when all that the command uses is compiled. Exit codes above 1 may be of unknown commands: no file.
   */
  function write(exitCode) {
    if (exitCode > 1 || !madePrivate(at)) return;
    const draft = `${file}.${process.pid}`;
    try {
      if (make(build)) forget(at);
      require("node:v8").setFlagsFromString("--flush-bytecode"); // V8 refuses code that was made under other flags than it runs with.
      const code = script.createCachedData();
      const sum = Buffer.alloc(4);
      sum.writeUInt32LE(crc32(code));
      fs.writeFileSync(draft, Buffer.concat([sum, code]), { mode: 0o600, flag: "wx" });
      fs.renameSync(draft, file);
    } catch {
      fs.rmSync(draft, { force: true });
    }
  }
}

const MONTH = 30 * 24 * 60 * 60 * 1000;

/** Deletes builds to which nothing was added for a month. */
function forget(at) {
  for (const name of fs.readdirSync(at)) {
    const build = join(at, name);
    if (Date.now() - fs.statSync(build).mtimeMs > MONTH) fs.rmSync(build, { recursive: true, force: true });
  }
}
