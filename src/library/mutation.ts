/** The changes that a program can wish for, as values: `rbac.change` makes several of them at once. */
import { type Named, wrong } from "../errors.ts";
import { afterwardsOf } from "../policy/edit/offboard.ts";
import type { Mutation } from "../policy/model/mutation.ts";
import { quote } from "../policy/model/names.ts";
import { parsePattern } from "../policy/model/permissions.ts";
import { windowOf } from "../policy/model/times.ts";
import * as mutations from "../policy/mutations.ts";
import { nameOf, namesOf, optionsOf, type ReadOptions } from "./options/arguments.ts";
import type { NameOf, PatternName, RoleName } from "./options/names.ts";
import type { OneOrMore, UserOrAll } from "./options/options.ts";
import * as options from "./options/write-options.ts";
import { ownedIn, personOf } from "./person.ts";
import { textOf, textsOf } from "./values/plain-values.ts";

/** A change that is wished for, made by `mutation.assign` and its like. Only what makes it can look inside. */
export class PreparedMutation {
  readonly #decideAt: (now: string) => Mutation;

  /** @internal */
  constructor(decideAt: (now: string) => Mutation) {
    this.#decideAt = decideAt;
  }

  /**
   * The mutations of a list, as one. @param now from when durations count.
   * @throws RbacError `VALUE_INVALID` (exit 2) for anything else.
   * @internal
   */
  static inSequence(wished: unknown, now: string): Mutation {
    if (!Array.isArray(wished)) throw wrong("VALUE_INVALID", "change takes a list of mutations");
    const prepared = wished.map((item: unknown) => {
      if (item instanceof PreparedMutation) return item.#decideAt(now);
      throw wrong("VALUE_INVALID", "a mutation is made by mutation.assign, mutation.grant and their like");
    });
    return mutations.inSequence(prepared);
  }
}

/** The user, or `null` for everyone. */
function whoIn(user: unknown): string | null {
  if (typeof user !== "object" || user === null) return nameOf("the user", user);
  if (optionsOf(user, ["everyone"]).everyone === true) return null;
  throw wrong("VALUE_INVALID", "the user must be text, or { everyone: true }");
}

const NAMED: readonly string[] = ["user", "role", "permission", "constraint"] satisfies readonly Named[];

/** @throws RbacError `VALUE_INVALID` (exit 2). */
export function namedOf(kind: unknown): Named {
  const text = textOf("the kind", kind);
  if (NAMED.includes(text)) return text as Named;
  throw wrong("VALUE_INVALID", `a kind is one of ${NAMED.join(", ")}, not ${quote(text)}`);
}

/** Assigns roles to a user, who is created where unknown; or to everyone. */
export function assigned(user: unknown, roles: unknown, how: ReadOptions): PreparedMutation {
  const { on: scope = null, from, until, for: period, replace = false, existing = false, allowComma = false } = how;
  if (until !== undefined && period !== undefined) throw wrong("USAGE", "say until or for, not both");
  const window = { ...(from && { from }), ...(until && { until }), ...(period !== undefined && { for: period }) };
  const request = { who: whoIn(user), roles: namesOf("the role", roles), scope, replace, existing, allowComma };
  return new PreparedMutation((now) => mutations.assigning({ ...request, ...windowOf(window, now) }));
}

/** Revokes roles; with `ended`, what has ended of them. */
export function revoked(user: unknown, roles: unknown, how: ReadOptions): PreparedMutation {
  const { on, everywhere = false, ended = false } = how;
  if (ended && (on !== undefined || everywhere)) throw wrong("USAGE", "ended is on every scope: leave the others out");
  if (ended) {
    const who = user === null ? null : nameOf("the user", user);
    const ofRoles = roles === null ? [] : namesOf("the role", roles);
    return new PreparedMutation((now) => mutations.revokingEnded({ who, roles: ofRoles, at: now }));
  }
  if (on !== undefined && everywhere) throw wrong("USAGE", "say on or everywhere, not both");
  const request = { who: whoIn(user), roles: namesOf("the role", roles), scope: on ?? null, everywhere };
  return new PreparedMutation(() => mutations.revoking(request));
}

const grantRequest = (role: unknown, permissions: unknown, how: ReadOptions) => {
  const { on: scope = null, deny = false, when = null, but = [] } = how;
  return {
    role: nameOf("the role", role),
    permissions: textsOf("the permission", permissions).map(parsePattern),
    effect: deny ? ("deny" as const) : ("allow" as const),
    scope,
    when,
    but,
  };
};

export function granted(role: unknown, permissions: unknown, how: ReadOptions): PreparedMutation {
  const mutation = mutations.granting(grantRequest(role, permissions, how));
  return new PreparedMutation(() => mutation);
}

export function ungranted(role: unknown, permissions: unknown, how: ReadOptions): PreparedMutation {
  const mutation = mutations.ungranting(grantRequest(role, permissions, how));
  return new PreparedMutation(() => mutation);
}

export function inherited(role: unknown, parents: unknown): PreparedMutation {
  const [name, names] = [nameOf("the role", role), namesOf("the inherited role", parents)];
  return new PreparedMutation(() => mutations.inheriting(name, names));
}

export function disinherited(role: unknown, parents: unknown): PreparedMutation {
  const [name, names] = [nameOf("the role", role), namesOf("the inherited role", parents)];
  return new PreparedMutation(() => mutations.disinheriting(name, names));
}

export function created(named: Named, name: unknown, how: ReadOptions): PreparedMutation {
  const { allowComma = false, ...fields } = how;
  const parsed = nameOf(`the ${named}`, name);
  if (named !== "constraint") return new PreparedMutation(() => mutations.creating(named, parsed, fields, allowComma));
  const { kind, roles, limit = null, needs = null } = fields;
  if (kind === undefined || roles === undefined) throw wrong("ARGUMENT_MISSING", "a constraint needs kind and roles");
  const mutation = mutations.constraining(parsed, kind, { roles, limit, needs });
  return new PreparedMutation(() => mutation);
}

export function withFields(named: Named, name: unknown, fields: ReadOptions): PreparedMutation {
  const parsed = nameOf(`the ${named}`, name);
  if (Object.keys(fields).length === 0)
    throw wrong("USAGE", `say what to change: ${options.SETTABLE[named].join(", ")}`);
  if (named !== "constraint") return new PreparedMutation(() => mutations.setting(named, parsed, fields));
  const { add, drop, limit, needs } = fields;
  if (limit === null || needs === null) throw wrong("VALUE_INVALID", "limit and needs of a constraint cannot be null");
  return new PreparedMutation(() => mutations.reshaping(parsed, { add, drop, limit, needs }));
}

export function renamed(
  kind: unknown,
  from: unknown,
  to: unknown,
  { allowComma = false }: ReadOptions,
): PreparedMutation {
  const [named, names] = [namedOf(kind), [nameOf("the name", from), nameOf("the new name", to)] as const];
  return new PreparedMutation(() => mutations.renaming(named, ...names, allowComma));
}

export function deleted(kind: unknown, name: unknown, { ifExists = false }: ReadOptions): PreparedMutation {
  const [named, parsed] = [namedOf(kind), nameOf("the name", name)];
  return new PreparedMutation(() => mutations.removing(named, parsed, ifExists));
}

/** Revokes all that somebody who leaves is assigned, or hands it over. */
export function offboarded(user: unknown, how: ReadOptions): PreparedMutation {
  const successor = how.handOver ?? null;
  const request = { user: nameOf("the user", user), successor, afterwards: afterwardsOf(how) };
  return new PreparedMutation((at) => mutations.offboarding({ ...request, at }));
}

/** Makes a user what the application knows of them. */
export function synced(person: unknown, { only, replace = false, allowComma = false }: ReadOptions): PreparedMutation {
  const { user, fields, roles } = personOf(person);
  const owned = only ? ownedIn(only, user, roles) : null;
  const request = { user, fields, owned, replace, allowComma };
  return new PreparedMutation((now) => {
    const held = (roles ?? []).map(({ role, scope, ...window }) => ({ role, scope, ...windowOf(window, now) }));
    return mutations.syncing({ ...request, roles: held });
  });
}

function create(kind: "constraint", name: string, fields: options.FieldsOf["constraint"]): PreparedMutation;
function create<K extends options.Plain>(kind: K, name: string, fields?: options.FieldsOf[K]): PreparedMutation;
function create(kind: Named, name: string, fields: object = {}): PreparedMutation {
  const named = namedOf(kind);
  return created(named, name, optionsOf(fields, options.FIELDS[named]));
}

function set<K extends Named>(kind: K, name: NameOf<K>, fields: options.SettableFieldsOf[K]): PreparedMutation {
  const named = namedOf(kind);
  return withFields(named, name, optionsOf(fields, options.SETTABLE[named]));
}

/**
 * Makes mutations for `rbac.change`, each with the arguments of the method of the same name. Names and options are
 * checked at once. @throws RbacError (exit 2).
 */
export const mutation = {
  assign: (user: UserOrAll, roles: OneOrMore<RoleName>, how: options.AssignOptions = {}): PreparedMutation =>
    assigned(user, roles, optionsOf(how, options.ASSIGN)),
  revoke: (
    user: UserOrAll | null,
    roles: OneOrMore<RoleName> | null,
    how: options.RevokeOptions = {},
  ): PreparedMutation => revoked(user, roles, optionsOf(how, options.REVOKE)),
  grant: (role: RoleName, permissions: OneOrMore<PatternName>, how: options.GrantOptions = {}): PreparedMutation =>
    granted(role, permissions, optionsOf(how, options.GRANT)),
  ungrant: (role: RoleName, permissions: OneOrMore<PatternName>, how: options.GrantOptions = {}): PreparedMutation =>
    ungranted(role, permissions, optionsOf(how, options.GRANT)),
  inherit: (role: RoleName, parents: OneOrMore<RoleName>): PreparedMutation => inherited(role, parents),
  disinherit: (role: RoleName, parents: OneOrMore<RoleName>): PreparedMutation => disinherited(role, parents),
  create,
  set,
  rename: <K extends Named>(kind: K, from: NameOf<K>, to: string, how: options.RenameOptions = {}): PreparedMutation =>
    renamed(kind, from, to, optionsOf(how, options.RENAME)),
  delete: <K extends Named>(kind: K, name: NameOf<K>, how: options.DeleteOptions = {}): PreparedMutation =>
    deleted(kind, name, optionsOf(how, options.DELETE)),
  offboard: (user: string, how: options.OffboardOptions = {}): PreparedMutation =>
    offboarded(user, optionsOf(how, options.OFFBOARD)),
  sync: (person: options.Person, how: options.SyncOptions = {}): PreparedMutation =>
    synced(person, optionsOf(how, options.SYNC)),
} as const;
