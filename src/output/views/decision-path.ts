/** Words for a path of a decision: how the role is held, what it inherits, what the grant at the end says. */
import type { Conditions } from "../../policy/evaluate/conditional-extents.ts";
import type { Decision } from "../../policy/evaluate/decide.ts";
import type { Because } from "../../policy/evaluate/evidence.ts";
import { safe } from "../sanitize.ts";
import type { Style } from "../style.ts";

const HOLDING_WORDS = { assigned: "assigned", everyone: "as everyone", assumed: "assumed" } as const;

export const scopeText = (scope: string | null): string => (scope === null ? "" : safe` on ${scope}`);

/** `assigned editor on acme → author, which grants posts:*` */
export function pathText(path: Because, style: Style): string {
  const held = holdingText(path, style);
  if (!path.grant) return held;
  return `${held}, which ${grantText(path)}`;
}

/** What the grant of a path says: `grants posts:* but posts:delete on acme when resource.published` */
export function grantText({ effect, grant }: Because): string {
  if (!grant) return "";
  const { permission, but = [], scope, when = null } = grant;
  const verb = effect === "allow" ? "grants" : "denies";
  const less = but.length === 0 ? "" : safe` but ${but.join(", ")}`;
  return safe`${verb} ${permission}` + less + scopeText(scope) + (when === null ? "" : safe` when ${when}`);
}

/** What a yes leaves out below its target: `, except on acme/x, unless resource.locked on acme/y`; or nothing. */
export const limitsText = ({ except, unless, scope }: Pick<Decision, "except" | "unless" | "scope">): string =>
  [
    ...(except.length === 0 ? [] : [`except on ${exceptText(except)}`]),
    ...unlessTexts({ unless, scope }).map((text) => safe`unless ${text}`),
  ]
    .map((text) => `, ${text}`)
    .join("");

/** The path up to the role at its end: `assigned editor on acme → author` */
export function holdingText({ held, roles, assignment }: Because, style: Style): string {
  const [first = "", ...rest] = roles;
  const holding = safe`${HOLDING_WORDS[held]} ${first}` + scopeText(assignment.scope) + windowText(assignment, style);
  return holding + rest.map((role) => safe` → ${role}`).join("");
}

type Window = Pick<Because["assignment"], "from" | "until">;

export const windowText = ({ from, until }: Window, style: Style): string =>
  (from === null ? "" : safe` from ${style.time(from)}`) + (until === null ? "" : safe` until ${style.time(until)}`);

export const exceptText = (except: readonly (string | null)[]): string =>
  except.map((scope) => safe`${scope ?? "everywhere"}`).join(", ");

/** The conditions of a row: `only when resource.published`, `unless resource.locked on acme`. */
export const conditionTexts = ({ when, unless, scope }: Conditions & { readonly scope: string | null }): string[] => [
  ...(when === undefined ? [] : [safe`only when ${when}`]),
  ...unlessTexts({ unless, scope }).map((text) => safe`unless ${text}`),
];

/** What denies unless it is false, each with its scope where that is not the scope of the row. */
export const unlessTexts = ({ unless = [], scope }: UnlessOf): string[] =>
  unless.map((deny) => (deny.scope === scope ? deny.when : `${deny.when}${scopeText(deny.scope)}`));

interface UnlessOf {
  readonly unless?: Conditions["unless"] | undefined;
  readonly scope: string | null;
}
