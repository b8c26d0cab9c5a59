/** Changes of the policy by a caller: the caller is the actor, and every change needs the right of its kind. */
import type { Rbac } from "../../index.ts";
import { RbacError } from "../../index.ts";
import type { Change } from "../../policy/model/change.ts";
import { ESCALATE } from "../../policy/rules/delegable-rights.ts";
import { neededRight } from "../../policy/rules/guard.ts";
import { movedByRenames } from "../../policy/rules/renames.ts";
import { HttpFault } from "../http/fault.ts";
import type { Caller } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";

/** A right that a caller must hold whatever comes of a change, so that nobody without it learns what is there. */
export interface WishedRight {
  readonly right: string;
  /** `null` is the root. */
  readonly scope: string | null;
}

interface Changing {
  readonly wished: readonly WishedRight[];
  /** The revision at which the caller has seen the policy: at another one nothing is changed. */
  readonly expectRevision?: number | undefined;
}

const isOfPolicy = (permission: string): boolean => permission.startsWith("rbac:");

/** How often a change is decided anew where the policy moves meanwhile. */
const MOST_TIMES = 8;

/**
 * Makes a change by a caller, guarded or not (rule 24 says which right each kind of change needs).
 * @param change changes nothing but by the handle, and passes on what it is told of the revision
 * @throws HttpFault 401, 403; 503 where the policy moves too fast; RbacError as the library does
 */
export async function changeBy<T>(
  { rbac, callers }: Pick<Administering, "rbac" | "callers">,
  caller: Caller,
  { wished, expectRevision }: Changing,
  change: (rbac: Rbac, how: { readonly expectRevision: number }) => Promise<T>,
): Promise<T> {
  for (let times = 0; times < MOST_TIMES; times += 1) {
    const { principal, revision, require } = await callers.rightsOf(caller);
    for (const { right, scope } of wished) require(right, scope);
    const judge = (changes: readonly Change[]): void => {
      const moved = movedByRenames(changes); // The row of kind `former` is judged in their place.
      for (const one of changes) {
        if (moved.has(one)) continue;
        const { permission, scope } = neededRight(one);
        require(permission, scope);
        // Where tokens or certificates say who calls, a name is proof: whoever may rename somebody may be them.
        if (one.kind === "former.add" && one.of === "user") require(ESCALATE, null);
        // Nobody makes a right of the policy out of a permission that they and others hold already.
        if (one.kind === "former.add" && one.of === "permission" && [one.name, one.former].some(isOfPolicy))
          require(ESCALATE, null);
      }
    };
    try {
      return await change(rbac.judged(principal, judge), { expectRevision: expectRevision ?? revision });
    } catch (error) {
      // What the caller may is known of one revision alone, and the change must be of the same.
      const isMoved = error instanceof RbacError && error.code === "REVISION_MOVED";
      if (!isMoved || expectRevision !== undefined) throw error;
    }
  }
  throw new HttpFault(503, "POLICY_MOVING", "the policy changes faster than this can be decided: ask again", {
    "retry-after": "1",
  });
}
