// Loads the built program, with V8's compiled code of an earlier run where there is some: compiling is a third of a start.
// Node's own way (`enableCompileCache`, from 22.1 on) keeps less of it and starts later. Whatever goes wrong means no more than to
// compile.
const fs = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { dirname, isAbsolute, join } = require("node:path");

/** @param {string} path of a bundle whose last line names its build. @returns what it exports. */
module.exports = function load(path) {
  const at = process.env.NODE_DISABLE_COMPILE_CACHE ? undefined : place();
  return at === undefined ? require(path) : loadWith(path, at);
};

/** The user's own folder for what can be made again; none where there is no home. */
function place() {
  const { HOME, XDG_CACHE_HOME } = process.env;
  const caches = XDG_CACHE_HOME || (HOME && join(HOME, ".cache"));
  return caches && isAbsolute(caches) ? join(caches, "rbac-admin") : undefined;
}

/** Compiled code is run unseen, so nobody else may be able to place it there. */
function isPrivate(folder) {
  const { uid, mode } = fs.lstatSync(folder);
  return (mode & fs.constants.S_IFMT) === fs.constants.S_IFDIR && uid === process.getuid?.() && (mode & 0o077) === 0;
}

/** The same, of a folder that is made where it is missing. */
function madePrivate(folder) {
  try {
    make(dirname(folder));
    make(folder);
    return isPrivate(folder);
  } catch {
    return false;
  }
}

/** One folder, true when it was missing. Node's own way to make all that are missing never ends below /proc. */
function make(folder) {
  if (fs.existsSync(folder)) return false;
  fs.mkdirSync(folder, { mode: 0o700 });
  return true;
}

/** V8 takes the code of any source of the same length for this one's, and runs damaged code until it crashes: both are ours to see. */
function loadWith(path, at) {
  const { Script } = require("node:vm");
  const { crc32 } = require("node:zlib");
  const source = fs.readFileSync(path, "latin1"); // The bundle is ASCII.
  const changed = crc32(`${path} ${fs.statSync(path).mtimeMs}`).toString(16);
  const build = join(at, `${process.version}-${process.arch}-${source.slice(-17, -1)}-${changed}`);
  // Commands use different parts of the program: the code of each is kept apart, by the first word.
  const word = /^[a-z-]{3,12}$/.exec(process.argv[2] ?? "")?.[0] ?? "-";
  const file = join(build, word);

  const cachedData = read();
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

  /** At the end, when all that the command uses is compiled; and only of a command that there is. */
  function write(exitCode) {
    if (exitCode > 1 || !madePrivate(at)) return;
    const draft = `${file}.${process.pid}`;
    try {
      if (make(build)) forget(at);
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

/** Builds that nothing was added to for a month. */
function forget(at) {
  for (const name of fs.readdirSync(at)) {
    const build = join(at, name);
    if (Date.now() - fs.statSync(build).mtimeMs > MONTH) fs.rmSync(build, { recursive: true, force: true });
  }
}
