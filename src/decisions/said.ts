/** What a line says of a question and of what decided it. */

import type { Deciding } from "../policy/compiled/deciding-search.ts";
import type { Attributes, Given } from "../policy/conditions/given.ts";
import type { Question, RoleQuestion } from "../policy/evaluate/decide.ts";
import { byBytes } from "../policy/model/byte-order.ts";
import { parseName } from "../policy/model/names.ts";
import { parsePermission } from "../policy/model/permissions.ts";
import type { DecidingGrant, DecisionLine } from "./line.ts";

/** A text as JSON has it. */
const { stringify: quoted } = JSON;

/** A field of a line, behind others; nothing where it is not said. */
const field = (name: keyof DecisionLine | keyof DecidingGrant, value: string | null | undefined): string =>
  value === null || value === undefined ? "" : `,"${name}":${quoted(value)}`;

const listField = (name: keyof DecisionLine, list: readonly string[]): string =>
  list.length === 0 ? "" : `,"${name}":${quoted(list)}`;

/**
 * The fields of a line that say what was asked. They are put together by hand, since an object made for each line would
 * cost more than the decision.
 * @param now when it was asked @param logGiven the attributes whose values may be told
 */
export function saidOfQuestion(question: Question | RoleQuestion, now: string, logGiven: ReadonlySet<string>): string {
  const { user, scope, activate, assume, existing, strangers, at, given } = question;
  let said = `,"user":${user === null ? "null" : quoted(inNormalForm(user, parseName))}`;
  if ("role" in question) said += field("role", question.role);
  else {
    said += `,"permission":${quoted(inNormalForm(question.permission, parsePermission))}`;
    said += field("owner", question.owner);
  }
  said += field("on", scope);
  said += listField("activate", activate) + listField("assume", assume);
  if (existing) said += ',"existing":true';
  if (strangers) said += ',"strangers":true';
  if (at !== now) said += field("for", at);
  return given ? said + saidOfGiven(given, logGiven) : said;
}

/** Names that were asked before they were read: those of the policy are in normal form. @throws RbacError (exit 2). */
const inNormalForm = (name: string, parse: (text: string) => string): string => (PLAIN.test(name) ? name : parse(name));

const PLAIN = /^[\x21-\x7e]{1,255}$/;

function saidOfGiven(given: Given, logGiven: ReadonlySet<string>): string {
  const names: string[] = [];
  const values: Record<string, unknown> = {};
  let hasValues = false;
  const visit = (path: string, attributes: Attributes): void => {
    let isEmpty = true;
    for (const name in attributes) {
      isEmpty = false;
      const [value, inner] = [attributes[name], `${path}.${name}`];
      if (typeof value === "object" && value !== null && !Array.isArray(value)) visit(inner, value as Attributes);
      else {
        names.push(inner);
        if (!logGiven.has(inner)) continue;
        hasValues = true;
        values[inner] = value;
      }
    }
    if (isEmpty) names.push(path); // That it has no attributes is said, too.
  };
  for (const root in given) visit(root, given[root as keyof Given] ?? {});
  if (names.length > 1) names.sort(byBytes);
  return listField("given", names) + (hasValues ? `,"values":${quoted(values)}` : "");
}

/** The fields of a line that say what decided. */
export function saidOfDeciding({ held, heldOn, grant }: Deciding): string {
  const said = field("held", held) + field("heldOn", heldOn);
  if (grant === null) return said;
  const granting = grant.role === held ? undefined : grant.role;
  return said + field("granting", granting) + field("grant", grant.permission) + field("scope", grant.scope);
}
