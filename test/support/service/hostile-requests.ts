/** Requests that nobody should send, as bytes, each with the statuses of the answers that may come. */

const HOST = "host: 127.0.0.1";
const JSON_TYPE = "content-type: application/json";
const ASK = '{"user":"alice","permission":"posts:read"}';
const END = "\r\n";

const lines = (...all: readonly string[]): string => `${all.join(END)}${END}${END}`;
const get = (target: string, ...headers: readonly string[]): string =>
  lines(`GET ${target} HTTP/1.1`, HOST, ...headers);
const method = (name: string, target = "/ask"): string => lines(`${name} ${target} HTTP/1.1`, HOST);

/** A body with the length that it has. */
const post = (target: string, body: string | Buffer, ...headers: readonly string[]): Buffer => {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const head = lines(`POST ${target} HTTP/1.1`, HOST, ...headers, `content-length: ${bytes.length}`);
  return Buffer.concat([Buffer.from(head, "latin1"), bytes]);
};
const ask = (...headers: readonly string[]): Buffer => post("/ask", ASK, JSON_TYPE, ...headers);
const echo = (body: string | Buffer): Buffer => post("/echo", body, JSON_TYPE);
const typed = (...headers: readonly string[]): Buffer => post("/ask", ASK, ...headers);
const chunked = (chunks: string, ...headers: readonly string[]): string =>
  `${lines("POST /ask HTTP/1.1", HOST, JSON_TYPE, "transfer-encoding: chunked", ...headers)}${chunks}`;
const CHUNK = `${ASK.length.toString(16)}\r\n${ASK}\r\n`;
/** Headers as they stand, and nothing behind them. */
const raw = (...headers: readonly string[]): string => lines("POST /ask HTTP/1.1", HOST, JSON_TYPE, ...headers);

const HIDDEN = lines("GET /who HTTP/1.1", HOST, "authorization: Bearer good");

/** A request, with the statuses of the answers that may come, in order; none where the connection just ends. */
export type Row = readonly [name: string, sent: string | Buffer, ...statuses: number[]];

const SMUGGLED: readonly Row[] = [
  ["a length and chunks", `${raw("content-length: 5", "transfer-encoding: chunked")}0\r\n\r\n${HIDDEN}`, 400],
  ["chunks and a length", `${raw("transfer-encoding: chunked", "content-length: 5")}0\r\n\r\n${HIDDEN}`, 400],
  ["a space before the colon", `${raw("transfer-encoding : chunked")}0\r\n\r\n`, 400],
  ["a coding that is none", `${raw("transfer-encoding: xchunked")}0\r\n\r\n${HIDDEN}`, 400],
  ["chunked, and then not", `${raw("transfer-encoding: chunked, identity")}0\r\n\r\n${HIDDEN}`, 400],
  ["two codings", `${raw("transfer-encoding: identity", "transfer-encoding: x")}0\r\n\r\n${HIDDEN}`, 400],
  ["two lengths", `${raw("content-length: 5", "content-length: 6")}hello`, 400],
  ["one length twice", `${raw("content-length: 2", "content-length: 2")}{}`, 400],
  ["lengths in one header", `${raw("content-length: 2, 2")}{}`, 400],
  ["a length with a plus", `${raw("content-length: +2")}{}`, 400],
  ["a negative length", `${raw("content-length: -2")}{}`, 400],
  ["a length in hexadecimal", `${raw("content-length: 0x2")}{}`, 400],
  ["a length beyond all numbers", `${raw(`content-length: ${"9".repeat(40)}`)}{}`, 400],
  ["a chunk whose size is no number", chunked("zz\r\nhello\r\n0\r\n\r\n"), 400],
  ["a chunk whose size is negative", chunked("-5\r\nhello\r\n0\r\n\r\n"), 400],
  ["a chunk that is longer than it says", chunked("2\r\nhello\r\n0\r\n\r\n"), 400],
  ["a chunk size beyond all numbers", chunked(`${"f".repeat(20)}\r\n`), 400],
  ["a line end within an extension", chunked(`2;a=b\nc\r\n{}\r\n0\r\n\r\n`), 400],
  ["a key in the trailer", chunked(`${CHUNK}0\r\nauthorization: Bearer good\r\n\r\n`, "via: x"), 401],
  ["a request behind the body", `${ask().toString("latin1")}${get("/who")}`, 200, 401],
  ["a body that is longer than it says", `${raw("content-length: 2")}{}xyz`, 400],
  [
    "a body of a GET, which looks like a request",
    `${get("/healthz", `content-length: ${HIDDEN.length}`)}${HIDDEN}`,
    200,
  ],
  ["lines that end with a line feed alone", "GET /healthz HTTP/1.1\nhost: 127.0.0.1\n\n", 400],
  ["a bare carriage return in a header", get("/healthz", "x: a\rtransfer-encoding: chunked"), 400],
  ["a folded header", get("/healthz", "x: a\r\n b"), 400],
  ["a header without a colon", get("/healthz", "nothing"), 400],
  ["a header without a name", get("/healthz", ": x"), 400],
  ["a zero byte in a header", get("/healthz", "x: a\0b"), 400],
  ["a name with a bracket", get("/healthz", "x[y]: a"), 400],
];

const LARGE: readonly Row[] = [
  ["a header of 20 KB", get("/healthz", `x: ${"y".repeat(20_000)}`), 431],
  ["2,000 headers", get("/healthz", ...Array.from({ length: 2000 }, (_, at) => `x-${at}: yyyyyyyyyy`)), 431],
  ["a path of 20 KB", get(`/of/${"y".repeat(20_000)}`), 431],
  ["a query of 20 KB", get(`/healthz?${"y".repeat(20_000)}`), 431],
  ["a body that says it is too large", `${raw("content-length: 10001")}{`, 413],
  ["a body that is too large", echo(`{"a":"${"y".repeat(20_000)}"}`), 413],
  ["chunks that become too large", chunked(`2000\r\n${"y".repeat(0x2000)}\r\n`.repeat(3)), 413],
  ["one that asks first, and is too large", raw("content-length: 10001", "expect: 100-continue"), 413],
  ["one that asks first", `${raw(`content-length: ${ASK.length}`, "expect: 100-continue")}${ASK}`, 100, 200],
  ["an expectation that nobody knows", ask("expect: tea"), 200],
];

const deep = (levels: number, open: string, close: string): string => open.repeat(levels) + close.repeat(levels);

const BODIES: readonly Row[] = [
  ["a list 4,000 deep", echo(`{"a":${deep(4000, "[", "]")}}`), 400],
  ["a list without ends", echo(`{"a":${"[".repeat(9000)}`), 400],
  ["objects 33 deep", echo(`${'{"a":'.repeat(33)}1${"}".repeat(33)}`), 400],
  ["objects 32 deep", echo(`${'{"a":'.repeat(32)}1${"}".repeat(32)}`), 200],
  ["a member twice", echo('{"user":"alice","user":"bob"}'), 400],
  ["a member twice, once with an escape", echo('{"user":"alice","\\u0075ser":"bob"}'), 400],
  ["a member twice, deep inside", echo('{"a":[{"b":{"c":1,"d":[],"c":2}}]}'), 400],
  ["a colon in a string is no member", echo('{"a":"b:c\\":d","e\\"":":"}'), 200],
  ["half of a pair of surrogates", echo('{"a":"\\ud800"}'), 400],
  ["the other half", echo('{"a":["\\udc00x"]}'), 400],
  ["half of one as a name", echo('{"\\ud800":1}'), 400],
  ["a whole pair", echo('{"a":"\\ud83d\\ude00"}'), 200],
  ["bytes that are no UTF-8", echo(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 400],
  ["a character that is spelt too long", echo(Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d])), 400],
  ["a surrogate in UTF-8", echo(Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d])), 400],
  ["a byte order mark", echo("\ufeff{}"), 400],
  ["UTF-16", echo(Buffer.from(ASK, "utf16le")), 400],
  ["nothing", echo(""), 400],
  ["blanks", echo("  \n"), 400],
  ["a list", echo("[{}]"), 400],
  ["a text", echo('"alice"'), 400],
  ["null", echo("null"), 400],
  ["a number", echo("1"), 400],
  ["a comma too many", echo('{"a":1,}'), 400],
  ["a comment", echo('{"a":1 /* x */}'), 400],
  ["what is no number", echo('{"a":NaN}'), 400],
  ["a number with a zero before it", echo('{"a":01}'), 400],
  ["two objects", echo("{}{}"), 400],
  ["single quotes", echo("{'a':1}"), 400],
  ["a zero byte", echo('{"a":"\0"}'), 400],
  ["a half", echo('{"a":'), 400],
  ["what a constructor has", echo('{"constructor":{"prototype":{"x":1}}}'), 200],
];

const TYPES: readonly Row[] = [
  ["no type", typed(), 400],
  ["a text", typed("content-type: text/plain"), 400],
  ["a form", typed("content-type: application/x-www-form-urlencoded"), 400],
  ["parts", typed("content-type: multipart/form-data; boundary=x"), 400],
  ["another JSON", typed("content-type: application/problem+json"), 400],
  ["a longer name", typed("content-type: application/jsonp"), 400],
  ["two types in one", typed("content-type: application/json, text/plain"), 400],
  ["two types", typed(JSON_TYPE, "content-type: text/plain"), 400],
  ["another encoding", typed("content-type: application/json; charset=utf-16"), 400],
  ["its encoding said", typed("content-type: Application/JSON; Charset=UTF-8"), 200],
  ["a compressed body", typed(JSON_TYPE, "content-encoding: gzip"), 400],
];

const PATHS: readonly Row[] = [
  ["a step up", get("/of/../healthz"), 400],
  ["a step up, encoded", get("/of/%2e%2e/healthz"), 400],
  ["a step up, half encoded", get("/of/.%2E/healthz"), 400],
  ["a step that stays", get("/./healthz"), 400],
  ["an empty part", get("//healthz"), 400],
  ["a slash behind", get("/healthz/"), 404],
  ["large letters", get("/HEALTHZ"), 404],
  ["a letter encoded", get("/%68ealthz"), 400],
  ["a slash encoded", get("/of%2Fa"), 404],
  ["a zero byte encoded", get("/healthz%00"), 400],
  ["a backslash", get("/of\\healthz"), 400],
  ["a parameter", get("/healthz;a=b"), 404],
  ["a fragment", get("/healthz#a"), 400],
  ["half of an encoding", get("/of/%e"), 400],
  ["bytes that are no UTF-8, encoded", get("/of/%ff"), 400],
  ["bytes beyond ASCII", Buffer.from(get("/of/日"), "utf8"), 400],
  ["a slash within a name", get("/of/a%2Fb"), 200],
  ["a star", lines("OPTIONS * HTTP/1.1", HOST), 400],
  ["no slash", get("healthz"), 400],
  ["a whole URL", get("http://127.0.0.1/healthz"), 200],
  ["a whole URL without a host", get("http:///healthz"), 400],
  ["a URL of another scheme", get("file:///etc/passwd"), 400],
  ["what scripts of servers are called", get("/.env"), 404],
  ["a prototype", get("/__proto__"), 404],
];

const METHODS: readonly Row[] = [
  ...["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "GET", "HEAD"].map(
    (name): Row => [`${name} where POST is meant`, method(name), 405],
  ),
  ["POST where GET is meant", post("/healthz", "{}", JSON_TYPE, "x-http-method-override: GET"), 405],
  ["a method in small letters", method("get", "/healthz"), 400],
  ["a method that is none", method("FETCH", "/healthz"), 400],
  ["CONNECT", lines("CONNECT 10.0.0.1:22 HTTP/1.1", HOST), 405],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
  ["HTTP/0.9", "GET /healthz\r\n\r\n", 400],
  ["HTTP/1.0, and its end", "GET /healthz HTTP/1.0\r\n\r\n", 200],
  ["HTTP/1.0 with chunks", `POST /ask HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n${CHUNK}0\r\n\r\n`, 401],
  ["HTTP/3.7", lines("GET /healthz HTTP/3.7", HOST), 400],
  ["TLS where none is", Buffer.from("160301020001000001fc0303", "hex"), 400],
  ["an upgrade", get("/healthz", "connection: upgrade", "upgrade: websocket"), 200],
  ["an upgrade to HTTP/2", get("/healthz", "connection: upgrade, http2-settings", "upgrade: h2c"), 200],
  ["three at once", get("/healthz") + get("/of/a") + get("/nowhere"), 200, 200, 404],
  ["nothing of HTTP behind one that is", `${get("/healthz")}\x00\x01\x02`, 200],
];

const CALLERS: readonly Row[] = [
  ["no host", "GET /healthz HTTP/1.1\r\n\r\n", 400],
  ["two hosts", get("/healthz", "host: localhost"), 400],
  ["a host that is none", lines("GET /healthz HTTP/1.1", "host: a b"), 400],
  ["a host with a user", lines("GET /healthz HTTP/1.1", "host: x@127.0.0.1"), 400],
  ["a name of this machine", Buffer.from(ask().toString().replace(HOST, "host: LocalHost:8180")), 200],
  ["a name that leads here", Buffer.from(ask().toString().replace(HOST, "host: rebound.example")), 401],
  ["a name that begins alike", Buffer.from(ask().toString().replace(HOST, "host: 127.0.0.1.example")), 401],
  ["a whole URL of another host", Buffer.from(ask().toString().replace("/ask", "http://rebound.example/ask")), 401],
  ...["x-forwarded-for: 1.2.3.4", "x-forwarded-proto: https", "forwarded: for=1.2.3.4", "via: 1.1 proxy"].map(
    (header): Row => [header, ask(header), 401],
  ),
  ["a page of another site", ask("origin: https://evil.example"), 401],
  ["a page of no site", ask("origin: null"), 401],
  ["a page of another port", ask("origin: http://127.0.0.1:3000"), 401],
  ["a browser that asks across sites", ask("sec-fetch-site: cross-site"), 401],
  ["a key that is none, from this machine", ask("authorization: Bearer wrong"), 401],
  ["two keys", ask("authorization: Bearer good", "authorization: Bearer poor"), 400],
  ["a key without the right", ask("authorization: Bearer poor"), 403],
  ["a key", ask("authorization: Bearer good"), 200],
  ["no key where one is needed", get("/who"), 401],
  ["a body that cannot be read, without a key", post("/ask/by-key", "{", JSON_TYPE), 401],
];

/** All of them, by what they try. */
export const HOSTILE: Readonly<Record<string, readonly Row[]>> = {
  smuggling: SMUGGLED,
  "what is large": LARGE,
  bodies: BODIES,
  types: TYPES,
  paths: PATHS,
  "methods and versions": METHODS,
  callers: CALLERS,
};
