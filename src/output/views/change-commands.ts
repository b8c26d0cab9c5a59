/** Changes as the command lines that make them, quoted for a POSIX shell. */
import { type Change, kindOf } from "../../policy/model/change.ts";
import type { Kind } from "../../policy/model/rows.ts";
import { sanitize } from "../sanitize.ts";
import { conditionOptions, quoted, scopeOption } from "../shell-words.ts";

const onOption = (scope: unknown): string => (typeof scope === "string" ? ` ${scopeOption(scope)}` : "");
const option = (name: string, value: unknown): string =>
  typeof value === "string" ? ` --${name} ${quoted(value)}` : "";

/** The option that sets a field of a record or, in an update to null, clears it. */
const fieldOption = (name: string, value: unknown, added: boolean): string =>
  value === null && !added ? ` --clear ${name}` : option(name, value);

type Words = { readonly [word: string]: unknown };

interface CommandLines {
  set(key: Words, after: Words, added: boolean): string;
  remove(key: Words, before: Words): string;
}

/** The command that makes a change, for each kind: `set` adds or updates a row, `remove` removes it. */
const COMMAND_LINES: { readonly [K in Kind]: CommandLines } = {
  user: {
    set: ({ user }, { email, name, disabled }, added) => {
      const who = quoted(String(user));
      const fields = `${fieldOption("email", email, added)}${fieldOption("name", name, added)}`;
      const comma = added && String(user).includes(",") ? " --allow-comma" : "";
      const toggle =
        !added && typeof disabled === "boolean" ? [`rbac user ${disabled ? "disable" : "enable"} ${who}`] : [];
      const fieldsCommand =
        added || fields !== "" ? [`rbac user ${added ? "create" : "set"} ${who}${fields}${comma}`] : [];
      return [...toggle, ...fieldsCommand].join(" && ");
    },
    remove: ({ user }) => `rbac user delete ${quoted(String(user))}`,
  },
  role: {
    set: ({ role }, { description }, added) => {
      const fields = fieldOption("description", description, added);
      return `rbac role ${added ? "create" : "set"} ${quoted(String(role))}${fields}`;
    },
    remove: ({ role }) => `rbac role delete ${quoted(String(role))}`,
  },
  permission: {
    set: ({ permission }, { description }, added) => {
      const fields = fieldOption("description", description, added);
      return `rbac permission ${added ? "create" : "set"} ${quoted(String(permission))}${fields}`;
    },
    remove: ({ permission }) => `rbac permission delete ${quoted(String(permission))}`,
  },
  inheritance: {
    set: ({ role, inherits }) => `rbac role inherit ${quoted(String(role))} ${quoted(String(inherits))}`,
    remove: ({ role, inherits }) => `rbac role disinherit ${quoted(String(role))} ${quoted(String(inherits))}`,
  },
  grant: {
    set: (key) => `rbac grant ${grantWords(key)}`,
    remove: (key) => `rbac ungrant ${grantWords(key)}`,
  },
  everyone: {
    set: ({ role }) => `rbac assign --everyone ${quoted(String(role))}`,
    remove: ({ role }) => `rbac revoke --everyone ${quoted(String(role))}`,
  },
  assignment: {
    set: ({ user, role, scope }, { from, until }, added) => {
      const window = `${option("from", from)}${option("until", until)}`;
      const assign = `rbac assign ${quoted(String(user))} ${quoted(String(role))}${onOption(scope)}`;
      return `${assign}${window}${added ? "" : " --replace"}`;
    },
    remove: ({ user, role, scope }) => `rbac revoke ${quoted(String(user))} ${quoted(String(role))}${onOption(scope)}`,
  },
  constraint: {
    set: ({ constraint }, { type, roles, limit, needs }, added) => {
      const name = quoted(String(constraint));
      const bound = `${limit === null ? "" : ` --limit ${limit}`}${listed("needs", needs)}`;
      const create = `rbac constraint create ${name} ${type} ${namesOf(roles).map(quoted).join(" ")}${bound}`;
      return added ? create : `rbac constraint delete ${name} && ${create}`;
    },
    remove: ({ constraint }) => `rbac constraint delete ${quoted(String(constraint))}`,
  },
  policy: {
    set: ({ setting }) => `${setting}: true`,
    remove: ({ setting }) => `${setting}: false`,
  },
  former: {
    set: ({ of, name, former }) => `rbac ${of} rename ${quoted(String(former))} ${quoted(String(name))}`,
    remove: keyWords,
  },
  conditional: {
    set: (key, more) => `rbac grant ${grantWords(key)}${moreOptions(more)}`,
    remove: (key, more) => `rbac ungrant ${grantWords(key)}${moreOptions(more)}`,
  },
  attribute: { set: keyWords, remove: keyWords },
  identity: { set: keyWords, remove: keyWords },
  approval: { set: keyWords, remove: keyWords },
  // Another secret is made for each, so that no command makes the same change again.
  "api-key": { set: keyWords, remove: ({ id }) => `rbac api-key revoke ${quoted(String(id))}` },
};

/** The names of a row that no command makes yet. */
function keyWords({ kind, before: _, after: __, ...key }: Words): string {
  return [kind, ...Object.values(key)].map(String).join(" ");
}

const namesOf = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : []);
const listed = (flag: string, list: unknown): string =>
  namesOf(list)
    .map((name) => ` --${flag} ${quoted(name)}`)
    .join("");

/** What a conditional grant has beside its key; its digest is made of that. */
const moreOptions = ({ but, when }: Words): string =>
  conditionOptions({ but: namesOf(but), when: typeof when === "string" ? when : null })
    .map((words) => ` ${words}`)
    .join("");

const grantWords = ({ role, permission, scope, effect }: Words): string =>
  `${quoted(String(role))} ${quoted(String(permission))}${onOption(scope)}${effect === "deny" ? " --deny" : ""}`;

/** The command line that makes a change; sanitized. */
export function changeText(change: Change): string {
  const command: CommandLines | undefined = COMMAND_LINES[kindOf(change)]; // A newer rbac may have more kinds.
  const key: Words = change;
  const after: Words | null = change.after;
  if (!command) return sanitize(change.kind);
  const changedFields =
    after &&
    Object.fromEntries(
      Object.entries(after).filter(([name, value]) => (change.before as Words | null)?.[name] !== value),
    );
  const stated = kindOf(change) === "user" && change.before ? changedFields : after;
  return sanitize(stated ? command.set(key, stated, change.before === null) : command.remove(key, change.before ?? {}));
}
