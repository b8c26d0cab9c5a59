/** Hears requests of Node's server: judges where they go, gathers their bodies, and hands them to hono. */
import { getRequestListener } from "@hono/node-server";
import { HttpFault } from "../http/fault.ts";
import { ArrivedRequests } from "./arrived-requests.ts";
import { gather, isTooLarge, mayHaveBody, type Received, type Sending } from "./received.ts";
import { readTarget } from "./target.ts";

export interface Bindings {
  incoming: Received;
  outgoing: Sending;
}

/** Answers a request of hono's form, at once where nothing is waited for. */
export type App = (request: Request, bindings: Bindings) => Response | Promise<Response>;

export interface Listening {
  /** The app that answers now. */
  app(): App;
  /** Answers requests that all came in before this. */
  together(answer: () => void): void;
  /** In bytes. */
  readonly maxBody: number;
  /** True where a connection is closed behind its next answer. */
  closesBehind(received: Received): boolean;
}

export interface Listeners {
  request(received: Received, sending: Sending): void;
  /** A client that asks first whether its body is wanted. */
  checkContinue(received: Received, sending: Sending): void;
}

export function listenersOf(listening: Listening): Listeners {
  // Hono's own types know nothing of ours.
  const hono = getRequestListener((request, env) =>
    listening.app()(request, env as unknown as Bindings),
  ) as unknown as (received: Received, sending: Sending) => void;
  const arrived = new ArrivedRequests((all) =>
    listening.together(() => {
      for (const { received, sending } of all) hono(received, sending);
    }),
  );
  const request = (received: Received, sending: Sending): void => {
    received.begun = performance.now();
    received.asked = received.method ?? "";
    if (received.asked === "HEAD") received.method = "GET"; // Node leaves out the body of the answer.
    judge(received);
    if (listening.closesBehind(received)) sending.shouldKeepAlive = false;
    const goOn = () => arrived.add({ received, sending });
    if (mayHaveBody(received)) gather(received, listening.maxBody, goOn);
    else goOn();
  };
  return {
    request,
    checkContinue: (received, sending) => {
      if (!isTooLarge(received, listening.maxBody)) sending.writeContinue();
      request(received, sending);
    },
  };
}

/** What hono is given where it would be told nothing that it can read; the fault is answered whatever it finds. */
const NOWHERE = "/";

function judge(received: Received): void {
  try {
    if (received.httpVersionMajor !== 1) throw new HttpFault(400, "REQUEST_INVALID", "the request is not HTTP/1.1");
    received.line = readTarget(received.url ?? "", singles(received));
    received.url = received.line.path;
  } catch (error) {
    received.fault = error as HttpFault;
    received.url = NOWHERE;
  }
  received.headers.host = "rbac"; // For hono, which needs one to make a URL.
}

/** Headers of which a second would be read by one of two programs, and not by the other. */
const ONCE: Readonly<Record<string, true>> = { "content-type": true, authorization: true, "x-request-id": true };

/** The hosts that a request names. @throws HttpFault 400 where there is none, or another header stands twice */
function singles({ rawHeaders, httpVersionMinor }: Received): string[] {
  const hosts: string[] = [];
  const seen: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at] as string;
    if (raw.length !== 4 && raw.length < 12) continue;
    const name = raw.toLowerCase();
    if (name === "host") hosts.push(rawHeaders[at + 1] as string);
    if (ONCE[name] !== true) continue;
    if (seen.includes(name)) throw new HttpFault(400, "REQUEST_INVALID", `the header ${name} stands there twice`);
    seen.push(name);
  }
  if (hosts.length === 0 && httpVersionMinor > 0)
    throw new HttpFault(400, "REQUEST_INVALID", "the request names no host");
  return hosts;
}
