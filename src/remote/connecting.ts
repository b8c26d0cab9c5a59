/** `rbac-admin/remote`: a policy that a service answers for, as guards take it. */
import { type ConnectOptions, type ServiceAddress, settingsOf } from "./remote-options.ts";
import { RemotePolicy } from "./remote-policy.ts";
import { ServiceLink } from "./service-link.ts";

/**
 * Nothing is sent yet: `ready` asks once.
 * @param url where `rbac serve` answers, as text or as a `URL`
 * @throws RbacError (exit 2) for a wrong option, and for `http:` to another machine without `allowHttp`.
 */
const connect = (url: string | ServiceAddress, options: ConnectOptions = {}): RemotePolicy =>
  new RemotePolicy(new ServiceLink(settingsOf(url, options)));

export type { ConnectOptions, RemotePolicy, ServiceAddress };
export { connect };
