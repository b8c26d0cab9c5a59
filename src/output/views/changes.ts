/** What was changed, or would be: as lines, and as the commands that do it. */
import { EXIT } from "../../errors.ts";
import { type Change, kindOf } from "../../policy/model/change.ts";
import type { View } from "../render.ts";
import { sanitize } from "../sanitize.ts";

/** Quotes a word for a POSIX shell where it needs it: `*:*` unquoted is a file name that matches. */
const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const on = (scope: unknown): string => (typeof scope === "string" ? ` --on ${word(scope)}` : "");
const option = (name: string, value: unknown): string => (typeof value === "string" ? ` --${name} ${word(value)}` : "");

/** A field of a record: set, or taken back to nothing. */
const field = (name: string, value: unknown, added: boolean): string =>
  value === null && !added ? ` --clear ${name}` : option(name, value);

type Words = { readonly [word: string]: unknown };

/** The command that makes a change, by its kind: added or updated, and removed. */
const COMMANDS: Readonly<
  Record<string, { set(key: Words, after: Words, added: boolean): string; remove(key: Words): string }>
> = {
  user: {
    set: ({ user }, { email, name, disabled }, added) => {
      const who = word(String(user));
      const fields = `${field("email", email, added)}${field("name", name, added)}`;
      const turned =
        !added && typeof disabled === "boolean" ? [`rbac user ${disabled ? "disable" : "enable"} ${who}`] : [];
      const said = added || fields !== "" ? [`rbac user ${added ? "create" : "set"} ${who}${fields}`] : [];
      return [...turned, ...said].join(" && ");
    },
    remove: ({ user }) => `rbac user delete ${word(String(user))}`,
  },
  role: {
    set: ({ role }, { description }, added) =>
      `rbac role ${added ? "create" : "set"} ${word(String(role))}${field("description", description, added)}`,
    remove: ({ role }) => `rbac role delete ${word(String(role))}`,
  },
  permission: {
    set: ({ permission }, { description }, added) =>
      `rbac permission ${added ? "create" : "set"} ${word(String(permission))}${field("description", description, added)}`,
    remove: ({ permission }) => `rbac permission delete ${word(String(permission))}`,
  },
  inheritance: {
    set: ({ role, inherits }) => `rbac role inherit ${word(String(role))} ${word(String(inherits))}`,
    remove: ({ role, inherits }) => `rbac role disinherit ${word(String(role))} ${word(String(inherits))}`,
  },
  grant: {
    set: (key) => `rbac grant ${grantWords(key)}`,
    remove: (key) => `rbac ungrant ${grantWords(key)}`,
  },
  everyone: {
    set: ({ role }) => `rbac assign --everyone ${word(String(role))}`,
    remove: ({ role }) => `rbac revoke --everyone ${word(String(role))}`,
  },
  assignment: {
    set: ({ user, role, scope }, { from, until }, added) => {
      const window = `${option("from", from)}${option("until", until)}`;
      return `rbac assign ${word(String(user))} ${word(String(role))}${on(scope)}${window}${added ? "" : " --replace"}`;
    },
    remove: ({ user, role, scope }) => `rbac revoke ${word(String(user))} ${word(String(role))}${on(scope)}`,
  },
  constraint: {
    set: ({ constraint }, { type, roles, limit, needs }, added) => {
      const name = word(String(constraint));
      const bound = `${limit === null ? "" : ` --limit ${limit}`}${listed("needs", needs)}`;
      const create = `rbac constraint create ${name} ${type} ${namesOf(roles).map(word).join(" ")}${bound}`;
      return added ? create : `rbac constraint delete ${name} && ${create}`;
    },
    remove: ({ constraint }) => `rbac constraint delete ${word(String(constraint))}`,
  },
  policy: {
    set: ({ setting }) => `${setting}: true`,
    remove: ({ setting }) => `${setting}: false`,
  },
};

const namesOf = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : []);
const listed = (flag: string, list: unknown): string =>
  namesOf(list)
    .map((name) => ` --${flag} ${word(name)}`)
    .join("");

const grantWords = ({ role, permission, scope, effect }: Words): string =>
  `${word(String(role))} ${word(String(permission))}${on(scope)}${effect === "deny" ? " --deny" : ""}`;

/** The command line that makes a change. */
export function changeText(change: Change): string {
  const command = COMMANDS[kindOf(change)];
  const key: Words = change;
  const after: Words | null = change.after;
  if (!command) return sanitize(change.kind);
  const changed =
    after &&
    Object.fromEntries(
      Object.entries(after).filter(([name, value]) => (change.before as Words | null)?.[name] !== value),
    );
  const stated = kindOf(change) === "user" && change.before ? changed : after;
  return sanitize(stated ? command.set(key, stated, change.before === null) : command.remove(key));
}

const SIGN = { add: "+", update: "~", remove: "-" } as const;

const verbOf = (change: Change): keyof typeof SIGN =>
  change.kind.slice(change.kind.indexOf(".") + 1) as keyof typeof SIGN;

/** One change on a line: a sign, the kind, what it is about, and what it says. */
function changeLine(change: Change): string {
  const { kind: _, before, after, ...key } = change;
  const words = Object.values(key as Words).filter((value) => value !== null);
  return sanitize(`${SIGN[verbOf(change)]} ${kindOf(change)} ${words.join(" ")}${saidText(before, after)}`);
}

function saidText(before: object | null, after: object | null): string {
  const old = (before ?? {}) as Words;
  const said = Object.entries((after ?? {}) as Words).filter(([field, value]) => {
    return before ? old[field] !== value : value !== null && value !== false;
  });
  const text = ([field, value]: [string, unknown]) =>
    `${field} ${before ? `${String(old[field] ?? "–")} → ` : ""}${String(value ?? "–")}`;
  return said.length === 0 ? "" : ` (${said.map(text).join(", ")})`;
}

export interface ChangesResult {
  readonly changed: boolean;
  /** How many changes there are, where they are not all in `changes`. */
  readonly count?: number;
  readonly dryRun: boolean;
  readonly revision: number;
  readonly changes: readonly Change[];
}

const SHOWN = 50;

/** The view of a write. Long lists are cut for people only: JSON and CSV hold all of it. */
export function changesView(outcome: ChangesResult, notices: readonly string[] = []): View {
  const { changed, dryRun, revision, changes, count = changes.length } = outcome;
  const shown = Math.min(SHOWN, changes.length);
  const where = count > changes.length ? `rbac audit --since @${revision}` : "--json";
  const more = count > shown ? [`… and ${count - shown} more (${where} lists all)`] : [];
  return {
    json: { changed, dryRun, revision, ...(count > changes.length && { count }), changes },
    table: {
      head: ["change", "user", "role", "inherits", "permission", "effect", "scope"],
      rows: changes.map((change) => {
        const key = change as Words;
        const text = (name: string) => (typeof key[name] === "string" ? key[name] : null);
        return [
          change.kind,
          text("user"),
          text("role"),
          text("inherits"),
          text("permission"),
          text("effect"),
          text("scope"),
        ];
      }),
    },
    text: (colors) => {
      const paint = { add: colors.good, update: colors.strong, remove: colors.bad };
      return [...changes.slice(0, SHOWN).map((change) => paint[verbOf(change)](changeLine(change))), ...more];
    },
    notices: [...notices, summary(outcome)],
  };
}

/** What lies between two policies: exit 1 when there is anything. */
export function diffView(changes: readonly Change[]): View {
  const view = changesView({ changed: changes.length > 0, dryRun: true, revision: 0, changes });
  const changed = changes.length > 0;
  return {
    ...view,
    json: { changed, changes },
    notices: [changed ? counted(changes.length, "difference") : "equal"],
    exitCode: changed ? EXIT.no : EXIT.yes,
  };
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

function summary({ changed, dryRun, revision, changes, count = changes.length }: ChangesResult): string {
  if (!changed) return `unchanged, revision ${revision}`;
  const made = counted(count, "change");
  if (dryRun) return `dry run: ${made} would be made to revision ${revision}`;
  return `${made}, revision ${revision}${count === 0 ? "" : `; to undo: rbac undo ${revision}`}`;
}

/** The question to ask before deleting something that is in use; none where nothing goes with it. */
export function inUse(kind: string, name: string, changes: readonly Change[]): string | undefined {
  const others = changes.length - 1;
  return others < 1 ? undefined : `Deleting ${kind} "${sanitize(name)}" also removes ${counted(others, "row")}.`;
}
