/** Signals at moments of chance during long work on 450,000 changes: what ends with 130 or 143 has changed nothing. */
import { interruptions } from "../support/signals.ts";
import { chanceOf, SEED } from "../support/store/random-databases.ts";
import { begin, none, tell } from "./run.ts";

begin("signals");
const USERS = Number(process.env.RBAC_USERS ?? 150_000);
const MOMENTS = Number(process.env.RBAC_MOMENTS ?? 10);
const found = await interruptions(USERS, MOMENTS, chanceOf(SEED));
for (const what of new Set(found.map((one) => one.what))) {
  const late = found.filter((one) => one.what === what).map((one) => Math.round(one.late));
  tell(`${what}: heard after ${Math.max(...late)} ms at most (${late.sort((a, b) => a - b).join(", ")})`);
}
none(
  "not as it must be",
  found.filter(({ faults }) => faults.length > 0),
);
