// Builds the program: what is generated from the commands (the manifest, which help shows, and docs/commands.md), then the bundle in
// dist/. Run with tsx, for the commands are read from source; the library beside it is compiled by tsc.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { commandReference, manifestOf } from "../src/program/reference.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = await manifestOf(root);
writeFileSync(`${root}/oclif.manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
mkdirSync(`${root}/docs`, { recursive: true });
writeFileSync(`${root}/docs/commands.md`, await commandReference(root, manifest));

/** Packages that few commands use: a file each beside the program, read when it is called for. */
const APART = {
  inquirer: "inquirer",
  yaml: "yaml",
  "csv-parse/sync": "csv-parse",
  "cli-table3": "cli-table3",
  pg: "pg",
  pgpass: "pgpass",
};

const apart = {
  name: "apart",
  setup: ({ onResolve }) => {
    const filter = new RegExp(`^(${Object.keys(APART).join("|")})$`);
    onResolve({ filter }, ({ path }) => ({ path: `./${APART[path]}.cjs`, external: true }));
  },
};

/** Kysely's drivers for other databases would all be run: they are left out, and PostgreSQL's is there for its own home alone. */
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

/** pg asks Node for its `fetch` to find out whether this is Cloudflare, which takes as long as half of a start. It is not. */
const grounded = {
  name: "grounded",
  setup: ({ onLoad }) => {
    onLoad({ filter: /node_modules\/pg\/lib\/stream\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace("if (isCloudflareRuntime())", "if (false)"),
    }));
  },
};

/**
 * oclif's files require at once whatever any of their functions may use; here each is required by the first that does. The
 * compiled TypeScript has them all at the top, as `const name_1 = require("…")`.
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
  // `import()` becomes a `require` that waits until it is called for.
  supported: { "dynamic-import": false },
  legalComments: "none", // dist/THIRD-PARTY.txt has the licences, whole.
  metafile: true,
  logLevel: "warning",
};

const built = await Promise.all([
  build({
    ...common,
    entryPoints: { rbac: "src/program/main.ts" },
    external: ["better-sqlite3", "typescript"], // Native; and asked for by oclif where plugins are developed.
    define: { "import.meta.url": "__filename" },
    plugins: [apart, slim, late],
  }),
  build({
    ...common,
    entryPoints: Object.fromEntries(Object.entries(APART).map(([name, file]) => [file, name])),
    external: ["pg-native", "cloudflare:sockets"], // Neither is used here.
    plugins: [grounded],
  }),
]);

// In ASCII the program is read without decoding; esbuild leaves alone what stands in regular expressions. The launcher tells
// builds apart by the last line.
const bundle = `${root}/dist/rbac.cjs`;
const escaped = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
const text = readFileSync(bundle, "utf8").replace(/[\u0080-\uffff]/g, escaped);
writeFileSync(bundle, `${text}// ${createHash("sha256").update(text).digest("hex").slice(0, 16)}\n`);

/** The licence of a package that is inside of the bundle, as it came. */
function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${root}/${folder}/package.json`, "utf8"));
  const files = readdirSync(`${root}/${folder}`).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(`${root}/${folder}/${file}`, "utf8").trim());
  return [`${name} ${version}: ${license}`, ...texts].join("\n\n");
}

const folders = built.flatMap(({ metafile }) =>
  Object.keys(metafile.inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
);
const notices = [...new Set(folders)].sort().map(notice);
writeFileSync(`${root}/dist/THIRD-PARTY.txt`, `${notices.join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
