/** What every long run prints: its seed, its figures, and in the end whether all of it held. */
import { SEED } from "../support/store/random-databases.ts";

const started = Date.now();

export function tell(figure: string): void {
  process.stdout.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(7)} s  ${figure}\n`);
}

/** Holds what must be empty; whatever is in it is printed, and the run fails. */
export function none(what: string, faults: readonly unknown[]): void {
  tell(`${what}: ${faults.length === 0 ? "none" : `${faults.length} — ${JSON.stringify(faults.slice(0, 3))}`}`);
  if (faults.length > 0) process.exitCode = 1;
}

export function begin(name: string): void {
  process.stdout.write(`\n${name}: RBAC_SEED=${SEED}\n`);
}
