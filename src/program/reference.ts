/** The command reference and the manifest, made from the commands themselves, so that neither can go stale unseen. */
import { readFileSync } from "node:fs";
import { type Interfaces, Plugin, settings } from "@oclif/core";
import { GLOBAL_FLAGS, WRITE_FLAGS } from "../cli/flags.ts";
import { byBytes } from "../policy/model/byte-order.ts";
import { COMMANDS } from "./command-table.ts";
import { EXIT_CODES, RbacCommandHelp, RbacHelp } from "./help.ts";
import { RbacConfig } from "./oclif-config.ts";

type Manifest = Plugin["manifest"];

/** Every command's class by its id, for oclif to read what the manifest keeps of it. */
export const CLASSES = Object.fromEntries(
  await Promise.all(Object.entries(COMMANDS).map(async ([id, load]) => [id, (await load()).default] as const)),
);

/** The manifest of the commands as they stand in the source, whatever the stored one says; sorted. */
export async function manifestOf(root: string): Promise<Manifest> {
  settings.enableAutoTranspile = false; // Whoever runs this reads TypeScript already.
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

/** The reference as Markdown: what holds for all commands once, then every command in order. */
export async function commandReference(root: string, { commands }: Pick<Manifest, "commands">): Promise<string> {
  const config = new RbacConfig(root, commands);
  const pages: string[] = [];
  for (const id of Object.keys(commands)) {
    const lines: string[] = [];
    await new PageHelp(config, lines).showHelp([id]);
    const text = lines.join("\n").replaceAll("<%= config.bin %>", "rbac").trim();
    pages.push(`### rbac ${id.replaceAll(":", " ")}\n\n\`\`\`text\n${text}\n\`\`\`\n`);
  }
  return `${[INTRODUCTION, ...pages].join("\n")}`;
}

type Flag = {
  readonly description?: string;
  readonly env?: string;
  readonly char?: string;
  readonly helpValue?: unknown;
  readonly options?: readonly string[];
};

const flagRow = ([name, { char, helpValue, options, env, description = "" }]: [string, Flag]): string[] => [
  `\`${char ? `-${char}, ` : ""}--${name}${helpValue ? ` ${helpValue}` : ""}\``,
  env ? `\`${env}\`` : "",
  `${description}${options ? `: ${options.join(", ")}` : ""}`,
];

const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");

const flagTable = (flags: object): string =>
  markdown(["flag", "variable", "meaning"], Object.entries(flags as Record<string, Flag>).map(flagRow));

const INTRODUCTION = `# Commands

Generated from the commands by \`npm run build\`. The same text stands in \`rbac COMMAND --help\`.

## Exit codes

The same in every output mode:

${markdown(["code", "meaning"], EXIT_CODES)}
## Flags of every command

They may also stand before the command. A variable is read where its flag is left out.

${flagTable(GLOBAL_FLAGS)}
Commands that write also take:

${flagTable(WRITE_FLAGS)}
## The commands
`;

/** A page says what is a command's own. */
class PageCommandHelp extends RbacCommandHelp {
  protected override sections() {
    return super.sections().filter(({ header }) => header !== "EXIT CODES");
  }

  protected override groupFlags(flags: Parameters<RbacCommandHelp["groupFlags"]>[0]) {
    return { ...super.groupFlags(flags), flagGroups: {} };
  }
}

/** Help that is kept instead of printed. */
class PageHelp extends RbacHelp {
  protected override CommandHelpClass = PageCommandHelp;
  readonly #lines: string[];

  constructor(config: RbacConfig, lines: string[]) {
    super(config, { maxWidth: 100, stripAnsi: true });
    this.#lines = lines;
  }

  protected override log(...lines: string[]): void {
    this.#lines.push(...lines);
  }
}
