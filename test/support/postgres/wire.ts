/** A line between clients and a server that can be cut at a chosen word. */
import { connect, createServer, type Server, type Socket } from "node:net";

/** Before the server receives it; once the server has answered, before the client receives that; or by the server. */
export type Cut = "unheard" | "unanswered" | "by the server";

export class Wire {
  /** The URL of the server, by way of this line. */
  readonly url: string;
  /** How often clients have sent the word that the line was cut at, since it was. */
  sent = 0;
  readonly #listener: Server;
  readonly #lines = new Set<Socket>();
  #word = "";
  #cut: Cut | undefined;
  #open = true;

  private constructor(url: string, listener: Server) {
    [this.url, this.#listener] = [url, listener];
  }

  static async before(url: string): Promise<Wire> {
    const [from, to] = [new URL(url), new URL(url)];
    const listener = createServer((client) => wire.#connect(client, Number(from.port)));
    await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
    to.port = String((listener.address() as { port: number }).port);
    const wire = new Wire(to.href, listener);
    return wire;
  }

  /** Cuts every line the next time that a client sends a word. @param open whether new ones are taken after that */
  cutAt(word: string, cut: Cut, open = true): void {
    [this.#word, this.#cut, this.#open, this.sent] = [word, cut, open, 0];
  }

  /** Takes new lines again. */
  mend(): void {
    this.#open = true;
  }

  async close(): Promise<void> {
    this.#breakOff();
    await new Promise((done) => this.#listener.close(done));
  }

  #connect(client: Socket, port: number): void {
    if (!this.#open && !this.#cut) {
      client.destroy();
      return;
    }
    const server = connect(port, "127.0.0.1");
    let last = false;
    for (const end of [client, server]) this.#lines.add(end.on("error", () => {}));
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
    client.on("data", (bytes) => {
      if (this.#word && bytes.includes(this.#word)) {
        this.sent += 1;
        const cut = this.#cut;
        this.#cut = undefined;
        if (cut === "unheard") return this.#breakOff();
        last = cut === "unanswered";
      }
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (last) this.#breakOff();
      else client.write(bytes);
    });
  }

  #breakOff(): void {
    for (const end of this.#lines) end.destroy();
    this.#lines.clear();
  }
}
