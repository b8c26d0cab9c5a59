/**
 * One engine, ours or a peer, in a process of its own: `tsx test/bench/engine.ts NAME SIZE DATABASES` prints a
 * line of JSON when it has loaded, and one when it has answered. Every answer is held against the generator's.
 */
import { fromInterop } from "../support/interop.ts";
import { databaseAt, questionsFor, type SizeName } from "./databases.ts";
import { type Ask, peak, rateOf, timed } from "./measure.ts";
import { OURS } from "./ours.ts";
import { PEERS, type Peer, Rows } from "./peers.ts";
import { BenchPolicy, SIZES } from "./policy.ts";

const [name = "", size = "", databases = ""] = process.argv.slice(2);
const say = (figures: object) => process.stdout.write(`${JSON.stringify(figures)}\n`);

const questions = questionsFor(databases, size as SizeName);
const policy = () => new BenchPolicy(SIZES[size as SizeName]);

/** What loads the engine: the rows and the module are there before, for neither is its own work. */
async function loader(): Promise<() => Ask | Promise<Ask>> {
  const own = OURS.find((one) => one.name === name);
  if (own) return own.ready(databaseAt(databases, size as SizeName), policy);
  const peer = PEERS.find((one) => one.name === name);
  if (!peer) throw new Error(`no engine ${name}`);
  const module = await moduleOf(peer);
  const rows = new Rows(policy());
  return () => peer.load(module as never, rows);
}

async function moduleOf(peer: Peer): Promise<object> {
  const loaded = await fromInterop<{ readonly default?: object }>(peer.module);
  return Object.assign(Object.create(loaded.default ?? null), loaded); // What a package exports, in either way.
}

const load = await loader();
const before = peak();
let ask: Ask = () => false;
const loading = await timed(async () => {
  ask = await load();
});
say({ loading, before });
const rate = await rateOf(ask, questions);
say({ rate, memory: peak() });
process.exit();
