/** From argv to a command, and from whatever goes wrong to one line and the documented exit code. */
import { Errors } from "@oclif/core";
import { GLOBAL_FLAGS, unknownFlag, WRITE_FLAGS } from "../cli/flags.ts";
import { CutShort, didYouMean, EXIT, RbacError, wrong } from "../errors.ts";
import { sanitize, toJson } from "../output/sanitize.ts";
import { nearest } from "../policy/model/name-suggestions.ts";
import { COMMANDS } from "./command-table.ts";
import { type KnownCommands, RbacConfig, VERSION } from "./oclif-config.ts";

export interface ProgramOptions {
  /** The folder of package.json and the seeds. */
  readonly root: string;
}

/** Runs one command line. Never throws: it ends with `process.exitCode` set. */
export async function main(argv: readonly string[], program: ProgramOptions): Promise<void> {
  try {
    await dispatch(argv, program);
  } catch (error) {
    report(error, wantsJson(argv));
  }
}

async function dispatch(argv: readonly string[], { root }: ProgramOptions): Promise<void> {
  const { leading, rest } = hoist(argv);
  const [first] = rest;
  if (first === "version" || leading.some((flag) => VERSION_FLAGS.includes(flag))) {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  const words = rest.slice(0, rest.indexOf("--") >= 0 ? rest.indexOf("--") : undefined);
  const asksHelp = first === "help" || [...leading, ...words].some((word) => HELP_FLAGS.includes(word));
  if (asksHelp || first === undefined) {
    await showHelp(root, idOf(first === "help" ? rest.slice(1) : rest));
    return;
  }
  const id = idOf(rest);
  const load = id === undefined ? undefined : COMMANDS[id];
  if (id === undefined || !load) {
    if (id === undefined || rest.length > id.split(":").length) throw unknownCommand(rest);
    await showHelp(root, id);
    return;
  }
  const after = rest.slice(id.split(":").length);
  const { default: Loaded } = await load();
  const command = new Loaded([...leading, ...after], new RbacConfig(root));
  command.id = id;
  await command.run();
}

const HELP_FLAGS = ["--help", "-h"];
const VERSION_FLAGS = ["--version", "-V"];

async function showHelp(root: string, id: string | undefined): Promise<void> {
  const { RbacHelp } = await import("./help.ts");
  const { default: manifest } = await import("../../oclif.manifest.json", { with: { type: "json" } });
  const config = new RbacConfig(root, manifest.commands as unknown as KnownCommands);
  await new RbacHelp(config, { maxWidth: 100 }).showHelp(id === undefined ? [] : [id]);
}

/** Global flags may stand before the command; they are put behind it, where oclif looks for them. */
function hoist(argv: readonly string[]): { leading: string[]; rest: string[] } {
  const known: Readonly<Record<string, { type: string; char?: string }>> = { ...GLOBAL_FLAGS, ...WRITE_FLAGS };
  const leading: string[] = [];
  let at = 0;
  for (let word = argv[at]; word?.startsWith("-") && word !== "-" && word !== "--"; word = argv[at]) {
    const [name = ""] = word.replace(/^--?/, "").split("=");
    const flag = Object.hasOwn(known, name) ? known[name] : Object.values(known).find(({ char }) => char === name);
    if (!flag && ![...HELP_FLAGS, ...VERSION_FLAGS].includes(word)) throw unknownFlag(word, Object.keys(known));
    const takes = flag?.type === "option" && !word.includes("=") ? 2 : 1;
    leading.push(...argv.slice(at, at + takes));
    at += takes;
  }
  return { leading, rest: argv.slice(at) };
}

/** Commands, and the topics that they stand under. */
const NAMES = new Set(Object.keys(COMMANDS).flatMap((id) => [id, ...id.split(":").slice(0, -1)]));

/** The longest run of words that names a command or a topic. */
function idOf(words: readonly string[]): string | undefined {
  let found: string | undefined;
  for (let length = 1; length <= Math.min(words.length, 3); length++) {
    const id = words.slice(0, length).join(":");
    if (!NAMES.has(id)) break;
    found = id;
  }
  return found;
}

/** Nearest commands are offered, never run. */
function unknownCommand(words: readonly string[]): RbacError {
  const ids = [...NAMES].map((id) => id.replaceAll(":", " "));
  const typed = [words.slice(0, 2).join(" "), words[0] ?? ""];
  const suggestions = [...new Set(typed.flatMap((text) => nearest(text, ids)))].slice(0, 3);
  const known = idOf(words);
  const command = words.slice(0, known === undefined ? 1 : 2).join(" ");
  return wrong("COMMAND_NOT_FOUND", `there is no command "${command}"${didYouMean(suggestions)} (see rbac --help)`, {
    suggestions,
  });
}

/** Whether errors are to be printed as JSON; asked of the words themselves, for they may be what is wrong. */
function wantsJson(argv: readonly string[]): boolean {
  const words = argv.slice(0, argv.indexOf("--") >= 0 ? argv.indexOf("--") : undefined);
  if (words.includes("--json")) return true;
  const at = words.findLastIndex((word) => word === "--format" || word.startsWith("--format="));
  if (at < 0) return process.env.RBAC_FORMAT === "json";
  return words[at] === "--format=json" || words[at + 1] === "json";
}

/** One line on stderr (a line for each problem of a file), and with JSON one document on stdout where there is no part of another. */
function report(thrown: unknown, json: boolean): void {
  const isCut = thrown instanceof CutShort;
  const error = isCut ? thrown.cause : thrown;
  const { code, message, suggestions, problems, violations, exitCode, retry } = describe(error);
  const lines =
    problems.length > 1
      ? problems.slice(0, SHOWN).map(({ file, line, column, message: why }) => `${file}:${line}:${column}: ${why}`)
      : [message];
  if (problems.length > SHOWN) lines.push(`… and ${problems.length - SHOWN} more (--json lists all)`);
  process.stderr.write(lines.map((line) => `rbac: ${sanitize(line)}\n`).join(""));
  if (!(error instanceof RbacError) && exitCode === EXIT.bug && process.env.RBAC_DEBUG)
    process.stderr.write(`${(error as Error).stack}\n`);
  if (json && !isCut) {
    const optional = {
      ...(problems.length > 0 && { problems }),
      ...(violations.length > 0 && { violations }),
      ...(retry && { retry }),
    };
    process.stdout.write(`${toJson({ error: { code, message, suggestions, exitCode, ...optional } })}\n`);
  }
  process.exitCode = exitCode;
}

const SHOWN = 20;

/** Ours as they are; what oclif refuses is usage; everything else is a bug, and must never read as "denied". */
function describe(
  error: unknown,
): Pick<RbacError, "code" | "message" | "suggestions" | "problems" | "violations" | "exitCode" | "retry"> {
  if (error instanceof RbacError) return { ...rest(error), message: plainMessage(error.message) };
  const none = { suggestions: [], problems: [], violations: [], retry: false };
  const message = plainMessage(error instanceof Error ? error.message : String(error));
  if (error instanceof Errors.CLIError && error.code !== "MODULE_NOT_FOUND")
    return { ...none, code: "USAGE", message: `${message} (see --help)`, exitCode: EXIT.wrong };
  return { ...none, code: "INTERNAL", message: `internal error: ${message}`, exitCode: EXIT.bug };
}

const rest = ({ code, suggestions, problems, violations, exitCode, retry }: RbacError) => ({
  code,
  suggestions,
  problems,
  violations,
  exitCode,
  retry,
});

/** oclif wraps the message of a refused flag in three lines. */
const plainMessage = (message: string): string =>
  message
    .replace(/^Parsing --(\S+) \n\t/, "--$1: ")
    .replace(/^The following errors? occurred:\s*/, "")
    .replace(/\nSee more help with --help$/, "")
    .replace(/\s*\n\s*/g, " ");
