/** What bin/build.mjs does to files as esbuild bundles them: which become files of their own, and what starts late. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import QUESTIONS from "./questions.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * What few commands use. Each becomes a file of its own next to the program, loaded on demand: the smaller the program,
 * the sooner it starts.
 */
export const APART = {
  inquirer: "inquirer",
  yaml: "yaml",
  "csv-parse/sync": "csv-parse",
  "cli-table3": "cli-table3",
  "string-width": "string-width",
  pg: "pg",
  pgpass: "pgpass",
  kysely: "kysely",
  jose: "jose",
  hono: "hono-app", // dist/hono.cjs is a face of the package.
  "@hono/node-server": "hono-node-server",
  zod: "zod",
  "./manifest.ts": "manifest",
};

export const apart = {
  name: "apart",
  setup: ({ onResolve }) => {
    const filter = new RegExp(`^(${Object.keys(APART).join("|")})$`);
    // Only for our own imports: oclif has another version of string-width.
    onResolve({ filter }, ({ path, importer }) =>
      importer.startsWith(`${root}/src/`) ? { path: `./${APART[path]}.cjs`, external: true } : undefined,
    );
  },
};

/** What files of src use of Kysely, but for the driver for PostgreSQL. */
const KYSELY = ["expressionBuilder", "Kysely", "sql", "SqliteDialect"];

/** Leaves the parts of Kysely out that are not used, as loading it would run all of them. */
export const slim = {
  name: "slim",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^kysely$/ }, ({ kind, path }) =>
      kind === "entry-point" ? { path, namespace: "slim" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "slim" }, () => ({
      contents: `export { ${KYSELY.join(", ")} } from "kysely";
        export { PostgresDialect } from "./node_modules/kysely/dist/esm/dialect/postgres/postgres-dialect.js";`,
      resolveDir: root,
    }));
    onLoad({ filter: /node_modules\/kysely\/dist\/esm\/index\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/^export .*\/(mysql|mssql|postgres)\/.*$/gm, ""),
    }));
    // Messages of other languages are most of it.
    onLoad({ filter: /node_modules\/zod\/v4\/locales\/index\.c?js$/ }, () => ({
      contents: `export { default as en } from "./en.js";`,
      resolveDir: `${root}/node_modules/zod/v4/locales`,
    }));
  },
};

/** Makes the file of a package that has only a default export give that, as `import` expects of a file of CommonJS. */
export const unwrapped = {
  name: "unwrapped",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^string-width$/ }, ({ kind, path }) =>
      kind === "entry-point" ? { path, namespace: "unwrapped" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "unwrapped" }, ({ path }) => ({
      contents: `module.exports = require("${path}").default;`,
      resolveDir: root,
    }));
  },
};

/**
 * Removes a check of pg for the Cloudflare runtime: it loads the `fetch` of Node, which takes half as long as a start.
 */
export const grounded = {
  name: "grounded",
  setup: ({ onLoad }) => {
    onLoad({ filter: /node_modules\/pg\/lib\/stream\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace("if (isCloudflareRuntime())", "if (false)"),
    }));
  },
};

/** The package of each major version of better-sqlite3 that the program has the JavaScript of. */
const DRIVERS = ["better-sqlite3", "better-sqlite3-13"];

/** Puts that JavaScript into the bundle; the addons stay in the installed package. */
export const drivers = {
  name: "drivers",
  setup: ({ onResolve, onLoad }) => {
    // Version 12 uses it to find its addon, which it is given here.
    onResolve({ filter: /^bindings$/ }, ({ path }) => ({ path, namespace: "unused" }));
    onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "" }));
    onLoad({ filter: /\/src\/store\/sqlite\/bundled-drivers\.ts$/ }, () => {
      const lines = DRIVERS.map((name) => {
        const { version } = JSON.parse(readFileSync(`${root}/node_modules/${name}/package.json`, "utf8"));
        return `"${version}": () => require("./node_modules/${name}/lib/index.js"),`;
      });
      return { contents: `export const BUNDLED_DRIVERS = {\n${lines.join("\n")}\n};`, resolveDir: root };
    });
  },
};

const CONFUSABLES = "src/policy/model/confusables-table.json";
const confusables = JSON.parse(readFileSync(`${root}/${CONFUSABLES}`, "utf8"));

const builtin = (name) =>
  Object.fromEntries(Object.keys(process.getBuiltinModule(name)).map((key) => [key, `require("${name}").${key}`]));

/**
 * Modules that are evaluated when something of them is first used, not when a file of src imports them: what a command
 * does not use then costs nothing. Each is named with what it exports, and with where that lies.
 */
const LATE = {
  kysely: Object.fromEntries([...KYSELY, "PostgresDialect"].map((name) => [name, `require("./kysely.cjs").${name}`])),
  "@oclif/core": {
    Args: 'require("@oclif/core/args")',
    Command: 'require("@oclif/core/command").Command',
    Errors: 'require("@oclif/core/errors")',
    Flags: 'require("@oclif/core/flags")',
  },
  ...Object.fromEntries(
    ["node:crypto", "node:module", "node:os", "node:timers/promises", "node:tty"].map((name) => [name, builtin(name)]),
  ),
  confusables: {
    ...Object.fromEntries(Object.keys(confusables).map((name) => [name, `require("./${CONFUSABLES}").${name}`])),
    version: JSON.stringify(confusables.version), // All that most commands need of it.
  },
};

/** An object whose properties are computed when they are first read. */
const lateObject = (properties) => {
  const getters = properties.map(
    ([name, value]) =>
      `get ${name}() { const value = ${value}; Object.defineProperty(this, "${name}", { value }); return value; },`,
  );
  return `{\n${getters.join("\n")}\n}`;
};

export const late = {
  name: "late",
  setup: ({ onResolve, onLoad }) => {
    onResolve(
      { filter: /^(kysely|@oclif\/core|node:(crypto|module|os|timers\/promises|tty)|.*\/confusables-table\.json)$/ },
      ({ path, importer }) =>
        importer.startsWith(`${root}/src/`)
          ? { path: path.startsWith(".") ? "confusables" : path, namespace: "late" }
          : undefined,
    );
    onResolve({ filter: /^\.\/kysely\.cjs$/, namespace: "late" }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: "late" }, ({ path }) => ({
      contents: `module.exports = ${lateObject(Object.entries(LATE[path]))};`,
      resolveDir: root,
    }));
  },
};

/** The table of commands with the questions alone. bin/run.js takes that bundle where one of these words comes first. */
export const questionsAlone = {
  name: "questions-alone",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/src\/program\/command-table\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/^ {2}"?([a-z:-]+)"?: \(\) => import\(.*\n/gm, (line, id) =>
        QUESTIONS.includes(id) ? line : "",
      ),
      loader: "ts",
    }));
  },
};

/** Leaves out what oclif needs for its plugins, and for its help: pages are laid out here. */
export const withoutHelp = {
  name: "without-help",
  setup: ({ onLoad }) => {
    const parts = /node_modules\/(@oclif\/core\/lib\/((config|help)\/index|ux\/action\/\w+)|ejs\/lib\/cjs\/ejs)\.js$/;
    onLoad({ filter: parts }, () => ({ contents: "", loader: "js" }));
  },
};

/**
 * Makes the files of oclif load their modules at first use instead of at the start. Relies on the form of compiled
 * TypeScript, in which all stand at the top as `const name_1 = require("…")`.
 */
export const lateInside = {
  name: "late-inside",
  setup: ({ onLoad }) => {
    onLoad({ filter: /node_modules\/@oclif\/core\/lib\/.*\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const required = /^(?:const|var) (\w+_\d+) = ((?:__import(?:Default|Star)\()?require\("[^"]+"\)\)?);$/gm;
      const modules = [...text.matchAll(required)];
      if (modules.length === 0) return { contents: text };
      const names = new RegExp(`\\b(?:${modules.map(([, name]) => name).join("|")})\\b`, "g");
      const getters = modules.map(([, name, module]) => [name, module]);
      const rest = text.replace(required, "").replace(names, "late$.$&");
      return { contents: `const late$ = ${lateObject(getters)};\n${rest}` };
    });
  },
};

/** What is not bundled into faces besides the library either: errors are the library's own, so that it knows them. */
export const errorsOfLibrary = {
  name: "errors-of-library",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/src\/errors\.ts$/ }, ({ path }) => ({
      contents: `import { RbacError } from "${root}/src/index.ts";\nexport { RbacError };\n${readFileSync(
        path,
        "utf8",
      ).replace(/^export class RbacError [\s\S]*?^}$/m, "")}`,
      loader: "ts",
    }));
  },
};

/** Guards for frameworks load the library that lies beside them, and have none of it in themselves. */
export const besideLibrary = {
  name: "beside-library",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/index\.ts$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: "./index.cjs", external: true },
    ),
};
