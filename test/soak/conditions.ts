/**
 * Random conditions asked of CEL: wherever both say true or false, they say the same. `RBAC_CASES` is how many are
 * asked, each with an input of its own.
 */
import { conditionText, parseCondition, truthOf } from "../../src/policy/conditions/condition.ts";
import { celOf } from "../support/conditions/cel.ts";
import { factsOf } from "../support/conditions/facts.ts";
import { conditionOf, questionOf, textOf } from "../support/conditions/random.ts";
import { chanceOf, SEED } from "../support/store/random-databases.ts";
import { begin, none, tell } from "./run.ts";

begin("conditions");
const CASES = Number(process.env.RBAC_CASES ?? 1_000_000);
const range = { isWide: false };
const chance = chanceOf(SEED);
const different: unknown[] = [];
const counts = { both: 0, "only CEL": 0, "only rbac": 0, neither: 0, trueInBoth: 0 };

for (let asked = 0; asked < CASES; asked++) {
  const text = textOf(conditionOf(chance, range, 1 + chance.below(6)), chance);
  const question = questionOf(chance, range);
  const condition = parseCondition(text);
  const ours = truthOf(condition, factsOf(question));
  const theirs = celOf(conditionText(condition))(question);
  if (ours !== undefined && theirs !== undefined) counts.both++;
  else if (ours === undefined) counts[theirs === undefined ? "neither" : "only CEL"]++;
  else counts["only rbac"]++;
  if (ours === true && theirs === true) counts.trueInBoth++;
  if (ours !== undefined && theirs !== undefined && ours !== theirs) different.push({ text, question, ours, theirs });
  if ((asked + 1) % 100_000 === 0) tell(`${asked + 1} asked: ${JSON.stringify(counts)}`);
}
none("different answers", different);
