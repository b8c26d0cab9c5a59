/** The base of every command: it parses, opens the database, lets the command answer, prints, sets the exit code. */
import { Command, type Config, type Interfaces } from "@oclif/core";
import type { Database } from "../database/database.ts";
import { EXIT, refused } from "../errors.ts";
import type { RawText, StreamedView, View } from "../output/render.ts";
import { parseAsked } from "../policy/model/times.ts";
import { databaseUrl, refusePasswords } from "./database-url.ts";
import {
  argumentMissing,
  missingArgument,
  refuseConflictingFlags,
  refuseFlagAsScope,
  refuseUnusedArguments,
} from "./flag-errors.ts";
import { refuseEmptyVariables, withVariables } from "./flag-variables.ts";
import { GLOBAL_FLAGS } from "./flags.ts";
import { printResult } from "./print-result.ts";
import { type Shell, systemShell } from "./shell.ts";

/** A command's own flag replaces a global one of the same name. */
type Flags<T extends typeof Command> = Interfaces.InferredFlags<
  Omit<typeof GLOBAL_FLAGS, keyof T["flags"]> & T["flags"]
>;
export type GlobalFlags = Interfaces.InferredFlags<typeof GLOBAL_FLAGS>;
type Args<T extends typeof Command> = Interfaces.InferredArgs<T["args"]>;

interface Parsed<T extends typeof Command> {
  readonly args: Args<T>;
  readonly flags: GlobalFlags & Flags<T>;
}

/** What a command is given to answer with. */
export interface CommandInput<T extends typeof Command> {
  readonly args: Args<T>;
  readonly flags: Flags<T>;
  /** The time to answer for: when the command began, or the moment of --at. */
  readonly now: string;
  /** Opens the database on first use; the base closes it. */
  open(): Promise<Database>;
}

export abstract class RbacCommand<T extends typeof Command> extends Command {
  static override baseFlags = GLOBAL_FLAGS;
  /** Flags that replace all arguments: the command then reads what it needs elsewhere. */
  static insteadOfArgs: readonly string[] = [];
  /** Flags that replace the first argument, in commands that have them. */
  static insteadOfUser: readonly string[] = ["stranger"];

  protected readonly shell: Shell;
  /** When the command began. */
  protected readonly now: string;
  protected mode: "read" | "write" = "read";
  protected url = "";
  #database: Promise<Database> | undefined;
  /** The database as it was at the moment of --at; `undefined` without --at. */
  #past: Database | undefined;
  /** False where the flags say that nobody is asked. */
  #mayAsk = false;

  constructor(argv: string[], config: Config, shell: Shell = systemShell()) {
    super(argv, config);
    this.shell = shell;
    this.now = shell.now();
  }

  protected abstract answer(given: CommandInput<T>): Promise<View | RawText | StreamedView>;

  async run(): Promise<void> {
    try {
      refuseEmptyVariables(this.shell.env);
      refusePasswords(this.argv);
      refuseFlagAsScope(this.argv);
      const { args, flags } = await this.#parsed();
      await this.settle(flags);
      const now = await this.#goTo((flags as { at?: string }).at);
      const input = { args, flags, now, open: () => this.open() };
      const result = await this.answer(input);
      await printResult(result, flags, this.shell);
      this.shell.exitWith(result.exitCode ?? EXIT.yes);
    } finally {
      if (this.#database) await this.#database.then((database) => database.close()).catch(() => {});
    }
  }

  /** Reads what the flags say about the run itself. */
  protected async settle(flags: GlobalFlags): Promise<void> {
    this.url = await databaseUrl(flags);
    this.#mayAsk = !flags["no-input"] && !flags.json && flags.format !== "json";
  }

  protected async open(): Promise<Database> {
    this.#database ??= this.databases().then((databases) => databases.open(this.url, this.mode));
    return this.#past ?? this.#database;
  }

  /** Goes to the moment of --at: from then on `open` gives the database as it was. @returns the time to answer for */
  async #goTo(at: string | undefined): Promise<string> {
    if (at === undefined) return this.now;
    const moment = await (await this.open()).asOf(parseAsked(at, this.now), this.now);
    this.#past = moment.database;
    return moment.at;
  }

  /** What databases can do without being open. Imported on first use, since it loads the driver. */
  protected async databases(): Promise<typeof Database> {
    await this.#hearSignals();
    return (await import("../database/database.ts")).Database;
  }

  /** What is done to databases that are not open. */
  protected async upkeep(): Promise<typeof import("../database/maintenance.ts")> {
    await this.#hearSignals();
    return import("../database/maintenance.ts");
  }

  /** From the first use of a database on, signals are heard in turns: there may be drafts to be removed. */
  async #hearSignals(): Promise<void> {
    (await import("../database/signals.ts")).hearSignalsBy(this.shell.hearSignals);
    this.shell.hearSignals("in turns");
  }

  /** True when a person can be asked. */
  protected get askable(): boolean {
    return this.#mayAsk && this.shell.interactive;
  }

  /** @throws RbacError `CONFIRMATION_NEEDED` (exit 3) where nobody can be asked. */
  protected requireAskable(question: string): void {
    if (!this.askable) throw refused("CONFIRMATION_NEEDED", `${question} Say --yes to confirm`);
  }

  /** Asks a person to confirm. @throws RbacError `CONFIRMATION_NEEDED` (exit 3) where nobody can be asked. */
  protected async confirm(question: string): Promise<void> {
    this.requireAskable(question);
    const { confirm } = await import("./prompt.ts");
    await confirm(question);
  }

  /** The class of this command, which oclif types as that of any command. */
  get #class(): typeof RbacCommand {
    return this.constructor as typeof RbacCommand;
  }

  /** Parses, and refuses arguments that a flag replaces. */
  async #parsed(): Promise<Parsed<T>> {
    const parsed = await this.#parse();
    refuseUnusedArguments(parsed, this.#class.insteadOfArgs);
    return parsed;
  }

  /** A missing argument is chosen by a person where one can be asked, else the error names it. */
  async #parse(): Promise<Parsed<T>> {
    const command = this.#class;
    const { input, variables } = withVariables(command, this.shell.env, this.argv);
    const typed = [...this.argv];
    for (;;) {
      try {
        // oclif's types lose which arguments and flags went in.
        return (await this.parse(input, [...variables, ...typed])) as unknown as Parsed<T>;
      } catch (error) {
        const { argument, output } = missingArgument(error, command);
        if ([...command.insteadOfArgs, ...command.insteadOfUser].some((flag) => output.flags[flag] !== undefined)) {
          refuseConflictingFlags(output.flags, command);
          return output as Parsed<T>;
        }
        await this.settle(output.flags as GlobalFlags);
        if (!this.askable) throw argumentMissing(argument);
        const { chooseArgument } = await import("./missing-arguments.ts");
        typed.push(await chooseArgument({ argument, command: this.id ?? "", open: () => this.open() }));
      }
    }
  }

  /** Writes a part of an answer that is too long for memory, as fast as its reader takes it. */
  protected async print(text: string): Promise<void> {
    await this.shell.stdout.drained(text);
  }
}
