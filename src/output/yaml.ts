/** Canonical YAML of a policy: the only output that loads the YAML writer. */
import { stringify } from "yaml";
import { wrong } from "../errors.ts";
import { isList, snapshot, type Tree } from "../policy/document/snapshot.ts";
import type { Policy } from "../policy/model/policy.ts";
import { sanitizeLines } from "./sanitize.ts";

/** Limits of the YAML reader: what is written must be readable again. */
export interface YamlLimits {
  readonly keys: number;
  readonly bytes: number;
}

/** Canonical YAML: what YAML 1.1 would misread is quoted, and the end mark shows that nothing was cut. @throws RbacError (exit 2). */
export function toYamlDocument(policy: Policy, limits: YamlLimits): string {
  const tree = snapshot(policy);
  const text = sanitizeLines(`${stringify(tree, { compat: "yaml-1.1", lineWidth: 0 })}...\n`);
  if (keysOf(tree) > limits.keys || Buffer.byteLength(text) > limits.bytes) {
    throw wrong("TOO_LARGE_FOR_YAML", "this policy is too large to be read again as YAML: export it as json or ndjson");
  }
  return text;
}

function keysOf(tree: Tree): number {
  if (typeof tree !== "object") return 0;
  if (isList(tree)) return tree.reduce<number>((sum, item) => sum + keysOf(item), 0);
  return [...tree.values()].reduce<number>((sum, item) => sum + 1 + keysOf(item), 0);
}
