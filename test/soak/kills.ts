/** 1,000 kills of four writers at once, and a kill at every statement of a seed. */
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/root.ts";
import { doomed, faultsOf, killWriters, rbac, withReader } from "../support/store/processes.ts";
import { chanceOf, contentOf, freshPath, SEED, verified } from "../support/store/random-databases.ts";
import { begin, none, tell } from "./run.ts";

begin("kills");
const KILLS = Number(process.env.RBAC_KILLS ?? 1000);
const path = await withReader();
const acknowledged = await killWriters(path, KILLS, chanceOf(SEED));
tell(`${KILLS} kills, ${acknowledged.length} changes acknowledged`);
none("lost, half done, or not verified", await faultsOf(path, acknowledged));

const blog = join(ROOT, "seeds/blog.yaml");
const company = join(ROOT, "seeds/company.yaml");

/** @param fresh makes the path to seed, anew for every kill */
async function killedAtEvery(seed: string, fresh: () => string, judge: (path: string) => Promise<boolean>) {
  const count = Number((await doomed(0, "seed", seed, "--db", fresh())).aside);
  const bad: (number | string)[] = count > 10 ? [] : ["the seed did not run"];
  for (let statement = 1; statement <= count; statement++) {
    const path = fresh();
    const { signal } = await doomed(statement, "seed", seed, "--db", path);
    if (signal !== "SIGKILL" || !(await judge(path))) bad.push(statement);
  }
  none(`${count} statements of a seed, a kill at each; neither in nor out`, bad);
}

await killedAtEvery(blog, freshPath, async (path) => !existsSync(path));

const first = freshPath();
await rbac(first, "seed", blog);
const before = await contentOf(first);
const copied = () => {
  const path = freshPath();
  copyFileSync(first, path);
  return path;
};
await killedAtEvery(company, copied, async (path) => {
  const { valid, revision } = await verified(path);
  return valid && (revision === 2 || (await contentOf(path)) === before);
});
