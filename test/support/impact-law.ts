/**
 * The law of impact (rule 37) over everything that a policy has, as a property: an answer of the oracle differs between
 * two policies just where a row covers the question and its sides differ, now and at each later moment.
 */
import fc from "fast-check";
import { toJsonDocument } from "../../src/output/views/document.ts";
import { rename } from "../../src/policy/edit/entities.ts";
import { impactOf } from "../../src/policy/impact/impact.ts";
import type { GainsAndLosses, Impact, ImpactOnPerson, ImpactRow } from "../../src/policy/impact/values.ts";
import { apply, type Change, diff, formerNamesOf, replay } from "../../src/policy/model/change.ts";
import { draftOf, type Policy } from "../../src/policy/model/policy.ts";
import { danglingRows } from "../../src/policy/rules/dangling-rows.ts";
import { policyFrom } from "./documents.ts";
import { type OracleQuestion, oracleFacts, oracleReason, type PlainDocument } from "./oracle.ts";
import type { OracleGiven } from "./oracle-conditions.ts";
import { conditionalDocuments, givens } from "./random-conditional-questions.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, catalogueOf } from "./random-policies.ts";
import { rowCovers, sideHolds } from "./rows-under-conditions.ts";

export const documentOf = (policy: Policy): PlainDocument => JSON.parse(toJsonDocument(policy));

const NOTHING: ImpactOnPerson = { gains: [], losses: [], later: [] };

/** What an impact says of somebody. */
const saidOf = ({ outcomes, strangers }: Impact, user: string | null): ImpactOnPerson =>
  user === null ? strangers : (outcomes.find(({ users }) => users.includes(user)) ?? NOTHING);

export interface Changed {
  readonly before: Policy;
  readonly changes: Change[];
}

/** Random changes: some of those that lead to another random policy, what then would dangle, and now and then a renaming. */
export function changedPolicies(policies: fc.Arbitrary<PlainDocument>): fc.Arbitrary<Changed> {
  const renaming = fc.constantFrom(undefined, undefined, "user", "role", "permission");
  const stream = fc.infiniteStream(fc.integer({ min: 0, max: 9 }));
  // Where people hold other roles, it is hardly seen what else changes.
  const kinds = fc.constantFrom(/./, /^(?!user|assignment)/, /^(inheritance|everyone)/, /^attribute/);
  return fc
    .tuple(policies, policies, stream, fc.integer({ min: 1, max: 10 }), renaming, kinds)
    .map(([from, to, shares, share, named, kind]) => {
      const before = policyFrom(from);
      const all = diff(before, policyFrom(to)).filter((change) => kind.test(change.kind));
      const some = all.filter(() => (shares.next().value ?? 0) < share);
      const draft = draftOf(before);
      replay(draft, some, 0);
      replay(draft, danglingRows(draft), 0);
      const name = named && [...draft[named as "user"].keys()].find((one) => before[named as "user"].has(one));
      const renamed = name && named ? renamedOrNot(draft, named as "user", name) : [];
      const changes = diff(before, apply(draft, renamed));
      return { before, changes: [...changes, ...renamed.filter(({ kind }) => kind === "former.add")] };
    });
}

/** A renaming; nothing where it is refused, since a wildcard would cover nothing. */
function renamedOrNot(policy: Policy, kind: "user" | "role" | "permission", name: string): Change[] {
  try {
    return rename(policy, kind, name, kind === "permission" ? "new:name" : "zoe");
  } catch {
    return [];
  }
}

/** Everybody in either policy by their names in both, and a stranger. */
function everybodyIn({ before, changes }: Changed, after: Policy) {
  const former = formerNamesOf(changes, "user");
  const gone = new Set(former.values());
  const names = [...new Set([...before.user.keys(), ...after.user.keys()])].filter(
    (name) => !gone.has(name) || after.user.has(name),
  );
  const people = names.map((name) => [former.get(name) ?? (gone.has(name) ? undefined : name), name] as const);
  return [...people, [null, null] as const];
}

/** What the oracle answers; a user or a permission that is not there may nothing. */
function may(document: PlainDocument, question: Omit<OracleQuestion, "user"> & { user: string | null | undefined }) {
  const { user, permission } = question;
  if (user === undefined || (user !== null && !Object.hasOwn(document.users ?? {}, user))) return false;
  return catalogueOf(document).includes(permission) && oracleReason(document, { ...question, user }) === "allow";
}

/**
 * What is given once a person is renamed: the application that names them as an author does so by the new name. So a
 * condition on who asks says the same of them before and after, as `:own` does.
 */
function givenAfter(given: OracleGiven, former: ReadonlyMap<string, string>): OracleGiven {
  const [name] = [...former].find(([, old]) => old === given.resource?.author) ?? [];
  return name === undefined ? given : { ...given, resource: { ...given.resource, author: name } };
}

/** What is said for a moment: by the last later entry until then. */
const saidAt = ({ later, ...now }: ImpactOnPerson, moment: string): GainsAndLosses =>
  later.findLast(({ at }) => at <= moment) ?? now;

export interface LawCounts {
  pairs: number;
  questions: number;
  gains: number;
  losses: number;
  underConditions: number;
  later: number;
}

const someScopes = fc.shuffledSubarray([...ASKED_SCOPES], { minLength: 3, maxLength: 3 });
const moments = fc.tuple(
  fc.constantFrom(...ASKED_INSTANTS),
  fc.subarray([...ASKED_INSTANTS], { minLength: 1, maxLength: 2 }),
);

/** Holds the law against so many random pairs of a policy and changes. @throws where it does not hold */
export function holdLaw(runs: number, seed: number): LawCounts {
  const counts: LawCounts = { pairs: 0, questions: 0, gains: 0, losses: 0, underConditions: 0, later: 0 };
  const law = fc.property(
    changedPolicies(conditionalDocuments()),
    moments,
    someScopes,
    givens(),
    (changed, [at, others], scopes, given) => {
      const after = apply(changed.before, changed.changes);
      const documents = [documentOf(changed.before), documentOf(after)] as const;
      const givens = { before: given, after: givenAfter(given, formerNamesOf(changed.changes, "user")) };
      const impact = impactOf(changed.before, changed.changes, at, { expand: true, causes: true });
      counts.pairs += 1;
      for (const names of everybodyIn(changed, after))
        for (const moment of new Set([at, ...others.filter((other) => other > at)]))
          holdFor(documents, names, saidAt(saidOf(impact, names[1]), moment), { moment, scopes, givens }, counts);
      counts.later += impact.later.length;
    },
  );
  fc.assert(law, { numRuns: runs, seed });
  return counts;
}

interface Asked {
  readonly moment: string;
  readonly scopes: readonly (string | null)[];
  readonly givens: { readonly before: OracleGiven; readonly after: OracleGiven };
}

function holdFor(
  [old, now]: readonly [PlainDocument, PlainDocument],
  [nameBefore, name]: readonly [string | null | undefined, string | null],
  said: GainsAndLosses,
  { moment, scopes, givens }: Asked,
  counts: LawCounts,
): void {
  const permissions = [...new Set([old, now].flatMap(catalogueOf))];
  for (const permission of permissions)
    for (const own of [true, false])
      for (const scope of scopes) {
        const question = { permission, own, scope, at: moment, activate: [], assume: [] };
        const before = { ...question, given: givens.before, user: nameBefore };
        const after = { ...question, given: givens.after, user: name };
        const [could, can] = [may(old, before), may(now, after)];
        const facts = {
          before: oracleFacts(old, { ...before, user: nameBefore ?? null }),
          after: oracleFacts(now, after),
        };
        const says = (rows: readonly ImpactRow[], from: "before" | "after", to: "before" | "after") =>
          rows.some((row) => {
            if (row.permission !== permission || !rowCovers(row, own, scope)) return false;
            const [was, is] = [row[from], row[to]];
            if (was === undefined || is === undefined) return true;
            counts.underConditions += 1;
            const holds = (side: typeof was, which: "before" | "after") =>
              side !== null && sideHolds(side, scope, facts[which]);
            return !holds(was, from) && holds(is, to);
          });
        const seen = { gain: says(said.gains, "before", "after"), loss: says(said.losses, "after", "before") };
        counts.questions += 1;
        counts.gains += Number(can && !could);
        counts.losses += Number(could && !can);
        if (seen.gain !== (can && !could) || seen.loss !== (could && !can))
          throw new Error(JSON.stringify({ name, after, could, can, seen, said }, null, 1));
      }
}
