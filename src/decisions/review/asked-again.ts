/** The question of a line of a log, as it can be asked again. */
import { type Given, ROOTS, type Root } from "../../policy/conditions/given.ts";
import { readGiven } from "../../policy/conditions/read-given.ts";
import type { Scope } from "../../policy/model/scopes.ts";
import type { DecisionLine } from "../line.ts";

/** What a line asks, but for its time. */
export interface AskedAgain {
  readonly user: string | null;
  /** The permission, or the role of a question about one. */
  readonly topic: string;
  readonly isRole: boolean;
  readonly scope: Scope;
  readonly owner: string | null;
  readonly activate: readonly string[];
  readonly assume: readonly string[];
  readonly existing: boolean;
  readonly strangers: boolean;
  readonly given: Given | undefined;
  /** True where values were given that the log does not have: an answer that needs one is then not certain. */
  readonly lacksValues: boolean;
  /** True where that is the time, for which there is no "unknown". */
  readonly lacksTime: boolean;
}

const NO_ROLES: readonly string[] = [];

export function askedAgain(line: DecisionLine): AskedAgain {
  const { user, on = null, owner = null, activate = NO_ROLES, assume = NO_ROLES } = line;
  return {
    user,
    topic: line.permission ?? line.role ?? "",
    isRole: line.permission === undefined,
    scope: on,
    owner,
    activate,
    assume,
    existing: line.existing === true,
    strangers: line.strangers === true,
    ...givenOf(line),
  };
}

/**
 * The attributes of a line whose values are known. In a question a root that is given is complete: one of which a
 * value is not logged is left out as a whole, or `has` would be a certain no of it.
 */
function givenOf({ given: names = [], values = {} }: DecisionLine) {
  const lacking = new Set(names.filter((name) => name.includes(".") && !Object.hasOwn(values, name)));
  const lackingRoots = new Set([...lacking].map(rootOf));
  const known: { [name: string]: unknown } = {};
  for (const name of new Set([...names, ...Object.keys(values)])) {
    if (lackingRoots.has(rootOf(name))) continue;
    if (name.includes(".")) known[name] = values[name];
    else if (!names.some((other) => other.startsWith(`${name}.`))) known[name] = {};
  }
  const given = Object.keys(known).length > 0 ? readGiven(known) : undefined;
  return { given, lacksValues: lacking.size > 0, lacksTime: lacking.has("context.time") };
}

const rootOf = (name: string): Root | undefined => ROOTS.find((root) => name === root || name.startsWith(`${root}.`));
