/** Who calls, as the server asks for it. */

import type { Soon } from "../../web/soon.ts";
import type { Caller } from "./route.ts";

/** What came with a request, and on which connection. */
export interface Credentials {
  /** The header of that name. */
  readonly authorization: string | undefined;
  /** The certificate that the peer has proved to be its own; `undefined` without one. */
  readonly certificate: { readonly subject: { readonly CN?: string | string[] } } | undefined;
  /** The address of the peer, by which failed attempts are counted. */
  readonly address: string;
  /** True where what is open to this machine may be asked without a key. */
  readonly isLocal: boolean;
}

/** What a caller may do to the policy itself, as of a revision. */
export interface CallerRights {
  readonly principal: string;
  readonly revision: number;
  /** @param scope `null` is the root @throws HttpFault 403 where the caller, or the key, lacks the right. */
  require(right: string, scope: string | null): void;
}

export interface Callers {
  /**
   * Who sends a request: by the header, else by the certificate.
   * @throws HttpFault 401, after a while where many attempts failed; 429 where too many wait for that.
   */
  identify(credentials: Credentials): Soon<Caller>;
  /** @throws HttpFault 403 for a caller, or a key, without the right. */
  requireRight(caller: Caller, right: string): Soon<void>;
  /** What a caller may, as of now. @throws HttpFault 401, 403 for nobody, and for who has no rights at all. */
  rightsOf(caller: Caller): Promise<CallerRights>;
  /** Looks whether something was committed, for routes whose answers do not. @throws RbacError (exit 4). */
  look(): Promise<void>;
  /** False where the policy has moved since the caller was judged. */
  isCurrent(caller: Caller): boolean;
}
