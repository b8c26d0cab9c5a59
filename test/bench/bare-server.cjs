/** A server of Node that parses a body and answers as much as a decision has: what any service has to do. */
const { createServer } = require("node:http");

const decision = { decision: true, context: { reason: "allow", revision: 1, id: "0123456789abcdef" } };

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { evaluations } = JSON.parse(Buffer.concat(chunks).toString());
    const answer = evaluations ? { evaluations: evaluations.map(() => decision) } : decision;
    const text = JSON.stringify(answer);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    response.writeHead(200, headers).end(text);
  });
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});
