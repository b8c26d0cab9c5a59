/** A signal that comes between two turns of the event loop is heard, however the hearing changes before the next. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { ROOT } from "../support/root.ts";

const from = (path: string) => JSON.stringify(pathToFileURL(join(ROOT, "src", path)).href);

/** What a process ends with that gets SIGTERM in the middle of work, and then goes on with some steps. */
function endOf(steps: string): number | null {
  const script = `
    import { readFile } from "node:fs";
    import { setImmediate as turn } from "node:timers/promises";
    import { systemShell } from ${from("cli/shell.ts")};
    import { endAtOnce, hearSignalsBy } from ${from("database/signals.ts")};
    const { hearSignals } = systemShell();
    hearSignalsBy(hearSignals);
    hearSignals("in turns");
    await turn();
    ${steps}
    process.exitCode = 3;`;
  const argv = ["--import", "tsx", "--input-type=module", "--eval", script];
  const { status, signal, stderr } = spawnSync(process.execPath, argv, { cwd: ROOT, encoding: "utf8" });
  expect(stderr).toBe("");
  return signal === "SIGTERM" ? 143 : status;
}

const SIGNAL = `process.kill(process.pid, "SIGTERM");`;

it("by work that goes on to its last step, and was not done", () => {
  expect(
    endOf(`${SIGNAL} hearSignals("held"); await turn(); await turn(); hearSignals("in turns"); await turn();`),
  ).toBe(143);
});

it("by work that goes on without turns, wherever in a turn it begins", () => {
  expect(endOf(`${SIGNAL} await endAtOnce();`)).toBe(143);
  expect(
    endOf(`await new Promise((done) => readFile("package.json", () => { ${SIGNAL} endAtOnce().then(done); }));`),
  ).toBe(143);
});

it("and work to which none came goes on", () => {
  expect(endOf(`hearSignals("held"); await turn(); hearSignals("in turns"); await endAtOnce();`)).toBe(3);
});
