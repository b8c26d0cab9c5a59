/** Answers by Node's own server, judged as they go out, on a real one. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { judgeAnswer, send } from "../../src/web/frameworks/node-response.ts";
import { reply } from "../../src/web/replies.ts";

async function answerOf(handler: (response: ServerResponse) => void): Promise<{ text: string; message: string }> {
  const server = createServer((_, response) => handler(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return { text: await answer.text(), message: `${answer.status} ${answer.statusText}` };
  } finally {
    server.close();
  }
}

const refused = reply(500, { code: "ROUTE_UNGUARDED" });

/** Lays a wrapper over the answer, as packages that compress or keep sessions do. */
function louder(response: ServerResponse): void {
  const { write, end } = response as unknown as Record<"write" | "end", (chunk?: string) => boolean>;
  const up = (chunk?: string) => chunk?.toUpperCase();
  Object.assign(response, {
    write: (chunk?: string) => write.call(response, up(chunk)),
    end: (chunk?: string) => end.call(response, up(chunk)),
  });
}

it("an answer that may go out keeps what was laid over it since", async () => {
  const { text } = await answerOf((response) => {
    judgeAnswer(response, () => undefined);
    louder(response);
    response.write("one ");
    response.write("two ");
    response.end("three");
  });
  expect(text).toBe("ONE TWO THREE");
});

it("an answer that may not go out is replaced, with its words and its status line", async () => {
  const { text, message } = await answerOf((response) => {
    judgeAnswer(response, () => refused);
    louder(response);
    response.statusMessage = "SECRET";
    response.write("secret");
    response.end("secret");
  });
  expect([text, message]).toEqual([refused.body, "500 Internal Server Error"]);
});

it("the status is read of what goes out, as a number or as text", async () => {
  const statuses: number[] = [];
  await answerOf((response) => {
    judgeAnswer(response, (status) => {
      statuses.push(status);
      return undefined;
    });
    response.statusCode = 404;
    response.writeHead("200" as unknown as number);
    response.end("done");
  });
  expect(statuses).toEqual([200]);
});

it("nothing is sent where something was sent already", async () => {
  const { text } = await answerOf((response) => {
    response.end("a time-out");
    send(response, refused);
  });
  expect(text).toBe("a time-out");
});
