/** Templates: texts with names in `{}`, in whose places values of a request are put. */
import { RbacError } from "../../../index.ts";
import { LONGEST } from "./reading.ts";

/** A text as it is, or the name of a value: of a member, or with `properties.` before it of a property. */
type Piece = { readonly text: string; readonly name?: never } | { readonly name: string; readonly text?: never };

export type Template = readonly Piece[];

const PROPERTY = "properties.";

/**
 * @param what what the template is, for errors
 * @param members the names that it may have, beside properties
 * @param elsewhere names that it may have in other places, for errors
 * @throws RbacError `VALUE_INVALID` (exit 2).
 */
export function parseTemplate(
  what: string,
  template: string,
  members: readonly string[],
  elsewhere: readonly string[] = [],
): Template {
  return template.split(/(\{[^{}]*\})/).flatMap((part): Piece[] => {
    if (part === "") return [];
    if (/^\{.*\}$/s.test(part)) return [{ name: nameIn(what, part, members, elsewhere) }];
    if (/[{}]/.test(part)) throw wrongTemplate(`${what} has a brace without its other: ${template}`);
    return [{ text: part }];
  });
}

function nameIn(what: string, part: string, members: readonly string[], elsewhere: readonly string[]): string {
  const name = part.slice(1, -1);
  if (members.includes(name) || (name.startsWith(PROPERTY) && name.length > PROPERTY.length)) return name;
  const known = [...elsewhere, ...members, `${PROPERTY}NAME`].map((member) => `{${member}}`).join(", ");
  throw wrongTemplate(`${what} names ${part}, and may name ${known}`);
}

export const wrongTemplate = (message: string): RbacError => new RbacError(2, "VALUE_INVALID", message);

/** The text with all values in their places. @throws RbacError `VALUE_EMPTY`, `VALUE_INVALID` (exit 2). */
export function filled(template: Template, members: Members): string {
  let text = "";
  for (const { text: literal, name } of template)
    text += name === undefined ? literal : textFor(name, valueIn(name, members));
  return text;
}

function textFor(name: string, value: unknown): string {
  if (typeof value === "string" && value.length <= LONGEST) return value;
  if (value === undefined || value === null)
    throw new RbacError(2, "VALUE_EMPTY", `${name} is missing, without which it is not known what is asked about`);
  if (typeof value === "boolean" || Number.isSafeInteger(value)) return String(value);
  throw new RbacError(
    2,
    "VALUE_INVALID",
    `${name} must be text of at most ${LONGEST} characters, a whole number, true or false`,
  );
}

/** What a request names that can be in a template. */
export interface Members {
  readonly type?: string;
  readonly id?: string;
  readonly name?: string;
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
}

/** The value of a name of a template. */
function valueIn(name: string, members: Members): unknown {
  if (!name.startsWith(PROPERTY)) return members[name as "type" | "id" | "name"];
  const { properties } = members;
  const property = name.slice(PROPERTY.length);
  return properties && Object.hasOwn(properties, property) ? properties[property] : undefined;
}
