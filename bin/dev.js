#!/usr/bin/env -S node --import tsx
// The program from source: npx tsx bin/dev.js …
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "../src/main.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const load = async (id) => (await import(`../src/commands/${id.replaceAll(":", "/")}.ts`)).default;
await main(process.argv.slice(2), { root, load });
