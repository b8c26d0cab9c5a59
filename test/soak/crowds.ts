/** Sixteen at once: through the library, as processes, and at the first opening of a new database. */
import { crowd, crowdOfCommands, faultsOf, race, withReader } from "../support/store/processes.ts";
import { begin, none, tell } from "./run.ts";

begin("crowds");
const LIBRARY = Number(process.env.RBAC_ASSIGNS ?? 500);
const COMMANDS = Number(process.env.RBAC_COMMANDS ?? 25);
const RACES = 10;

for (const [what, times, act] of [
  ["through the library", LIBRARY, crowd],
  ["as processes", COMMANDS, crowdOfCommands],
] as const) {
  const path = await withReader();
  const began = Date.now();
  const said = await act(path, times);
  const failed = said.filter((line) => line.startsWith("exit"));
  tell(`16 x ${times} ${what}: ${said.length - failed.length} acknowledged in ${Date.now() - began} ms`);
  none("refused", failed);
  none("lost, recorded twice, with a gap, or not verified", await faultsOf(path, said));
  none("missing", new Set(said).size === 16 * times ? [] : [`${new Set(said).size} of ${16 * times}`]);
}

for (let at = 0; at < RACES; at++) {
  const { codes, faults, revision } = await race();
  none(`race ${at + 1}: 16 seed a new database, which stands at revision ${revision}`, [
    ...codes.filter((code) => code !== 0),
    ...faults,
  ]);
}
