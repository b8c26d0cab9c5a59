/** How much a request says of attributes: what is read anew for each question may not be without bounds. */
import { RbacError } from "../../../index.ts";
import { type EvaluationRequest, isObject, type Properties } from "./reading.ts";

/** The most names of attributes in one evaluation, and the most items in all of their lists. */
const MOST = { names: 100, items: 1000 } as const;

/** Deeper names are none that a condition can ask for. */
const MOST_NAMES = 3;

interface Counts {
  readonly names: number;
  readonly items: number;
}
const NOTHING: Counts = { names: 0, items: 0 };

/** What was counted of an object that many evaluations share. */
const counted = new WeakMap<Properties, Counts>();

/** The parts of a request that may have properties. */
export interface Parts extends Pick<EvaluationRequest, "context"> {
  readonly subject: Pick<EvaluationRequest["subject"], "properties">;
  readonly action?: Pick<EvaluationRequest["action"], "properties">;
  readonly resource: Pick<EvaluationRequest["resource"], "properties">;
}

/** @throws RbacError `GIVEN_INVALID` (exit 2) for more than one evaluation may say. */
export function checkCounts({ subject, action, resource, context }: Parts): void {
  let [names, items] = [0, 0];
  for (const properties of [subject.properties, action?.properties, resource.properties, context]) {
    const { names: more, items: further } = properties ? countsOf(properties) : NOTHING;
    names += more;
    items += further;
  }
  if (names > MOST.names) throw tooMany(`${MOST.names} names in its properties and its context`);
  if (items > MOST.items) throw tooMany(`${MOST.items} items in the lists of its properties and its context`);
}

const tooMany = (what: string) => new RbacError(2, "GIVEN_INVALID", `one evaluation may have ${what}, and has more`);

function countsOf(properties: Properties): Counts {
  const known = counted.get(properties);
  if (known) return known;
  const counts = { names: 0, items: 0 };
  count(properties, counts, 1);
  counted.set(properties, counts);
  return counts;
}

/** Counts until there are too many. */
function count(properties: Properties, counts: { names: number; items: number }, depth: number): void {
  const values = Object.values(properties);
  counts.names += values.length;
  for (const value of values) {
    if (counts.names > MOST.names) return;
    if (Array.isArray(value)) counts.items += value.length;
    else if (depth < MOST_NAMES && isObject(value)) count(value, counts, depth + 1);
  }
}
