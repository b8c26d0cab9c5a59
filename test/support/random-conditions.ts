/** Random conditions, attributes and conditional grants, for comparing what answers under conditions. */
import { conditionText, parseCondition } from "../../src/policy/conditions/condition.ts";
import type { Attributes, Given } from "../../src/policy/conditions/given.ts";
import { conditionalRow } from "../../src/policy/model/conditional-digest.ts";
import { isOwn, withoutOwn } from "../../src/policy/model/names.ts";
import { resourceOf } from "../../src/policy/model/patterns.ts";
import { draftOf, keyOf, type Policy } from "../../src/policy/model/policy.ts";
import { NOW, SCOPES } from "./random-policies.ts";
import type { Chance } from "./store/random-databases.ts";

/** About few attributes, so that conditions of one question bear on each other. */
const ATOMS = [
  "resource.published",
  "resource.published == false",
  'resource.status == "draft"',
  'resource.status != "done"',
  'resource.status in ["draft", "review"]',
  "resource.level < 3",
  "resource.level >= subject.level",
  "resource.team == subject.team",
  "subject.team in resource.teams",
  'resource.owner.team == "red"',
  "has(resource.status)",
  "has(context.ip)",
  "has(subject.team)",
  'cidr(context.ip, "10.0.0.0/8")',
  'within(context.time, "Mon-Fri 09:00-17:00 Europe/Berlin")',
  `context.time < "${NOW}"`,
  "context.mfa",
  'subject.user == "alice"',
  'action.permission == "posts:read"',
] as const;

/** The canonical text of a condition of one to four comparisons. @param atoms what it is made of */
function randomCondition(chance: Chance, atoms: readonly string[] = ATOMS): string {
  const made = (depth: number): string => {
    const kind = depth === 0 ? 0 : chance.below(5);
    if (kind < 2) return `(${chance.pick(atoms)})`;
    if (kind === 2) return `!(${made(depth - 1)})`;
    return `(${made(depth - 1)} ${kind === 3 ? "&&" : "||"} ${made(depth - 1)})`;
  };
  return conditionText(parseCondition(made(2)));
}

/** Values of the right type mostly; now and then another, or none. */
const VALUES: Readonly<Record<keyof Given, Readonly<Record<string, readonly unknown[]>>>> = {
  resource: {
    published: [true, false, true, false, "true", null, 1],
    status: ["draft", "review", "done", "other", "", 7, null],
    level: [1, 3, 5, "3", 2.5, null],
    team: ["red", "blue", "red", 1],
    teams: [["red"], ["red", "blue"], [], "red", [1, "red"]],
    owner: [{ team: "red" }, { team: "blue" }, {}, "red", null],
  },
  subject: { team: ["red", "blue", 1, null], level: [1, 3, "x"] },
  context: {
    ip: ["10.1.2.3", "192.168.0.1", "::ffff:10.0.0.1", "no address"],
    mfa: [true, false],
    time: [NOW, "then"],
  },
  action: { how: ["fast"] },
};

/** Attributes of some of the roots, or of none. */
export function randomGiven(chance: Chance): Given | undefined {
  if (chance.below(6) === 0) return undefined;
  const given: { -readonly [R in keyof Given]: Attributes } = {};
  for (const [root, attributes] of Object.entries(VALUES)) {
    if (chance.below(4) === 0) continue;
    const some = Object.entries(attributes).filter(([name]) => chance.below(name === "time" ? 6 : 3) !== 0);
    given[root as keyof Given] = Object.fromEntries(
      some.map(([name, values]) => [name, chance.pick(values)]),
    ) as Attributes;
  }
  return given;
}

/** A policy with conditional grants beside its others, and now and then with attributes declared. */
export function withConditionals(policy: Policy, chance: Chance, atoms: readonly string[] = ATOMS): Policy {
  const draft = draftOf(policy);
  const [roles, permissions] = [[...policy.role.keys()], [...policy.permission.keys()]];
  const pattern = () => {
    const name = chance.pick(permissions);
    return chance.pick([name, name, name.replace(/:.*/, ":*"), name.replace(/^[^:]*:/, "*:"), "*"]);
  };
  for (let left = chance.below(9); left > 0; left--) {
    const effect = chance.below(3) === 0 ? "deny" : "allow";
    const but = effect === "allow" && chance.below(3) === 0 ? [pattern(), pattern()] : [];
    const when = but.length > 0 && chance.below(2) === 0 ? null : randomCondition(chance, atoms);
    const permission = `${pattern()}${chance.below(4) === 0 ? ":own" : ""}`;
    const scope = chance.below(2) === 0 ? null : chance.pick(SCOPES);
    const row = conditionalRow({ role: chance.pick(roles), effect, permission, scope }, { but, when });
    draft.conditional.set(keyOf("conditional", row), { ...row, revision: 0 });
  }
  const declared = [
    { attribute: "published", type: "bool", values: null },
    { attribute: "status", type: "string", values: ["draft", "done"] },
    { attribute: "level", type: "number", values: null },
  ];
  for (const one of declared) {
    if (chance.below(3) !== 0) continue;
    const row = { resource: resourceOf(chance.pick(permissions)), ...one };
    draft.attribute.set(keyOf("attribute", row), { ...row, revision: 0 });
  }
  return draft;
}

/** A permission of the catalogue, now and then asked about as the owner. */
export const randomPermission = (policy: Policy, chance: Chance): string => {
  const name = chance.pick([...policy.permission.keys()]);
  return chance.below(3) === 0 && !isOwn(name) ? `${withoutOwn(name)}:own` : name;
};
