/** Names of users and roles, permissions and patterns: which are valid, and which pattern covers which permission. */
import { wrong } from "../../errors.ts";
import { skeleton } from "./confusables.ts";

const LONGEST = 255;
/**
 * Controls, formats (bidi, zero-width), surrogates, private use, and characters that Unicode marks as
 * invisible. Also U+FFFD, which replaces bytes that could not be read: two unreadable names would otherwise be
 * equal.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufffd]/u;
/** Printable ASCII. Nearly every name is of this form and skips the Unicode checks. */
const ASCII = /^[ -~]*$/;
const ODD_SPACE = /[^\P{Zs} ]/u;

/** Text for a message: quoted, unprintable characters escaped, cut to 80 units. */
export function quote(text: string): string {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return JSON.stringify(shown).replace(/\p{C}/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Why a text (in NFC) is not a valid name, or `undefined`. */
export const nameFault = (name: string): string | undefined =>
  wordFault(name) ?? (name.startsWith("-") ? "it begins with -" : undefined);

/**
 * Why a text (in NFC) can be neither a name nor a segment of a scope, or `undefined`. The length is checked first, to
 * bound the cost of the rest.
 */
export function wordFault(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (isLonger(name, LONGEST)) return `it is longer than ${LONGEST} characters`;
  if (!ASCII.test(name)) {
    if (UNPRINTABLE.test(name)) return "it holds characters that cannot be seen";
    if (ODD_SPACE.test(name)) return "it holds a space that is not an ordinary one";
  }
  if (name.startsWith(" ") || name.endsWith(" ")) return "it begins or ends with a space";
  return undefined;
}

/** True if a text has more than `most` code points. Counts them only if the number of UTF-16 units cannot decide it. */
export const isLonger = (text: string, most: number): boolean =>
  text.length > most && (text.length > 2 * most || [...text].length > most);

/** Reads the name of a user, role or other thing. @throws RbacError `NAME_INVALID` (exit 2). */
export function parseName(text: string): string {
  const name = text.length > 4 * LONGEST ? text : text.normalize("NFC");
  const fault = nameFault(name);
  if (fault) throw wrong("NAME_INVALID", `${quote(text)} is not a name: ${fault}`);
  return name;
}

/**
 * Reads free text (description, e-mail, reason): one line, at most 1,000 characters.
 * @throws RbacError `TEXT_INVALID` (exit 2).
 */
export function parseText(text: string): string {
  const name = text.length > 4000 ? text : text.normalize("NFC");
  if (name === "") throw wrong("TEXT_INVALID", "an empty text says nothing: leave it out");
  if (isLonger(name, 1000)) throw wrong("TEXT_INVALID", `${quote(text)} is longer than 1000 characters`);
  if (UNPRINTABLE.test(name)) throw wrong("TEXT_INVALID", `${quote(text)} holds characters that cannot be seen`);
  return name;
}

/** The beginning of the reason of every entry that bypassed the guard. */
const BREAK_GLASS = "break-glass";

/** The recorded reason of a change that bypassed the guard. */
export const markedReason = (reason: string | null): string =>
  reason === null ? BREAK_GLASS : `${BREAK_GLASS}: ${reason}`;

/**
 * Reads a reason: free text that does not look like the mark of a change that bypassed the guard.
 * @throws RbacError `TEXT_INVALID` (exit 2).
 */
export function parseReason(text: string): string {
  const reason = parseText(text);
  if (!skeleton(reason.trimStart()).startsWith(skeleton(BREAK_GLASS))) return reason;
  throw wrong("TEXT_INVALID", `a reason cannot begin with ${BREAK_GLASS}: that marks what was done past the guard`);
}

export interface Parts {
  readonly resource: string;
  readonly action: string;
  readonly own: boolean;
}

/** The parts of a permission or pattern, which must be valid. */
export function partsOf(permission: string): Parts {
  const [resource = "", action = "", own] = permission.split(":");
  return { resource, action, own: own !== undefined };
}

function parseWith(text: string, kindName: string, pattern: boolean): string {
  const name = text.length > 4 * LONGEST ? text : text.normalize("NFC");
  const fault = permissionFault(name, pattern);
  if (fault) throw wrong("PERMISSION_INVALID", `${quote(text)} is not a ${kindName}: ${fault}`);
  return name;
}

function permissionFault(name: string, pattern: boolean): string | undefined {
  const fault = nameFault(name);
  if (fault) return fault;
  const parts = name.split(":");
  const [resource, action, own] = parts;
  if (!resource || !action || parts.length > 3) return "write it as resource:action";
  if (parts.length === 3 && own !== "own") return "its third part can only be own";
  if (action === "own") return "own is no action: write resource:action:own";
  for (const part of [resource, action]) {
    if (/\s/u.test(part)) return "its parts hold no spaces";
    if (part === "*" ? !pattern : part.includes("*")) {
      return pattern ? "a * stands for one whole part" : "a pattern is not a permission";
    }
  }
  return undefined;
}

/**
 * Reads `resource:action` or `resource:action:own`, as in a question.
 * @throws RbacError `PERMISSION_INVALID` (exit 2).
 */
export const parsePermission = (text: string): string => parseWith(text, "permission", false);

/** Reads a permission for the catalogue: two parts, no `:own`. @throws RbacError `PERMISSION_INVALID` (exit 2). */
export function parseCatalogued(text: string): string {
  const name = parsePermission(text);
  if (isOwn(name)) {
    throw wrong("PERMISSION_INVALID", `${quote(text)} cannot be listed: the :own form belongs to grants and questions`);
  }
  return name;
}

/**
 * Reads a pattern of a grant: a permission in which `*` may replace a part.
 * @throws RbacError `PERMISSION_INVALID` (exit 2).
 */
export const parsePattern = (text: string): string => parseWith(text, "permission pattern", true);

/** Every pattern that covers a two-part permission; patterns that end in `:own` only if `own` is true (rule 4). */
export function patternsCovering(permission: string, own: boolean): string[] {
  const { resource, action } = partsOf(permission);
  const any = [permission, `${resource}:*`, `*:${action}`, "*:*"];
  return own ? [...any, ...any.map((pattern) => `${pattern}:own`)] : any;
}

/** True for the owner-only form of a permission or pattern. */
export const isOwn = (permission: string): boolean => permission.endsWith(OWN);

const OWN = ":own";

/** The two-part form: a permission or pattern without its `:own`. */
export const withoutOwn = (permission: string): string =>
  isOwn(permission) ? permission.slice(0, -OWN.length) : permission;
