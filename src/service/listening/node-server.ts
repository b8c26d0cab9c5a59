/** Node's server, with its limits and with its own answers to what is not HTTP. */
import { createServer, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";
import type { Listeners } from "./listener.ts";
import type { OpenConnections } from "./open-connections.ts";
import type { PeerCertificates } from "./peer-certificates.ts";
import { Received, type Sending } from "./received.ts";

/** Milliseconds within which the headers of a request must have come. */
const HEADERS = 10_000;
/** Milliseconds that a connection may wait for its next request. */
const KEEP_ALIVE = 65_000;
/** Milliseconds within which TLS must be agreed upon. */
const HANDSHAKE = 10_000;
/** The most connections at once. */
const MOST_CONNECTIONS = 4096;
/** In bytes, together. */
const LARGEST_HEADERS = 16_384;

type AnyServer = Server<typeof Received> | TlsServer<typeof Received>;

export interface NodeServerHow {
  /** Milliseconds within which a request must have come as a whole. */
  readonly timeout: number;
  readonly tls: SecureContextOptions | undefined;
  readonly certificates: PeerCertificates;
  readonly open: OpenConnections;
}

export function nodeServer({ request, checkContinue }: Listeners, how: NodeServerHow): AnyServer {
  const options: ServerOptions<typeof Received> = {
    IncomingMessage: Received,
    headersTimeout: Math.min(HEADERS, how.timeout),
    requestTimeout: how.timeout,
    // Slow requests are looked for as often.
    connectionsCheckingInterval: Math.min(1000, how.timeout),
    keepAliveTimeout: KEEP_ALIVE,
    maxHeaderSize: LARGEST_HEADERS,
    noDelay: true,
    requireHostHeader: false, // Judged with the rest of the request.
  };
  const server: AnyServer = how.tls
    ? createTlsServer({ ...options, ...how.tls, handshakeTimeout: HANDSHAKE, ...mutual(how.tls) })
    : createServer(options);
  server.maxConnections = MOST_CONNECTIONS;
  server.on(how.tls ? "secureConnection" : "connection", how.open.add);
  for (const event of ["request", "checkContinue", "checkExpectation"]) server.on(event, how.open.asked);
  server.on("request", request as (received: Received, sending: Sending) => void);
  server.on("checkContinue", checkContinue);
  server.on("checkExpectation", request); // Another expectation may be ignored (RFC 9110, section 10.1.1).
  server.on("clientError", (error: ClientError, socket: Socket) => {
    if (!how.open.closeBehindLast(socket)) refuse(error, socket);
  });
  server.on("connect", (_request: unknown, socket: Socket) => refuse({ code: "CONNECT" }, socket));
  if (how.tls?.ca !== undefined) server.on("secureConnection", how.certificates.greet);
  return server;
}

/** A certificate is asked for, but who has a key needs none. */
const mutual = ({ ca }: SecureContextOptions) =>
  ca === undefined ? {} : { requestCert: true, rejectUnauthorized: false };

const STATUSES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  CONNECT: "405 Method Not Allowed",
};

interface ClientError {
  readonly code?: string;
}

/** A socket with the answer that is being made for it: Node's own name, as its own answers to errors use it. */
type AnsweringSocket = Socket & { readonly _httpMessage?: { readonly headersSent: boolean } | null };

/** Answers what is no request. Nobody is told: anybody can send that, as often as they like. */
function refuse(error: ClientError, socket: AnsweringSocket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  if (socket._httpMessage?.headersSent) {
    socket.destroySoon(); // An answer stands there already.
    return;
  }
  const status = STATUSES[error.code ?? ""] ?? "400 Bad Request";
  const body = JSON.stringify({ error: { code: "REQUEST_INVALID", message: status.slice(4), exitCode: 2 } });
  const headers = `content-type: application/json\r\ncontent-length: ${body.length}\r\ncache-control: no-store`;
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\nconnection: close\r\n\r\n${body}`);
}
