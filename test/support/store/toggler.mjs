// A writer process: takes a right away in one way and then another and gives it back, and acknowledges each commit on
// standard output.
import { writeSync } from "node:fs";
import {
  assigning,
  disinheriting,
  granting,
  inheriting,
  open,
  revoking,
  setting,
  ungranting,
} from "../../../dist/index.js";

const [path, times] = process.argv.slice(2);
const rbac = await open(path, { actor: "toggler" });
const held = { who: "alice", roles: ["author"], scope: null };
const granted = { role: "reader", permissions: ["posts:read"], scope: null, effect: "allow" };
const ways = [
  [
    revoking({ ...held, everywhere: false }),
    assigning({ ...held, from: null, until: null, replace: false, existing: true }),
  ],
  [ungranting(granted), granting(granted)],
  [disinheriting("author", ["reader"]), inheriting("author", ["reader"])],
  [setting("user", "alice", { disabled: true }), setting("user", "alice", { disabled: false })],
  [granting({ ...granted, effect: "deny" }), ungranting({ ...granted, effect: "deny" })],
];
for (let at = 0; at < Number(times); at++) {
  for (const mutation of ways[at % ways.length]) writeSync(1, `${(await rbac.apply(mutation)).revision}\n`);
}
await rbac.close();
