/** When a server starts, every name that its routes use is asked of the policy: a misspelt one stops it. */
import { RbacError } from "../index.ts";
import type { Need } from "./needs.ts";
import type { GuardOptions, How } from "./options.ts";
import type { PolicyHandle } from "./policy-handle.ts";

export interface RouteNeed {
  readonly need: Need;
  readonly how: How<never>;
}

/** @throws RbacError with every fault: names that the policy has not, claims that nothing gives (exit 2), (exit 4). */
export async function checkAtStart(
  policy: PolicyHandle,
  options: GuardOptions<never>,
  routes: readonly RouteNeed[],
): Promise<void> {
  const faults: RbacError[] = [];
  const note = (error: unknown) => {
    if (!(error instanceof RbacError) || error.exitCode !== 2) throw error;
    faults.push(error);
  };
  const permissions = new Set(routes.flatMap(({ need }) => permissionsOf(need)));
  const roles = new Set([...fixedRoles(options), ...routes.flatMap(({ need, how }) => rolesOf(need, how))]);
  const asked = await Promise.allSettled([
    ...[...permissions].map((name) => policy.can(null, name, NO_DECISION)),
    ...[...roles].map((name) => policy.has(null, name, NO_DECISION)),
  ]);
  for (const answer of asked) if (answer.status === "rejected") note(answer.reason);
  const needsClaims = routes.some(({ need, how }) => need.kind === "scopes" || how.fresh !== undefined);
  if (needsClaims && !options.claims)
    note(new RbacError(2, "VALUE_EMPTY", "requireScopes and fresh read the claims of a token: give the guard claims"));
  const [first, ...others] = faults;
  if (!first) return;
  const message = [first, ...others].map((fault) => fault.message).join("\n");
  throw new RbacError(2, first.code, message, {
    suggestions: [...new Set(faults.flatMap((fault) => fault.suggestions))],
  });
}

/** Nobody asks: it is not logged. */
const NO_DECISION = { log: false } as const;

function permissionsOf(need: Need): readonly string[] {
  if (need.kind === "permissions") return need.names;
  return need.kind === "scopes" && need.arePermissions ? need.names : [];
}

const rolesOf = (need: Need, how: How<never>): readonly string[] => [
  ...(need.kind === "roles" ? need.names : []),
  ...fixedRoles(how),
];

/** Roles that are said as they are; those that a function makes are known with the request alone. */
const fixedRoles = ({ assume, activate }: Pick<How<never>, "assume" | "activate">): readonly string[] =>
  [assume, activate].flatMap((roles) => (Array.isArray(roles) ? roles : []));
