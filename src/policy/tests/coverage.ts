/** What of a policy its passing tests touch, and what of it they depend on. */
import type { Document } from "../document/facts.ts";
import { refsOf } from "../evaluate/evidence.ts";
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { rowId } from "../model/policy.ts";
import { ELEMENT_GROUPS, type Element, type ElementPlace, elementsOf, idOf, placeOf } from "./elements.ts";
import { Kills } from "./kills.ts";
import type { TestOutcome } from "./run-tests.ts";

export interface CoveredElement extends Element, ElementPlace {
  /** How many passing tests touch it: it lies on a path that decided, or without it they would fail. */
  readonly tests: number;
  /** True if without it a passing test would fail. */
  readonly isCritical: boolean;
}

interface Counts {
  readonly elements: number;
  readonly touched: number;
  readonly critical: number;
}

export interface TestCoverage {
  readonly elements: readonly CoveredElement[];
  readonly groups: readonly (Counts & { readonly group: (typeof ELEMENT_GROUPS)[number] })[];
  readonly total: Counts;
}

/** @param outcomes of all tests of the policy; those that failed touch nothing */
export function testCoverage(
  index: PolicyIndex,
  document: Pick<Document, "facts">,
  outcomes: readonly TestOutcome[],
  now: string,
): TestCoverage {
  const kills = new Kills(index, outcomes, now);
  const touching = touchedBy(outcomes);
  const elements = elementsOf(index.policy).map((element): CoveredElement => {
    const critical = kills.killers({ kind: "delete", from: element, to: null });
    const tests = new Set([...(touching.get(idOf(element)) ?? []), ...critical]).size;
    return { ...element, ...placeOf(document, element), tests, isCritical: critical.length > 0 };
  });
  const groups = ELEMENT_GROUPS.map((group) => ({ group, ...countsOf(elements.filter((one) => one.group === group)) }));
  return { elements, groups, total: countsOf(elements) };
}

const countsOf = (elements: readonly CoveredElement[]): Counts => ({
  elements: elements.length,
  touched: elements.filter(({ tests }) => tests > 0).length,
  critical: elements.filter(({ isCritical }) => isCritical).length,
});

/** The passing tests by the elements that their answers rest on. */
function touchedBy(outcomes: readonly TestOutcome[]): ReadonlyMap<string, ReadonlySet<TestOutcome>> {
  const touching = new Map<string, Set<TestOutcome>>();
  for (const outcome of outcomes) {
    if (!outcome.passed) continue;
    for (const id of idsOf(outcome)) touching.set(id, (touching.get(id) ?? new Set()).add(outcome));
  }
  return touching;
}

function idsOf(outcome: TestOutcome): string[] {
  if ("refusals" in outcome)
    return outcome.refusals.flatMap(({ by, isGuard }) => (isGuard ? [] : [`constraint\0${by}`]));
  return outcome.decision.because
    .flatMap((path) => refsOf(path, outcome.test.user))
    .map(({ kind, key }) => rowId(kind, key));
}
