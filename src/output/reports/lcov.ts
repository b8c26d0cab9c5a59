/**
 * A trace file as `lcov` writes and `genhtml` reads it (geninfo(1)): of each file the lines that state something, with
 * how many checks touch any of it. A line that states several things has each as a branch, so that a line of which only
 * a part is touched shows as such.
 */
import { by } from "../../policy/model/byte-order.ts";
import { grouped } from "../../policy/model/group-by.ts";
import type { CoveredLine, Report } from "./report.ts";

/** @returns the records, each with a line end; empty where nothing of a file is known */
export function lcov({ covered = [] }: Report): string {
  const files = [...grouped(covered, ({ file }) => file)].sort(by(([file]) => file));
  return files.map(([file, all]) => `${recordOf(file, all).join("\n")}\n`).join("");
}

function recordOf(file: string, all: readonly CoveredLine[]): string[] {
  const lines = [...grouped(all, ({ line }) => line)].sort(([a], [b]) => a - b);
  const branches = lines.filter(([, stated]) => stated.length > 1);
  const hit = (some: readonly CoveredLine[]) => some.filter(({ hits }) => hits > 0).length;
  const inBranches = branches.flatMap(([, stated]) => stated);
  return [
    "TN:",
    `SF:${file}`,
    ...branches.flatMap(([line, stated]) => stated.map(({ hits }, at) => `BRDA:${line},0,${at},${hits}`)),
    ...(branches.length === 0 ? [] : [`BRF:${inBranches.length}`, `BRH:${hit(inBranches)}`]),
    ...lines.map(([line, stated]) => `DA:${line},${stated.reduce((most, { hits }) => Math.max(most, hits), 0)}`),
    `LF:${lines.length}`,
    `LH:${lines.filter(([, stated]) => hit(stated) > 0).length}`,
    "end_of_record",
  ];
}
