/** Writes a policy as canonical YAML. In a file of its own, so that the YAML package is loaded only for that. */
import { Schema, stringify } from "yaml";
import { wrong } from "../errors.ts";
import { isList, snapshot, type Tree } from "../policy/document/snapshot.ts";
import type { Policy } from "../policy/model/policy.ts";
import type { Part } from "../policy/part/part.ts";
import { sanitizeLines } from "./sanitize.ts";

/**
 * What some reader takes for more than text, and the package does not know of: `=` is a type of YAML 1.1, the others
 * are numbers to readers of Go and Ruby, or by the letter of YAML 1.1, and symbols to Ruby.
 */
const MISREAD = /^(=|:.*|[-+]?[\d.,:_]+(e[-+]?[\d_]+)?|[-+]?0[box][\da-f_]+)$/i;

/** The types whose words are quoted where they are text: all of YAML 1.1, and one of ours. */
const COMPATIBLE = [
  ...new Schema({ schema: "yaml-1.1" }).tags,
  { tag: "tag:yaml.org,2002:value", default: true, test: MISREAD, resolve: (text: string) => text },
];

/** The limits of the YAML reader, so that only YAML that can be read again is written. */
export interface YamlLimits {
  readonly keys: number;
  readonly bytes: number;
}

/**
 * Canonical YAML: words that a reader of YAML 1.1 or 1.2 would misread are quoted, and the end mark `...` shows that
 * nothing was cut.
 * @throws RbacError `TOO_LARGE_FOR_YAML` (exit 2) when the YAML reader would refuse the text.
 */
export function toYamlDocument(policy: Policy, limits: YamlLimits, part?: Part): string {
  const tree = snapshot(policy, part);
  const text = sanitizeLines(`${stringify(tree, { compat: COMPATIBLE, lineWidth: 0 })}...\n`);
  if (keysOf(tree) > limits.keys || Buffer.byteLength(text) > limits.bytes) {
    throw wrong("TOO_LARGE_FOR_YAML", "this policy is too large to be read again as YAML: export it as json or ndjson");
  }
  return text;
}

/** The number of keys, at all depths. */
function keysOf(tree: Tree): number {
  if (typeof tree !== "object") return 0;
  if (isList(tree)) return tree.reduce<number>((sum, item) => sum + keysOf(item), 0);
  return [...tree.values()].reduce<number>((sum, item) => sum + 1 + keysOf(item), 0);
}
