/** Reads a file that holds a secret, which counts only if nobody else can read it. */
import { statSync } from "node:fs";
import { wrong } from "../errors.ts";
import { withFileErrors } from "./bytes.ts";
import { readTrusted, type TrustedFile, whyDistrusted } from "./trusted-file.ts";

const OPEN_TO_OTHERS = 0o007;

/**
 * The text of a file; `undefined` where there is none.
 * @throws RbacError `TOKEN_KEY_EXPOSED` (exit 2), and as `readTrusted` does
 */
export function readSecret(path: string, how: Omit<TrustedFile, "name" | "why">): string | undefined {
  if (withFileErrors(path, () => statSync(path, { throwIfNoEntry: false })) === undefined) return undefined;
  const read = readTrusted(path, { name: path, ...how, why: whyExposed });
  if ("text" in read) return read.text;
  throw wrong("TOKEN_KEY_EXPOSED", `${path} is no secret: ${read.distrusted}; chmod 600 it, and rotate the key`);
}

const whyExposed: typeof whyDistrusted = (stats, userId) =>
  whyDistrusted(stats, userId) ??
  (userId !== undefined && (stats.mode & OPEN_TO_OTHERS) !== 0 ? "everybody may open it" : undefined);
