/** A signal in the middle of a seed into a server: nothing of it stays, and nothing is locked any more. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { SERVER } from "../../support/cli.ts";
import { made, put, until } from "../../support/postgres/sessions.ts";
import { ended, started } from "../../support/store/processes.ts";
import { freshPath } from "../../support/store/random-databases.ts";

const people = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`user${at}`, { roles: ["reader"] }]));
const document = { rbac: 1, permissions: ["a:b"], roles: { reader: { grants: ["a:b"] } }, users: people };

it.runIf(SERVER).each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s", async (signal, code) => {
  const { url } = await made();
  const path = join(freshPath(), "..", "people.json");
  writeFileSync(path, JSON.stringify(document));
  const seed = started(url, "seed", path);
  const end = ended(seed);
  const isFree = () =>
    put(url, "select 1 from meta for update nowait").then(
      () => true,
      () => false,
    );
  await until(async () => !(await isFree()));
  seed.kill(signal);
  const { code: exit, signal: by } = await end;
  expect(exit ?? by).toBe(by === null ? code : signal);
  await until(isFree);
  expect(
    await put(url, "select revision::integer as revision, (select count(*)::integer from users) as users from meta"),
  ).toEqual([{ revision: 0, users: 0 }]);
});
