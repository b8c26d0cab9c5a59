/** Help as lines: the root page, the pages of topics and commands, and those of `help-pages.ts`. */
import { join } from "node:path";
import pjson from "../../package.json" with { type: "json" };
import { GLOBAL_FLAGS, WRITE_FLAGS } from "../cli/flags/shared-flags.ts";
import type { Style } from "../output/style.ts";
import { GROUPS } from "./command-groups.ts";
import { commandId, isNoCommand } from "./command-names.ts";
import { type FlagHelp, type FlagsHelp, flagRows } from "./help-flags.ts";
import { indented, section, table, wrap } from "./help-layout.ts";
import { PAGES, VARIABLES } from "./help-pages.ts";
import { unknownCommand } from "./unknown-command.ts";

/** What the manifest says of a command. */
export interface KnownCommand {
  readonly id: string;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly examples?: readonly string[];
  readonly args: Readonly<Record<string, { description?: string; required?: boolean; multiple?: boolean }>>;
  readonly flags: FlagsHelp;
}

/** Every command by its id. */
export type KnownCommands = Readonly<Record<string, KnownCommand>>;

const TOPICS: Readonly<Record<string, { readonly description: string }>> = pjson.oclif.topics;

const spoken = (id: string): string => id.replaceAll(":", " ");
const headed = (summary: string, usage: string): string[] => [summary, `Usage: rbac ${usage}`];

export interface HelpOptions {
  readonly commands: KnownCommands;
  /** The folder of the package. */
  readonly root: string;
  readonly style: Style;
}

export interface Help {
  /** What the page is about: a command or topic, null for the root, or a page. */
  readonly subject: { readonly command: string | null } | { readonly page: string };
  readonly lines: readonly string[];
}

/** The page that words name. @throws RbacError `COMMAND_NOT_FOUND` (exit 2) */
export function helpOn(words: readonly string[], options: HelpOptions): Help {
  const { commands, style } = options;
  const id = commandId(words);
  const next = words[id?.split(":").length ?? 0];
  if (id === undefined && next === undefined) return { subject: { command: null }, lines: rootPage(options) };
  const page = id === undefined && next !== undefined && Object.hasOwn(PAGES, next) ? PAGES[next] : undefined;
  if (next !== undefined && page) return { subject: { page: next }, lines: [page.summary, ...page.lines(style)] };
  if (id === undefined || (next !== undefined && isNoCommand(id, next, true))) throw unknownCommand(words, true);
  return { subject: { command: spoken(id) }, lines: commandPage(id, commands, style) };
}

/** What a new user types first. */
const FIRST_STEPS: readonly (readonly [line: string, meaning: string])[] = [
  ["rbac seed", "make ./rbac.db, with a policy to start from"],
  ["rbac assign alice editor", "let alice do what editors do"],
  ["rbac can alice posts:publish", "ask: yes or no, and why"],
];

function rootPage({ commands, root, style }: HelpOptions): string[] {
  const width = Math.max(...Object.values(GROUPS).flatMap((words) => words.map(({ length }) => length)));
  const row = (word: string) => [word.padEnd(width), summaryOf(word, commands)] as const;
  const more: [string, string][] = [
    ["rbac help COMMAND", "a command, or all of a topic such as role"],
    ["rbac help PAGE", Object.keys(PAGES).join(", ")],
    ["Documentation", "homepage" in pjson ? String(pjson.homepage) : join(root, "docs")],
  ];
  return [
    ...headed("Role-based access control: who may do what, where and until when", "COMMAND [ARGUMENTS] [FLAGS]"),
    ...section("First steps", table(FIRST_STEPS), style),
    ...Object.entries(GROUPS).flatMap(([name, words]) => section(name, table(words.map(row)), style)),
    ...section("Variables", indented(VARIABLES.map(([name]) => name).join(", ")), style),
    ...section("More", table(more), style),
  ];
}

const summaryOf = (word: string, commands: KnownCommands): string =>
  TOPICS[word]?.description ?? commands[word]?.summary ?? "";

/** The page of a command, or of a topic, with the line on global flags. */
function commandPage(id: string, commands: KnownCommands, style: Style): string[] {
  const command = commands[id];
  if (command) return [...commandLines(command, commands, style), "", globalFlags(command)];
  return [
    ...headed(summaryOf(id, commands), `${spoken(id)} COMMAND [FLAGS]`),
    ...section("Commands", commandsBelow(id, commands), style),
    "",
    `One of them: rbac help ${spoken(id)} COMMAND`,
  ];
}

/** What is said of a command alone. */
export function commandLines(command: KnownCommand, commands: KnownCommands, style: Style): string[] {
  const { id, summary = "", description, examples = [] } = command;
  const args = Object.entries(command.args).map(([name, { description: meaning = "", ...arg }]) => {
    const term = `${name.toUpperCase()}${arg.multiple ? "..." : ""}`;
    return [arg.required ? term : `[${term}]`, meaning] as const;
  });
  const own = Object.entries(command.flags).filter(([name]) => !isGlobal(name, command));
  const lines = examples.map((line) => `  ${line.replace("<%= config.bin %>", "rbac")}`);
  return [
    ...headed(summary, [spoken(id), ...args.map(([term]) => term), "[FLAGS]"].join(" ")),
    ...section("Examples", lines, style),
    ...section("Arguments", table(args), style),
    ...section("Flags", table(flagRows(Object.fromEntries(own.filter(([, flag]) => !groupOf(flag))))), style),
    ...groupLines(own),
    ...section("Commands", commandsBelow(id, commands), style),
    ...(description ? ["", ...wrap(description)] : []),
  ];
}

/** The group of a flag that is only named on the page; the page of the manual says what it means. */
const groupOf = ({ helpGroup }: FlagHelp): string | undefined => (helpGroup === "GLOBAL" ? undefined : helpGroup);

/** The flags of each group by their names alone: a page must fit the screen. */
function groupLines(flags: readonly (readonly [string, FlagHelp])[]): string[] {
  const groups = new Set(flags.flatMap(([, flag]) => groupOf(flag) ?? []));
  return [...groups].flatMap((group) => {
    const names = flags.filter(([, flag]) => groupOf(flag) === group).map(([name]) => `--${name}`);
    return ["", ...wrap(`${group} (man rbac): ${names.sort().join(" ")}`)];
  });
}

const commandsBelow = (id: string, commands: KnownCommands): string[] =>
  table(
    Object.values(commands)
      .filter((command) => command.id.startsWith(`${id}:`))
      .map((command) => [spoken(command.id), command.summary ?? ""] as const),
  );

/** True for the flags of `rbac help flags`. A question may have one of those of a change, which is then its own. */
function isGlobal(name: string, { flags }: KnownCommand): boolean {
  if (flags[name]?.helpGroup !== "GLOBAL") return false;
  return name in GLOBAL_FLAGS || Object.keys(WRITE_FLAGS).every((other) => other in flags);
}

/** The global flags that are named on every page, where a command has them. */
const NAMED = ["db", "format", "json", "quiet", "dry-run", "yes"];

function globalFlags(command: KnownCommand): string {
  const named = NAMED.filter((name) => isGlobal(name, command)).map((name) => `--${name}`);
  return `Global flags: ${named.join(" ")} … (rbac help flags)`;
}
