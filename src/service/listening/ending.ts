/** Ends a server in order. */
import type { Server } from "node:http";
import { Server as NetServer } from "node:net";
import type { OpenConnections } from "./open-connections.ts";

/** Milliseconds between looks for connections that wait for nothing any more. */
const LOOK = 25;
/** Milliseconds that connections on which nothing is asked are left open: a request may be on its way. */
const GRACE = 500;

/**
 * Takes no more connections, answers what is on its way and what comes within a short time on those that are open, and
 * cuts off what is left after a time.
 * @param milliseconds that answers may take
 * @returns how many connections were cut off
 */
export async function drained(server: Server, open: OpenConnections, milliseconds: number): Promise<number> {
  const closed = new Promise<void>((resolve) => {
    // Not the server's own: it closes idle connections at once, and resets those on which a request comes right then.
    NetServer.prototype.close.call(server, () => resolve());
  });
  open.closeBehindAnswers();
  const from = performance.now() + Math.min(GRACE, milliseconds / 10);
  const look = setInterval(() => {
    if (performance.now() < from) return;
    server.closeIdleConnections();
    open.closeUnused();
  }, LOOK);
  let cut = 0;
  const late = setTimeout(() => {
    server.getConnections((_error, count) => {
      cut = count;
      server.closeAllConnections();
    });
  }, milliseconds);
  await closed;
  clearInterval(look);
  clearTimeout(late);
  return cut;
}
