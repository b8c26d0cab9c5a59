/** The mutations that bring a policy to a document. */

import type { Mutation } from "../model/mutation.ts";
import type { Document } from "./facts.ts";
import { changesTo, reasonsOf, refuseFaults } from "./plan.ts";
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
  return {
    needs: {
      roles: "all",
      permissions: "all",
      users: everyUser ? "all" : [...userNames],
      holders: formerNamesIn(document, "role"),
    },
    already: ALL_STATED,
    decide: (policy) => changesTo(policy, document, prune),
    refuseFaults: (after) => refuseFaults(after, document),
    reasonOf: reasonsOf(document),
  };
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
  const { needs, reasonOf } = seeding(rest, false);
  return {
    needs,
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
