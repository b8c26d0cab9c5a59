/** From argv to a command, and from any error to one line and the documented exit code. */
import { Errors } from "@oclif/core";
import { messageWithFlags } from "../cli/error-words.ts";
import { GLOBAL_FLAGS, unknownFlag, WRITE_FLAGS } from "../cli/flags.ts";
import { type Shell, systemShell } from "../cli/shell.ts";
import { CutShort, didYouMean, EXIT, RbacError, withoutCredentials, wrong } from "../errors.ts";
import { sanitize, toJson } from "../output/sanitize.ts";
import { nearest } from "../policy/model/name-suggestions.ts";
import { COMMANDS } from "./command-table.ts";
import { runConfig, VERSION } from "./run-config.ts";

export interface ProgramOptions {
  /** The folder of package.json and the seeds. */
  readonly root: string;
  /** The world around the program; that of this process when left out. */
  readonly shell?: Shell;
}

/** Runs one command line. Never throws: it ends with the shell's exit code set. */
export async function main(argv: readonly string[], { root, shell = systemShell() }: ProgramOptions): Promise<void> {
  try {
    await dispatch(argv, root, shell);
  } catch (error) {
    report(error, shell, wantsJson(argv, shell.env));
  }
}

async function dispatch(argv: readonly string[], root: string, shell: Shell): Promise<void> {
  const { leading, rest } = splitLeadingFlags(argv);
  const [first] = rest;
  if (first === "version" || leading.some((flag) => VERSION_FLAGS.includes(flag))) {
    shell.stdout.write(`${wantsJson(argv, {}) ? toJson({ version: VERSION }) : VERSION}\n`);
    return;
  }
  const words = rest.slice(0, rest.indexOf("--") >= 0 ? rest.indexOf("--") : undefined);
  const asksHelp = first === "help" || [...leading, ...words].some((word) => HELP_FLAGS.includes(word));
  const isBare = first === undefined && leading.every((flag) => flag === "--json");
  if (first === undefined && !isBare && !asksHelp) throw wrong("USAGE", "which command? (see rbac --help)");
  const named = first === "help" ? rest.slice(1) : rest;
  const id = commandId(named);
  const next = named[id?.split(":").length ?? 0];
  const load = id === undefined || asksHelp ? undefined : COMMANDS[id];
  if (next !== undefined && isNoCommand(id, next, asksHelp)) throw unknownCommand(named);
  if (id === undefined || !load) {
    await showHelp(root, shell, id, wantsJson(argv, {}));
    return;
  }
  const after = rest.slice(id.split(":").length);
  const { default: Loaded } = await load();
  const command = new Loaded([...leading, ...after], runConfig(root), shell);
  command.id = id;
  await command.run();
}

const HELP_FLAGS = ["--help", "-h"];
const VERSION_FLAGS = ["--version", "-V"];

/** @param json true to print one document with the page in it, which only the words themselves ask for */
async function showHelp(root: string, { stdout }: Shell, id: string | undefined, json: boolean): Promise<void> {
  const { helpPage } = await import("./help-page.ts");
  const page = await helpPage(root, id);
  stdout.write(json ? `${toJson({ command: id?.replaceAll(":", " ") ?? null, help: page })}\n` : page);
}

/** Global flags may stand before the command; they are put behind it, where oclif looks for them. */
function splitLeadingFlags(argv: readonly string[]): { leading: string[]; rest: string[] } {
  const known: Readonly<Record<string, { type: string; char?: string }>> = { ...GLOBAL_FLAGS, ...WRITE_FLAGS };
  const leading: string[] = [];
  let at = 0;
  for (let word = argv[at]; word?.startsWith("-") && word !== "-" && word !== "--"; word = argv[at]) {
    const [name = ""] = word.replace(/^--?/, "").split("=");
    const flag = Object.hasOwn(known, name) ? known[name] : Object.values(known).find(({ char }) => char === name);
    if (!flag && ![...HELP_FLAGS, ...VERSION_FLAGS].includes(word)) throw unknownFlag(word, Object.keys(known));
    const words = flag?.type === "option" && !word.includes("=") ? 2 : 1;
    if (at + words > argv.length) throw wrong("USAGE", `flag ${word} expects a value (see rbac --help)`);
    leading.push(...argv.slice(at, at + words));
    at += words;
  }
  return { leading, rest: argv.slice(at) };
}

/** The ids of all commands, and of the topics above them. */
const NAMES = new Set(Object.keys(COMMANDS).flatMap((id) => [id, ...id.split(":").slice(0, -1)]));

/** The id of the command or topic that the longest run of leading words names. */
function commandId(words: readonly string[]): string | undefined {
  let found: string | undefined;
  for (let length = 1; length <= Math.min(words.length, 3); length++) {
    const id = words.slice(0, length).join(":");
    if (!NAMES.has(id)) break;
    found = id;
  }
  return found;
}

/** True for a word where a command should stand: after a topic, or after nothing. With help, it may be a flag. */
function isNoCommand(id: string | undefined, word: string, asksHelp: boolean): boolean {
  const isTopic = id === undefined || [...NAMES].some((name) => name.startsWith(`${id}:`));
  const mayBeFlag = asksHelp || (id !== undefined && COMMANDS[id] !== undefined);
  return isTopic && !(mayBeFlag && word.startsWith("-"));
}

/** The nearest commands are suggested, never run. */
function unknownCommand(words: readonly string[]): RbacError {
  const topic = commandId(words)?.replaceAll(":", " ");
  const ids = [...NAMES].map((id) => id.replaceAll(":", " "));
  const candidates = topic === undefined ? ids : ids.filter((id) => id.startsWith(`${topic} `));
  const typed = topic === undefined ? [words.slice(0, 2).join(" "), words[0] ?? ""] : [words.slice(0, 2).join(" ")];
  const suggestions = [...new Set(typed.flatMap((text) => nearest(text, candidates)))].slice(0, 3);
  const command = words.slice(0, topic === undefined ? 1 : 2).join(" ");
  const help = ["rbac", topic ?? [], "--help"].flat().join(" ");
  return wrong("COMMAND_NOT_FOUND", `there is no command "${command}"${didYouMean(suggestions)} (see ${help})`, {
    suggestions,
  });
}

/** Whether errors are printed as JSON. Read from the words themselves, since parsing them may be what failed. */
function wantsJson(argv: readonly string[], env: Shell["env"]): boolean {
  const words = argv.slice(0, argv.indexOf("--") >= 0 ? argv.indexOf("--") : undefined);
  if (words.includes("--json")) return true;
  const at = words.findLastIndex((word) => word === "--format" || word.startsWith("--format="));
  if (at < 0) return env.RBAC_FORMAT === "json";
  return words[at] === "--format=json" || words[at + 1] === "json";
}

/**
 * Prints an error: one line on stderr, or one for each problem of a file; with JSON also one document on stdout, unless
 * a part of another was printed there already.
 */
function report(thrown: unknown, { stdout, stderr, env, exitWith }: Shell, json: boolean): void {
  const isCut = thrown instanceof CutShort;
  const error = isCut ? thrown.cause : thrown;
  const { code, message, suggestions, problems, violations, exitCode, retry } = describe(error);
  const lines =
    problems.length > 1
      ? problems.slice(0, SHOWN).map(({ file, line, column, message: why }) => `${file}:${line}:${column}: ${why}`)
      : [message];
  if (problems.length > SHOWN) lines.push(`… and ${problems.length - SHOWN} more (--json lists all)`);
  stderr.write(lines.map((line) => `rbac: ${sanitize(withoutCredentials(line))}\n`).join(""));
  if (!(error instanceof RbacError) && exitCode === EXIT.bug && env.RBAC_DEBUG)
    stderr.write(`${withoutCredentials(String((error as Error).stack))}\n`);
  if (json && !isCut) {
    const optional = {
      ...(problems.length > 0 && { problems }),
      ...(violations.length > 0 && { violations }),
      ...(retry && { retry }),
    };
    stdout.write(`${toJson({ error: { code, message, suggestions, exitCode, ...optional } })}\n`);
  }
  exitWith(exitCode);
}

const SHOWN = 20;

type ErrorFields = Pick<
  RbacError,
  "code" | "message" | "suggestions" | "problems" | "violations" | "exitCode" | "retry"
>;

/** Our errors as they are; what oclif refuses is usage; everything else is a bug, and must never read as "denied". */
function describe(error: unknown): ErrorFields {
  const none = { suggestions: [], problems: [], violations: [], retry: false };
  if (error instanceof RbacError) {
    const { code, suggestions, problems, violations, exitCode, retry } = error;
    return { code, message: plainMessage(messageWithFlags(error)), suggestions, problems, violations, exitCode, retry };
  }
  const message = plainMessage(error instanceof Error ? error.message : String(error));
  if (error instanceof Errors.CLIError && error.code !== "MODULE_NOT_FOUND")
    return { ...none, code: "USAGE", message: `${message} (see --help)`, exitCode: EXIT.wrong };
  return { ...none, code: "INTERNAL", message: `internal error: ${message}`, exitCode: EXIT.bug };
}

/** oclif wraps the message of a refused flag in three lines: the message alone, on one. */
const plainMessage = (message: string): string =>
  withoutCredentials(message)
    .replace(/^Parsing --(\S+) \n\t/, "--$1: ")
    .replace(/^The following errors? occurred:\s*/, "")
    .replace(/\nSee more help with --help$/, "")
    .replace(/\s*\n\s*/g, " ");
