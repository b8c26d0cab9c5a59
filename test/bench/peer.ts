/** One peer, in a process of its own: `tsx test/bench/peer.ts NAME SIZE FOLDER` prints what was measured as JSON. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PEERS, Rows } from "./peers.ts";
import { BenchPolicy, SIZES } from "./policy.ts";

const [name = "", size = "", folder = ""] = process.argv.slice(2);
const peer = PEERS.find((one) => one.name === name);
if (!peer) throw new Error(`no peer ${name}`);

/** Long enough to see a rate, short enough for the slowest. */
const SECONDS = 3;
const MOST = 20_000;

const policy = new BenchPolicy(SIZES[size as keyof typeof SIZES]);
const rows = new Rows(policy);
const questions = [...policy.questions(MOST)];
const loaded = await import(pathToFileURL(createRequire(join(folder, "package.json")).resolve(peer.module)).href);

const before = performance.now();
const module = Object.assign(Object.create(loaded.default ?? null), loaded); // What a package exports, in either way.
const ask = await peer.load(module as never, rows);
const loading = (performance.now() - before) / 1000;

let [asked, wrong] = [0, 0];
const begin = performance.now();
for (const { question, allowed } of questions) {
  if ((await ask(String(question.user), question.permission)) !== allowed) wrong += 1;
  asked += 1;
  if (performance.now() - begin > SECONDS * 1000) break;
}
const rate = (asked / (performance.now() - begin)) * 1000;
const memory = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ name, size, loading, rate, asked, wrong, memory })}\n`);
