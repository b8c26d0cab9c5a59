/**
 * How long lint takes on a policy of many grants, and how much memory: Google's, and the same twice over, with what each
 * rule finds. `npx tsx test/bench/lint.ts [RULE…]`.
 */
import { NO_LINT } from "../../src/policy/document/facts.ts";
import { indexPolicy, type PolicyIndex } from "../../src/policy/evaluate/policy-index.ts";
import { lint } from "../../src/policy/lint/lint.ts";
import { RULES } from "../../src/policy/lint/rules/all-rules.ts";
import { grouped } from "../../src/policy/model/group-by.ts";
import { policyFrom } from "../support/documents.ts";
import { dataDocument, grantsOf } from "../support/shared-data.ts";
import { peak, timed } from "./measure.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);
const AT = new Date().toISOString();
const asked = process.argv.slice(2);

/** The roles twice over, the second time with permissions of their own. */
function documentOf(copies: number) {
  const document = dataDocument("gcp-iam/gcp-iam.policy.json");
  const names = (copy: number, all: readonly string[]) =>
    all.map((name) => (copy === 0 ? name : `copy${copy}.${name}`));
  const all = Array.from({ length: copies }, (_, copy) => ({
    permissions: names(copy, document.permissions),
    roles: Object.keys(document.roles ?? {}).map((role) => [
      `${role}${copy || ""}`,
      { grants: names(copy, grantsOf(document, role)) },
    ]),
  }));
  return {
    rbac: 1 as const,
    permissions: all.flatMap(({ permissions }) => permissions),
    roles: Object.fromEntries(all.flatMap(({ roles }) => roles)),
  };
}

const run = (index: PolicyIndex, rules: readonly string[] | undefined) =>
  lint(index, { at: AT, settings: NO_LINT, rules });
const rules = asked.length > 0 ? asked : undefined;
const seconds: number[] = [];
for (const copies of [1, 2]) {
  let index: PolicyIndex | undefined;
  const before = await timed(() => {
    index = indexPolicy(policyFrom(documentOf(copies)));
  });
  let findings: ReturnType<typeof lint>["findings"] = [];
  const all = await timed(() => {
    findings = run(index as PolicyIndex, rules).findings;
  });
  seconds.push(all);
  say(`${index?.policy.grant.size} grants: read in ${before.toFixed(2)} s, lint in ${all.toFixed(2)} s, ${peak()} MB`);
  for (const [rule, found] of grouped(findings, (finding) => finding.rule)) say(`  ${rule}: ${found.length}`);
  for (const { id } of RULES)
    say(`  ${id} alone: ${(await timed(() => run(index as PolicyIndex, [id]))).toFixed(2)} s`);
}
say(`twice the grants take ${((seconds[1] as number) / (seconds[0] as number)).toFixed(2)} times as long`);
