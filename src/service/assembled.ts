/** What a server is made of: the routes of all rooms, and who calls them. */
import type { Compiled } from "../index.ts";
import { type VerifyingOptions, verifying } from "../tokens/verifying.ts";
import { askingRoutes } from "./asking/asking-routes.ts";
import type { AuthzenOptions } from "./authzen/mapping/options.ts";
import { authzenRoutes } from "./authzen/routes.ts";
import { readKeys } from "./callers/key-book.ts";
import { callersByPolicy } from "./callers/policy-callers.ts";
import type { ServiceOptions } from "./start.ts";

interface Parts {
  readonly authzen: AuthzenOptions;
  /** Of the issuer whose tokens are trusted. */
  readonly tokens: VerifyingOptions | undefined;
  /** Where callers may say who they are by a certificate, with who vouches for them. */
  readonly tls: ServiceOptions["tls"];
}

/** @throws RbacError (exit 2) for an option of tokens that cannot be read */
export function assembled(parts: Parts): Pick<ServiceOptions, "routes" | "callers" | "hasCallers"> {
  const tokens = parts.tokens && verifying(parts.tokens);
  return {
    routes: async (serving, administering) => [
      ...authzenRoutes(serving, parts.authzen),
      ...askingRoutes(serving),
      ...(administering ? (await administration()).administrationRoutes(administering) : []),
      ...(administering ? (await events()).eventRoutes(administering) : []),
    ],
    callers: (policy) => callersByPolicy(policy, tokens),
    hasCallers: async (policy) => tokens !== undefined || parts.tls?.clientCa !== undefined || (await hasKeys(policy)),
  };
}

const hasKeys = async (policy: Compiled): Promise<boolean> => (await readKeys(policy)).hasAny(new Date().toISOString());

/** Its schemas take longer to load than a server takes to begin. */
const administration = () => import("./administration/administration-routes.ts");

const events = () => import("./events/event-routes.ts");
