// Loads the built program with the code that V8 compiled in an earlier run, as compiling takes a third of a start. The
// compile cache of Node (`enableCompileCache`, from 22.1 on) stores less and starts later. Any failure here only means
// to compile again.
const fs = require("node:fs");
const { basename, dirname, isAbsolute, join } = require("node:path");
const { Script } = require("node:vm");
const { crc32 } = require("node:zlib"); // A sum in JavaScript would take longer than to load this.

/** @param {string} path of a bundle whose last line names its build. @returns what it exports. */
module.exports = function load(path) {
  const at = process.env.NODE_DISABLE_COMPILE_CACHE ? undefined : place();
  return at === undefined ? require(path) : loaderFor(path, at)(path);
};

/** The cache folder of the user; `undefined` without a home. */
function place() {
  const { HOME, XDG_CACHE_HOME } = process.env;
  const caches = XDG_CACHE_HOME || (HOME && join(HOME, ".cache"));
  return caches && isAbsolute(caches) ? join(caches, "rbac-admin") : undefined;
}

/** True if only the user can write to the folder: compiled code is executed without a check. */
function isPrivate(folder) {
  try {
    const { uid, mode } = fs.lstatSync(folder);
    return (mode & fs.constants.S_IFMT) === fs.constants.S_IFDIR && uid === process.getuid?.() && (mode & 0o077) === 0;
  } catch {
    return false;
  }
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
 * A function that loads the program and the files beside it, each at most once. V8 accepts cached code of any source of
 * the same length, and runs damaged code until it crashes. So the name of the folder identifies the build, and a checksum
 * guards the code.
 */
function loaderFor(program, at) {
  const text = read(program);
  const changed = crc32(`${program} ${fs.statSync(program).mtimeMs}`).toString(16);
  const build = join(at, `${process.version}-${process.arch}-${text.slice(-17, -1)}-${changed}`);
  // Commands use different parts of the program, so each first word has code of its own. Help is none of them.
  const asksHelp = process.argv.includes("--help") || process.argv.includes("-h");
  const word = (!asksHelp && /^[a-z_-]{3,12}$/.exec(process.argv[2] ?? "")?.[0]) || "-";
  const hasKept = isPrivate(at);
  const loaded = new Map();
  const requireFrom = (id) => (isBeside(id) ? load(join(dirname(program), id)) : require(id));
  return load;

  function load(path) {
    if (loaded.has(path)) return loaded.get(path).exports;
    const module = { exports: {} };
    loaded.set(path, module);
    const script = compiled(path, path === program ? text : read(path), join(build, keptName(path)));
    script.runInThisContext().call(module.exports, module.exports, requireFrom, module, path, dirname(path));
    return module.exports;
  }

  function keptName(path) {
    return path === program ? word : `${word}.${basename(path, ".cjs")}`;
  }

  function compiled(path, source, file) {
    const cachedData = hasKept ? readKept(file) : undefined;
    // By itself V8 drops code that was not run for a while, so that a long run would keep only what is left of it.
    if (!cachedData) require("node:v8").setFlagsFromString("--no-flush-bytecode");
    const script = new Script(`${WRAPPED}${source}\n})`, { filename: path, ...(cachedData && { cachedData }) });
    if (!cachedData || script.cachedDataRejected) process.once("exit", (code) => keep(script, file, code));
    return script;
  }

  /**
   * Runs at exit, when all that the command uses is compiled. Exit codes above 1 may be of unknown commands: no file.
   */
  function keep(script, file, exitCode) {
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

/** As Node wraps a file: `createRequire` and `wrap` of `node:module` take longer to load than to do without. */
const WRAPPED = "(function (exports, require, module, __filename, __dirname) {";

/** The text of a file of the program, all of which are ASCII. */
const read = (path) => fs.readFileSync(path, "latin1");

/** True for the files that lie beside the program. */
const isBeside = (id) => id.startsWith("./") && id.endsWith(".cjs");

/** The code that was kept in a file, where it is as it was written. */
function readKept(file) {
  try {
    const kept = fs.readFileSync(file);
    const code = kept.subarray(4);
    return kept.readUInt32LE() === crc32(code) ? code : undefined;
  } catch {
    return undefined;
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
