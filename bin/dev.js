#!/usr/bin/env -S node --import tsx
// Runs the program from source: npx tsx bin/dev.js …
const { dirname } = require("node:path");

import("../src/program/main.ts").then(({ main }) => main(process.argv.slice(2), { root: dirname(__dirname) }));
