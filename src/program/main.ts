/** From argv to a command, and from any error to one line and the documented exit code. */
import { contextWords, inContext } from "../cli/contexts.ts";
import { unknownFlag } from "../cli/flags/flag-errors.ts";
import { GLOBAL_FLAGS, WRITE_FLAGS } from "../cli/flags/shared-flags.ts";
import { type Shell, systemShell } from "../cli/shell.ts";
import { wrong } from "../errors.ts";
import { toJson } from "../output/sanitize.ts";
import { commandId, isNoCommand } from "./command-names.ts";
import { COMMANDS } from "./command-table.ts";
import { runConfig, VERSION } from "./run-config.ts";

export interface ProgramOptions {
  /** The folder of package.json and the seeds. */
  readonly root: string;
  /** The world around the program; that of this process when left out. */
  readonly shell?: Shell;
}

/** Runs one command line. Never throws: it ends with the shell's exit code set. */
export async function main(
  argv: readonly string[],
  { root, shell: given = systemShell() }: ProgramOptions,
): Promise<void> {
  const words = beforeDashes(argv);
  const shell = words.includes("--no-color") ? { ...given, env: { ...given.env, NO_COLOR: "1" } } : given;
  await reporting(words, shell, async () => {
    if (argv[0] === "__complete") await (await import("./complete.ts")).complete(argv.slice(1), shell);
    else await dispatch(argv, root, shell);
  });
}

/** Prints the error of what is run, as the words of the command line or the environment want errors. */
async function reporting(words: readonly string[], shell: Shell, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { report } = await import("./report.ts");
    await report(error, shell, wantsJson(words, shell.env));
  }
}

async function dispatch(argv: readonly string[], root: string, shell: Shell): Promise<void> {
  const { leading, rest } = splitLeadingFlags(argv);
  const words = [...leading, ...beforeDashes(rest)];
  const json = wantsJson(words, {}); // What is not the answer of a command is JSON only where its own words ask for it.
  const [first] = rest;
  if (first === "version" || leading.some((flag) => VERSION_FLAGS.includes(flag))) {
    shell.stdout.write(`${json ? toJson({ version: VERSION }) : VERSION}\n`);
    return;
  }
  if (first === "help") {
    const subject = rest.slice(1).filter((word) => !word.startsWith("-"));
    await showHelp(subject, root, shell, json);
    return;
  }
  const asksHelp = words.some((word) => HELP_FLAGS.includes(word));
  const isBare = first === undefined && leading.every((flag) => BARE_FLAGS.includes(flag));
  if (first === undefined && !isBare && !asksHelp) throw wrong("USAGE", "which command? (see rbac --help)");
  const id = commandId(rest);
  const path = id?.split(":") ?? [];
  const next = rest[path.length];
  if (next !== undefined && isNoCommand(id, next, asksHelp)) {
    const { unknownCommand } = await import("./unknown-command.ts");
    throw unknownCommand(rest, false);
  }
  const load = id === undefined || asksHelp ? undefined : COMMANDS[id];
  if (!load) {
    await showHelp(path, root, shell, json);
    return;
  }
  const { default: Loaded } = await load();
  const argvOfCommand = [...leading, ...rest.slice(path.length)];
  const own = Loaded.takesCommand ? [...words, ...beforeDashes(behindDashes(rest))] : words;
  await reporting(own, shell, async () => {
    const world = Loaded.readsNoContext ? shell : await inContext(shell, contextWords(own));
    const command = new Loaded(argvOfCommand, runConfig(root, COMMANDS), world);
    command.id = id;
    await reporting(own, world, () => command.run());
  });
}

const HELP_FLAGS = ["--help", "-h"];
const VERSION_FLAGS = ["--version", "-V"];
/** With these alone, no command is a question about the program. */
const BARE_FLAGS = ["--json", "--no-color"];

const beforeDashes = (argv: readonly string[]): readonly string[] =>
  argv.slice(0, argv.includes("--") ? argv.indexOf("--") : undefined);
const behindDashes = (argv: readonly string[]): readonly string[] => argv.slice(beforeDashes(argv).length + 1);

/** @param json true to print one document with the page in it */
async function showHelp(words: readonly string[], root: string, { stdout, env }: Shell, json: boolean): Promise<void> {
  const { helpOn } = await import("./help.ts");
  const { PLAIN, styleFor } = await import("../output/style.ts");
  const { KNOWN_COMMANDS: commands } = await import("./manifest.ts");
  const style = json ? PLAIN : await styleFor(stdout.isTerminal, env);
  const { subject, lines } = helpOn(words, { commands, root, style });
  const page = lines.map((line) => `${line}\n`).join("");
  stdout.write(json ? `${toJson({ ...subject, help: page })}\n` : page);
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
    if (at + words > argv.length) throw wrong("USAGE", `${word} needs a value (see rbac --help)`);
    leading.push(...argv.slice(at, at + words));
    at += words;
  }
  return { leading, rest: argv.slice(at) };
}

/** Whether errors are printed as JSON. Read from the words themselves, since parsing them may be what failed. */
function wantsJson(words: readonly string[], env: Shell["env"]): boolean {
  if (words.includes("--json")) return true;
  const at = words.findLastIndex((word) => word === "--format" || word.startsWith("--format="));
  if (at < 0) return env.RBAC_FORMAT === "json";
  return words[at] === "--format=json" || words[at + 1] === "json";
}
