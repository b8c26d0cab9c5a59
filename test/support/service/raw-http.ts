/** HTTP over a socket, byte by byte as a test writes it. */
import { connect, type Socket } from "node:net";

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a server sent until it closed the connection, or was silent for a while, and whether it closed. */
export interface Said {
  readonly text: string;
  readonly isClosed: boolean;
  readonly answers: readonly RawAnswer[];
}

/** Milliseconds of silence behind an answer. */
const SILENCE = 300;

/**
 * Sends bytes on a connection of their own, and reads what comes.
 * @param parts are sent one by one, with a pause between them
 * @param wait milliseconds for a first answer
 */
export function say(port: number, parts: string | Buffer | readonly (string | Buffer)[], wait = 3000): Promise<Said> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const chunks: Buffer[] = [];
    let timer = setTimeout(() => done(false), wait);
    const done = (isClosed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      const text = Buffer.concat(chunks).toString("latin1");
      resolve({ text, isClosed, answers: answersIn(text) });
    };
    const hear = () => {
      clearTimeout(timer);
      timer = setTimeout(() => done(false), SILENCE);
    };
    socket
      .on("data", (chunk) => {
        chunks.push(chunk);
        hear();
      })
      .on("end", () => done(true))
      .on("error", () => done(true))
      .on("connect", async () => {
        socket.setNoDelay();
        for (const part of Array.isArray(parts) ? parts : [parts]) {
          if (socket.destroyed) return;
          if (typeof part === "string") socket.write(part, "latin1");
          else socket.write(part);
          await new Promise((go) => setTimeout(go, 5));
        }
      });
  });
}

/** The answers that stand in a text one behind another. */
function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; rest.startsWith("HTTP/1.1 "); ) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) break;
    const [line = "", ...fields] = rest.slice(0, end).split("\r\n");
    const headers = Object.fromEntries(
      fields.map((field) => {
        const colon = field.indexOf(":");
        return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
      }),
    );
    const length = Number(headers["content-length"] ?? 0);
    const body = rest.slice(end + 4, end + 4 + length);
    const status = Number(line.split(" ")[1]);
    answers.push({ status, headers, body });
    rest = rest.slice(end + 4 + length);
  }
  return answers;
}
