/** People by chance, as an application knows them, with the part that it speaks for; and which rows lie in it. */
import fc from "fast-check";
import type { OneOrMore, Person, PersonRole } from "../../src/index.ts";
import type { PlainDocument, PlainHolding } from "./oracle.ts";
import { documents, INSTANTS, SCOPES } from "./random-policies.ts";

export interface SaidPart {
  readonly roles?: readonly string[];
  readonly users?: OneOrMore;
  readonly scopes?: readonly string[];
}

export interface Case {
  readonly document: PlainDocument;
  readonly person: Person;
  readonly how: { readonly only?: SaidPart; readonly replace: boolean };
}

const moment = fc.option(fc.constantFrom(...INSTANTS), { nil: undefined });
const windows = fc
  .record({ from: moment, until: moment })
  .filter(({ from, until }) => from === undefined || until === undefined || from < until)
  .map(({ from, until }) => ({ ...(from && { from }), ...(until && { until }) }));
const text = fc.option(fc.constantFrom("Ann", "é 日本", "a@example.com"));

const heldBy = (roles: readonly string[]): fc.Arbitrary<PersonRole> =>
  fc
    .tuple(fc.constantFrom(...roles), fc.constantFrom(...SCOPES), windows)
    .map(([role, on, window]) => ({ role, ...window, ...(on !== null && { on }) }));

/** A part: some of the roles by name or beginning, some scopes, some users, each said or not. */
const parts = (roles: readonly string[]): fc.Arbitrary<SaidPart> =>
  fc
    .record(
      {
        roles: fc.subarray([...roles, "*", "a*", "re*"], { minLength: 1 }),
        users: fc.constantFrom("*", "a*", ["alice", "10", "new"]),
        scopes: fc.subarray(["acme", "acme/posts", "beta"], { minLength: 1 }),
      },
      { requiredKeys: [] },
    )
    .filter((part) => Object.keys(part).length > 0);

export const cases: fc.Arbitrary<Case> = documents().chain((document) => {
  const roles = Object.keys(document.roles ?? {});
  const fields = { email: text, name: text };
  const listed = fc.uniqueArray(heldBy(roles), { maxLength: 4, selector: ({ role, on }) => `${role} ${on}` });
  return fc
    .record({
      user: fc.constantFrom(...Object.keys(document.users ?? {}), "new"),
      fields: fc.record(fields, { requiredKeys: [] }),
      roles: listed,
      only: fc.option(parts(roles), { nil: undefined }),
      keepsTo: fc.nat(3).map((n) => n > 0),
      replace: fc.boolean(),
    })
    .map(({ user, fields, roles, only, keepsTo, replace }) => ({
      document,
      person: { user, ...fields, roles: keepsTo ? roles.filter((row) => isIn(only, user, row)) : roles },
      how: { replace, ...(only && { only }) },
    }));
});

const fitsAny = (said: OneOrMore | undefined, name: string) =>
  said === undefined ||
  [said].flat().some((text) => (text.endsWith("*") ? name.startsWith(text.slice(0, -1)) : text === name));

/** True if an assignment lies in a part, or there is none. */
export const isIn = (part: SaidPart | undefined, user: string, { role, on }: PersonRole): boolean =>
  fitsAny(part?.roles, role) &&
  fitsAny(part?.users, user) &&
  (part?.scopes === undefined || part.scopes.some((scope) => on === scope || (on ?? "").startsWith(`${scope}/`)));

export const isInUsers = (part: SaidPart | undefined, user: string): boolean => fitsAny(part?.users, user);

/** What a document has somebody hold, in the words of a person. */
export const heldIn = ({ users = {} }: PlainDocument, user: string): PersonRole[] =>
  (users[user]?.roles ?? [])
    .map((entry): PlainHolding => (typeof entry === "string" ? { role: entry } : entry))
    .map(({ role, scope }) => ({ role, ...(scope !== undefined && { on: scope }) }));
