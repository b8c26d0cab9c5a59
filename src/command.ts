/** The base of every command: it parses, opens, lets the command answer, prints, sets the exit code, closes. */
import { Command, Errors, type Interfaces } from "@oclif/core";
import type { Database } from "./database.ts";
import { EXIT, RbacError, refused, wrong } from "./errors.ts";
import { GLOBAL_FLAGS, WRITE_FLAGS } from "./options.ts";
import { changesView } from "./output/changes.ts";
import { clean } from "./output/clean.ts";
import { inkFor } from "./output/ink.ts";
import { type Format, type Raw, render, type View } from "./output/view.ts";
import type { Change } from "./policy/change.ts";
import { parseName } from "./policy/names.ts";
import { parseAsked } from "./policy/times.ts";
import type { Wish } from "./policy/wish.ts";
import { Progress } from "./progress.ts";
import { type Shell, systemShell } from "./shell.ts";

/** A command's own flag stands in place of a global one of the same name. */
type Flags<T extends typeof Command> = Interfaces.InferredFlags<
  Omit<typeof GLOBAL_FLAGS, keyof T["flags"]> & T["flags"]
>;
type GlobalFlags = Interfaces.InferredFlags<typeof GLOBAL_FLAGS>;
type WriteFlags = Interfaces.InferredFlags<typeof WRITE_FLAGS>;
type Args<T extends typeof Command> = Interfaces.InferredArgs<T["args"]>;

/** What a command is given to answer with. */
export interface Given<T extends typeof Command> {
  readonly args: Args<T>;
  readonly flags: Flags<T>;
  /** The moment to answer for: when the command began, or what --at names. */
  readonly now: string;
  /** Opens the database on first use; the base closes it. */
  open(): Promise<Database>;
}

/** Arguments that a person can choose from a list, by their names. */
const CHOICES: Readonly<Record<string, "user" | "role" | "permission">> = {
  user: "user",
  role: "role",
  roles: "role",
  permission: "permission",
  permissions: "permission",
};

export abstract class RbacCommand<T extends typeof Command> extends Command {
  static override baseFlags = GLOBAL_FLAGS;
  /** Flags with which arguments may be left out: the command then reads what it needs elsewhere. */
  static insteadOfArgs: readonly string[] = [];

  protected readonly shell: Shell = systemShell();
  protected readonly now = this.shell.now();
  protected mode: "read" | "write" = "read";
  #database: Promise<Database> | undefined;
  #asOf: Database | undefined;
  protected url = "";
  #askable = false;

  protected abstract answer(given: Given<T>): Promise<View | Raw>;

  async run(): Promise<void> {
    try {
      this.#refuseEmptyVariables();
      const { args, flags } = await this.#parsed();
      this.settle(flags);
      const now = await this.#goTo((flags as { at?: string }).at);
      const given = { args, flags: flags as unknown as Flags<T>, now, open: () => this.open() };
      const result = await this.answer(given);
      await this.#print(result, flags);
      process.exitCode = result.exitCode ?? EXIT.yes;
    } finally {
      if (this.#database) await this.#database.then((database) => database.close()).catch(() => {});
    }
  }

  /** Reads what the flags say about the run itself. */
  protected settle(flags: GlobalFlags): void {
    this.url = flags.db;
    this.#askable = this.shell.interactive && !flags["no-input"] && !flags.json && flags.format !== "json";
  }

  protected async open(): Promise<Database> {
    this.#database ??= this.databases().then((databases) => databases.open(this.url, this.mode));
    return this.#asOf ?? this.#database;
  }

  /** Turns to the moment that --at names: from then on the database is the one that stood, and that moment is now. */
  async #goTo(at: string | undefined): Promise<string> {
    if (at === undefined) return this.now;
    const moment = await (await this.open()).asOf(parseAsked(at, this.now));
    this.#asOf = moment.database;
    return moment.at;
  }

  /** What databases can do without being open: loaded when it is needed, for it brings the driver along. */
  protected async databases(): Promise<typeof Database> {
    return (await import("./database.ts")).Database;
  }

  /** Asks a person to confirm, or refuses naming the flag that would have. */
  protected async confirm(question: string): Promise<void> {
    if (!this.#askable) throw refused("CONFIRMATION_NEEDED", `${question} Say --yes to confirm`);
    const { confirm } = await import("./prompt.ts");
    await confirm(question);
  }

  #refuseEmptyVariables(): void {
    for (const name of ["RBAC_DB", "RBAC_FORMAT", "RBAC_ACTOR", "RBAC_REASON"]) {
      if (this.shell.env[name] === "")
        throw wrong("VALUE_EMPTY", `${name} is set to nothing: unset it or give it a value`);
    }
  }

  /** Parses; what is missing is chosen by a person where there is one, and named in the error where there is none. */
  async #parsed(): Promise<{ args: Args<T>; flags: GlobalFlags }> {
    for (;;) {
      try {
        const { args, flags } = await this.parse(this.ctor as unknown as T);
        return { args: args as Args<T>, flags: flags as unknown as GlobalFlags };
      } catch (error) {
        if (!(error instanceof Errors.CLIError && "args" in error && "parse" in error)) throw error;
        const { args: missing, parse } = error as unknown as Missing;
        if (parse?.output === undefined || !missing.every((arg) => arg.required)) throw error;
        const { output } = parse;
        const instead = (this.ctor as unknown as { insteadOfArgs: readonly string[] }).insteadOfArgs;
        if (instead.some((flag) => output.flags[flag] !== undefined)) {
          return { args: output.args as Args<T>, flags: output.flags as unknown as GlobalFlags };
        }
        this.settle(output.flags as unknown as GlobalFlags);
        this.argv.push(await this.#chosen(missing[0]?.name ?? ""));
      }
    }
  }

  async #chosen(argument: string): Promise<string> {
    const kind = CHOICES[argument];
    if (!this.#askable || !kind)
      throw wrong("ARGUMENT_MISSING", `missing argument ${argument.toUpperCase()} (see --help)`);
    const database = await this.open();
    const { policy } = await database.policy({
      users: kind === "user" ? "all" : [],
      roles: "all",
      grants: "none",
      permissions: "all",
    });
    const { choose } = await import("./prompt.ts");
    return choose(`Which ${kind}?`, [...policy[kind].keys()].sort());
  }

  async #print(result: View | Raw, flags: GlobalFlags): Promise<void> {
    if (!flags.quiet) for (const line of result.talk ?? []) this.shell.stderr.write(`${clean(line)}\n`);
    if ("raw" in result) {
      if (typeof result.raw === "string") this.shell.stdout.write(result.raw);
      else for await (const text of result.raw) await this.shell.stdout.drained(text);
      return;
    }
    if (flags.quiet && result.yesOrNo) return;
    const format: Format = flags.json ? "json" : (flags.format ?? "table");
    const { stdout, env } = this.shell;
    const paper = { width: stdout.width, ink: await inkFor(stdout.isTerminal, env) };
    this.shell.stdout.write(await render(result, format, paper));
  }
}

interface Missing {
  readonly args: readonly { readonly name: string; readonly required?: boolean }[];
  readonly parse?: { readonly output?: { readonly args: object; readonly flags: Readonly<Record<string, unknown>> } };
}

/** How a write is to be carried out, beyond what the global flags say. */
export interface How {
  readonly allowConfusable?: boolean | undefined;
  readonly expectRevision?: number | undefined;
  /** Only decide, and exit 1 if there is anything to change. */
  readonly check?: boolean;
  /** Judges what would be changed: a question where it must be confirmed first. @throws RbacError to refuse it. */
  confirm?(changes: readonly Change[]): string | undefined;
  /** Notices to print with the result, from what was changed. */
  talk?(changes: readonly Change[]): readonly string[] | Promise<readonly string[]>;
}

/** The base of every command that writes. */
export abstract class WritingCommand<T extends typeof Command> extends RbacCommand<T> {
  static override baseFlags = { ...GLOBAL_FLAGS, ...WRITE_FLAGS };
  #flags: WriteFlags & { quiet?: boolean; check?: boolean } = {} as WriteFlags;

  protected override settle(flags: GlobalFlags): void {
    super.settle(flags);
    this.#flags = flags as unknown as WriteFlags;
    this.mode = this.#flags["dry-run"] || this.#flags.check ? "read" : "write";
  }

  /** Carries a wish out, or with --dry-run only decides it. What needs confirming is confirmed before, on what then stands. */
  protected async change(wish: Wish, how: How = {}, database?: Database): Promise<View> {
    const { yes } = this.#flags;
    const dryRun = this.#flags["dry-run"] || (how.check ?? false);
    const on = database ?? (await this.open());
    const auditKey = await this.auditKey();
    const progress = new Progress(this.shell, this.#flags.quiet ?? false);
    const terms = {
      allowConfusable: how.allowConfusable ?? false,
      ...(auditKey && { auditKey }),
      ...(how.expectRevision !== undefined && { expectRevision: how.expectRevision }),
      progress: (done: number, total: number) => progress.tell(done, total),
    };
    const seen = dryRun || how.confirm ? await on.preview(wish, terms) : undefined;
    const question = seen && how.confirm?.(seen.changes);
    if (question && !dryRun && !yes) await this.confirm(question);
    const asSeen = question && seen ? { ...terms, expectRevision: seen.revision } : terms;
    const outcome = dryRun && seen ? seen : await on.change(this.stamp(), wish, asSeen).finally(() => progress.end());
    const view = changesView({ ...outcome, dryRun }, await how.talk?.(outcome.changes));
    return how.check && outcome.changed ? { ...view, exitCode: EXIT.no } : view;
  }

  /** The same, creating a missing database; it appears only when the change is made. */
  protected async changeOrCreate(wish: Wish, how: How, existing: boolean): Promise<View> {
    const Database = await this.databases();
    if (existing || Database.exists(this.url)) return this.change(wish, how);
    if (this.#flags["dry-run"] || how.check) {
      const scratch = await Database.scratch(this.now);
      return this.change(wish, how, scratch).finally(() => scratch.close());
    }
    try {
      return await Database.create(this.url, this.now, (database) => this.change(wish, how, database));
    } catch (error) {
      // Another process was first: its database is there now, and the change is decided on that.
      if (error instanceof RbacError && error.code === "DATABASE_EXISTS") return this.change(wish, how);
      throw error;
    }
  }

  /** True when the database is missing, or nothing was ever written to it. */
  protected async isEmpty(): Promise<boolean> {
    const Database = await this.databases();
    if (!Database.exists(this.url)) return true;
    return (await (await this.open()).policy({ grants: "none" })).revision === 0;
  }

  /** Names the users that a change has created, with the standing names that they are near to. */
  protected async newcomers(changes: readonly Change[]): Promise<string[]> {
    return (await this.open()).newcomers(changes);
  }

  /** The key that the record is kept with, if one is named. */
  protected async auditKey(): Promise<Uint8Array | undefined> {
    const { "audit-key-file": file } = this.#flags;
    return file === undefined ? undefined : (await import("./files/input.ts")).readKey(file);
  }

  protected get confirmed(): boolean {
    return this.#flags.yes;
  }

  protected stamp() {
    const osUser = this.shell.osUser();
    return { actor: this.#flags.actor ?? parseName(osUser), osUser, at: this.now, reason: this.#flags.reason ?? null };
  }
}
