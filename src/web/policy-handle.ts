/** What guards ask of a policy: of a compiled one, or of a service that answers for it. */
import type { Compiled, Decisions } from "../index.ts";

/** A policy as guards take it: `Compiled` is one, and so is what `connect` of `rbac-admin/remote` gives. */
export interface PolicyHandle extends Pick<Compiled, "can" | "has" | "all" | "permissions" | "filter" | "user"> {
  /** Where decisions are logged in this process. */
  readonly decisions?: Pick<Decisions, "keep"> | undefined;
  /** True where whoever answers logs decisions, and is told the id of the request. */
  readonly logsElsewhere?: boolean;
  /** `can`, without a promise where the answer is there at once. @internal */
  readonly canSoon?: Compiled["canSoon"];
  /** `has` as `canSoon` is `can`. @internal */
  readonly hasSoon?: Compiled["hasSoon"];
}
