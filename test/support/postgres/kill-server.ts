/** Kills a server time and again while others write, and returns what they saw acknowledged. */
import { setTimeout as wait } from "node:timers/promises";
import { ended, wholeLines, writing } from "../store/processes.ts";
import type { Chance } from "../store/random-databases.ts";
import type { Server } from "./server.ts";

const WRITERS = 4;
/** So many changes are acknowledged between two kills. */
const BETWEEN = 8;

export interface Killed {
  /** What was acknowledged, as `REVISION USER`. */
  readonly acknowledged: readonly string[];
  /** How many changes were lost at their commit, so that nobody knew. */
  readonly unknown: number;
}

/** Writers go on through every kill, by waiting: one that ends by itself is an error. */
export async function killServer(server: Server, url: string, kills: number, chance: Chance): Promise<Killed> {
  const writers = Array.from({ length: WRITERS }, (_, at) => writing(url, `s${at}`, 1_000_000));
  let [changes, over] = [0, false];
  for (const writer of writers) {
    writer.stdout?.on("data", () => {
      changes += 1;
    });
    writer.once("exit", () => {
      over = true;
    });
  }
  const ends = Promise.all(writers.map(ended));
  // Whoever has not begun would not wait for a server that is gone.
  const begun = writers.map((writer) => new Promise((done) => writer.stdout?.once("data", done)));
  await Promise.race([Promise.all(begun), ends]);
  const more = async () => {
    const enough = changes + BETWEEN;
    while (changes < enough && !over) await wait(2);
  };
  for (let kill = 0; kill < kills && !over; kill++) {
    await more();
    await wait(chance.below(40));
    await server.kill();
    await server.resume();
  }
  await more();
  for (const writer of writers) writer.kill("SIGKILL");
  const all = await ends;
  const fallen = all.find(({ signal }) => signal !== "SIGKILL");
  if (fallen) throw new Error(`a writer ended by itself: ${fallen.stderr}`);
  const outputs = all.map(({ stdout }) => stdout);
  return { acknowledged: outputs.flatMap(wholeLines), unknown: outputs.join("").match(/^unknown /gm)?.length ?? 0 };
}
