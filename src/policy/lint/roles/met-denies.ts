/** Whether any allow of the policy meets a deny: for some permission, on some scope, whoever holds the two. */
import type { PolicyIndex } from "../../evaluate/policy-index.ts";
import { grouped } from "../../model/group-by.ts";
import { patternsCovering, withoutOwn } from "../../model/names.ts";
import { type PatternLess, patternMeets } from "../../model/patterns.ts";
import { type AnyGrant, isConditional } from "../../model/policy.ts";
import { ancestorsOf, type Scope } from "../../model/scopes.ts";

/** Allows of one pattern, with or without `:own`, that leave out the same. */
interface Allows {
  readonly names: PatternLess;
  readonly scopes: ReadonlySet<Scope>;
  /** These and all above them. */
  readonly above: ReadonlySet<Scope>;
}

export class MetDenies {
  readonly #byPattern: ReadonlyMap<string, readonly Allows[]>;
  readonly #wildcards: readonly Allows[];
  readonly #covered: PolicyIndex["covered"];

  constructor({ policy, covered }: PolicyIndex) {
    this.#covered = covered;
    const allows: AnyGrant[] = [...policy.grant.values(), ...policy.conditional.values()].filter(
      ({ effect }) => effect === "allow",
    );
    const alike = grouped(allows, (grant) => `${withoutOwn(grant.permission)}\0${butOf(grant).join("\0")}`);
    const made = [...alike.values()].map(allowsOf);
    this.#byPattern = grouped(made, ({ names }) => names.pattern);
    this.#wildcards = made.filter(({ names }) => names.pattern.includes("*"));
  }

  /** True when some allow covers what the deny takes away, if only a part of it; conditions may be true or not. */
  isMet({ permission, scope }: AnyGrant): boolean {
    const pattern = withoutOwn(permission);
    const isMeeting = (allows: Allows) => meetsScope(allows, scope) && patternMeets(pattern, allows.names);
    const isMetBy = (other: string) => this.#byPattern.get(other)?.some(isMeeting) === true;
    if (!pattern.includes("*")) return patternsCovering(pattern, false).some(isMetBy);
    return this.#wildcards.some(isMeeting) || this.#covered(pattern).some(isMetBy);
  }
}

const butOf = (grant: AnyGrant): readonly string[] => (isConditional(grant) ? grant.but : []);

function allowsOf(grants: readonly AnyGrant[]): Allows {
  const [first] = grants as [AnyGrant];
  const scopes = new Set(grants.map(({ scope }) => scope));
  const above = new Set([...scopes].flatMap(ancestorsOf));
  return { names: { pattern: withoutOwn(first.permission), but: butOf(first) }, scopes, above };
}

/** One of the two scopes covers the other: what is held on the deeper one is both allowed and denied. */
const meetsScope = ({ scopes, above }: Allows, scope: Scope): boolean =>
  above.has(scope) || ancestorsOf(scope).some((outer) => scopes.has(outer));
