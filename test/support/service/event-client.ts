/** A client of server-sent events over a plain request: it reads, is cut off, and asks again from where it was. */
import { type ClientRequest, type IncomingMessage, request } from "node:http";

export interface SeenEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Reads a stream as WHATWG HTML says: what is not ended by an empty line is not there. */
export class EventReader {
  readonly events: SeenEvent[] = [];
  comments = 0;
  lastId: string | undefined;
  #rest = "";
  #fields = { event: "", data: [] as string[] };
  #id: string | undefined;

  constructor(lastId?: string) {
    this.lastId = lastId;
    this.#id = lastId;
  }

  read(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
  }

  /** The connection has ended: what was begun is lost. */
  cut(): void {
    this.#rest = "";
    this.#fields = { event: "", data: [] };
    this.#id = this.lastId;
  }

  #line(line: string): void {
    if (line === "") {
      this.lastId = this.#id;
      const { event, data } = this.#fields;
      if (data.length > 0) this.events.push({ event, id: this.#id ?? "", data: data.join("\n") });
      this.#fields = { event: "", data: [] };
      return;
    }
    if (line.startsWith(":")) this.comments += 1;
    const [name = "", value = ""] = [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)];
    if (name === "id") this.#id = value;
    else if (name === "event") this.#fields.event = value;
    else if (name === "data") this.#fields.data.push(value);
  }
}

export interface Listening {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly reader: EventReader;
  /** Settles when the stream has ended, whoever ended it. */
  readonly over: Promise<void>;
  readonly answer: IncomingMessage;
  cut(): void;
}

interface ListenHow {
  readonly headers?: Record<string, string>;
  readonly reader?: EventReader;
  readonly method?: string;
  /** Hears of each text that came. */
  readonly onText?: (sent: ClientRequest) => void;
  /** Reads nothing of what is sent. */
  readonly isDeaf?: boolean;
}

/** Asks, and reads from then on. @throws where nobody answers */
export function listen(url: string, how: ListenHow = {}): Promise<Listening> {
  const { headers = {}, reader = new EventReader(), method = "GET", onText, isDeaf } = how;
  const from = reader.lastId === undefined ? {} : { "last-event-id": reader.lastId };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { ...headers, ...from }, agent: false });
    sent.on("error", reject);
    sent.on("response", (answer) => {
      const over = new Promise<void>((end) => {
        answer.on("error", () => {});
        answer.on("close", () => {
          reader.cut();
          end();
        });
      });
      if (!isDeaf)
        answer.setEncoding("utf8").on("data", (text: string) => {
          reader.read(text);
          onText?.(sent);
        });
      const cut = () => sent.destroy();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, reader, over, answer, cut });
    });
    sent.end();
  });
}

/** The entries that events say, in order. */
export const entriesIn = (events: readonly SeenEvent[]): unknown[] =>
  events
    .filter(({ event }) => event === "entry")
    .flatMap(({ data }) => data.split("\n").map((line) => JSON.parse(line)));
