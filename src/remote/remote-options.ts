/** Where a service is, and how to say who asks: read before anything is sent. */
import { RbacError } from "../index.ts";

/** A `URL`, of which not every program has the type. */
export interface ServiceAddress {
  readonly href: string;
}

/** What is used of a request and of its answer, so that another `fetch` than Node's will do. */
type Fetching = (
  url: string,
  how: {
    readonly method: "POST";
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly redirect: "manual";
    readonly signal: AbortSignal;
  },
) => Promise<{ readonly status: number; text(): Promise<string> }>;

export interface ConnectOptions {
  /** The API key: what `rbac api-key create` printed. */
  readonly key?: string;
  /** A token in place of a key, or what gives one for each request. */
  readonly token?: string | (() => string | Promise<string>);
  /** How long a request may take, in milliseconds; by default 5000. */
  readonly timeout?: number;
  /** Sends requests in place of Node's own `fetch`: for a certificate of one's own, or a proxy. */
  readonly fetch?: Fetching;
  /** Allows `http:` to another machine, where who listens in reads the key. By default false. */
  readonly allowHttp?: boolean;
}

/** What was read. */
export interface ServiceSettings {
  /** Without a slash at its end. */
  readonly url: string;
  readonly fetch: Fetching;
  readonly timeout: number;
  /** What says who asks; `undefined` for nobody. */
  readonly secret: (() => string | Promise<string>) | undefined;
}

const NAMES = ["key", "token", "timeout", "fetch", "allowHttp"];

const invalid = (message: string): RbacError => new RbacError(2, "VALUE_INVALID", message);

/** @throws RbacError (exit 2) for what cannot be meant; no message repeats a secret. */
export function settingsOf(address: string | ServiceAddress, options: ConnectOptions): ServiceSettings {
  for (const [name, value] of Object.entries(options)) {
    if (!NAMES.includes(name))
      throw new RbacError(2, "OPTION_UNKNOWN", `there is no option ${name} here: the options are ${NAMES.join(", ")}`);
    if (value === undefined || value === "")
      throw new RbacError(2, "VALUE_EMPTY", `the option ${name} is empty: leave it out or give it a value`);
  }
  const { key, token, timeout = 5000, fetch = globalThis.fetch, allowHttp = false } = options;
  if (key !== undefined && token !== undefined) throw new RbacError(2, "USAGE", "give a key or a token, not both");
  if (!Number.isSafeInteger(timeout) || timeout < 1 || timeout > 2 ** 31 - 1)
    throw invalid("timeout is a number of milliseconds from 1 on");
  if (typeof fetch !== "function") throw invalid("fetch is a function");
  if (typeof allowHttp !== "boolean") throw invalid("allowHttp is true or false");
  return { url: urlOf(address, allowHttp), fetch, timeout, secret: secretOf(key ?? token) };
}

function urlOf(address: string | ServiceAddress, allowHttp: boolean): string {
  const text = typeof address === "string" ? address : address?.href;
  if (typeof text !== "string" || !URL.canParse(text))
    throw invalid("say where the service is: https://rbac.example.com");
  const url = new URL(text);
  if (url.username || url.password) throw invalid("the URL of a service has no user and no password: give a key");
  if (url.search || url.hash) throw invalid("the URL of a service ends with its path");
  const isPlain = url.protocol === "http:";
  if (!isPlain && url.protocol !== "https:") throw invalid("the URL of a service begins with https://");
  if (isPlain && !allowHttp && !LOOPBACK.test(url.hostname))
    throw invalid("over http:, who listens in reads the key, and may answer: use https:, or say allowHttp");
  return url.href.replace(/\/+$/, "");
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** What stands in a header, which may show it in no error: so it is looked at first. */
function secretOf(given: unknown): ServiceSettings["secret"] {
  if (given === undefined) return undefined;
  if (typeof given !== "function") {
    const checked = checkedSecret(given);
    return () => checked;
  }
  return async () => checkedSecret(await given());
}

function checkedSecret(given: unknown): string {
  if (typeof given === "string" && /[\r\n]$/.test(given))
    throw invalid("the key, or the token, ends in a line end, as a file does: give it without");
  if (typeof given !== "string" || !/^[\x21-\x7e]{1,16384}$/.test(given))
    throw invalid("a key, or a token, is text without spaces: what was given is none");
  return given;
}
