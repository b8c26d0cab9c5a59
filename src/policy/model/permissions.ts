/** Reads permissions and patterns, and says what form a name would take that is none (rules 26, 27). */
import { wrong } from "../../errors.ts";
import { skeleton } from "./confusables.ts";
import { countCovering, isOwn, nameFault, quote, visibleText, withoutOwn } from "./names.ts";

const MOST_PARTS = 6;
/** The most patterns that may cover a name: a question looks up each. */
const MOST_PATTERNS = 256;
const LONGEST_TEXT = 1020;

/**
 * Reads a permission as in a question: one to six parts between `:`, with `:own` behind it for the owner.
 * @throws RbacError `PERMISSION_INVALID` (exit 2).
 */
export const parsePermission = (text: string): string => parseWith(text, "permission", false);

/** Reads a permission of the catalogue, which has no `:own`. @throws RbacError `PERMISSION_INVALID` (exit 2). */
export function parseCatalogued(text: string): string {
  const name = parsePermission(text);
  if (!isOwn(name)) return name;
  const why = "the :own form belongs to grants and questions";
  throw wrong("PERMISSION_INVALID", `${quote(text)} cannot be listed: ${why}; write it as ${quote(withoutOwn(name))}`);
}

/**
 * Reads a pattern of a grant: a permission in which `*` may stand for a part, or for the rest of one behind `x.` or
 * `x/`. @throws RbacError `PERMISSION_INVALID` (exit 2).
 */
export const parsePattern = (text: string): string => parseWith(text, "permission pattern", true);

function parseWith(text: string, kindName: string, pattern: boolean): string {
  const name = text.length > LONGEST_TEXT ? text : text.normalize("NFC");
  const fault = permissionFault(name, pattern);
  if (fault === undefined) return name;
  throw invalid(text, kindName, fault, formOf(name, pattern));
}

function invalid(text: string, kindName: string, fault: string, form: string | undefined) {
  const hint = form === undefined ? "" : `; write it as ${quote(form)}`;
  return wrong("PERMISSION_INVALID", `${quote(text)} is not a ${kindName}: ${fault}${hint}`);
}

function permissionFault(name: string, pattern: boolean): string | undefined {
  const fault = nameFault(name);
  if (fault) return fault;
  const plain = withoutOwn(name);
  const parts = plain.split(":");
  if (parts.length > MOST_PARTS) return `it has more than ${MOST_PARTS} parts`;
  for (const part of parts) {
    if (part === "") return "a part of it is empty";
    if (part.startsWith(" ") || part.endsWith(" ")) return "a part of it begins or ends with a space";
    const starFault = part.includes("*") ? faultOfStar(part, pattern) : undefined;
    if (starFault) return starFault;
  }
  // Names of two parts were read by a laxer rule once. Those that stand are still read, and only new ones refused.
  return parts.length === 2 && parts[1] !== "own" ? undefined : newPermissionFault(plain);
}

const QUOTING = "in a shell and in YAML a * is quoted";

function faultOfStar(part: string, pattern: boolean): string | undefined {
  if (!pattern) return `only grants and denies have a *; ${QUOTING}`;
  if (/^(.+[./])?\*$/.test(part) && part.indexOf("*") === part.length - 1) return undefined;
  return `a * stands for a whole part, as in posts:*, or for the rest of one, as in sales.* or api/*; ${QUOTING}`;
}

/** Reads a permission that is new to the catalogue. @throws RbacError `PERMISSION_INVALID` (exit 2). */
export function parseNewPermission(text: string): string {
  const name = parseCatalogued(text);
  const fault = newPermissionFault(name);
  if (fault === undefined) return name;
  throw invalid(text, "permission", fault, formOf(name, false));
}

function newPermissionFault(name: string): string | undefined {
  const last = name.slice(name.lastIndexOf(":") + 1);
  if (looksLikeOwn(last)) return "own is no part of a name, but stands behind one for its owner-only form";
  if (countCovering(name) <= MOST_PATTERNS) return undefined;
  return `more than ${MOST_PATTERNS} patterns cover it: it needs fewer parts, or fewer . and / in them`;
}

/** True for `own`, however it is spelt: a reader would take `posts:OWN` for the owner-only form of `posts`. */
export const looksLikeOwn = (part: string): boolean => {
  if (/^[ -~]*$/.test(part) && part.length !== "own".length) return false;
  return skeleton(skeleton(part.toLowerCase()).toLowerCase()) === skeleton("own");
};

/** The nearest name that could be read, if it is plain what was meant; a `*` is never guessed. */
function formOf(name: string, pattern: boolean): string | undefined {
  if (name.length > LONGEST_TEXT || name.includes("*")) return undefined;
  const parts = visibleText(name)
    .normalize("NFC")
    .replace(/^[ -]+/, "")
    .split(":");
  const full = parts.map((part) => part.trim()).filter((part) => part !== "");
  const end = full.findLastIndex((part) => !looksLikeOwn(part)) + 1;
  const plain = full.slice(0, end);
  const kept = plain.slice(0, MOST_PARTS - 1);
  const rest = plain.slice(MOST_PARTS - 1);
  const form = [...kept, ...(rest.length > 0 ? [rest.join(".")] : []), ...(end < full.length ? ["own"] : [])].join(":");
  return form !== "" && permissionFault(form, pattern) === undefined ? form : undefined;
}
