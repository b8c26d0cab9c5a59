// Writes what is generated from the compiled commands: the manifest that oclif starts by, and docs/commands.md.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { commandReference, manifestOf } from "../dist/reference.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = await manifestOf(root);
writeFileSync(`${root}/oclif.manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
mkdirSync(`${root}/docs`, { recursive: true });
writeFileSync(`${root}/docs/commands.md`, await commandReference(root, manifest));
