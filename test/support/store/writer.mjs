// A writer process: assigns a role to one new user after the other, and acknowledges each on standard output once it is
// done.
import { writeSync } from "node:fs";
import { open } from "../../../dist/index.js";

const [path, actor, times] = process.argv.slice(2);
const rbac = await open(path, { actor });
for (let at = 0; at < Number(times); at++) {
  const who = `${actor}-${at}`;
  try {
    const { changed, revision } = await rbac.assign(who, "reader");
    if (!changed) throw new Error(`${who} was done before`);
    writeSync(1, `${revision} ${who}\n`);
  } catch (error) {
    if (error.code !== "OUTCOME_UNKNOWN") throw error; // Neither done nor not done: never repeated, never acknowledged.
    writeSync(1, `unknown ${who}\n`);
  }
}
await rbac.close();
