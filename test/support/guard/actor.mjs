// An actor's process: changes something whenever it is told to, and answers with the revision that made, or why it was refused.
import { createInterface } from "node:readline";
import { open, setting } from "../../../dist/index.js";

const [path, actor] = process.argv.slice(2);
const rbac = await open(path, { actor });
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  const wish = setting("user", "alice", { email: `${line}@example.com` });
  const answer = await rbac.apply(wish).then(
    ({ revision }) => String(revision),
    ({ code }) => String(code),
  );
  process.stdout.write(`${answer}\n`);
}
await rbac.close();
