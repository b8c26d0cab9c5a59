/**
 * The built program as whole processes: cold questions, batches, seeding and exporting, each with what its process
 * used.
 */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { databaseAt, type SizeName } from "./databases.ts";
import { type Asked, median, processUse, ROOT, type Used } from "./measure.ts";
import { BenchPolicy, SIZES } from "./policy.ts";

const RUN = join(ROOT, "bin/run.js");
const TURNS = 15;
const LINES = 1_000_000;

/** Lines into a file, some thousand at a time. */
function written(path: string, lines: Iterable<string>): void {
  const file = openSync(path, "w");
  let part = "";
  for (const line of lines) {
    part += `${line}\n`;
    if (part.length < 1 << 20) continue;
    writeSync(file, part);
    part = "";
  }
  writeSync(file, part);
  closeSync(file);
}

export interface Cold {
  /** Milliseconds of processor time in the median. */
  readonly milliseconds: number;
  /** Of each process by that on the smallest database before it, in the median. */
  readonly ratio: number;
}

/** `rbac can` started anew for each question, on every size in turns. */
export function cold(databases: string, sizes: readonly SizeName[]): ReadonlyMap<SizeName, Cold> {
  const times = new Map(sizes.map((size): [SizeName, number[]] => [size, []]));
  const asked = sizes.map((size) => ({ size, questions: [...new BenchPolicy(SIZES[size]).questions(TURNS)] }));
  for (let turn = -1; turn < TURNS; turn++) {
    for (const { size, questions } of asked) {
      const { question, allowed } = questions[Math.max(turn, 0)] as Asked;
      const argv = [RUN, "can", String(question.user), question.permission, "--db", databaseAt(databases, size)];
      const { seconds } = processUse(argv, [allowed ? 0 : 1]);
      if (turn >= 0) times.get(size)?.push(seconds * 1000); // The first run is the one that compiles.
    }
  }
  const least = times.get(sizes[0] ?? "S") ?? [];
  return new Map(
    [...times].map(([size, own]) => [
      size,
      { milliseconds: median(own), ratio: median(own.map((time, turn) => time / (least[turn] ?? Number.NaN))) },
    ]),
  );
}

/** A million questions in one process, answers in a file and each checked. */
export function batch(databases: string, size: SizeName, folder: string): Used & { readonly lines: number } {
  const [questions, answers] = [join(folder, "questions.ndjson"), join(folder, "answers.ndjson")];
  const expected: boolean[] = [];
  const line = ({ question, allowed }: Asked) => {
    expected.push(allowed);
    return JSON.stringify({ user: question.user, permission: question.permission });
  };
  written(questions, mapped(new BenchPolicy(SIZES[size]).questions(LINES), line));
  const out = openSync(answers, "w");
  const argv = [RUN, "can", "--batch", questions, "--brief", "--db", databaseAt(databases, size)];
  const used = processUse(argv, [0], out);
  closeSync(out);
  const said = readFileSync(answers, "utf8").trimEnd().split("\n");
  const wrong = expected.filter((allowed, at) => JSON.parse(said[at] ?? "{}").allowed !== allowed).length;
  if (wrong > 0 || said.length !== LINES) throw new Error(`batch on ${size}: ${wrong} answers are wrong`);
  for (const path of [questions, answers]) rmSync(path);
  return { ...used, lines: LINES };
}

function* mapped<T>(items: Iterable<T>, to: (item: T) => string): Iterable<string> {
  for (const item of items) yield to(item);
}

function* document(policy: BenchPolicy): Iterable<string> {
  let rows = 0;
  yield JSON.stringify({ rbac: 1, sections: ["permissions", "roles", "users"] });
  for (const [kind, row] of policy.rows()) {
    rows += 1;
    yield JSON.stringify({ kind, ...row });
  }
  yield JSON.stringify({ end: rows });
}

export interface Bulk {
  readonly rows: number;
  readonly seed: Used;
  /** The same rows and indices by better-sqlite3 alone, without and with the record. */
  readonly raw: Used;
  readonly recorded: Used;
  readonly exported: Used;
}

/** A whole policy in and out. */
export function bulk(size: SizeName, folder: string): Bulk {
  const policy = new BenchPolicy(SIZES[size]);
  const at = (name: string) => join(folder, name);
  written(at("in.ndjson"), document(policy));
  const seed = processUse([RUN, "seed", at("in.ndjson"), "--db", at("seeded.db"), "--quiet"]);
  const tsx = ["--import", "tsx", join(import.meta.dirname, "raw.ts"), at("seeded.db")];
  const raw = processUse([...tsx, at("raw.db")]);
  const recorded = processUse([...tsx, at("recorded.db"), "entries"]);
  const exported = processUse([RUN, "export", "--out", at("out.ndjson"), "--db", at("seeded.db"), "--quiet"]);
  const rows = [...policy.rows()].length;
  const lines = readFileSync(at("out.ndjson"), "utf8").trimEnd().split("\n");
  if (lines.length !== rows + 2) throw new Error(`the export has ${lines.length - 2} rows, the policy ${rows}`);
  return { rows, seed, raw, recorded, exported };
}
