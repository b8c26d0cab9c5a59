/**
 * What the contract of guards needs of a framework: a server with routes, and a request of it read alike. Each framework
 * has a kit in `kits`; the cases know no framework.
 */

import type { InventoryRow } from "../../../src/web/inventory.ts";
import type { PolicyHandle } from "../../../src/web/policy-handle.ts";

/** A guard, whatever its framework: what cases give it is of no type but of an object. */
export interface AnyGuard {
  requirePermission(permission: string, how?: object): object;
  requireAnyPermission(permissions: readonly string[], how?: object): object;
  requireAllPermissions(permissions: readonly string[], how?: object): object;
  requireRole(role: string, how?: object): object;
  requireAnyRole(roles: readonly string[], how?: object): object;
  requireAllRoles(roles: readonly string[], how?: object): object;
  requireScopes(scopes: string | readonly string[], how?: object): object;
  requireOwner(how: object): object;
  requireUser(how?: object): object;
  filter(c: object, permission: string, options: object): Promise<object>;
  user(c: object): Promise<string | null | undefined>;
  can(c: object, permission: string, how?: object): Promise<boolean>;
  resource(c: object): Promise<unknown>;
  public(): object;
  permissions(how?: object): object;
  ready(app?: object): Promise<void>;
  inventory(app?: object): InventoryRow[];
  guardAll(options?: object): object;
}

/** What a handler answers: JSON. */
export type Handler = (c: object) => object | Promise<object>;

/** Ways in which a framework may answer, all of which say "secret" in a header, the body or both. */
export const SHAPES = ["end", "chunks", "writeHead", "stream", "file", "redirect"] as const;
export type Shape = (typeof SHAPES)[number];

export interface Route {
  readonly method?: "GET" | "POST" | "OPTIONS";
  readonly path: string;
  readonly needs?: readonly object[];
  /** JSON, one of the ways to answer, or a handler of the guard itself. */
  readonly handler: Handler | Shape | { readonly own: object };
}

/** An application to start. */
export interface Plan {
  readonly routes: readonly Route[];
  /** The middleware of `guardAll`. */
  readonly before?: object;
  /** Sets the framework's own trust in what proxies say. */
  readonly trust?: boolean;
}

export interface Running {
  readonly port: number;
  /** The application itself, for an inventory. */
  readonly app: object;
  /** What reached the application's own error handler, which answers 500 `{"error":…}`. */
  readonly errors: readonly unknown[];
  close(): Promise<void>;
}

export interface Kit {
  readonly name: string;
  /** What must be installed. */
  readonly packages: readonly string[];
  /** True where the framework has a setting for trusted proxies. */
  readonly hasTrust: boolean;
  /** True where the address of who asks is known without the application's help. */
  readonly hasAddress: boolean;
  guarding(policy: PolicyHandle, options: object): AnyGuard;
  header(c: object, name: string): string | undefined;
  param(c: object, name: string): string;
  start(plan: Plan): Promise<Running>;
}

export const isShape = (handler: Route["handler"]): handler is Shape => typeof handler === "string";
