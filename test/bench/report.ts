/** The figures of one run as docs/performance.md. */
import type { SizeName } from "./databases.ts";
import type { Used } from "./measure.ts";
import { ALONE, LIBRARY, OURS } from "./ours.ts";
import { PEERS } from "./peers.ts";
import { SIZES } from "./policy.ts";
import type { Bulk, Cold } from "./programs.ts";

/** What became of one engine at one size: figures, or why there are none. */
export interface Outcome {
  readonly name: string;
  readonly size: SizeName;
  /** Seconds of processor time. */
  readonly loading?: number;
  /** Megabytes at most: of the process before it loaded, and in all. */
  readonly before?: number;
  readonly memory?: number;
  /** Decisions a second of processor time. */
  readonly rate?: number;
  readonly failure?: string;
}

export interface Figures {
  readonly machine: readonly string[];
  readonly versions: ReadonlyMap<string, string>;
  readonly outcomes: readonly Outcome[];
  readonly large: boolean;
  readonly limit: number;
  readonly batches: ReadonlyMap<SizeName, Used & { readonly lines: number }>;
  readonly lists: ReadonlyMap<SizeName, Readonly<Record<string, number>>>;
  readonly startup: string;
  readonly cold: ReadonlyMap<SizeName, Cold>;
  readonly bulk: Bulk;
  readonly constraints: readonly string[];
}

const whole = (number: number): string => Math.round(number).toLocaleString("en-US");
const few = (number: number): string => (number < 0.01 ? "< 0.01" : number.toFixed(number < 10 ? 2 : 1));
const times = (number: number): string => (number >= 100 ? whole(number) : number.toPrecision(2));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function engines({ outcomes }: Figures, size: SizeName): string {
  const at = outcomes.filter((one) => one.size === size);
  const rateOf = (name: string) => at.find((one) => one.name === name)?.rate ?? Number.NaN;
  const rows = at.map(({ name, loading, before, memory, rate, failure }) => {
    const load = loading === undefined ? "–" : few(loading);
    if (rate === undefined) return [name, failure ?? "no answer", "–", "–", load, "–", "–"];
    const ratios = [LIBRARY, ALONE].map((own) => times(rate / rateOf(own)));
    return [name, whole(rate), ...ratios, load, String(before), String(memory)];
  });
  const head = [`engine at ${size}`, "decisions/s", "of library", "of alone", "loading, s", "MB before", "MB at most"];
  return table(head, rows);
}

const sizes = (): string =>
  table(
    ["size", "users", "roles", "permissions", "assignments"],
    Object.entries(SIZES).map(([size, of]) => [
      size,
      ...[of.users, of.roles, of.permissions, of.assignments].map(whole),
    ]),
  );

const lacking = ({ versions }: Figures): string =>
  table(
    ["engine", "version", "what it cannot do, or what its figure holds"],
    [
      ...OURS.map(({ name, lacks }) => [name, "this one", lacks]),
      ...PEERS.map(({ name, package: of, lacks }) => [name, versions.get(name) ?? of, lacks]),
    ],
  );

function bulkRows({ seed, raw, recorded, exported }: Bulk): string {
  const row = (what: string, { seconds, memory }: Used) => [
    what,
    few(seconds),
    times(seconds / raw.seconds),
    String(memory),
  ];
  return table(
    ["of M, whole process", "s", "of the plain inserts", "MB at most"],
    [
      row("`rbac seed` of an NDJSON file into a new database", seed),
      row("better-sqlite3 alone: the same rows and indices, no record", raw),
      row("better-sqlite3 alone: the record's rows as well, copied", recorded),
      row("`rbac export` to a file", exported),
    ],
  );
}

const paragraph = (...lines: readonly string[]): string => lines.join("\n");

/** The whole document. */
export function report(figures: Figures): string {
  const { machine, limit, large, batches, lists, startup, cold, bulk, constraints } = figures;
  const questions = Object.keys([...lists.values()][0] ?? {});
  return `${[
    "# Performance",
    paragraph(
      "Written by `npm run bench`, all of it from one run; do not edit. Seconds are of processor time (user and system, all threads),",
      "so other work on the machine weighs less; it still weighs. Only ratios within the run mean something elsewhere.",
    ),
    machine.map((line) => `- ${line}`).join("\n"),
    "## What is measured",
    paragraph(
      "Policies are generated from a fixed seed: roles on eight levels that inherit up to three of lower ones, twenty grants each, one in",
      "two hundred of them `resource:*`, three assignments a user, no scopes, no denies. About half of the questions are allowed. Every",
      "answer is held against the generator's; a wrong one ends the run.",
    ),
    sizes(),
    "## Decisions",
    paragraph(
      "Each engine in a process of its own, with the same 20,000 questions in as many rounds as fit into three seconds; the median of the",
      'rounds. For a slow engine it is the questions that fit. "Of library" and "of alone" are the rate by that of our library',
      '(`compile`) and by that of our decisions alone. "MB before" is the process before the engine loads: the questions, and for a peer the',
      "rows. Loading is from rows in memory, for the library from the database.",
    ),
    ...(["S", "M", "L"] as const).map((size) => engines(figures, size)),
    paragraph(
      large
        ? "Peers were run at L as well."
        : "Peers are not run at L: `npm run bench -- --large` does, and takes minutes more.",
      `A peer that has not loaded after ${limit} s, or runs out of memory (Node's own limit), is listed with that.`,
    ),
    lacking(figures),
    "## Batches",
    paragraph(
      "`rbac can --batch FILE --brief` with a million questions, as a whole process: starting, reading the policy and the questions,",
      "answering, writing. Every answer is checked.",
    ),
    table(
      ["size", "s", "decisions/s", "MB at most"],
      [...batches].map(([size, { seconds, lines, memory }]) => [
        size,
        few(seconds),
        whole(lines / seconds),
        String(memory),
      ]),
    ),
    "## Starting",
    "The built program beside Node itself, by the wall clock, in turns; the median, and the median of the ratios.",
    `\`\`\`text\n${startup.trimEnd()}\n\`\`\``,
    "`rbac can USER PERMISSION`, started anew each time on databases in turns:",
    table(
      ["size", "ms of processor", "of S"],
      [...cold].map(([size, { milliseconds, ratio }]) => [size, whole(milliseconds), times(ratio)]),
    ),
    "## Single questions and lists",
    "Milliseconds in an open database, without `compile`; the median of three hundred, by the library as it is published.",
    table(
      ["size", ...questions],
      [...lists].map(([size, of]) => [size, ...questions.map((what) => few(of[what] ?? Number.NaN))]),
    ),
    "## A whole policy in and out",
    paragraph(
      `M is ${whole(bulk.rows)} rows. Seeding checks each, and records it with who, when and a hash; the plain inserts do neither.`,
    ),
    bulkRows(bulk),
    "## Constraints",
    "One change with and without constraints, in turns, in a database of 100,000 users; the counted role has a `max_users`.",
    `\`\`\`text\n${constraints.join("\n")}\n\`\`\``,
  ].join("\n\n")}\n`;
}
