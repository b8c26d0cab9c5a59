/** Our own ways to answer in a process that asks for long, in the shape in which the peers are measured. */
import type { Assignments } from "../../src/store/read/current-revision.ts";
import { type Ask, compiledFrom, published } from "./measure.ts";
import { AT, type BenchPolicy } from "./policy.ts";

export interface Own {
  readonly name: string;
  readonly lacks: string;
  /**
   * What loads it, once it has what is not its own work.
   * @param path a database of the policy
   */
  ready(path: string, policy: () => BenchPolicy): () => Promise<Ask>;
}

async function library(path: string, assignments: Assignments): Promise<Ask> {
  const { open } = await published();
  const rbac = await open(path, { mode: "read" });
  const compiled = await rbac.compile({ assignments });
  return async (user, permission) => (await compiled.can(user, permission)).allowed;
}

export const LIBRARY = "rbac, library";
export const ALONE = "rbac, decisions alone";

export const OURS: readonly Own[] = [
  {
    name: LIBRARY,
    lacks: "–: each answer first asks the database for newer changes",
    ready: (path) => () => library(path, "memory"),
  },
  {
    name: "rbac, library, on demand",
    lacks: "–: as above, and assignments are read with each question",
    ready: (path) => () => library(path, "demand"),
  },
  {
    name: ALONE,
    lacks: "the compiled policy that a batch is answered from, filled from memory; no database is asked",
    ready: (_, make) => {
      const policy = make();
      return async () => {
        const { CompiledPolicy } = (await compiledFrom(
          "policy/compiled/compiled-policy.ts",
        )) as typeof import("../../src/policy/compiled/compiled-policy.ts");
        const compiled = new CompiledPolicy({ people: true });
        for (const [kind, row] of policy.rows()) compiled.add(kind, row);
        const plain = { owner: null, scope: null, at: AT, activate: [], assume: [] };
        return (user, permission) => compiled.answer({ user, permission, ...plain }).allowed;
      };
    },
  },
];
