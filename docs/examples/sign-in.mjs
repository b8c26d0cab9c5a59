/**
 * What these programs have in place of your sign-in: passwords and tokens, in memory. Whoever asks must be proved by
 * something like this; the policy is asked about the name that it gives.
 */
import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";

const accounts = new Map(); // name → { salt, hash }
const sessions = new Map(); // token → { user, scope, auth_time }

/** Names that may sign up. A name of a service, as "service:sign-up", is none: nobody can take it. */
const NAME = /^[a-z][a-z0-9-]{1,30}$/;

/**
 * Takes a name, and gives it back where `then` fails: where the policy refuses the name, for one.
 * @returns false where it is taken, or is none
 */
export async function register(user, password, then = async () => {}) {
  if (!NAME.test(user) || typeof password !== "string" || password === "" || accounts.has(user)) return false;
  const salt = randomBytes(16);
  accounts.set(user, { salt, hash: scryptSync(password, salt, 32) });
  try {
    await then();
  } catch (error) {
    forget(user);
    throw error;
  }
  return true;
}

/** Ends an account and its sessions. */
export function forget(user) {
  accounts.delete(user);
  for (const [token, session] of sessions) if (session.user === user) sessions.delete(token);
}

/**
 * @param scope what the token is for, of what its user may: "posts:read users:read"
 * @returns a token; undefined for a wrong name or password
 */
export function signIn(user, password, scope = "") {
  const account = accounts.get(user);
  if (!account || typeof password !== "string") return undefined;
  if (!timingSafeEqual(account.hash, scryptSync(password, account.salt, 32))) return undefined;
  const token = randomBytes(24).toString("base64url");
  sessions.set(token, { user, scope, auth_time: Math.floor(Date.now() / 1000) });
  return token;
}

/** Whose token is in the header "authorization"; undefined where there is none, null where it is none of ours. */
export function sessionOf(authorization) {
  if (authorization === undefined) return undefined;
  return sessions.get(authorization.replace(/^Bearer /i, "")) ?? null;
}
