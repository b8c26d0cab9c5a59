/**
 * Where a request is sent to. A path has one spelling here: what a proxy in front refuses by its path must not get
 * through by another that means the same.
 */
import { HttpFault } from "../http/fault.ts";

export interface RequestLine {
  /** Still encoded. */
  readonly path: string;
  /** Behind the `?`; empty where there is none. */
  readonly query: string;
  /** The host that is asked, with its port; `undefined` where HTTP/1.0 says none. */
  readonly host: string | undefined;
}

/** Segments without `%`, of which none is `.` or `..`. */
const PLAIN = /^(?:\/(?!\.{1,2}(?:\/|$))[\w~.-]+)+$/;
const HOST = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/is;
/** What a path may hold besides `%` and two digits. */
const CHARACTERS = /^\/[\w~.!$&'()*+,;=:@%/-]*$/;
const QUERY = /^[!-~]*$/;
/** Encoded characters that need no encoding (RFC 3986, section 2.3): letters, digits, `-`, `.`, `_`, `~`. */
const NEEDLESS = /%(?:4[1-9a-f]|5[\daf]|6[1-9a-f]|7[\dae]|3\d|2[de])/i;

const unreadable = (what: string): HttpFault => new HttpFault(400, "REQUEST_INVALID", what);

/** @throws HttpFault 400 */
export function readTarget(url: string, hosts: readonly string[]): RequestLine {
  if (hosts.length > 1) throw unreadable("the request names several hosts");
  const absolute = url.charCodeAt(0) === SLASH ? null : ABSOLUTE.exec(url);
  const [host, target] = absolute ? [absolute[1], absolute[2] || "/"] : [hosts[0], url];
  if (host !== undefined && !HOST.test(host)) throw unreadable("the host of the request cannot be read");
  if (PLAIN.test(target)) return { path: target, query: "", host };
  const mark = target.indexOf("?");
  const [path, query] = mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
  if (!CHARACTERS.test(path) || !QUERY.test(query) || query.includes("#"))
    throw unreadable("the path of the request cannot be read");
  if (/\/(?:\.{0,2})(?=\/)|\/\.{1,2}$/.test(path)) throw unreadable("the path of the request goes astray");
  if (path.includes("%")) requireOneSpelling(path);
  return { path, query, host };
}

const SLASH = 0x2f;

function requireOneSpelling(path: string): void {
  if (/%00/.test(path) || NEEDLESS.test(path)) throw unreadable("the path encodes what needs no encoding");
  try {
    decodeURIComponent(path);
  } catch {
    throw unreadable("the path of the request cannot be decoded");
  }
}
