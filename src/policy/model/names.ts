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

/** True for text that needs neither normalising nor looking at. */
export const isAscii = (text: string): boolean => ASCII.test(text);
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
  if (!isAscii(name)) {
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

/**
 * Every pattern that covers a permission, the narrowest first; those that end in `:own` only if `own` is true (rules
 * 4, 27). Of a pattern: every pattern that contains it, itself included.
 */
export function patternsCovering(permission: string, own: boolean): string[] {
  const any = plainPatternsCovering(permission);
  return own ? [...any, ...any.map((pattern) => `${pattern}${OWN}`)] : any;
}

function plainPatternsCovering(permission: string): string[] {
  const colon = permission.indexOf(":");
  // Fast path: nearly every name has two plain parts, and each question comes through here.
  if (colon > 0 && !/[./*]|:.*:/.test(permission)) {
    const [resource, action] = [permission.slice(0, colon), permission.slice(colon + 1)];
    return [permission, `${resource}:*`, `*:${action}`, "*:*", "*"];
  }
  const parts = permission.split(":").map(partPatterns);
  // A trailing * stretches over all further parts, so each beginning of the name followed by * covers it, too.
  return parts.reduceRight<string[]>(
    (tails, forms, at) =>
      at === parts.length - 1 ? forms : [...forms.flatMap((form) => tails.map((tail) => `${form}:${tail}`)), "*"],
    [],
  );
}

/** The forms of a pattern's part that cover a part, or contain that part of a pattern: the narrowest first. */
function partPatterns(part: string): string[] {
  if (part === "*") return ["*"];
  const prefixes = prefixEnds(part).map((end) => `${part.slice(0, end)}*`);
  return [part, ...prefixes.filter((prefix) => prefix !== part).reverse(), "*"];
}

/** Where the beginnings `x.` and `x/` of a part end that has more behind them, and `x` is not empty. */
const prefixEnds = (part: string): number[] =>
  [...part.matchAll(/[./]/g)].map(({ index }) => index + 1).filter((end) => end > 1 && end < part.length);

/** How many patterns cover a permission, without their `:own` forms: too many to list them all, perhaps. */
export function countCovering(permission: string): number {
  const forms = permission.split(":").map((part) => prefixEnds(part).length + 2);
  return forms.reduceRight((tails, count, at) => (at === forms.length - 1 ? count : count * tails + 1), 0);
}

/** True for the owner-only form of a permission or pattern. */
export const isOwn = (permission: string): boolean => permission.endsWith(OWN);

const OWN = ":own";

/** A permission or pattern without its `:own`. */
export const withoutOwn = (permission: string): string =>
  isOwn(permission) ? permission.slice(0, -OWN.length) : permission;

/** A text without what cannot be seen or is an odd space: what somebody who saw it would write. */
export const visibleText = (text: string): string =>
  text.replace(new RegExp(UNPRINTABLE, "gu"), "").replace(new RegExp(ODD_SPACE, "gu"), " ");
