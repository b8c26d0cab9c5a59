/** What every framework's face exports besides its own guard. */
export type { AskHow } from "./guard.ts";
export type { InventoryRow } from "./inventory.ts";
export type { Claims, GuardAllOptions, GuardOptions, How, Of, RoleHow } from "./options.ts";
export type { PolicyHandle } from "./policy-handle.ts";
export { TokenError } from "./token-error.ts";
