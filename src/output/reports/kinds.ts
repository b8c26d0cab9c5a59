/** Every kind of report by its name on the command line. */
import { toJson } from "../sanitize.ts";
import { github } from "./github.ts";
import { junit } from "./junit.ts";
import { lcov } from "./lcov.ts";
import type { Report } from "./report.ts";
import { tap } from "./tap.ts";

export const REPORTS = {
  junit,
  tap,
  json: ({ json }: Report) => `${toJson(json)}\n`,
  github,
  lcov,
} as const satisfies Readonly<Record<string, (report: Report) => string>>;

export type ReportKind = keyof typeof REPORTS;
