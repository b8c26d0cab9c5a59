/** The base of every command that writes: it confirms, stamps, makes the change or only tries it, and reports it. */
import type { Command, Interfaces } from "@oclif/core";
import type { Database } from "../../database/database.ts";
import { EXIT, RbacError, refused, wrong } from "../../errors.ts";
import type { View } from "../../output/render.ts";
import type { ChangeLines } from "../../output/views/change-lines.ts";
import { changesView } from "../../output/views/changes.ts";
import type { Change } from "../../policy/model/change.ts";
import type { Mutation } from "../../policy/model/mutation.ts";
import { parseName } from "../../policy/model/names.ts";
import type { Stamp } from "../../policy/model/results.ts";
import type { Scope } from "../../policy/model/scopes.ts";
import { isGuarded } from "../../policy/rules/guard.ts";
import { type GlobalFlags, RbacCommand } from "../base-command.ts";
import { exampleFile } from "../flags/examples.ts";
import { GLOBAL_FLAGS, WRITE_FLAGS } from "../flags/shared-flags.ts";
import { escapedDenyNotices, newUserNotices, newUserQuestion, scopeHints } from "../name-notices.ts";
import type { Planner } from "./planner.ts";

export type { CommandInput } from "../base-command.ts";

type WriteFlags = Interfaces.InferredFlags<typeof WRITE_FLAGS>;

/** How a write is to be carried out, beyond what the global flags say. */
export interface WriteSettings {
  readonly allowConfusable?: boolean | undefined;
  readonly expectRevision?: number | undefined;
  /** True for users who come by documents: real people may look alike, and are listed. */
  readonly fromDocuments?: boolean;
  /** True where a slip of the keys creates a user: a person is asked about near names, and each new user is told of. */
  readonly createsUsers?: boolean;
  /** Only decide, and exit 1 if there is anything to change. */
  readonly check?: boolean;
  /** The scope on which something is put: where nothing else is on it, a hint says so. */
  readonly scope?: Scope | undefined;
  /** Judges what would be changed: a question where it must be confirmed first. @throws RbacError to refuse it. */
  confirm?(changes: readonly Change[]): string | undefined;
  /** How the changes are told, where not one by one. */
  readonly lines?: ChangeLines;
  /** Notices to print with the result, from what was changed, and in which database. */
  notices?(changes: readonly Change[], database: Database): readonly string[] | Promise<readonly string[]>;
}

export abstract class WritingCommand<T extends typeof Command> extends RbacCommand<T> {
  static override baseFlags = { ...GLOBAL_FLAGS, ...WRITE_FLAGS };
  /** False for what writes something else than the policy, and cannot be planned. */
  static changesPolicy = true;
  /** Takes what would be changed, in place of the change. */
  #planner: Planner | undefined;
  /** The changes that were refused, to show what would have gone. */
  #refused: readonly Change[] | undefined;
  #flags: WriteFlags & { quiet?: boolean; check?: boolean; json?: boolean; format?: string } = {} as WriteFlags;

  /** Hands what the command would change to a planner. Nothing is changed, and nobody asked to confirm it. */
  planned(planner: Planner): Promise<View> {
    this.#planner = planner;
    return this.answered(async (view) => view as View);
  }

  protected override async settle(flags: GlobalFlags): Promise<void> {
    await super.settle(flags);
    this.#flags = flags as GlobalFlags & WriteFlags;
    this.mode = this.dryRun || this.#flags.check ? "read" : "write";
    if (this.#flags["break-glass"] && !this.shell.owns(this.url))
      throw refused("NOT_OWNER", `--break-glass is for whoever owns ${this.url}`);
  }

  protected override enter(): Promise<void> {
    return this.enterContext(this.confirmed || this.mode === "read");
  }

  /**
   * Makes the change of a mutation; with --dry-run only decides it. It is judged inside its transaction. Only where a
   * person must be asked, which no transaction may wait for, it is decided twice: first as a preview, to which the
   * change is then bound.
   */
  protected async change(mutation: Mutation, how: WriteSettings = {}, database?: Database): Promise<View> {
    const target = database ?? (await this.open());
    try {
      return await this.#carryOut(mutation, how, target);
    } catch (error) {
      const { quiet, json, format = "table" } = this.#flags;
      if (this.#refused && !quiet && !json && format === "table")
        await this.#showGoing(this.#refused, target, how.lines);
      throw error;
    }
  }

  async #carryOut(mutation: Mutation, how: WriteSettings, target: Database): Promise<View> {
    const { wait } = this;
    const dryRun = this.dryRun || (how.check ?? false);
    const auditKey = await this.auditKey();
    const alike: string[] = [];
    const options = {
      ...(how.fromDocuments && {
        onLookalike: (user: string, other: string) => alike.push(`user "${user}" looks like "${other}"`),
      }),
      allowConfusable: how.allowConfusable ?? false,
      breakGlass: this.breakGlass,
      ...(auditKey && { auditKey }),
      ...(wait !== undefined && { wait }),
      ...(how.expectRevision !== undefined && { expectRevision: how.expectRevision }),
      ...(how.confirm && { accept: (changes: readonly Change[]) => this.#accept(how, changes, dryRun) }),
      onProgress: await this.progress(),
    };
    const notices = [...(await this.askedAs(target)), ...(await scopeHints(target, how.scope, "no other"))];
    const told = async (changes: readonly Change[]) => [
      ...firstOf(alike),
      ...(how.createsUsers ? await newUserNotices(target, changes) : []),
      ...((await how.notices?.(changes, target)) ?? []),
      ...(await escapedDenyNotices(changes, target)),
      ...notices,
    ];
    if (this.#planner) return this.#planner({ database: target, mutation, stamp: this.stamp(), options, told });
    const isAsked = (how.confirm !== undefined || how.createsUsers) && !dryRun && !this.confirmed && this.askable;
    const preview = isAsked ? await target.preview(this.stamp(), mutation, options) : undefined;
    const doubt = preview && how.createsUsers ? await newUserQuestion(target, preview.changes) : undefined;
    if (doubt) await this.confirm(doubt);
    const question = preview && how.confirm?.(preview.changes);
    if (question) {
      await this.#showGoing(preview.changes, target, how.lines);
      await this.confirm(question);
    }
    const pinned = preview && how.confirm ? { ...options, expectRevision: preview.revision } : options;
    const outcome = dryRun
      ? await target.preview(this.stamp(), mutation, options)
      : await target.change(() => this.stamp(), mutation, pinned);
    const notes = await told(outcome.changes);
    const view = changesView({ ...outcome, dryRun }, { notices: notes, lines: how.lines, already: mutation.already });
    return how.check && outcome.changed ? { ...view, exitCode: EXIT.no } : view;
  }

  /** Refuses changes that are too many, or that nobody confirms. */
  #accept({ confirm }: WriteSettings, changes: readonly Change[], dryRun: boolean): void {
    this.#refused = changes;
    const question = confirm?.(changes);
    if (question && !dryRun && !this.confirmed) this.requireAskable(question);
    this.#refused = undefined;
  }

  /** Shows what goes, and who gains and loses by it, before a question or a refusal. */
  async #showGoing(changes: readonly Change[], database: Database, lines?: ChangeLines): Promise<void> {
    const { showGoing } = await import("./going.ts");
    await showGoing(database, { changes, lines, at: this.now }, this.shell);
  }

  /**
   * Checks that the user of --as exists.
   * @returns the notice for a dry run that is not refused
   * @throws UnknownName (exit 2)
   */
  protected async askedAs(target?: Database): Promise<string[]> {
    const { as } = this.#flags;
    if (as === undefined) return [];
    const database = target ?? (await this.open());
    await database.needUser(as);
    const { policy } = await database.policy({ constraints: true, grants: "none" });
    return [isGuarded(policy) ? `${as} could do this` : "the policy is not guarded: anybody could do this"];
  }

  /** As `change`, creating a missing database, which appears only when the change is made. */
  protected async changeOrCreate(mutation: Mutation, how: WriteSettings, existing: boolean): Promise<View> {
    const Database = await this.databases();
    if (existing || (await Database.at(this.url)).isThere) return this.change(mutation, how);
    if (this.dryRun || how.check) {
      const scratch = await Database.scratch(this.now);
      return this.change(mutation, how, scratch).finally(() => scratch.close());
    }
    try {
      return await Database.create(this.url, this.now, (database) => this.change(mutation, how, database));
    } catch (error) {
      if (!(error instanceof RbacError && error.code === "DATABASE_EXISTS")) throw error;
      // Another process has created it since. Where it made the same change, nothing is left to do.
      const { changed } = await (await this.open()).preview(this.stamp(), mutation, { allowConfusable: true });
      return this.change(mutation, changed ? how : { ...how, expectRevision: undefined });
    }
  }

  /**
   * The path of the starter policy. It is only for a missing or empty database, and never for pruning.
   * @throws RbacError `ARGUMENT_MISSING` (exit 2) elsewhere
   */
  protected async starter(prune: boolean): Promise<string> {
    const Database = await this.databases();
    const revision = async () => (await (await this.open()).policy({ grants: "none" })).revision;
    if (prune || ((await Database.at(this.url)).isThere && (await revision()) > 0))
      throw wrong("ARGUMENT_MISSING", "missing argument PATH: the starter policy is only for an empty database");
    return exampleFile(this.config.root, "blog");
  }

  /** A hint for a scope from which nothing was taken, where nothing is on it: it may be misspelt. */
  protected async nothingTaken(changes: readonly Change[], scope: Scope): Promise<string[]> {
    return changes.length > 0 ? [] : scopeHints(await this.open(), scope);
  }

  /** The key of the audit record, if a file is named for it. */
  protected async auditKey(): Promise<Uint8Array | undefined> {
    const { "audit-key-file": file } = this.#flags;
    return file === undefined ? undefined : (await import("../../files/read-inputs.ts")).readKey(file);
  }

  /** How long to wait for other writers, in milliseconds. */
  protected get wait(): number | undefined {
    return this.#flags.wait;
  }

  protected get confirmed(): boolean {
    return this.#flags.yes;
  }

  /** True to go past the guard, which only the owner of the database may. */
  protected get breakGlass(): boolean {
    return this.#flags["break-glass"];
  }

  protected get dryRun(): boolean {
    return this.#planner !== undefined || this.#flags["dry-run"] === true || this.#flags.as !== undefined;
  }

  protected stamp(): Stamp {
    const osUser = this.shell.osUser();
    return {
      actor: this.#flags.as ?? this.#flags.actor ?? parseName(osUser),
      osUser,
      at: this.shell.now(),
      reason: this.#flags.reason ?? null,
    };
  }
}

const SHOWN_LOOKALIKES = 20;

/** The first notices of many, and how many more there are. */
function firstOf(notices: readonly string[]): string[] {
  const more = notices.length - SHOWN_LOOKALIKES;
  return [...notices.slice(0, SHOWN_LOOKALIKES), ...(more > 0 ? [`… and ${more} more who look alike`] : [])];
}
