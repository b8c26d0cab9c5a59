/** The guard of an application: what its routes need, asked of the policy before their handlers run. */
import { type Filter, type FilterOptions, type PermissionName, RbacError, type RoleName } from "../index.ts";
import { Askers, LoadFault } from "./asker.ts";
import { checkAtStart, type RouteNeed } from "./boot-check.ts";
import { checkGuard, checkHow } from "./checked-options.ts";
import type { Framework, Reply } from "./framework.ts";
import { type FoundRoute, type InventoryRow, inventoryLines, inventoryOf } from "./inventory.ts";
import { Judge } from "./judge.ts";
import { type Need, needText } from "./needs.ts";
import type { GuardAllOptions, GuardOptions, How, RoleHow } from "./options.ts";
import type { PolicyHandle } from "./policy-handle.ts";
import type { Soon } from "./soon.ts";
import { printerOf, Unasked } from "./unasked.ts";

/** The circumstances of a question that a handler asks, which has loaded what it is about. */
export type AskHow<C, P extends PermissionName = PermissionName> = Omit<How<C, unknown, P>, "load" | "hide" | "fresh">;

/** What judges a request before its handler. */
export type Check<C> = (c: C) => Soon<Reply | undefined>;

/** `C` is the framework's request or context, `M` its middleware, `H` its handler, `A` its application. */
export abstract class Guard<C extends object, M extends object, H extends object, A> {
  readonly #policy: PolicyHandle;
  readonly #options: GuardOptions<C>;
  readonly #judge: Judge<C>;
  readonly #routes: RouteNeed[] = [];
  readonly #needs = new WeakMap<object, string>();
  #unasked: Unasked<C> | undefined;
  /** Where the inventory goes, once. */
  #print: ((line: string) => void) | undefined;
  /** @internal */
  protected readonly askers: Askers<C>;
  /** @internal */
  protected readonly framework: Framework<C>;

  /** @internal */
  constructor(policy: PolicyHandle, options: GuardOptions<C>, framework: Framework<C>) {
    checkGuard(options);
    this.#policy = policy;
    this.#options = options;
    this.framework = framework;
    this.askers = new Askers(options, framework);
    this.#judge = new Judge(policy, options, framework, this.askers);
  }

  /** A middleware of the framework. @internal */
  protected abstract middleware(check: Check<C>): M;
  /** A handler of the framework. @internal */
  protected abstract handler(answer: (c: C) => Promise<Reply>): H;
  /** The routes of an application, in their order. @internal */
  protected abstract routesOf(app: A): readonly FoundRoute[];

  /** The policy must allow the permission, or a 403. */
  requirePermission<R, P extends PermissionName>(permission: P, how: How<C, R, P> = {}): M {
    return this.#require({ kind: "permissions", names: [permission], all: true }, how);
  }

  /** One of the permissions is enough. */
  requireAnyPermission<R, P extends PermissionName>(permissions: readonly P[], how: How<C, R, P> = {}): M {
    return this.#require({ kind: "permissions", names: permissions, all: false }, how);
  }

  /** All of the permissions are needed, at one revision of the policy. */
  requireAllPermissions<R, P extends PermissionName>(permissions: readonly P[], how: How<C, R, P> = {}): M {
    return this.#require({ kind: "permissions", names: permissions, all: true }, how);
  }

  /** The role must be held, itself or by one that inherits it. Permissions are the better question. */
  requireRole<R>(role: RoleName, how: RoleHow<C, R> = {}): M {
    return this.#require({ kind: "roles", names: [role], all: true }, how);
  }

  requireAnyRole<R>(roles: readonly RoleName[], how: RoleHow<C, R> = {}): M {
    return this.#require({ kind: "roles", names: roles, all: false }, how);
  }

  requireAllRoles<R>(roles: readonly RoleName[], how: RoleHow<C, R> = {}): M {
    return this.#require({ kind: "roles", names: roles, all: true }, how);
  }

  /**
   * The token must have all of these scopes (RFC 6750), and the policy must allow each of them as a permission: a token
   * gives away some of what its user may, never more.
   * @param scopes a text with spaces in between, or a list
   * @param how with `permissions: false` scopes are only the token's
   */
  requireScopes<R>(
    scopes: string | readonly string[],
    { permissions = true, ...how }: How<C, R> & { readonly permissions?: boolean } = {},
  ): M {
    const names = typeof scopes === "string" ? scopes.split(" ").filter((name) => name !== "") : scopes;
    return this.#require({ kind: "scopes", names, arePermissions: permissions }, how);
  }

  /** Who asks must be the owner, and a user who is not disabled. To let others in, too, ask for a permission. */
  requireOwner<R>(how: Required<Pick<How<C, R>, "owner">> & How<C, R>): M {
    return this.#require({ kind: "owner" }, how);
  }

  /** Who asks must be a user of the policy who is not disabled, whatever they may. */
  requireUser(how: Pick<How<C>, "fresh"> = {}): M {
    return this.#require({ kind: "user" }, how);
  }

  /** Who asks: a name; `null` for a stranger, `undefined` where nobody signed in. The guard's `user`, called once. */
  async user(c: C): Promise<string | null | undefined> {
    return this.askers.userOf(c);
  }

  /**
   * Which rows of a table who asks may do it with, as SQL: `Compiled.filter` for this request. A need comes before it.
   * @throws RbacError (exit 2) where nobody signed in, and as `Compiled.filter` does.
   */
  async filter<P extends PermissionName>(c: C, permission: P, options: FilterOptions<P>): Promise<Filter> {
    checkHow<C>({}, this.#options, false);
    return this.#judge.filter(c, permission, options);
  }

  /** May who asks do it? For handlers. False where nobody signed in, and for a user whom the policy does not know. */
  async can<P extends PermissionName>(c: C, permission: P, how: AskHow<C, P> = {}): Promise<boolean> {
    const own: object = how;
    checkHow<C>(own, this.#options, false);
    return this.#judge.can(c, permission, own);
  }

  /** What the need of this route loads, which was loaded before its handler. `null` where there is nothing. */
  async resource<R>(c: C): Promise<R | null> {
    const { load } = this.askers.stateOf(c);
    if (!load) throw new RbacError(2, "USAGE", "no need of this route has a load");
    try {
      return ((await this.askers.loadedBy(c, load as (c: C) => R | null)) ?? null) as R | null;
    } catch (error) {
      throw error instanceof LoadFault ? error.cause : error;
    }
  }

  /** Marks a route as one for everybody, where `guardAll` asks for a need. */
  public(): M {
    return this.#named("public", (c) => {
      this.askers.stateOf(c).asked = true;
      return undefined;
    });
  }

  /** A handler that answers with what who asks may do, for interfaces that hide what they may not. */
  permissions(how: Pick<RoleHow<C>, "on" | "assume" | "activate"> = {}): H {
    checkHow(how, this.#options, true);
    const handler = this.handler((c) => this.#judge.permissions(c, how));
    this.#needs.set(handler, "signed in");
    return handler;
  }

  /**
   * Asks the policy for every name that routes use. To be awaited before the server listens.
   * @param app prints its inventory, where `guardAll` is used
   * @throws RbacError with every fault: a name that the policy has not (exit 2), the database is away (exit 4).
   */
  async ready(app?: A): Promise<void> {
    await checkAtStart(this.#policy, this.#options, this.#routes);
    if (app !== undefined) this.printInventory(app);
  }

  /** Every route of the application with what it needs. Of what runs before a route, only its own middlewares count. */
  inventory(app: A): InventoryRow[] {
    const isPublic = (method: string, path: string) => this.#unasked?.isPublic(method, path) ?? false;
    return inventoryOf(this.routesOf(app), (handler) => this.needOf(handler), isPublic);
  }

  /** @throws RbacError (exit 2) for a wrong option. @internal */
  protected denyingByDefault(options: GuardAllOptions): Unasked<C> {
    this.#unasked = new Unasked(this.framework, this.askers, options);
    this.#print = printerOf(options);
    return this.#unasked;
  }

  /** @internal */
  protected printInventory(app: A): void {
    const print = this.#print;
    this.#print = undefined;
    if (print) for (const line of inventoryLines(this.inventory(app))) print(line);
  }

  /** The texts of all needs so far. @internal */
  protected needTexts(): string[] {
    return this.#routes.map(({ need }) => needText(need));
  }

  /** What a middleware of this guard needs, as text; `undefined` for any other. @internal */
  protected needOf(middleware: unknown): string | undefined {
    return typeof middleware === "function" ? this.#needs.get(middleware) : undefined;
  }

  /** @param how the circumstances, whose types the caller has checked */
  #require(need: Need, how: object): M {
    const own: How<C> = { ...how };
    checkHow(own, this.#options, need.kind === "roles");
    if ("names" in need && need.names.length === 0)
      throw new RbacError(2, "VALUE_EMPTY", "a need names nothing: name something, or leave it out");
    // A list that the application changes later changes no need.
    const fixed = "names" in need ? { ...need, names: [...need.names] } : need;
    this.#routes.push({ need: fixed, how: own });
    return this.#named(needText(fixed), (c) => this.#judge.judge(c, fixed, own));
  }

  #named(text: string, check: Check<C>): M {
    const middleware = this.middleware(check);
    this.#needs.set(middleware, text);
    return middleware;
  }
}
