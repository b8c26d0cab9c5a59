// An actor's process: makes a change for every line that it reads, and answers with its revision, or the code of its
// refusal.
import { createInterface } from "node:readline";
import { open } from "../../../dist/index.js";

const [path, actor] = process.argv.slice(2);
const rbac = await open(path, { actor });
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await rbac.set("user", "alice", { email: `${line}@example.com` }).then(
    ({ revision }) => String(revision),
    ({ code }) => String(code),
  );
  process.stdout.write(`${answer}\n`);
}
await rbac.close();
