/** Help pages with the examples at the top, for people, and the exit codes at the end, for scripts. */
import { CommandHelp, Help, type Interfaces } from "@oclif/core";

/** The exit codes in words, for every help page. */
export const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "yes, or done, or a list (even an empty one), or explained"],
  ["1", "the answer is no: denied, not as expected, a difference, a failed test or verification"],
  ["2", "the question was wrong: usage, unreadable input, an unknown name"],
  ["3", "refused: the change would make a policy that is not allowed, or lacks --yes"],
  ["4", "the database cannot serve: missing, locked, full, read-only, damaged, other version"],
  ["70", "a bug"],
  ["130, 143", "interrupted"],
];

const exitCodes = (): [string, string][] => EXIT_CODES.map(([code, meaning]) => [code, meaning]);

export class RbacCommandHelp extends CommandHelp {
  /** Arguments and `[FLAGS]` only; the description explains which flags go together. */
  protected override defaultUsage(): string {
    const args = Object.values(this.command.args ?? {}).map((arg) => `${this.arg(arg)}${arg.multiple ? "..." : ""}`);
    return [this.command.id, ...args, "[FLAGS]"].join(" ");
  }

  /** Without the summary, which is already at the top of the page. */
  protected override description(): string | undefined {
    return this.command.description && this.wrap(this.command.description);
  }

  protected override sections() {
    const sections = super.sections();
    const order = ["USAGE", "EXAMPLES", "ARGUMENTS", "FLAGS", "DESCRIPTION"];
    const rank = (header: string) => (order.includes(header) ? order.indexOf(header) : order.length);
    sections.sort((a, b) => rank(a.header) - rank(b.header));
    return [
      ...sections,
      { header: "EXIT CODES", generate: (_: unknown, header: string) => [{ header, body: exitCodes() }] },
    ];
  }
}

export class RbacHelp extends Help {
  protected override CommandHelpClass = RbacCommandHelp;
  readonly #print: (text: string) => void;

  /** @param print takes each text of the page, without its line end */
  constructor(config: Interfaces.Config, options: Partial<Interfaces.HelpOptions>, print: (text: string) => void) {
    super(config, options);
    this.#print = print;
  }

  protected override async showRootHelp(): Promise<void> {
    await super.showRootHelp();
    this.log(this.section("EXIT CODES", exitCodes()));
  }

  protected override log(...texts: string[]): void {
    for (const text of texts) this.#print(text);
  }
}
