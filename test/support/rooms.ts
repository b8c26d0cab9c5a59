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

/** The rooms that some texts name, parted by spaces. */
const among = (...texts: readonly string[]): string[] => texts.flatMap((text) => text.split(" "));

/** What says who may do what. */
const JUDGED = ["policy/model", "policy/conditions", "policy/evaluate"];

/**
 * Every room of src and what it may import, from the bottom up: a room imports only rooms above its own line. A room is a folder
 * with its files (a folder below it is a room of its own), or a single file that stands alone. CONTRIBUTING shows this table.
 */
export const ROOMS: Readonly<Record<string, Room>> = {
  codes: { holds: "every code of an error: its exit code, what happened, what to do", rooms: [] },
  "errors.ts": { holds: "the one error class and the exit codes", rooms: ["codes"] },
  "progress.ts": { holds: "how long work tells how far it is", rooms: [] },
  "policy/model": {
    holds: "rows, changes, names, patterns, scopes, times, the role graph",
    rooms: [],
    only: { "policy/model/conditional-digest.ts": ["node:crypto"] },
  },
  "policy/arrays": { holds: "lists and bits of integers in flat arrays, small and fast to read", rooms: [] },
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
    rooms: JUDGED,
  },
  "policy/history": { holds: "gains and losses, read from entries", rooms: ["policy/model", "policy/evaluate"] },
  "policy/impact": {
    holds: "who gains and loses what by changes; the advice measured by it",
    rooms: ["policy/arrays", ...JUDGED],
  },
  "policy/compiled": {
    holds: "the fast evaluator, held equal to the walk",
    rooms: ["policy/arrays", ...JUDGED],
  },
  "policy/filter": {
    holds: "which rows of a table somebody may have to do with, as SQL",
    rooms: JUDGED,
  },
  "policy/edit": {
    holds: "what commands change, decided; undo",
    rooms: ["policy/model", "policy/conditions", "policy/rules"],
  },
  "policy/document": {
    holds: "documents in and out; the changes to reach one",
    rooms: among("progress.ts policy/model policy/part policy/conditions policy/evaluate policy/rules policy/edit"),
  },
  "policy/tests": {
    holds: "the tests of documents, run; what no test would notice",
    rooms: [...JUDGED, "policy/rules", "policy/edit", "policy/document"],
  },
  "policy/lint/roles": {
    holds: "what roles grant, in numbers: which is as wide as which, which roles are alike",
    rooms: ["policy/model", "policy/evaluate"],
  },
  "policy/lint/judging": { holds: "forms of names, truths of when", rooms: ["policy/model", "policy/conditions"] },
  "policy/lint/rules": {
    holds: "each rule of lint: what it finds, and what would mend it",
    rooms: [...JUDGED, "policy/rules", "policy/document"].concat(["policy/lint/judging", "policy/lint/roles"]),
  },
  "policy/lint": {
    holds: "what is wrong or wasteful in a policy: the rules run, skips, proved fixes",
    rooms: ["policy/model", "policy/evaluate", "policy/impact", "policy/document", "policy/tests"].concat([
      "policy/lint/roles",
      "policy/lint/rules",
    ]),
    packages: ["node:crypto"],
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
    rooms: among("policy/model policy/evaluate policy/compiled store/engine store/sql store/connect.ts store/audit"),
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
    rooms: among(
      "progress.ts policy/model store/engine store/sql store/sqlite store/connect.ts store/audit store/write",
    ),
  },
  "store/store.ts": {
    holds: "the store: the one door to a policy in a database",
    rooms: among(
      "progress.ts policy/model policy/part store/engine store/sql store/connect.ts store/audit store/read",
      "store/write store/join-tables store/maintenance",
    ),
    packages: ["kysely"],
  },
  "store/create-or-replace.ts": {
    holds: "a database made whole, or put in the place of another",
    rooms: among(
      "progress.ts policy/model policy/rules policy/edit store/engine store/connect.ts store/audit store/write",
      "store/maintenance store/store.ts",
    ),
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
  "files/editing": {
    holds: "items taken out of documents, whose text else stays as it is written",
    rooms: ["files"],
    packages: ["yaml", "node:"],
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
  plans: {
    holds: "what would change, with who gains and loses by it; saved, judged by gates, applied exactly",
    rooms: ["policy/", "store/read", "database", "files"],
    packages: ["node:"],
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
    rooms: ["progress.ts", "policy/", "output"],
  },
  "output/tests": {
    holds: "what came of tests, what they touch, which mutants live, as every format tells it",
    rooms: ["policy/", "output", "output/reports", "output/views"],
  },
  "output/impact": {
    holds: "who gains and who loses, as every command tells it",
    rooms: ["policy/", "output", "output/views"],
  },
  "output/plans": {
    holds: "a plan for people, and as a report for a pull request",
    rooms: ["policy/", "plans", "output", "output/views", "output/impact"],
  },
  "output/logs": {
    holds: "what decision logs tell",
    rooms: ["policy/model", "policy/impact", "decisions/review", "decisions/usage", "output", "output/impact"],
  },
  "output/lint": {
    holds: "what lint found, for people and for machines",
    rooms: ["policy/", "output", "output/reports", "output/views"],
  },
  generate: {
    holds: "the names of a policy as TypeScript, for programs",
    rooms: ["policy/model", "output"],
    only: { "generate/policy-names.ts": ["node:crypto"] },
  },
  "library/values": {
    holds: "values that a program passes, read before it is known for which call",
    rooms: ["policy/", "decisions", "plans"],
  },
  "library/options": {
    holds: "the options of every call: as types, by name, read",
    rooms: ["policy/", "store/read", "library/values"],
  },
  library: {
    holds: "the face for programs: open, ask, change; a policy kept ready",
    rooms: among("policy/ store/read database files output/views decisions plans library/values library/options"),
  },
  "index.ts": {
    holds: "what of it is exported",
    rooms: ["policy/", "store/read", "database", "decisions", "plans", "library", "library/values", "library/options"],
  },
  web: { holds: "what routes of an application need, judged before their handlers", rooms: ["index.ts"] },
  "web/frameworks": { holds: "the same for each framework: a face of the package", rooms: ["index.ts", "web"] },
  tokens: {
    holds: "tokens that say who asks: keys, claims, issued and verified; a face of the package",
    rooms: ["policy/", "store/read", "database", "files", "output", "web"],
    packages: ["jose", "node:"],
  },
  "api-keys": {
    holds: "keys by which programs say who they are: made, read, compared, shown",
    rooms: ["policy/model", "output"],
    packages: ["node:"],
  },
  remote: {
    holds: "a policy that a service answers for; a face of the package",
    rooms: ["index.ts", "library/values", "library/options", "web"],
  },
  "service/http": {
    holds: "requests, routes and answers, as every room of the service has them",
    rooms: ["index.ts", "web"],
    packages: ["zod"],
  },
  "service/listening": {
    holds: "the server of Node: addresses, TLS, limits of connections, requests read whole",
    rooms: ["files", "service/http"],
    packages: ["@hono/node-server", "node:"],
  },
  "service/authzen/mapping": {
    holds: "what a request of AuthZEN names: a user, a permission, a scope, an owner, attributes",
    rooms: ["index.ts", "web", "service/http"],
  },
  "service/authzen": {
    holds: "AuthZEN: evaluations and searches, asked and answered",
    rooms: ["index.ts", "web", "service/http", "service/authzen/mapping"],
    packages: ["node:"],
  },
  "service/asking": {
    holds: "every question of the library over HTTP, for those who are away from the database",
    rooms: ["index.ts", "service/http"],
  },
  "service/changing": {
    holds: "changes of the policy by a caller, who is the actor, judged by what the caller may",
    rooms: ["index.ts", "policy/model", "policy/rules", "service/http"],
  },
  "service/administration": {
    holds: "the policy over HTTP for those who administer it: lists, changes, plans, the record",
    rooms: [
      ...["index.ts", "policy/model", "policy/evaluate", "database", "output/views"],
      ...["service/http", "service/changing"],
    ],
    packages: ["zod"],
  },
  "service/events": {
    holds: "the changes of the policy as a stream, to whoever may read it, as they are committed",
    rooms: ["index.ts", "policy/model", "output", "service/http"],
    packages: ["zod"],
  },
  "service/callers": {
    holds: "who calls: keys, tokens, certificates; which rights of the policy they hold",
    rooms: ["index.ts", "library", "api-keys", "tokens", "web", "service/http"],
    packages: ["node:"],
  },
  "service/operations": {
    holds: "health, metrics, the access log, the description of the interface",
    rooms: ["decisions", "service/http"],
    packages: ["zod", "node:"],
  },
  service: {
    holds: "the server: it listens, reads within limits, asks who calls, answers, and ends in order",
    rooms: ["index.ts", "tokens", "web", "service/"],
    packages: ["hono", "@hono/node-server", "node:"],
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
    rooms: among(
      "progress.ts policy/model policy/part policy/document database files output output/reports output/views",
      "contexts cli/flags cli/prompts",
    ),
    packages: ["@oclif/core"],
    only: { "cli/shell.ts": ["node:"], "cli/pager.ts": ["node:"] },
  },
  "cli/writing": {
    holds: "what commands that write share: the base, documents read for a seed, confirmations",
    rooms: among("progress.ts policy/ database plans files output output/ cli cli/flags"),
    packages: ["@oclif/core"],
  },
  "cli/lint": {
    holds: "what lint runs over, with which rules; baselines, reports, what is fixed",
    rooms: among("progress.ts policy/ database plans files files/ output output/ cli cli/flags cli/writing"),
    packages: ["@oclif/core", "node:"],
  },
  completion: {
    holds: "command lines completed: what may stand at the cursor, and the scripts of shells",
    rooms: ["policy/model", "policy/part", "policy/conditions", "policy/lint/rules", "store/read", "database"],
    packages: ["@oclif/core"],
  },
  commands: {
    holds: "what a user can type, and nothing else; the path is the command",
    rooms: among(
      "policy/ database materialize files decisions/ output output/ generate tokens api-keys service contexts cli cli/",
      "completion",
    ),
    packages: ["@oclif/core"],
  },
  program: {
    holds: "from argv to a command, from an error to an exit code; help, the manifest",
    rooms: ["codes", "policy/model", "policy/lint/rules", "output", "cli", "completion", "commands", "cli/flags"],
    packages: ["@oclif/core", "node:"],
  },
};

/** The room of a file of src; `undefined` where it lies in none. Commands are one room with all their topics. */
export function roomOf(path: string): string | undefined {
  if (path in ROOMS) return path;
  const folder = path.startsWith("commands/") ? "commands" : dirname(path);
  return folder in ROOMS ? folder : undefined;
}
