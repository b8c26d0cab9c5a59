/**
 * Builds the manifest and the command reference from the commands, the references of errors and of lint from their
 * tables; tests compare them with the stored files.
 */
import { readFileSync } from "node:fs";
import { type Interfaces, Plugin, settings } from "@oclif/core";
import { GLOBAL_FLAGS, WRITE_FLAGS } from "../cli/flags/shared-flags.ts";
import { CODES } from "../codes/codes.ts";
import { EXIT } from "../errors.ts";
import { PLAIN } from "../output/style.ts";
import { RULES } from "../policy/lint/rules/all-rules.ts";
import type { Rule } from "../policy/lint/rules/rule.ts";
import { byBytes } from "../policy/model/byte-order.ts";
import { COMMANDS } from "./command-table.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { commandLines, type KnownCommands } from "./help.ts";
import { type FlagHelp, type FlagsHelp, flagMeaning, flagTerm } from "./help-flags.ts";

type Manifest = Plugin["manifest"];

/** Every command's class by its id. `manifestOf` passes this export to oclif by its name. @public */
export const CLASSES = Object.fromEntries(
  await Promise.all(Object.entries(COMMANDS).map(async ([id, load]) => [id, (await load()).default] as const)),
);

/** The manifest of the commands in the source, sorted by id; the stored manifest is ignored. */
export async function manifestOf(root: string): Promise<Manifest> {
  settings.enableAutoTranspile = false; // The process that runs this loads TypeScript already.
  const pjson = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as Interfaces.PJSON;
  const commands = { strategy: "explicit", target: "./src/program/reference.ts", identifier: "CLASSES" } as const;
  const plugin = new Plugin({
    root,
    isRoot: true,
    pjson: { ...pjson, oclif: { ...pjson.oclif, commands } },
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  const sorted = Object.entries(plugin.manifest.commands).sort(([a], [b]) => byBytes(a, b));
  return { ...plugin.manifest, commands: Object.fromEntries(sorted) };
}

/** The reference as Markdown: first what all commands share, then every command in the order of the manifest. */
export function commandReference(manifest: Pick<Manifest, "commands">): string {
  const commands = manifest.commands as KnownCommands;
  const pages = Object.values(commands).map((command) => {
    const text = commandLines(command, commands, PLAIN).join("\n");
    return `### rbac ${command.id.replaceAll(":", " ")}\n\n\`\`\`text\n${text}\n\`\`\`\n`;
  });
  return [INTRODUCTION, ...pages].join("\n");
}

const flagRow = ([name, flag]: [string, FlagHelp]): string[] => [
  `\`${flagTerm(name, flag)}\``,
  flag.env ? `\`${flag.env}\`` : "",
  flagMeaning(flag),
];

const markdownTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");

const flagTable = (flags: object): string =>
  markdownTable(["flag", "variable", "meaning"], Object.entries(flags as FlagsHelp).map(flagRow));

const INTRODUCTION = `# Commands

Generated from the commands by \`npm run build\`. The same text stands in \`rbac COMMAND --help\`,
and what all commands share in \`rbac help exit-codes\` and \`rbac help flags\`.

## Exit codes

The same in every output mode:

${markdownTable(["code", "meaning"], EXIT_CODES)}
## Flags of every command

They may also stand before the command. A variable is read where its flag is left out.

${flagTable(GLOBAL_FLAGS)}
Commands that write also take:

${flagTable(WRITE_FLAGS)}
## The commands
`;

/** All codes as Markdown, for each exit code in the order of the table. */
export function errorReference(): string {
  const sections = Object.entries(CODES).map(([name, codes]) => {
    const exitCode = EXIT[name as keyof typeof CODES];
    const [, meaning = ""] = EXIT_CODES.find(([code]) => Number.parseInt(code, 10) === exitCode) ?? [];
    const rows = Object.entries(codes).map(([code, words]) => [`\`${code}\``, `${exitCode}`, ...words]);
    const table = markdownTable(["code", "exit code", "what happened", "what to do"], rows);
    return `## ${exitCode}: ${meaning}\n\n${table}`;
  });
  return [ERRORS, ...sections].join("\n");
}

const ERRORS = `# Errors

Generated from \`src/codes/\` by \`npm run build\`.

Every error has a code: \`error.code\` in the library, where its type is \`ErrorCode\`, and in the JSON of \`--json\`.
Scripts should read the code, which stays as it is where a message is worded anew. Each problem of a file, in
\`error.problems\`, has a code of this list, too. An answer of no (exit code 1) is no error, and has no code.
`;

const LINT_MARK = "<!-- What stands below is generated from the rules by `npm run build`. -->\n";

/** The page about lint with its rules as they are: what stands above the mark is written by hand. */
export function lintReference(page: string): string {
  const [written] = page.split(LINT_MARK);
  const rows = RULES.map((rule) => [`[\`${rule.id}\`](#${rule.id})`, severityOf(rule), rule.title]);
  const table = markdownTable(["rule", "severity", "what it finds"], rows);
  const sections = RULES.map(
    (rule) => `### ${rule.id}\n\nFinds ${rule.title}. Severity: ${severityOf(rule)}.\n\n${rule.help}\n`,
  );
  return [`${written}${LINT_MARK}\n## The rules\n\n${table}`, ...sections].join("\n");
}

const severityOf = ({ severity, isOff = false }: Rule): string => (isOff ? `${severity}, off unless named` : severity);
