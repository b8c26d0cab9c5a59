/** How long ago somebody signed in, for what needs a sign-in of just now (RFC 9470). */
import { RbacError } from "../index.ts";

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** The seconds of a duration such as `5m`. @throws RbacError `VALUE_INVALID` (exit 2) for anything else. */
export function secondsOf(duration: string): number {
  const [, count, unit = ""] = /^([1-9]\d{0,8})([smhdw])$/.exec(duration) ?? [];
  if (count === undefined)
    throw new RbacError(2, "VALUE_INVALID", `fresh must be a duration such as 5m, and is ${JSON.stringify(duration)}`);
  return Number(count) * (UNITS[unit] as number);
}

/** Clocks of two machines may differ by this much: seconds (RFC 8725 allows "a small leeway"). */
const LEEWAY = 60;

/** True where the sign-in is at most `seconds` old; a time that is no number, or in the future, is none. */
export function isFresh(signedInAt: unknown, seconds: number, now: number): boolean {
  if (typeof signedInAt !== "number" || !Number.isFinite(signedInAt)) return false;
  const age = now / 1000 - signedInAt;
  return age <= seconds && age >= -LEEWAY;
}
