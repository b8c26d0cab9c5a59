/** What a case of the contract is: what a route needs, what is asked of it, and the answer to the last byte. */
import type { AnyGuard, Kit } from "./kit.ts";
import type { Asked } from "./requests.ts";

/** What a case has at hand. */
interface Setting extends Pick<Kit, "header" | "param"> {
  readonly g: AnyGuard;
}

export interface Case {
  readonly name: string;
  /** Options of the guard, besides `user` and `claims`, which read `x-user` and `x-claims`. */
  readonly guard?: object;
  readonly need: (setting: Setting) => object | readonly object[];
  /** The pattern of the route. */
  readonly route?: string;
  /** Who asks: `null` for a stranger. */
  readonly as?: string | null;
  readonly asked?: Asked;
  readonly status: number;
  /** `WWW-Authenticate`; left out where there must be none. */
  readonly challenge?: string;
  /** The body; left out where the handler answers. */
  readonly body?: object;
}

/** A problem as it is answered. */
export const problem = (status: number, title: string, more: object): object => ({
  type: "about:blank",
  title,
  status,
  ...more,
});

export const unauthenticated = problem(401, "Unauthorized", { code: "UNAUTHENTICATED" });
export const notFound = problem(404, "Not Found", { code: "NOT_FOUND" });
export const denied = (...permissions: readonly string[]) =>
  problem(403, "Forbidden", { code: "PERMISSION_DENIED", permissions, reason: "none" });
export const conditional = problem(403, "Forbidden", {
  code: "PERMISSION_DENIED",
  permissions: ["posts:read"],
  reason: "condition",
});
export const missingRoles = (...roles: readonly string[]) =>
  problem(403, "Forbidden", { code: "ROLE_MISSING", roles, reason: "none" });
export const tooOld = problem(401, "Unauthorized", {
  code: "SIGN_IN_TOO_OLD",
  detail: "a more recent sign-in is needed",
});
export const TOO_OLD =
  'Bearer realm="api", error="insufficient_user_authentication", error_description="a more recent sign-in is needed", max_age="300"';

export const claims = (said: object): Asked => ({ headers: { "x-claims": JSON.stringify(said) } });
export const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
export const permission =
  (name: string, how: (setting: Setting) => object = () => ({})) =>
  (setting: Setting) =>
    setting.g.requirePermission(name, how(setting));
/** An object that is there, of ben's, and published or not. */
export const post = (more: object = {}) => ({ load: () => ({ author: "ben", ...more }) });
export const throws = (error: Error) => () => {
  throw error;
};
