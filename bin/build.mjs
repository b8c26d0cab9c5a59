// Builds the program and the library: generates the manifest (which help shows), docs/commands.md and the manual page
// from the commands and docs/errors.md from the table of codes, then bundles into dist/. Run with tsx, because it imports from source.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { manPage } from "../src/program/man-page.ts";
import { commandReference, errorReference, manifestOf } from "../src/program/reference.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = await manifestOf(root);
writeFileSync(`${root}/oclif.manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
mkdirSync(`${root}/docs`, { recursive: true });
writeFileSync(`${root}/docs/commands.md`, commandReference(manifest));
writeFileSync(`${root}/docs/errors.md`, errorReference());
mkdirSync(`${root}/dist`, { recursive: true });
const { version, description: purpose } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
writeFileSync(`${root}/dist/rbac.1`, manPage({ version, purpose, commands: manifest.commands }));

/** Packages that few commands use. Each becomes a file of its own next to the program, loaded on demand. */
const APART = {
  inquirer: "inquirer",
  yaml: "yaml",
  "csv-parse/sync": "csv-parse",
  "cli-table3": "cli-table3",
  "string-width": "string-width",
  pg: "pg",
  pgpass: "pgpass",
};

const apart = {
  name: "apart",
  setup: ({ onResolve }) => {
    const filter = new RegExp(`^(${Object.keys(APART).join("|")})$`);
    // Only for our own imports: oclif has another version of string-width.
    onResolve({ filter }, ({ path, importer }) =>
      importer.startsWith(`${root}/src/`) ? { path: `./${APART[path]}.cjs`, external: true } : undefined,
    );
  },
};

/**
 * Removes the drivers of Kysely that are not used, as loading Kysely would run all of them. The one for PostgreSQL is
 * visible only to src/store/postgres.
 */
const slim = {
  name: "slim",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^kysely$/ }, ({ importer }) =>
      importer.includes("/store/postgres/") ? { path: "kysely", namespace: "kysely-postgres" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "kysely-postgres" }, () => ({
      contents: `export { Kysely, sql } from "kysely";
        export { PostgresDialect } from "./node_modules/kysely/dist/esm/dialect/postgres/postgres-dialect.js";`,
      resolveDir: root,
    }));
    onLoad({ filter: /node_modules\/kysely\/dist\/esm\/index\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/^export .*\/(mysql|mssql|postgres)\/.*$/gm, ""),
    }));
  },
};

/** Makes the file of a package that has only a default export give that, as `import` expects of a file of CommonJS. */
const unwrapped = {
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
const grounded = {
  name: "grounded",
  setup: ({ onLoad }) => {
    onLoad({ filter: /node_modules\/pg\/lib\/stream\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace("if (isCloudflareRuntime())", "if (false)"),
    }));
  },
};

/**
 * Makes the files of oclif load their modules at first use instead of at the start. Relies on the form of compiled
 * TypeScript, in which all stand at the top as `const name_1 = require("…")`.
 */
const late = {
  name: "late",
  setup: ({ onLoad }) => {
    onLoad({ filter: /node_modules\/@oclif\/core\/lib\/.*\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const required = /^(?:const|var) (\w+_\d+) = ((?:__import(?:Default|Star)\()?require\("[^"]+"\)\)?);$/gm;
      const modules = [...text.matchAll(required)];
      if (modules.length === 0) return { contents: text };
      const names = new RegExp(`\\b(?:${modules.map(([, name]) => name).join("|")})\\b`, "g");
      const getters = modules.map(
        ([, name, module]) =>
          `get ${name}() { const value = ${module}; Object.defineProperty(this, "${name}", { value }); return value; },`,
      );
      const rest = text.replace(required, "").replace(names, "late$.$&");
      return { contents: `const late$ = {\n${getters.join("\n")}\n};\n${rest}` };
    });
  },
};

const common = {
  absWorkingDir: root,
  preserveSymlinks: true,
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20.19",
  // `import()` becomes a `require` that runs when the import would.
  supported: { "dynamic-import": false },
  legalComments: "none", // dist/THIRD-PARTY.txt has the complete licences.
  metafile: true,
  logLevel: "warning",
};

const built = await Promise.all([
  build({
    ...common,
    entryPoints: { rbac: "src/program/main.ts", index: "src/index.ts" },
    external: ["better-sqlite3", "typescript"], // The first is native; oclif loads the second only to develop plugins.
    define: { "import.meta.url": "__filename" },
    plugins: [apart, slim, late],
  }),
  build({
    ...common,
    entryPoints: Object.fromEntries(Object.entries(APART).map(([name, file]) => [file, name])),
    external: ["pg-native", "cloudflare:sockets"], // Neither is used here.
    plugins: [grounded, unwrapped],
  }),
]);

// Escapes what is not ASCII, because Node reads ASCII without decoding; esbuild does not escape inside regular
// expressions. The last line has a hash of the bundle, by which bin/cached.js distinguishes builds.
const bundle = `${root}/dist/rbac.cjs`;
const escaped = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
const text = readFileSync(bundle, "utf8").replace(/[\u0080-\uffff]/g, escaped);
writeFileSync(bundle, `${text}// ${createHash("sha256").update(text).digest("hex").slice(0, 16)}\n`);

// The library is one file of CommonJS, which both `require` and `import` load: two copies would have two `RbacError`s.
const names = Object.keys(createRequire(import.meta.url)(`${root}/dist/index.cjs`)).sort();
const wrapper = `import library from "./index.cjs";\n\nexport const { ${names.join(", ")} } = library;\n`;
writeFileSync(`${root}/dist/index.js`, wrapper);

// Its types are one file too, so that they show what is exported and nothing else.
const types = await rollup({
  input: `${root}/src/index.ts`,
  plugins: [dts({ tsconfig: `${root}/tsconfig.library.json` })],
  external: /^node:/,
});
const { output } = await types.generate({});
await types.close();
// The plugin lists classes as values, though the library exports most of them as types only.
const isValue = (name) => names.includes(name.trim());
const declarations = output[0].code.replace(/^export \{ (.*) \};\nexport type \{ (.*) \};$/m, (_, values, others) => {
  const classes = values.split(",").filter((name) => !isValue(name));
  const all = [...classes, ...others.split(",")].map((name) => name.trim()).sort();
  return `export { ${names.join(", ")} };\nexport type { ${all.join(", ")} };`;
});
// Handles have `Symbol.asyncDispose`, which no target of TypeScript has in its library yet.
writeFileSync(`${root}/dist/index.d.ts`, `/// <reference lib="esnext.disposable" />\n${declarations}`);
copyFileSync(`${root}/dist/index.d.ts`, `${root}/dist/index.d.cts`);

/** The unchanged licence of a bundled package. */
function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${root}/${folder}/package.json`, "utf8"));
  const files = readdirSync(`${root}/${folder}`).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(`${root}/${folder}/${file}`, "utf8").trim());
  return [`${name} ${version}: ${license}`, ...texts].join("\n\n");
}

const folders = built.flatMap(({ metafile }) =>
  Object.keys(metafile.inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
);
// src/policy/model/confusables-table.json is data of Unicode.
const { version: unicode } = JSON.parse(readFileSync(`${root}/src/policy/model/confusables-table.json`, "utf8"));
const unicodeLicence = readFileSync(`${root}/bin/unicode-license.txt`, "utf8").trim();
const notices = [
  ...[...new Set(folders)].sort().map(notice),
  `Data of Unicode ${unicode}, © 2025 Unicode®, Inc.: Unicode-3.0\n\n${unicodeLicence}`,
];
writeFileSync(`${root}/dist/THIRD-PARTY.txt`, `${notices.join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
