/** The options of a guard and of each of its needs. */
import type { Given, GivenFor, PermissionName, Person, Rbac, RoleName } from "../index.ts";

/**
 * A value, or what makes it of the request. A function with two parameters is called after `load`, with what that
 * found; one with fewer is called before.
 */
export type Of<C, R, T> = T | ((c: C, resource: R) => T | Promise<T>);

/** What a verified token says of who asks. */
export interface Claims {
  /** The scopes of the token: a text with spaces in between, or a list. */
  readonly scope?: string | readonly string[];
  /** When the sign-in happened: seconds since 1970, as OpenID Connect has it. */
  readonly auth_time?: number;
}

/** The circumstances in which a need is judged. What is `undefined` in them is an error, never the root or nobody. */
export interface How<C, R = unknown, P extends PermissionName = PermissionName> {
  /** The scope on which to ask; `null`, and left out, is the root. */
  readonly on?: Of<C, R, string | null>;
  /** Who owns what the request is about; `null` for nobody. */
  readonly owner?: Of<C, R, string | null>;
  /** Attributes, for conditions. `context.ip` is there already where the socket says it. */
  readonly given?: Of<C, R, GivenFor<P>>;
  /** Roles to hold for this request; none where the list is empty. */
  readonly assume?: Of<C, R, readonly RoleName[]>;
  /** Only these of the roles that are held allow. */
  readonly activate?: Of<C, R, readonly RoleName[]>;
  /** Fetches what the request is about: once, and only where the answer needs it. `null` is a 404. */
  readonly load?: (c: C) => R | null | undefined | Promise<R | null | undefined>;
  /** Answers 404 in place of 403, for what must not be known to be there. */
  readonly hide?: boolean;
  /** How old the sign-in may be, as `5m`; what is older must sign in again (RFC 9470). */
  readonly fresh?: string;
}

/** The circumstances of a need for roles: no owner and no attribute bears on it. */
export type RoleHow<C, R = unknown> = Omit<How<C, R>, "owner" | "given">;

/** What `create` writes of somebody besides the name. */
type Profile = Omit<Person, "user">;

export interface GuardOptions<C> extends Pick<How<C>, "on" | "assume" | "activate"> {
  /** Attributes for every need: of who asks, of the request. */
  readonly given?: Of<C, unknown, Given>;
  /** Who asks: a name; `null` for a stranger, answered by `everyone`; `undefined` where nobody signed in: a 401. */
  readonly user: (c: C) => string | null | undefined | Promise<string | null | undefined>;
  /** What the application has verified of the token; without a token `undefined`. */
  readonly claims?: (c: C) => Claims | undefined | Promise<Claims | undefined>;
  /** The realm of `WWW-Authenticate`. By default `api`. */
  readonly realm?: string;
  /**
   * What becomes of somebody who signed in and whom the policy does not know: refused with 403, answered as a stranger,
   * or made a user by `sync`. By default refused.
   */
  readonly onUnknownUser?: "forbid" | "stranger" | "create";
  /** With `create`: who writes, and what is written besides the name. */
  readonly rbac?: Rbac;
  readonly profile?: (c: C) => Profile | Promise<Profile>;
}

/** What `guardAll` lets pass, and where it tells of the routes. */
export interface GuardAllOptions {
  /**
   * What everybody may: `GET /health`, `/login` for every method, `/assets/*` for all below. A route counts by its
   * pattern, too: `/posts/:id`.
   */
  readonly public?: readonly string[];
  /**
   * What prints the inventory of routes, line by line, when the application is ready; `false` for nothing. By default
   * it goes to stderr, and outside of production alone.
   */
  readonly print?: false | ((line: string) => void);
}
