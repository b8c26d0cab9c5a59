/** Requests as they are written, which `fetch` would tidy up before it sends them. */
import { once } from "node:events";
import { type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Sends one request over a connection of its own. */
export async function ask(port: number, { method = "GET", path = "/", headers = {} }: Asked = {}): Promise<Answered> {
  const sent = request({
    host: "127.0.0.1",
    port,
    method,
    path,
    agent: false,
    headers: headers as Record<string, string>,
  });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const flat = Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(", ")]);
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(flat), body: await text(response) };
}

/** The port of a server that begins to listen on loopback. */
export async function listening(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

export async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}
