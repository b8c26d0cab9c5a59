// A writer process: takes a right away in one way and then another and gives it back, and acknowledges each commit on
// standard output.
import { writeSync } from "node:fs";
import { mutation, open } from "../../../dist/index.js";

const [path, times] = process.argv.slice(2);
const rbac = await open(path, { actor: "toggler" });
const denied = { deny: true };
const ways = [
  [mutation.revoke("alice", "author"), mutation.assign("alice", "author", { existing: true })],
  [mutation.ungrant("reader", "posts:read"), mutation.grant("reader", "posts:read")],
  [mutation.disinherit("author", "reader"), mutation.inherit("author", "reader")],
  [mutation.set("user", "alice", { disabled: true }), mutation.set("user", "alice", { disabled: false })],
  [mutation.grant("reader", "posts:read", denied), mutation.ungrant("reader", "posts:read", denied)],
];
for (let at = 0; at < Number(times); at++) {
  for (const wished of ways[at % ways.length]) writeSync(1, `${(await rbac.change([wished])).revision}\n`);
}
await rbac.close();
