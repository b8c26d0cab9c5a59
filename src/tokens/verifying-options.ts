/** The options of `verifying`, read strictly: what is wrong with them is told at once, and not by refused tokens. */
import { RbacError } from "../errors.ts";
import { parseDuration } from "../policy/model/times.ts";
import type { Changes } from "./change-feed.ts";
import { databaseOfIssuer } from "./issued-claims.ts";
import type { KeyAddress } from "./key-source.ts";
import { type Jwks, MOST_TOLERANCE } from "./keys.ts";
import { ACCESS_TOKEN } from "./sign-token.ts";

const MODES = ["live", "fresh", "claims"] as const;

export interface VerifyingOptions {
  /** The public keys: a JWKS, its text, or its URL. */
  readonly keys: Jwks | string | KeyAddress;
  /** Who issued the tokens: `urn:rbac:` and the id of the database, if nothing else was said to `rbac token issue`. */
  readonly issuer: string;
  /** For whom they are: this service. */
  readonly audience: string;
  /**
   * `live`, the default: a token says who asks, and the policy is asked what they may. `fresh`: what it says of rights
   * counts until `changes` tells that they may be others. `claims`: it counts until the token ends.
   */
  readonly mode?: (typeof MODES)[number];
  /** For `fresh`: whose answers may have changed since a revision, such as `rbac.changes`. */
  readonly changes?: Changes;
  /** How old an answer of `changes` may be. By default `10s`. */
  readonly maxLag?: string;
  /** The id of the database that tokens are of. By default the one that the issuer names, if it does. */
  readonly database?: string;
  /** The type in the header. By default `at+jwt`. */
  readonly type?: string;
  /** How far clocks may differ: `5s` by default, `60s` at most. */
  readonly tolerance?: string;
}

const NAMES = ["keys", "issuer", "audience", "mode", "changes", "maxLag", "database", "type", "tolerance"];

const invalid = (message: string): RbacError => new RbacError(2, "VALUE_INVALID", message);

/** @throws RbacError (exit 2). */
export function readVerifyingOptions(options: VerifyingOptions) {
  for (const [name, value] of Object.entries(options)) {
    if (!NAMES.includes(name))
      throw new RbacError(2, "OPTION_UNKNOWN", `there is no option "${name}": the options are ${NAMES.join(", ")}`);
    if (value === undefined) throw invalid(`the option ${name} is undefined: leave it out or give it a value`);
  }
  const { keys, issuer, audience, mode = "live", changes, type = ACCESS_TOKEN } = options;
  const { database = databaseOfIssuer(String(issuer)), maxLag = "10s", tolerance = "5s" } = options;
  for (const [name, text] of Object.entries({ issuer, audience, type, database: database ?? "any" }))
    if (typeof text !== "string" || text === "") throw invalid(`${name} must be a text`);
  if (!MODES.includes(mode)) throw invalid(`mode is ${MODES.join(", ")}`);
  if ((mode === "fresh") !== (typeof changes === "function"))
    throw invalid('mode "fresh" needs the function changes; nothing else does');
  if (mode === "fresh" && database === undefined)
    throw invalid('mode "fresh" needs the option database, as the issuer does not name one');
  const seconds = parseDuration(tolerance) / 1000;
  if (seconds > MOST_TOLERANCE) throw invalid(`tolerance is ${MOST_TOLERANCE}s at most`);
  return { keys, issuer, audience, mode, changes, type, database, maxLag: parseDuration(maxLag), tolerance: seconds };
}
