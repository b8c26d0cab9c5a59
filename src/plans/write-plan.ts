/** A plan as the text of a file: JSON that people can read, in pieces, since it may name a million people. */
import { refused } from "../errors.ts";
import { digestOfContent } from "./digest.ts";
import type { Plan } from "./plan.ts";

/**
 * The text of a file of a plan, in pieces: a change and an outcome is a line.
 * @throws RbacError `PLAN_UNBOUND` (exit 3) for a plan of a database without a record: nothing would bind it to that.
 */
export function* planText(plan: Plan): Iterable<string> {
  if (plan.database === null)
    throw refused(
      "PLAN_UNBOUND",
      "a plan of a database without a record cannot be saved: nothing tells that database from another; seed it first",
    );
  const { rbacPlan, digest, changes, impact, ...rest } = plan;
  const { outcomes, ...others } = impact;
  yield `{\n${member("rbacPlan", rbacPlan)},\n${member("digest", digest)},\n`;
  yield `${member("content", digestOfContent(plan))},\n`;
  for (const [name, value] of Object.entries(rest)) yield `${member(name, value)},\n`;
  yield '"changes": ';
  yield* lines(changes);
  yield ',\n"impact": {\n';
  for (const [name, value] of Object.entries(others)) yield `${member(name, value)},\n`;
  yield '"outcomes": ';
  yield* lines(outcomes);
  yield "}\n}\n";
}

const member = (name: string, value: unknown): string => `${JSON.stringify(name)}: ${JSON.stringify(value)}`;

function* lines(list: readonly object[]): Iterable<string> {
  let mark = "[\n";
  for (const element of list) {
    yield mark + JSON.stringify(element);
    mark = ",\n";
  }
  yield list.length === 0 ? "[]" : "\n]";
}
