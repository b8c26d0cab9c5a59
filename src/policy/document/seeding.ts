/** The mutations that bring a policy to a document. */

import type { Mutation, NeededRows } from "../model/mutation.ts";
import { withoutOwn } from "../model/names.ts";
import { NAMED_KINDS } from "../model/records.ts";
import { changesTo, reasonsOf, refuseFaults } from "./changes-to-document.ts";
import type { Document } from "./facts.ts";
import { joinParts, type PartedDocument } from "./read-stream.ts";
import { formerNamesIn } from "./renamings.ts";

const ALL_STATED = "the database has all that the documents state";

/** Brings the policy to a document. The reasons in the document go into the stamps of their changes (rule 17). */
export function seeding(document: Document, prune: boolean): Mutation {
  const userNames = new Set([
    ...document.facts.user.keys(),
    ...[...document.facts.assignment.values()].map(({ row }) => String(row.user)),
    ...formerNamesIn(document, "user"),
  ]);
  const everyUser = prune && (document.sections.has("users") || document.sections.has("roles"));
  const beside = prune ? {} : rowsBeside(document);
  const all: NeededRows = {
    roles: "all",
    permissions: "all",
    users: everyUser ? "all" : [...userNames],
    holders: formerNamesIn(document, "role"),
  };
  return {
    needs: { ...all, ...beside },
    ...(beside.permissions && { needsToExplain: { ...all, ...beside, permissions: "all" } }),
    already: ALL_STATED,
    decide: (policy) => changesTo(policy, document, prune),
    refuseFaults: (after) => refuseFaults(after, document),
    reasonOf: reasonsOf(document),
  };
}

/** With more patterns it takes as long to look for each as to read all grants. */
const MOST_PATTERNS = 2_000;

type RowsBeside = Pick<NeededRows, "grants" | "conditionals" | "permissions">;

/**
 * Which grants and permissions a document is compared with: where it renames nothing and is not too long, those that it
 * may state, and those that it names.
 */
function rowsBeside({ facts }: Document): RowsBeside {
  for (const kind of NAMED_KINDS) for (const { was } of facts[kind].values()) if (was !== null) return {};
  const patterns = new Set([...facts.grant.values()].map(({ row }) => String(row.permission)));
  if (patterns.size > MOST_PATTERNS) return {};
  const grants = patterns.size === 0 ? "none" : { patterns: [...patterns] };
  return { grants, conditionals: true, ...permissionsBeside({ facts }, [...patterns]) };
}

/** Wildcards, and what is declared of attributes, may be about any permission. */
function permissionsBeside({ facts }: Pick<Document, "facts">, patterns: readonly string[]): RowsBeside {
  if (facts.conditional.size + facts.attribute.size > 0 || patterns.some((pattern) => pattern.includes("*"))) return {};
  const names = new Set([...facts.permission.keys(), ...patterns.map(withoutOwn)]);
  return names.size > MOST_PATTERNS ? {} : { permissions: [...names] };
}

/**
 * The same as `seeding` for a parted document. Users and assignments are decided part by part, each with only
 * the rows that it names. Pruning, and a document with constraints or the guard, must see everything at once.
 * The rest of the document is released as soon as it is decided, and read again if it is decided again.
 */
export function seedingParts({ rest, people, rereadRest }: PartedDocument, prune: boolean): Mutation {
  const hasRules = rest.facts.constraint.size + rest.facts.policy.size > 0;
  if (prune || hasRules || people.length === 0) return seeding(joinParts({ rest, people }), prune);
  let pendingRest: Document | undefined = rest;
  const takeRest = (): Document => {
    const document = pendingRest ?? rereadRest();
    pendingRest = undefined;
    return document;
  };
  const { needs, needsToExplain, reasonOf } = seeding(rest, false);
  return {
    needs,
    ...(needsToExplain && { needsToExplain }),
    already: ALL_STATED,
    decide: (policy) => changesTo(policy, takeRest(), false),
    refuseFaults: (after) => refuseFaults(after, rereadRest()),
    ...(reasonOf && { reasonOf }),
    further: {
      count: people.reduce((sum, { count }) => sum + count, 0),
      whole: () => seeding(joinParts({ rest: takeRest(), people }), false),
      *parts() {
        for (const stream of people)
          for (const { document, rows } of stream.parts()) yield { ...seedingPeople(document), rows };
      },
    },
  };
}

function seedingPeople(document: Document): Mutation {
  const namesOf = (kind: "user" | "assignment", field: "user" | "role") =>
    [...document.facts[kind].values()].map(({ row }) => String(row[field]));
  const former = formerNamesIn(document, "user");
  const users = [...new Set([...namesOf("user", "user"), ...namesOf("assignment", "user"), ...former])];
  return {
    needs: { users, roles: [...new Set(namesOf("assignment", "role"))], grants: "none" },
    decide: (policy) => changesTo(policy, document, false),
    refuseFaults: (after) => refuseFaults(after, document),
    reasonOf: reasonsOf(document),
  };
}
