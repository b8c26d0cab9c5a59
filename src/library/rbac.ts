/** The library's main class: what a program asks of an open database, and how it changes it. */
import type { Named } from "../errors.ts";
import type { Applied } from "../plans/apply-plan.ts";
import type { Plan } from "../plans/plan.ts";
import { removalsWithin } from "../policy/document/changes-to-document.ts";
import { partedDocumentOf } from "../policy/document/read.ts";
import { seedingParts } from "../policy/document/seeding.ts";
import type { Change } from "../policy/model/change.ts";
import type { Mutation } from "../policy/model/mutation.ts";
import type { ChangeOutcome } from "../policy/model/results.ts";
import { type DocumentSource, inputsOf } from "./documents.ts";
import * as made from "./mutation.ts";
import { clock, type OpenDatabase } from "./open-database.ts";
import { nameOf, optionsOf, type ReadOptions } from "./options/arguments.ts";
import type { NameOf, PatternName, RoleName } from "./options/names.ts";
import type { OneOrMore, Time, UserOrAll } from "./options/options.ts";
import * as plans from "./options/plan-options.ts";
import * as options from "./options/write-options.ts";
import { RbacReader } from "./reader.ts";
import { takingBack } from "./taking-back.ts";
import { acceptedByAll, split, type Writer, writingOf } from "./writing.ts";

/** What a change came to; of a dry run, what it would come to. */
export interface ChangeResult extends ChangeOutcome {
  readonly dryRun: boolean;
}

const { WRITE } = options;
/** A database that is open to be asked and changed. A change is made whole and recorded, or not at all. */
export class Rbac extends RbacReader {
  readonly #writer: Writer;

  /** @internal */
  constructor(opened: OpenDatabase, writer: Writer = { actor: opened.actor }) {
    super(opened);
    this.#writer = writer;
  }

  /** The same open database, with somebody else who makes the changes. @throws RbacError (exit 2) for no name. */
  as(actor: string): Rbac {
    return new Rbac(this.opened, { actor: nameOf("the actor", actor) });
  }

  /** `as`, with what judges each change before it is kept. @internal */
  judged(actor: string, judge: (changes: readonly Change[]) => void): Rbac {
    return new Rbac(this.opened, { actor, judge });
  }

  /**
   * Makes several mutations in one transaction, each decided on what those before it leave: all of them, or none.
   * @param wished made by `mutation.assign` and its like
   * @throws RbacError (exit 2, 3 or 4); then nothing is changed. So does every change below.
   */
  async change(wished: readonly made.PreparedMutation[], how: options.WriteOptions = {}): Promise<ChangeResult> {
    const read = optionsOf(how, WRITE);
    return this.#write(made.PreparedMutation.inSequence(wished, clock()), read);
  }

  /**
   * Assigns roles to a user, who is created where unknown; or to everyone. States the whole window: a longer one
   * replaces the old one silently, a shorter one only with `replace`.
   */
  async assign(
    user: UserOrAll,
    roles: OneOrMore<RoleName>,
    how: options.AssignOptions & options.WriteOptions = {},
  ): Promise<ChangeResult> {
    const read = optionsOf(how, [...options.ASSIGN, ...WRITE]);
    return this.#make(made.assigned(user, roles, read), read);
  }

  /**
   * Revokes roles on exactly one scope, or `everywhere`. With `ended` what has ended of them: of all users where the
   * user is `null`, of all roles where the roles are.
   */
  async revoke(
    user: UserOrAll | null,
    roles: OneOrMore<RoleName> | null,
    how: options.RevokeOptions & options.WriteOptions = {},
  ): Promise<ChangeResult> {
    const read = optionsOf(how, [...options.REVOKE, ...WRITE]);
    return this.#make(made.revoked(user, roles, read), read);
  }

  /** Grants permissions or patterns to a role; with `deny`, denies them. */
  async grant(
    role: RoleName,
    permissions: OneOrMore<PatternName>,
    how: options.GrantOptions & options.WriteOptions = {},
  ): Promise<ChangeResult> {
    const read = optionsOf(how, [...options.GRANT, ...WRITE]);
    return this.#make(made.granted(role, permissions, read), read);
  }

  /** Takes grants away. Pattern, scope, effect, `when` and `but` must be those of the grant. */
  async ungrant(
    role: RoleName,
    permissions: OneOrMore<PatternName>,
    how: options.GrantOptions & options.WriteOptions = {},
  ): Promise<ChangeResult> {
    const read = optionsOf(how, [...options.GRANT, ...WRITE]);
    return this.#make(made.ungranted(role, permissions, read), read);
  }

  /** Lets a role inherit others. */
  async inherit(role: RoleName, parents: OneOrMore<RoleName>, how: options.WriteOptions = {}): Promise<ChangeResult> {
    return this.#make(made.inherited(role, parents), optionsOf(how, WRITE));
  }

  /** Lets a role inherit others no longer. */
  async disinherit(
    role: RoleName,
    parents: OneOrMore<RoleName>,
    how: options.WriteOptions = {},
  ): Promise<ChangeResult> {
    return this.#make(made.disinherited(role, parents), optionsOf(how, WRITE));
  }

  /** Creates a user, a role, a permission or a constraint. No change where it is there with the same fields. */
  create(
    kind: "constraint",
    name: string,
    fields: options.FieldsOf["constraint"] & options.WriteOptions,
  ): Promise<ChangeResult>;
  create<K extends options.Plain>(
    kind: K,
    name: string,
    fields?: options.FieldsOf[K] & options.WriteOptions,
  ): Promise<ChangeResult>;
  async create(kind: Named, name: string, fields: object = {}): Promise<ChangeResult> {
    const named = made.namedOf(kind);
    const [own, read] = split(optionsOf(fields, [...options.FIELDS[named], ...WRITE]));
    return this.#make(made.created(named, name, own), read);
  }

  /** Sets fields of what is there. What is left out stays; `null` takes a text away. */
  async set<K extends Named>(
    kind: K,
    name: NameOf<K>,
    fields: options.SettableFieldsOf[K] & options.WriteOptions,
  ): Promise<ChangeResult> {
    const named = made.namedOf(kind);
    const [own, read] = split(optionsOf(fields, [...options.SETTABLE[named], ...WRITE]));
    return this.#make(made.withFields(named, name, own), read);
  }

  /** Renames something, with all that refers to it. */
  async rename<K extends Named>(
    kind: K,
    from: NameOf<K>,
    to: string,
    how: options.RenameOptions & options.WriteOptions = {},
  ): Promise<ChangeResult> {
    const read = optionsOf(how, [...options.RENAME, ...WRITE]);
    return this.#make(made.renamed(kind, from, to, read), read);
  }

  /** Deletes something, with all that refers to it. */
  async delete<K extends Named>(
    kind: K,
    name: NameOf<K>,
    how: options.DeleteOptions & options.WriteOptions = {},
  ): Promise<ChangeResult> {
    const read = optionsOf(how, [...options.DELETE, ...WRITE]);
    return this.#make(made.deleted(kind, name, read), read);
  }

  /**
   * Revokes all that somebody who leaves is assigned, or hands it over with its scopes and windows. Of what is refused
   * the error tells all, as `refusals`.
   */
  async offboard(user: string, how: options.OffboardOptions & options.WriteOptions = {}): Promise<ChangeResult> {
    const read = optionsOf(how, [...options.OFFBOARD, ...WRITE]);
    return this.#make(made.offboarded(user, read), read);
  }

  /**
   * Makes a user what the application knows of them, for each sign-in: creates the user where unknown, sets the fields
   * that are there, assigns the roles. With `only`, revokes what they leave out of that part.
   */
  async sync(person: options.Person, how: options.SyncOptions & options.WriteOptions = {}): Promise<ChangeResult> {
    const read = optionsOf(how, [...options.SYNC, ...WRITE]);
    const mutation = made.PreparedMutation.inSequence([made.synced(person, read)], clock());
    const { dryRun = false } = read;
    // Most sign-ins change nothing: only those that do wait for others who write.
    const decided = await this.#write(mutation, { ...read, dryRun: true });
    return decided.changed && !dryRun ? this.#write(mutation, read) : { ...decided, dryRun };
  }

  /** Brings the policy to a document: adds and updates; with `prune` also removes what the document leaves out. */
  async seed(source: DocumentSource, how: options.SeedOptions = {}): Promise<ChangeResult> {
    const { prune = false, maxRemovals, only, ...read } = optionsOf(how, options.SEED);
    const mutation = seedingParts(partedDocumentOf(await inputsOf(source), { only }), prune);
    const accept = (changes: readonly Change[]) => void removalsWithin(maxRemovals, changes);
    const onLookalike = () => {}; // People of a document may look alike, as on the command line.
    return this.#write(mutation, read, { onLookalike, ...(maxRemovals !== undefined && { accept }) });
  }

  /**
   * Makes the opposite changes, recorded like any other.
   * @param what a revision, several as `12..15`, or a moment to return to: `{ to: "-2h" }`, `{ to: "@12" }`
   */
  async undo(what: number | string | { readonly to: Time }, how: options.WriteOptions = {}): Promise<ChangeResult> {
    const read = optionsOf(how, WRITE);
    const mutation = await this.opened.use((database) => takingBack(database, what));
    return this.#write(mutation, { ...read, allowConfusable: true }); // Names that come back were accepted before.
  }

  #make(wished: made.PreparedMutation, read: ReadOptions): Promise<ChangeResult> {
    return this.#write(made.PreparedMutation.inSequence([wished], clock()), read);
  }

  /**
   * What mutations, or a document as for `seed`, would change, and who would gain and lose by it, now and later. What
   * would be refused then is the plan's `refusal`. Nothing is changed.
   * @throws RbacError (exit 2), also for a gate that names nothing; (exit 3) for what is refused before it is decided.
   */
  async plan(what: readonly made.PreparedMutation[] | DocumentSource, how: plans.PlanOptions = {}): Promise<Plan> {
    const read = optionsOf(how, plans.PLAN);
    return (await import("./plans.ts")).planned(this.opened, this.#writer, what, read);
  }

  /**
   * Makes exactly the changes of a plan, where they do to people what was planned. Where every row stands already as it
   * leaves them, `changed` is false.
   * @param plan a value of `plan`, or the text of a file that `rbac plan` saved
   * @throws RbacError (exit 2) for what is no plan, or is of another database; (exit 3) for one that no longer fits.
   */
  async applyPlan(plan: Plan | string, how: plans.ApplyPlanOptions = {}): Promise<Applied> {
    const read = optionsOf(how, plans.APPLY_PLAN);
    return (await import("./plans.ts")).applied(this.opened, this.#writer, plan, read);
  }

  async #write(
    mutation: Mutation,
    read: ReadOptions,
    further: { accept?(changes: readonly Change[]): void; onLookalike?(): void } = {},
  ): Promise<ChangeResult> {
    const { stamp, how } = writingOf(this.opened, this.#writer, read);
    const { dryRun = false } = read;
    const options = { ...how, ...further, ...acceptedByAll(how.accept, further.accept) };
    const outcome = await this.opened.use((database) =>
      dryRun ? database.preview(stamp(), mutation, options) : database.change(stamp, mutation, options),
    );
    return { ...outcome, dryRun };
  }
}
