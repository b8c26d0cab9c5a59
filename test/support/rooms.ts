/** The rooms of src as one table: who may import what. test/architecture.test.ts checks it. */
import { dirname } from "node:path";

interface Room {
  /** What lives here, for CONTRIBUTING. */
  readonly holds: string;
  /** The rooms it may import, besides itself and `errors.ts`. */
  readonly rooms: readonly string[];
  /** The packages it may import; `node:` for Node's own modules. */
  readonly packages?: readonly string[];
  /** Packages that single files of it may import, too. */
  readonly only?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Every room of src and what it may import, from the bottom up: a room imports only rooms above its own line. A room is a folder
 * with its files (a folder below it is a room of its own), or a single file that stands alone. CONTRIBUTING shows this table.
 */
export const ROOMS: Readonly<Record<string, Room>> = {
  "codes.ts": { holds: "every code of an error: its exit code, what happened, what to do", rooms: [] },
  "errors.ts": { holds: "the one error class and the exit codes", rooms: ["codes.ts"] },
  "progress.ts": { holds: "how long work tells how far it is", rooms: [] },
  "policy/model": {
    holds: "rows, changes, names, patterns, scopes, times, the role graph",
    rooms: [],
    only: { "policy/model/conditional-digest.ts": ["node:crypto"] },
  },
  "policy/part": { holds: "parts of a policy: which rows lie in one, how it is written", rooms: ["policy/model"] },
  "policy/conditions": {
    holds: "the language of conditions: read, written, judged; what is left of them",
    rooms: ["policy/model"],
  },
  "policy/evaluate": {
    holds: "the walk; decisions, lists and near misses read from it",
    rooms: ["policy/model", "policy/conditions"],
  },
  "policy/rules": {
    holds: "what no policy may be: integrity, constraints, the guard",
    rooms: ["policy/model", "policy/conditions", "policy/evaluate"],
  },
  "policy/history": { holds: "gains and losses, read from entries", rooms: ["policy/model", "policy/evaluate"] },
  "policy/impact": {
    holds: "who gains and loses what by changes; the advice measured by it",
    rooms: ["policy/model", "policy/conditions", "policy/evaluate"],
  },
  "policy/compiled": {
    holds: "the fast evaluator, held equal to the walk",
    rooms: ["policy/model", "policy/conditions", "policy/evaluate"],
  },
  "policy/filter": {
    holds: "which rows of a table somebody may have to do with, as SQL",
    rooms: ["policy/model", "policy/conditions", "policy/evaluate"],
  },
  "policy/edit": {
    holds: "what commands change, decided; undo",
    rooms: ["policy/model", "policy/conditions", "policy/rules"],
  },
  "policy/document": {
    holds: "documents in and out; the plan from a document; its tests",
    rooms: [
      "progress.ts",
      "policy/model",
      "policy/part",
      "policy/conditions",
      "policy/evaluate",
      "policy/rules",
      "policy/edit",
    ],
  },
  "policy/mutations.ts": {
    holds: "every mutation: the rows it must see, and its decision",
    rooms: ["policy/model", "policy/edit"],
  },
  "store/engine": {
    holds: "what every kind of database has: tables, migrations, a dialect, a connection",
    rooms: ["policy/model", "policy/conditions"],
    packages: ["kysely"],
  },
  "store/sql": {
    holds: "pieces of SQL: fragments, pages, prepared statements",
    rooms: ["progress.ts", "policy/model", "policy/part", "store/engine"],
    packages: ["kysely"],
  },
  "store/sqlite": {
    holds: "SQLite: its driver, its dialect, its files",
    rooms: ["store/engine", "store/sql"],
    packages: ["kysely", "node:"],
    only: { "store/sqlite/load-driver.ts": ["better-sqlite3"], "store/sqlite/bundled-drivers.ts": ["better-sqlite3"] },
  },
  "store/postgres": {
    holds: "PostgreSQL: its session, its dialect, its schemas",
    rooms: ["policy/model", "store/engine"],
    packages: ["kysely", "node:"],
    only: {
      "store/postgres/session.ts": ["pg", "pgpass"],
      "store/postgres/reconnecting-connection.ts": ["pg"],
    },
  },
  "store/connect.ts": {
    holds: "the choice between the two by path or URL",
    rooms: ["store/engine", "store/sqlite", "store/postgres"],
  },
  "store/audit": {
    holds: "the audit record: entries, their hashes, its verification",
    rooms: ["progress.ts", "policy/model", "store/engine", "store/sql", "store/connect.ts"],
    packages: ["kysely", "node:"],
  },
  "store/read": {
    holds: "needed rows, the past, the live policy",
    rooms: [
      "policy/model",
      "policy/evaluate",
      "policy/compiled",
      "store/engine",
      "store/sql",
      "store/connect.ts",
      "store/audit",
    ],
    packages: ["kysely"],
  },
  "store/write": {
    holds: "a change checked, written and recorded under the lock",
    rooms: ["progress.ts", "policy/model", "policy/rules", "store/engine", "store/sql", "store/audit", "store/read"],
    packages: ["kysely", "node:"],
  },
  "store/join-tables": {
    holds: "the tables that other programs JOIN: made, filled, dropped",
    rooms: ["store/engine", "store/audit", "store/read", "store/write"],
    packages: ["kysely"],
  },
  "store/maintenance": {
    holds: "status, migrating, copying",
    rooms: [
      "progress.ts",
      "policy/model",
      "store/engine",
      "store/sql",
      "store/sqlite",
      "store/connect.ts",
      "store/audit",
      "store/write",
    ],
  },
  "store/store.ts": {
    holds: "the store: the one door to a policy in a database",
    rooms: [
      "progress.ts",
      "policy/model",
      "policy/part",
      "store/engine",
      "store/sql",
      "store/connect.ts",
      "store/audit",
      "store/read",
      "store/write",
      "store/join-tables",
      "store/maintenance",
    ],
    packages: ["kysely"],
  },
  "store/create-or-replace.ts": {
    holds: "a database made whole, or put in the place of another",
    rooms: [
      "progress.ts",
      "policy/model",
      "policy/rules",
      "policy/edit",
      "store/engine",
      "store/connect.ts",
      "store/audit",
      "store/write",
      "store/maintenance",
      "store/store.ts",
    ],
  },
  database: {
    holds: "an open database: questions, batches, its audit record",
    rooms: ["progress.ts", "policy/", "store/"],
  },
  files: {
    holds: "text in and out of files, within limits",
    rooms: ["progress.ts"],
    packages: ["yaml", "csv-parse/sync", "node:"],
  },
  decisions: {
    holds: "a log of decisions: its lines, and what writes them",
    rooms: ["policy/", "store/read"],
    packages: ["node:"],
  },
  "decisions/review": {
    holds: "logs of decisions read again: at their revisions, and under a proposal",
    rooms: ["progress.ts", "policy/", "store/read", "database", "files", "decisions"],
  },
  "decisions/usage": {
    holds: "what no allowed decision of a log used",
    rooms: ["progress.ts", "policy/", "store/read", "database", "decisions/review"],
  },
  output: {
    holds: "a result as text, in every format",
    rooms: ["policy/model", "policy/part", "policy/document"],
    packages: ["cli-table3", "string-width", "yaml", "ansis"],
  },
  materialize: {
    holds: "what people may do as rows that a plain JOIN reads rightly",
    rooms: ["progress.ts", "policy/model", "policy/evaluate", "store/read", "store/join-tables", "database", "output"],
  },
  contexts: {
    holds: "names for databases with their settings, from files of a project and of a user",
    rooms: ["policy/model", "policy/document", "files", "output"],
    packages: ["node:"],
  },
  "output/reports": {
    holds: "what was checked, as reports for machines: JUnit, TAP, annotations",
    rooms: ["policy/model", "output"],
  },
  "output/views": {
    holds: "one file for each kind of answer",
    rooms: ["progress.ts", "policy/", "output", "output/reports"],
  },
  "output/logs": { holds: "what decision logs tell", rooms: ["decisions/review", "decisions/usage", "output"] },
  generate: {
    holds: "the names of a policy as TypeScript, for programs",
    rooms: ["policy/model", "output"],
    only: { "generate/policy-names.ts": ["node:crypto"] },
  },
  "library/values": {
    holds: "values that a program passes, read before it is known for which call",
    rooms: ["policy/", "decisions"],
  },
  library: {
    holds: "the face for programs: open, ask, change; a policy kept ready",
    rooms: ["policy/", "store/read", "database", "files", "output/views", "decisions", "library/values"],
  },
  "index.ts": {
    holds: "what of it is exported",
    rooms: ["policy/", "store/read", "database", "decisions", "library", "library/values"],
  },
  web: { holds: "what routes of an application need, judged before their handlers", rooms: ["index.ts"] },
  "web/frameworks": { holds: "the same for each framework: a face of the package", rooms: ["index.ts", "web"] },
  tokens: {
    holds: "tokens that say who asks: keys, claims, issued and verified; a face of the package",
    rooms: ["policy/", "store/read", "database", "files", "output", "web"],
    packages: ["jose", "node:"],
  },
  "cli/flags": {
    holds: "the flags and arguments that commands share, how they are read, and what is refused of them",
    rooms: ["policy/model", "policy/part", "policy/conditions", "policy/evaluate", "files", "output"],
    packages: ["@oclif/core"],
  },
  "cli/prompts": {
    holds: "what a person at a terminal is asked",
    rooms: ["policy/model", "database", "output", "output/views"],
    only: { "cli/prompts/ask.ts": ["inquirer"] },
  },
  cli: {
    holds: "the base commands, flags, the shell around them",
    rooms: [
      "progress.ts",
      "policy/model",
      "policy/part",
      "policy/rules",
      "policy/document",
      "database",
      "files",
      "output",
      "output/reports",
      "output/views",
      "contexts",
      "cli/flags",
      "cli/prompts",
    ],
    packages: ["@oclif/core"],
    only: { "cli/shell.ts": ["node:"], "cli/pager.ts": ["node:"] },
  },
  completion: {
    holds: "command lines completed: what may stand at the cursor, and the scripts of shells",
    rooms: ["policy/model", "policy/part", "policy/conditions", "store/read", "database"],
    packages: ["@oclif/core"],
  },
  commands: {
    holds: "what a user can type, and nothing else; the path is the command",
    rooms: [
      "policy/",
      "database",
      "materialize",
      "files",
      "decisions/review",
      "decisions/usage",
      "output",
      "output/views",
      "output/logs",
      "generate",
      "tokens",
      "contexts",
      "cli",
      "cli/flags",
      "completion",
    ],
    packages: ["@oclif/core"],
  },
  program: {
    holds: "from argv to a command, from an error to an exit code; help, the manifest",
    rooms: ["codes.ts", "policy/model", "output", "cli", "completion", "commands", "cli/flags"],
    packages: ["@oclif/core", "node:"],
  },
};

/** The room of a file of src; `undefined` where it lies in none. Commands are one room with all their topics. */
export function roomOf(path: string): string | undefined {
  if (path in ROOMS) return path;
  const folder = path.startsWith("commands/") ? "commands" : dirname(path);
  return folder in ROOMS ? folder : undefined;
}
