/** The manual page `rbac(1)` in roff, from the same manifest as help. */
import type { Command } from "@oclif/core";
import { EXIT_CODES } from "./exit-codes.ts";

interface ManualOptions {
  readonly version: string;
  /** What the program is for, in one sentence. */
  readonly purpose: string;
  readonly commands: Readonly<Record<string, Command.Cached>>;
}

/** @returns the page, for `man -l` and for the `man1` folder of an installation */
export function manPage({ version, purpose, commands }: ManualOptions): string {
  const all = Object.values(commands);
  const shared = Object.entries(Object.assign({}, ...all.map(({ flags }) => flags)) as Command.Cached["flags"]);
  const globals = shared.filter(([, { helpGroup }]) => helpGroup === "GLOBAL");
  return [
    `.TH RBAC 1 "" "rbac ${text(version)}" "User Commands"`,
    section("NAME", "rbac \\- role\\-based access control from the command line"),
    section("SYNOPSIS", ".B rbac", ".I COMMAND", "[ARGUMENT...] [FLAG...]"),
    section("DESCRIPTION", text(purpose)),
    section("COMMANDS", ...all.flatMap(commandLines)),
    section(
      "GLOBAL FLAGS",
      "They may also stand before the command.",
      ...globals.flatMap(([, flag]) => flagLines(flag)),
    ),
    section("ENVIRONMENT", ...globals.flatMap(([name, flag]) => variableLines(name, flag))),
    section("EXIT STATUS", ...EXIT_CODES.flatMap(([code, meaning]) => entry(bold(code), text(meaning)))),
    section("FILES", ...entry(bold("./rbac.db"), "the database, where neither \\-\\-db nor RBAC_DB names another")),
  ].join("\n");
}

const section = (title: string, ...lines: readonly string[]): string => [`.SH ${title}`, ...lines, ""].join("\n");

function commandLines({ id, summary = "", description, args, flags, examples = [] }: Command.Cached): string[] {
  const words = Object.values(args).map((arg) => argumentText(arg as typeof arg & { multiple?: boolean }));
  const own = Object.values(flags).filter(({ helpGroup }) => helpGroup !== "GLOBAL");
  const lines = examples.map((example) => `$ ${String(example).replaceAll("<%= config.bin %>", "rbac")}`);
  return [
    `.SS "rbac ${[...id.split(":"), ...words].map(text).join(" ")}"`,
    `${text(summary)}.`,
    ...(description === undefined ? [] : [".PP", text(description)]),
    ...own.flatMap(flagLines),
    ".PP",
    ".nf",
    ...lines.map(text),
    ".fi",
  ];
}

/** `USER`, `[PATH...]` */
function argumentText({ name, required, multiple }: { name: string; required?: boolean; multiple?: boolean }): string {
  const word = `${name.toUpperCase()}${multiple ? "..." : ""}`;
  return required ? word : `[${word}]`;
}

function flagLines(flag: Command.Flag.Cached): string[] {
  const { char, name, description = "" } = flag;
  const values = flag.type === "option" ? (flag.options?.join("|") ?? String(flag.helpValue ?? "VALUE")) : undefined;
  const words = `${char ? `${bold(`-${char}`)}, ` : ""}${bold(`--${name}`)}`;
  return entry(values === undefined ? words : `${words} \\fI${text(values)}\\fR`, text(description));
}

const variableLines = (name: string, { env }: { readonly env?: string }): string[] =>
  env === undefined ? [] : entry(bold(env), `stands in for ${bold(`--${name}`)}`);

const entry = (term: string, meaning: string): string[] => [".TP", term, meaning];

const bold = (word: string): string => `\\fB${text(word)}\\fR`;

/** Text that roff prints as it is: a `.` or `'` that begins a line would be a request, a plain `-` is a hyphen. */
const text = (plain: string): string =>
  plain
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll('"', "\\(dq")
    .replace(/\s*\n\s*/g, " ")
    .replace(/[^\x20-\x7e]/gu, (char) => `\\[u${char.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`)
    .replace(/^(?=[.'])/, "\\&");
