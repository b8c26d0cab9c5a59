// Random policies whose grants have conditions and leave patterns out, and the attributes that come with questions.

import fc from "fast-check";
import type { PlainDocument, PlainGrant, PlainRole } from "./oracle.ts";
import type { OracleGiven } from "./oracle-conditions.ts";
import { catalogueOf, documents, NOW, SCOPES } from "./random-policies.ts";

/** About few attributes, so that the conditions of one question bear on each other. */
const ATOMS = [
  "resource.published",
  "resource.published == false",
  "resource.locked",
  'resource.status == "draft"',
  'resource.status != "review"',
  'resource.status in ["draft", "published"]',
  "resource.size < 10",
  "resource.size >= -1.5",
  "resource.size == subject.limit",
  "subject.user == resource.author",
  'subject.user == "alice"',
  "subject.team in resource.teams",
  '"red" in resource.teams',
  "has(resource.status)",
  "has(subject.team)",
  "has(subject.user)",
  'cidr(context.ip, "10.0.0.0/8")',
  `context.time < "${NOW}"`,
  'within(context.time, "09:00-17:00 UTC")',
  "context.mfa",
  'action.permission == "posts:read"',
] as const;

/** What a resource may be declared to have: all that conditions speak of. */
const DECLARED = {
  published: "bool",
  locked: "bool",
  status: ["draft", "review", "published"],
  size: "number",
  author: "string",
  teams: "list",
} as const;

/** Values of the right type mostly; now and then others, or none. */
const VALUES = {
  resource: {
    published: [true, false, true, false, "true", null],
    locked: [true, false, false, 1],
    status: ["draft", "review", "published", "other", 7, null],
    size: [10, 9.5, -2, 0, "9", null],
    author: ["alice", "author", "10", 10],
    teams: [["red"], ["red", "blue"], [], ["blue", 1], "red", null],
  },
  subject: { team: ["red", "blue", 1, null], limit: [10, 0, "10"] },
  context: { ip: ["10.1.2.3", "192.168.0.1", "no address", null], mfa: [true, false] },
  action: { how: ["fast"] },
} as const;

/** Conditions of one to four comparisons. */
const conditions = (atoms: readonly string[] = ATOMS): fc.Arbitrary<string> =>
  fc.letrec<{ condition: string; pair: string }>((tie) => ({
    condition: fc.oneof(
      { depthSize: "small" },
      { weight: 4, arbitrary: fc.constantFrom(...atoms) },
      { weight: 1, arbitrary: tie("condition").map((inner) => `!(${inner})`) },
      { weight: 2, arbitrary: tie("pair") },
    ),
    pair: fc
      .tuple(fc.oneof({ maxDepth: 2 }, tie("condition")), fc.constantFrom("&&", "||"), fc.constantFrom(...atoms))
      .map(([left, operator, right]) => `(${left}) ${operator} ${right}`),
  })).condition;

/** Attributes of some of the roots, or of none. */
export const givens = (): fc.Arbitrary<OracleGiven> =>
  fc.record(
    Object.fromEntries(
      Object.entries(VALUES).map(([root, attributes]) => [
        root,
        fc.record(
          Object.fromEntries(
            Object.entries(attributes).map(([name, values]) => [name, fc.constantFrom<unknown>(...values)]),
          ),
          { requiredKeys: [] },
        ),
      ]),
    ),
    { requiredKeys: [] },
  ) as fc.Arbitrary<OracleGiven>;

/** A part of what is given, as a list may know it before the question is asked. */
export const partsOf = (given: OracleGiven): fc.Arbitrary<OracleGiven> =>
  fc
    .subarray(Object.keys(given))
    .chain((roots) =>
      fc
        .tuple(
          ...roots.map((root) =>
            fc
              .subarray(Object.entries(given[root] ?? {}))
              .map((attributes) => [root, Object.fromEntries(attributes)] as const),
          ),
        )
        .map((parts) => Object.fromEntries(parts)),
    );

/**
 * Random policies of which some grants have a condition or leave something out, some denies a condition.
 * A resource has all attributes that conditions speak of declared, or none.
 */
export function conditionalDocuments(atoms: readonly string[] = ATOMS): fc.Arbitrary<PlainDocument> {
  return documents().chain((document) => {
    const catalogue = catalogueOf(document);
    const roles = Object.entries(document.roles ?? {});
    const resources = [
      ...new Set(catalogue.filter((name) => name.includes(":")).map((name) => name.split(":")[0] ?? "")),
    ];
    return fc
      .tuple(
        fc.tuple(...roles.map(([, role]) => withConditionals(role, catalogue, atoms))),
        fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.subarray(resources) }),
      )
      .map(([made, declared]) => ({
        ...document,
        roles: Object.fromEntries(made.map((role, at) => [roles[at]?.[0] ?? "", role])),
        ...(declared.length > 0 && { attributes: Object.fromEntries(declared.map((name) => [name, DECLARED])) }),
      }));
  });
}

function withConditionals(
  role: PlainRole,
  catalogue: readonly string[],
  atoms: readonly string[],
): fc.Arbitrary<PlainRole> {
  const rule = (isDeny: boolean) =>
    fc
      .record({
        permission: patterns(catalogue),
        own: fc.constantFrom("", "", "", ":own"),
        scope: fc.constantFrom(null, ...SCOPES),
        when: fc.option(conditions(atoms), { nil: undefined, freq: isDeny ? 1000 : 4 }),
        but: fc.oneof(
          { weight: 3, arbitrary: fc.constant<string[]>([]) },
          { weight: 1, arbitrary: fc.uniqueArray(patterns(catalogue), { maxLength: 3 }) },
        ),
      })
      .map(
        ({ permission, own, scope, when, but }): PlainGrant => ({
          permission: `${permission}${own}`,
          ...(scope !== null && { scope }),
          ...(when !== undefined && { when }),
          ...(!isDeny && but.length > 0 && { but }),
        }),
      )
      .filter(({ when, but }) => when !== undefined || but !== undefined);
  const several = (isDeny: boolean, maxLength: number) =>
    fc.uniqueArray(rule(isDeny), {
      maxLength,
      selector: (grant) => JSON.stringify({ ...grant, but: [grant.but ?? []].flat().sort() }),
    });
  return fc.tuple(several(false, 3), several(true, 1)).map(([grants, denies]) => ({
    ...role,
    grants: [...(role.grants ?? []), ...grants],
    denies: [...(role.denies ?? []), ...denies],
  }));
}

/** Names of the catalogue, and wildcards that cover some of it. */
const patterns = (catalogue: readonly string[]): fc.Arbitrary<string> =>
  fc
    .constantFrom(...catalogue)
    .chain((name) => fc.constantFrom(name, name, name.replace(/:.*/, ":*"), name.replace(/^[^:]*:/, "*:"), "*"));
