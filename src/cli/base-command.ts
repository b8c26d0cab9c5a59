/** The base of every command: it parses, opens the database, lets the command answer, prints, sets the exit code. */
import { Command, type Config, type Interfaces } from "@oclif/core";
import type { Database } from "../database/database.ts";
import { EXIT, refused } from "../errors.ts";
import type { RawText, StreamedView, View } from "../output/render.ts";
import { parseAsked } from "../policy/model/times.ts";
import type { OnProgress } from "../progress.ts";
import { contextNotice, contextQuestion } from "./contexts.ts";
import { databaseUrl, refusePasswords } from "./database-url.ts";
import {
  argumentMissing,
  neededArguments,
  type ParsedWords,
  refuseConflictingFlags,
  refuseFlagAsScope,
  refuseUnusedArguments,
} from "./flags/flag-errors.ts";
import { refuseEmptyVariables, withVariables } from "./flags/flag-variables.ts";
import { GLOBAL_FLAGS } from "./flags/shared-flags.ts";
import { printResult } from "./print-result.ts";
import type { Progress } from "./progress.ts";
import { type Shell, systemShell } from "./shell.ts";

/** A command's own flag replaces a global one of the same name. */
type Flags<T extends typeof Command> = Interfaces.InferredFlags<
  Omit<typeof GLOBAL_FLAGS, keyof T["flags"]> & T["flags"]
>;
export type GlobalFlags = Interfaces.InferredFlags<typeof GLOBAL_FLAGS>;
type Answer = View | RawText | StreamedView;
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
  /** What long work is to be told with: shown where a person would see it. */
  progress(): Promise<OnProgress>;
}

export abstract class RbacCommand<T extends typeof Command> extends Command {
  static override baseFlags = GLOBAL_FLAGS;
  /** Flags that replace all arguments: the command then reads what it needs elsewhere. */
  static insteadOfArgs: readonly string[] = [];
  /** Flags that replace the first argument, in commands that have them. */
  static insteadOfUser: readonly string[] = ["stranger"];

  protected shell: Shell;
  /** When the command began. */
  protected readonly now: string;
  protected mode: "read" | "write" = "read";
  protected url = "";
  #database: Promise<Database> | undefined;
  /** The database as it was at the moment of --at; `undefined` without --at. */
  #past: Database | undefined;
  /** False where the flags say that nobody is asked. */
  #mayAsk = false;
  #progress: Progress | undefined;
  #quiet = false;
  #signals: typeof import("../database/signals.ts") | undefined;

  constructor(argv: string[], config: Config, shell: Shell = systemShell()) {
    super(argv, config);
    this.shell = shell;
    this.now = shell.now();
  }

  protected abstract answer(given: CommandInput<T>): Promise<Answer>;

  async run(): Promise<void> {
    await this.answered(async (result, flags) => {
      await printResult(result, flags, this.shell);
      this.shell.exitWith(result.exitCode ?? EXIT.yes);
    });
  }

  /** Answers, has the answer used while the database is open, and closes it. */
  protected async answered<R>(use: (answer: Answer, flags: GlobalFlags) => Promise<R>): Promise<R> {
    try {
      refuseEmptyVariables(this.shell.env);
      refusePasswords(this.argv);
      refuseFlagAsScope(this.argv);
      const { args, flags } = await this.#parsed();
      await this.settle(flags);
      await this.enter(flags);
      const now = await this.goTo((flags as { at?: string }).at);
      const input = { args, flags, now, open: () => this.open(), progress: () => this.progress() };
      const result = await this.answer(input);
      await this.#signals?.endAtOnce();
      return await use(result, flags);
    } finally {
      this.#progress?.end();
      if (this.#database) await this.#database.then((database) => database.close()).catch(() => {});
    }
  }

  /** Reads what the flags say about the run itself. */
  protected async settle(flags: GlobalFlags): Promise<void> {
    this.url = await databaseUrl(flags);
    this.#quiet = flags.quiet;
    this.#mayAsk = !flags["no-input"] && !flags.json && flags.format !== "json";
  }

  /** What a command does before its answer: a write says in which context it is. */
  protected async enter(_flags: GlobalFlags & { readonly yes?: boolean }): Promise<void> {}

  /** Says in which context something is written, and has it confirmed where that is asked for. */
  protected async enterContext(isConfirmed: boolean): Promise<void> {
    const { context, stderr } = this.shell;
    if (!context) return;
    if (!this.#quiet) stderr.write(`${contextNotice(context, this.url)}\n`);
    if (isConfirmed || !context.settings.confirm?.value) return;
    this.requireAskable(`every write in context ${context.name} must be confirmed.`);
    const { confirmByName } = await import("./prompts/ask.ts");
    await confirmByName(contextQuestion(context, this.url), context.name);
  }

  protected async open(): Promise<Database> {
    this.#database ??= this.databases().then((databases) => databases.open(this.url, this.mode));
    return this.#past ?? this.#database;
  }

  /** Goes to the moment of --at: from then on `open` gives the database as it was. @returns the time to answer for */
  protected async goTo(at: string | undefined): Promise<string> {
    if (at === undefined) return this.now;
    const moment = await (await this.open()).asOf(parseAsked(at, this.now), this.now);
    this.#past = moment.database;
    return moment.at;
  }

  /** What databases can do without being open. Imported on first use, since it loads the driver. */
  protected async databases(): Promise<typeof Database> {
    if (this.mode === "write") await this.hearSignals();
    return (await import("../database/database.ts")).Database;
  }

  /** What is done to databases that are not open. */
  protected async upkeep(): Promise<typeof import("../database/maintenance.ts")> {
    await this.hearSignals();
    return import("../database/maintenance.ts");
  }

  /**
   * From here until the answer, signals are heard in turns: there may be drafts to be removed. Whoever only reads
   * leaves nothing behind, and is ended at once.
   */
  protected async hearSignals(): Promise<void> {
    this.#signals = await import("../database/signals.ts");
    this.#signals.hearSignalsBy(this.shell.hearSignals);
    this.shell.hearSignals("in turns");
  }

  /** Writes a file as a whole, or not at all where a signal ends the process. */
  protected async write(path: string, text: string | Iterable<string> | AsyncIterable<string>): Promise<void> {
    const { writeFile } = await import("../files/write-file.ts");
    await this.hearSignals();
    const { withLastStep } = await import("../database/signals.ts");
    await withLastStep((last) => writeFile(path, text, last));
  }

  /** What long work tells. Where nobody would see it, nothing that shows it is loaded. */
  protected async progress(): Promise<OnProgress> {
    if (this.#quiet || !this.shell.stderr.isTerminal) return () => {};
    if (!this.#progress) {
      this.#progress = new (await import("./progress.ts")).Progress(this.shell);
      this.shell = this.#progress.shell;
    }
    return this.#progress.report;
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
    const { confirm } = await import("./prompts/ask.ts");
    this.#progress?.erase();
    await confirm(question);
  }

  /** The class of this command, which oclif types as that of any command. */
  get #class(): typeof RbacCommand {
    return this.constructor as typeof RbacCommand;
  }

  /** Parses, and refuses arguments that a flag replaces. What was asked for is said as it could have been typed. */
  async #parsed(): Promise<Parsed<T>> {
    const typed = this.argv; // Parsing replaces it.
    const { parsed, words } = await this.#parse(typed);
    refuseUnusedArguments(parsed, this.#class.insteadOfArgs);
    if (words !== typed && !parsed.flags.quiet) {
      const { commandLine } = await import("./missing-arguments.ts");
      this.shell.stderr.write(`${commandLine(this.id ?? "", words)}\n`);
    }
    return parsed;
  }

  /** A missing argument is asked for where a person can be, else the error names it. */
  async #parse(typed: readonly string[]): Promise<{ parsed: Parsed<T>; words: readonly string[] }> {
    const command = this.#class;
    const { input, variables } = withVariables(command, this.shell.env, typed);
    for (let words = typed; ; ) {
      try {
        // oclif's types lose which arguments and flags went in.
        return { parsed: (await this.parse(input, [...variables, ...words])) as unknown as Parsed<T>, words };
      } catch (error) {
        const { missingArguments } = await import("./flags/usage-errors.ts");
        const { missing, output } = missingArguments(error, command);
        const needed = neededArguments(missing, output.flags, command);
        const isReplaced = needed.length < missing.length;
        if (isReplaced) refuseConflictingFlags(output.flags, command);
        await this.settle(output.flags as GlobalFlags);
        const [argument = ""] = needed;
        if (!isReplaced && !this.askable) throw argumentMissing(argument);
        const asked = this.askable && argument ? await this.#ask(argument, output, words) : [];
        if (asked.length === 0) return { parsed: output as Parsed<T>, words };
        words = asked;
      }
    }
  }

  /** The words of the command line with the argument; none where it is not needed. */
  async #ask(argument: string, output: ParsedWords, words: readonly string[]): Promise<string[]> {
    const { askForArgument } = await import("./missing-arguments.ts");
    const [command, id] = [this.#class, this.id ?? ""];
    return askForArgument({ command, id, argument, output, words, open: () => this.open() });
  }

  /** Writes a part of an answer that is too long for memory, as fast as its reader takes it. */
  protected async print(text: string): Promise<void> {
    await this.shell.stdout.drained(text);
  }
}
