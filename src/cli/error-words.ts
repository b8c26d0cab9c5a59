/** Words the hints of errors for the command line, where options are flags. */
import type { Hint, RbacError } from "../errors.ts";
import { conditionOptions, quoted, scopeOption } from "../output/shell-words.ts";

type Wording = (message: string, hint: Hint) => string;

const WORDINGS: Readonly<Record<Hint["option"], Wording>> = {
  allowComma: (message, { names = [] }) => {
    const users = names.map((name) => ` --user ${quoted(name)}`).join("");
    return `${message}: say --allow-comma if that is meant${users && `, or rbac assign${users} ROLE for several`}`;
  },
  allowConfusable: (message) => `${message}: say --allow-confusable if both are meant`,
  auditKey: (message) => `${message}: say --audit-key-file or RBAC_AUDIT_KEY_FILE`,
  breakGlass: (message) => message.replace(/^breakGlass/, "--break-glass"),
  edit: (message) => `${message}: --add, --drop, --limit or --needs`,
  everyone: (message, { value }) => `${message}: rbac revoke --everyone ${quoted(String(value))}`,
  grant: (message, { grant }) => `${message}: ${grantFlags(grant)}`,
  maxRemovals: (message) =>
    `${message}${message.endsWith(".") ? " Raise" : ": raise"} --max-removals if they are to go`,
  on: (message, { value }) => `${message}: ${value === null ? "leave --on out" : `say ${scopeOption(String(value))}`}`,
  out: (message, { purpose }) => `${message}: leave --out away to ${purpose}`,
  replace: (message, { purpose }) =>
    `${message.slice(0, message.lastIndexOf(", and this would "))}: say --replace to ${purpose}`,
};

/** The flags that name a grant, or what to leave out for a plain one. */
function grantFlags(grant: Hint["grant"]): string {
  const { on = null, but = [], when = null } = grant ?? {};
  const conditions = conditionOptions({ but, when });
  const scope = on === null ? [] : [scopeOption(on)];
  if (conditions.length > 0) return `say ${[...scope, ...conditions].join(" ")}`;
  return [...scope.map((flag) => `say ${flag}`), "leave --when and --but out"].join(" and ");
}

/** The message of an error, with the flags that its hint stands for. */
export const messageWithFlags = ({ message, hint }: Pick<RbacError, "message" | "hint">): string =>
  hint ? WORDINGS[hint.option](message, hint) : message;
