/** Views of changes that were made or would be made: as lines, and as the commands that make them. */
import { EXIT } from "../../errors.ts";
import { type Change, kindOf } from "../../policy/model/change.ts";
import type { ChangeOutcome } from "../../policy/model/results.ts";
import type { Kind } from "../../policy/model/rows.ts";
import type { View } from "../render.ts";
import { sanitize } from "../sanitize.ts";
import { quoted, scopeOption } from "../shell-words.ts";

const onOption = (scope: unknown): string => (typeof scope === "string" ? ` ${scopeOption(scope)}` : "");
const option = (name: string, value: unknown): string =>
  typeof value === "string" ? ` --${name} ${quoted(value)}` : "";

/** The option that sets a field of a record or, in an update to null, clears it. */
const fieldOption = (name: string, value: unknown, added: boolean): string =>
  value === null && !added ? ` --clear ${name}` : option(name, value);

type Words = { readonly [word: string]: unknown };

interface CommandLines {
  set(key: Words, after: Words, added: boolean): string;
  remove(key: Words): string;
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
  conditional: { set: keyWords, remove: keyWords },
  attribute: { set: keyWords, remove: keyWords },
  identity: { set: keyWords, remove: keyWords },
  approval: { set: keyWords, remove: keyWords },
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
  return sanitize(stated ? command.set(key, stated, change.before === null) : command.remove(key));
}

const SIGN = { add: "+", update: "~", remove: "-" } as const;

const verbOf = (change: Change): keyof typeof SIGN =>
  change.kind.slice(change.kind.indexOf(".") + 1) as keyof typeof SIGN;

/** One change as a line: a sign, the kind, the key of its row, and the fields that change. */
function changeLine(change: Change): string {
  const { kind: _, before, after, ...key } = change;
  const words = Object.values(key as Words).filter((value) => value !== null);
  return sanitize(`${SIGN[verbOf(change)]} ${kindOf(change)} ${words.join(" ")}${fieldsText(before, after)}`);
}

function fieldsText(before: object | null, after: object | null): string {
  const old = (before ?? {}) as Words;
  const changedFields = Object.entries((after ?? {}) as Words).filter(([field, value]) => {
    return before ? old[field] !== value : value !== null && value !== false;
  });
  const text = ([field, value]: [string, unknown]) =>
    `${field} ${before ? `${String(old[field] ?? "–")} → ` : ""}${String(value ?? "–")}`;
  return changedFields.length === 0 ? "" : ` (${changedFields.map(text).join(", ")})`;
}

/** A mutation that was made, or only tried. */
type MadeOrTried = ChangeOutcome & { readonly dryRun: boolean };

const SHOWN_CHANGES = 50;

/** The view of a write. Long lists are cut for people only: JSON and CSV list all of `changes`. */
export function changesView(outcome: MadeOrTried, notices: readonly string[] = []): View {
  const { changed, dryRun, revision, changes, count = changes.length } = outcome;
  const shown = Math.min(SHOWN_CHANGES, changes.length);
  const listedBy = count > changes.length ? `rbac audit --since @${revision}` : "--json";
  const moreNotice = count > shown ? [`… and ${count - shown} more (${listedBy} lists all)`] : [];
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
      return [
        ...changes.slice(0, SHOWN_CHANGES).map((change) => paint[verbOf(change)](changeLine(change))),
        ...moreNotice,
      ];
    },
    notices: [...notices, ...(outcome.notices ?? []), summary(outcome)],
  };
}

/** The view of the difference between two policies: exit 1 if there is one. */
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

function summary({ changed, dryRun, revision, changes, count = changes.length }: MadeOrTried): string {
  if (!changed) return `unchanged, revision ${revision}`;
  const counts = counted(count, "change");
  if (dryRun) return `dry run: ${counts} would be made to revision ${revision}`;
  return `${counts}, revision ${revision}${count === 0 ? "" : `; to undo: rbac undo ${revision}`}`;
}
