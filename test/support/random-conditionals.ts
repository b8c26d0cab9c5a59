/** Random policies in which some grants have a condition, or leave something out, and attributes may be declared. */
import fc from "fast-check";
import { resourceOf } from "../../src/policy/model/patterns.ts";
import type { PlainDocument, PlainGrant, PlainRole } from "./oracle.ts";
import { catalogueOf, documents } from "./random-policies.ts";

/** What the conditions ask for; declared of a resource all together, or nothing is. */
const DECLARED = {
  published: "bool",
  status: ["draft", "live"],
  views: "number",
  "owner.team": "string",
  tags: "list",
};

/** As people write them, not in their canonical form; about every root and every kind of comparison. */
const CONDITIONS = [
  "resource.published",
  "resource.published==true",
  "!(resource.published)",
  "resource.status == 'draft' || resource.published",
  "'live' == resource.status",
  "resource.views >= 10 && (resource.views < 2e1)",
  "resource.owner.team == subject.team",
  "has(resource.owner.team) && !has(subject.team)",
  "'x' in resource.tags",
  'resource.status in ["live", "draft"]',
  "subject.user != context.caller",
  "cidr(context.ip, '10.0.0.0/8')",
  'within(context.time, "Mon-Fri 09:00-17:00 Europe/Berlin")',
  'context.note == "a \\"quoted\\" ü 😀"',
] as const;

interface More {
  readonly when?: string;
  readonly but?: string | string[];
}

/** Legal documents like `documents`, about a half of whose grants are conditional. */
export const conditionalDocuments = (): fc.Arbitrary<PlainDocument> =>
  documents().chain((document) => {
    const catalogue = catalogueOf(document);
    const resources = [...new Set(catalogue.map(resourceOf))];
    return fc
      .tuple(fc.array(more(catalogue), { minLength: 60, maxLength: 60 }), fc.subarray(resources))
      .map(([all, declared]) => withMore(document, all, declared));
  });

function more(catalogue: readonly string[]): fc.Arbitrary<More> {
  const pattern = fc.constantFrom(
    ...catalogue,
    ...catalogue.map((name) => `${resourceOf(name)}:*`),
    "*:*",
    "nothing:*",
  );
  const but = fc.oneof(pattern, fc.array(pattern, { maxLength: 3 }));
  const when = fc.constantFrom(...CONDITIONS);
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    { weight: 2, arbitrary: fc.record({ when }) },
    { weight: 1, arbitrary: fc.record({ but }) },
    { weight: 1, arbitrary: fc.record({ but, when }) },
  );
}

function withMore(document: PlainDocument, all: readonly More[], declared: readonly string[]): PlainDocument {
  let at = 0;
  const changed =
    (isDeny: boolean) =>
    (grant: string | PlainGrant): string | PlainGrant => {
      const { when, but } = all[at++ % all.length] as More;
      if (when === undefined && (but === undefined || isDeny)) return grant;
      const plain = typeof grant === "string" ? { permission: grant } : grant;
      return { ...plain, ...(when !== undefined && { when }), ...(but !== undefined && !isDeny && { but }) };
    };
  const roles = Object.entries(document.roles ?? {}).map(([name, role]): [string, PlainRole] => [
    name,
    { ...role, grants: (role.grants ?? []).map(changed(false)), denies: (role.denies ?? []).map(changed(true)) },
  ]);
  const attributes = Object.fromEntries(declared.map((resource) => [resource, DECLARED]));
  return { ...document, roles: Object.fromEntries(roles), attributes };
}
