/** What every room of the service works with. */
import type { Compiled, Rbac } from "../../index.ts";
import type { Callers } from "./callers.ts";

/** Counts for `/metrics`. */
export interface Counts {
  /** A decision that was answered. @param reason as `can` has it */
  decided(allowed: boolean, reason: string): void;
  /** A question that names what the policy has not. */
  unknownName(): void;
}

export interface Serving {
  readonly policy: Compiled;
  readonly counts: Counts;
  /** The most questions of one request. */
  readonly maxEvaluations: number;
}

/** What rooms work with that list and change a policy. */
export interface Administering extends Serving {
  /** The database, open to be changed. */
  readonly rbac: Rbac;
  readonly callers: Callers;
  /** The revision that the database is at now. @throws HttpFault, RbacError (exit 4) while it does not answer */
  look(): Promise<number>;
  /** True once another file has taken the place of this database. */
  isReplaced(): boolean;
}
