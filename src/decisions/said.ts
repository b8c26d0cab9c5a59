/** What a line says of a question and of what decided it. */

import type { Deciding } from "../policy/compiled/deciding-grants.ts";
import type { Attributes, Given } from "../policy/conditions/given.ts";
import type { Decision, HasDecision, Question, RoleQuestion } from "../policy/evaluate/decide.ts";
import { byBytes } from "../policy/model/byte-order.ts";
import { parseName } from "../policy/model/names.ts";
import { parsePermission } from "../policy/model/permissions.ts";
import type { DecidingGrant } from "./line.ts";

const orNone = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined);

/** @param now when it was asked @param logGiven the attributes whose values may be told */
export function saidOfQuestion(question: Question | RoleQuestion, now: string, logGiven: ReadonlySet<string>) {
  const { user, scope, activate, assume, existing, strangers, at, given } = question;
  return {
    user: user === null ? null : inNormalForm(user, parseName),
    ...("role" in question
      ? { role: question.role }
      : { permission: inNormalForm(question.permission, parsePermission), owner: question.owner ?? undefined }),
    on: scope ?? undefined,
    activate: orNone(activate),
    assume: orNone(assume),
    existing: existing || undefined,
    strangers: strangers || undefined,
    for: at === now ? undefined : at,
    ...(given && saidOfGiven(given, logGiven)),
  };
}

/** Names that were asked before they were read: those of the policy are in normal form. @throws RbacError (exit 2). */
const inNormalForm = (name: string, parse: (text: string) => string): string => (PLAIN.test(name) ? name : parse(name));

const PLAIN = /^[\x21-\x7e]{1,255}$/;

function saidOfGiven(given: Given, logGiven: ReadonlySet<string>) {
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
  return { given: orNone(names), values: hasValues ? values : undefined };
}

/** What decided, as a line has it. */
export function saidOfDeciding({ held, heldOn, grant }: Deciding): DecidingGrant {
  return {
    held,
    heldOn: heldOn ?? undefined,
    granting: grant === null || grant.role === held ? undefined : grant.role,
    grant: grant?.permission,
    scope: grant?.scope ?? undefined,
  };
}

/** What decided a decision that has its evidence: a plain grant, as for one that has none. */
export function decidingOf({ allowed, reason, because }: Decision | HasDecision): Deciding | undefined {
  if (!allowed && reason !== "deny") return undefined;
  const effect = allowed ? "allow" : "deny";
  const path = because.find((one) => one.effect === effect && one.grant?.digest === undefined);
  if (!path) return undefined;
  const { role: held, scope: heldOn } = path.assignment;
  const { grant } = path;
  return { held, heldOn, grant: grant && { role: grant.role, permission: grant.permission, scope: grant.scope } };
}
