/** The trail of names over several renamings of one revision. */
import type { Named } from "../../errors.ts";
import { added, type Change } from "../model/change.ts";
import type { Policy } from "../model/policy.ts";

/**
 * The former names that changes in sequence come to: of several renamings of one thing only the first name and the
 * last are kept, and nothing of what did not stand before or does not stand after (rule 39).
 */
export function trailOf(changes: readonly Change[], before: Policy, after: Policy): Change[] {
  const originals = new Map<string, { of: Named; name: string; first: string }>();
  for (const change of changes) {
    if (change.kind !== "former.add") continue;
    const { of, name, former } = change;
    const first = originals.get(`${of} ${former}`)?.first ?? former;
    originals.delete(`${of} ${former}`);
    originals.set(`${of} ${name}`, { of, name, first });
  }
  return [...originals.values()]
    .filter(({ of, name, first }) => before[of].has(first) && !after[of].has(first) && after[of].has(name))
    .map(({ of, name, first }) => added("former", { of, name, former: first, revision: 0 }));
}
