/** The connections of a server, and what is on its way on them. */
import type { Socket } from "node:net";
import type { Sending } from "./received.ts";

/** The open connections, each with its latest answer: there is none before the first, and once that was sent. */
export class OpenConnections {
  readonly #latest = new Map<Socket, Sending | undefined>();
  /** Those on which nothing was asked yet: Node counts them as busy. */
  readonly #fresh = new Set<Socket>();

  readonly add = (socket: Socket): void => {
    this.#latest.set(socket, undefined);
    this.#fresh.add(socket);
    socket.once("close", () => this.#forget(socket));
  };

  /** A request came. */
  readonly asked = ({ socket }: { readonly socket: Socket }, sending: Sending): void => {
    this.#fresh.delete(socket);
    if (!this.#latest.has(socket)) return;
    this.#latest.set(socket, sending);
    sending.once("close", () => {
      if (this.#latest.get(socket) === sending) this.#latest.set(socket, undefined);
    });
  };

  /** Connections are closed behind the answers that are on their way, which say so. */
  closeBehindAnswers(): void {
    for (const sending of this.#latest.values()) {
      if (sending && !sending.headersSent) sending.shouldKeepAlive = false;
    }
  }

  /**
   * A connection on which nothing more can be read is closed behind the last of its answers.
   * @returns false where no request is whole whose answer is on its way
   */
  closeBehindLast(socket: Socket): boolean {
    const sending = this.#latest.get(socket);
    if (!sending?.req.complete || sending.headersSent) return false;
    sending.shouldKeepAlive = false;
    return true;
  }

  closeUnused(): void {
    for (const socket of this.#fresh) {
      if (socket.bytesRead === 0) socket.destroy();
    }
  }

  #forget(socket: Socket): void {
    this.#latest.delete(socket);
    this.#fresh.delete(socket);
  }
}
