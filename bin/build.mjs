// Builds the program and the library: generates the manifest (which help shows), docs/commands.md and the manual page
// from the commands, docs/errors.md from the table of codes and the rules of docs/lint.md from their list, then bundles
// into dist/. Run with tsx, because it imports from source.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { manPage } from "../src/program/man-page.ts";
import { commandReference, errorReference, lintReference, manifestOf } from "../src/program/reference.ts";
import { declarationsOf } from "./declarations.mjs";
import {
  APART,
  apart,
  besideLibrary,
  drivers,
  errorsOfLibrary,
  grounded,
  late,
  lateInside,
  questionsAlone,
  slim,
  unwrapped,
  withoutHelp,
} from "./plugins.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = await manifestOf(root);
writeFileSync(`${root}/oclif.manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
mkdirSync(`${root}/docs`, { recursive: true });
writeFileSync(`${root}/docs/commands.md`, commandReference(manifest));
writeFileSync(`${root}/docs/errors.md`, errorReference());
const lintPage = `${root}/docs/lint.md`;
writeFileSync(lintPage, lintReference(readFileSync(lintPage, "utf8")));
mkdirSync(`${root}/dist`, { recursive: true });
const { version, description: purpose } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
writeFileSync(`${root}/dist/rbac.1`, manPage({ version, purpose, commands: manifest.commands }));

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

/** Files of src: the program, its part for questions, and the library. */
const fromSource = {
  ...common,
  external: ["typescript"], // oclif loads it only to develop plugins.
  define: { "import.meta.url": "__filename" },
  plugins: [late, apart, withoutHelp, lateInside, drivers],
};

/** What a program imports: the library, and what imports it at run time: guards, tokens, a policy of a service. */
const FRAMEWORKS = ["express", "fastify", "hono", "koa", "fetch"];
const frameworks = Object.fromEntries(FRAMEWORKS.map((name) => [name, `src/web/frameworks/${name}.ts`]));
const tokens = { token: "src/tokens/verifying.ts" };
const remote = { remote: "src/remote/connecting.ts" };
const FACES = { index: "src/index.ts", ...frameworks, ...tokens, ...remote };

const built = await Promise.all([
  build({ ...fromSource, entryPoints: { rbac: "src/program/main.ts", index: "src/index.ts" } }),
  build({
    ...fromSource,
    entryPoints: { questions: "src/program/main.ts" },
    plugins: [questionsAlone, ...fromSource.plugins],
  }),
  build({ ...fromSource, entryPoints: frameworks, plugins: [besideLibrary] }),
  build({
    ...fromSource,
    entryPoints: { ...tokens, ...remote },
    plugins: [besideLibrary, errorsOfLibrary, late, apart],
  }),
  build({
    ...common,
    entryPoints: Object.fromEntries(
      Object.entries(APART).map(([name, file]) => [file, name.replace(/^\./, "src/program")]),
    ),
    external: ["pg-native", "cloudflare:sockets", "typescript"], // None is used here.
    plugins: [grounded, unwrapped, slim, late, lateInside],
  }),
]);

// Escapes what is not ASCII, because Node reads ASCII without decoding; esbuild does not escape inside regular
// expressions. The last line of the bundles has a hash of all files, by which bin/cached.js distinguishes builds.
const escaped = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
const files = ["rbac", "questions", ...Object.values(APART)].map((name) => `${root}/dist/${name}.cjs`);
const texts = files.map((file) => readFileSync(file, "utf8").replace(/[\u0080-\uffff]/g, escaped));
const hash = createHash("sha256").update(texts.join("")).digest("hex").slice(0, 16);
for (const [at, file] of files.entries()) writeFileSync(file, `${texts[at]}// ${hash}\n`);

// Each face of the library is one file of CommonJS, which both `require` and `import` load: two copies would have two
// `RbacError`s. So are its types: a generated file of names then reaches those who import and those who require.
for (const [face, file] of Object.entries(FACES)) {
  const names = Object.keys(createRequire(import.meta.url)(`${root}/dist/${face}.cjs`)).sort();
  const wrapper = `import library from "./${face}.cjs";\n\nexport const { ${names.join(", ")} } = library;\n`;
  writeFileSync(`${root}/dist/${face}.js`, wrapper);
  writeFileSync(`${root}/dist/${face}.d.cts`, await declarationsOf(file, names));
  writeFileSync(`${root}/dist/${face}.d.ts`, `export * from "./${face}.cjs";\n`);
}

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
