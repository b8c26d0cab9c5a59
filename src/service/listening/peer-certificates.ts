/** The certificates of those who call. */
import type { Socket } from "node:net";
import type { DetailedPeerCertificate, PeerCertificate, TLSSocket } from "node:tls";

interface Vouched {
  readonly certificate: PeerCertificate;
  /** Until when it and those who vouch for it are valid, in milliseconds. */
  readonly until: number;
  /** By whom: those of former files are others. */
  readonly by: object;
}

/** The certificates that peers have proved to be their own, by their connection. */
export class PeerCertificates {
  readonly #bySocket = new WeakMap<Socket, Vouched>();
  #by: object = {};

  /** A certificate that nobody vouches for is no certificate: its connection ends. */
  readonly greet = (socket: TLSSocket): void => {
    const certificate = socket.getPeerCertificate();
    if (Object.keys(certificate).length === 0) return;
    if (!socket.authorized) socket.destroy();
    else this.#bySocket.set(socket, { certificate, until: endOf(socket.getPeerCertificate(true)), by: this.#by });
  };

  /** From now on others vouch: what was vouched for before counts no more. */
  forget(): void {
    this.#by = {};
  }

  /** What counts now: nothing where it has ended while its connection lives. */
  of(socket: Socket): PeerCertificate | undefined {
    const vouched = this.#bySocket.get(socket);
    return vouched && this.#counts(vouched) ? vouched.certificate : undefined;
  }

  /** True where a certificate counted once, and no more: another connection might show a better one. */
  hasLapsed(socket: Socket): boolean {
    const vouched = this.#bySocket.get(socket);
    return vouched !== undefined && !this.#counts(vouched);
  }

  #counts = ({ until, by }: Vouched): boolean => by === this.#by && Date.now() <= until;
}

/** When the first of a chain ends, in milliseconds. The last is its own issuer. */
function endOf(last: DetailedPeerCertificate): number {
  let until = Date.parse(last.valid_to);
  for (let at = last; at.issuerCertificate && at.issuerCertificate !== at; at = at.issuerCertificate)
    until = Math.min(until, Date.parse(at.issuerCertificate.valid_to));
  return until;
}
