/** What a route needs of who asks, as a value. */

export type Need =
  | { readonly kind: "permissions"; readonly names: readonly string[]; readonly all: boolean }
  | { readonly kind: "roles"; readonly names: readonly string[]; readonly all: boolean }
  /** Scopes of the token; where they are permissions, the policy must allow them, too. */
  | { readonly kind: "scopes"; readonly names: readonly string[]; readonly arePermissions: boolean }
  | { readonly kind: "owner" }
  /** A user of the policy who is not disabled, whatever they may. */
  | { readonly kind: "user" };

/** The need as a list of routes shows it. */
export function needText(need: Need): string {
  if (need.kind === "owner" || need.kind === "user") return need.kind;
  const names = need.names.join(need.kind === "scopes" || need.all ? " and " : " or ");
  return need.kind === "permissions" ? names : `${need.kind === "roles" ? "role" : "scope"} ${names}`;
}
