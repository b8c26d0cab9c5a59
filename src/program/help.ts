/** Help with the examples first and the exit codes last: what people look for, and what scripts rely on. */
import { CommandHelp, Help } from "@oclif/core";

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
  /** The arguments, and that there are flags: which go together is for sentences to say. */
  protected override defaultUsage(): string {
    const args = Object.values(this.command.args ?? {}).map((arg) => `${this.arg(arg)}${arg.multiple ? "..." : ""}`);
    return [this.command.id, ...args, "[FLAGS]"].join(" ");
  }

  /** Without the summary, which stands at the top. */
  protected override description(): string | undefined {
    return this.command.description && this.wrap(this.command.description);
  }

  protected override sections() {
    const sections = super.sections();
    const first = ["USAGE", "EXAMPLES", "ARGUMENTS", "FLAGS", "DESCRIPTION"];
    const rank = (header: string) => (first.includes(header) ? first.indexOf(header) : first.length);
    sections.sort((a, b) => rank(a.header) - rank(b.header));
    return [
      ...sections,
      { header: "EXIT CODES", generate: (_: unknown, header: string) => [{ header, body: exitCodes() }] },
    ];
  }
}

export class RbacHelp extends Help {
  protected override CommandHelpClass = RbacCommandHelp;

  protected override async showRootHelp(): Promise<void> {
    await super.showRootHelp();
    this.log(this.section("EXIT CODES", exitCodes()));
  }
}
