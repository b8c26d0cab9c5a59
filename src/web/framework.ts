/** What the guard must know of a framework, and what an answer is before a framework sends it. */

/** `C` is what handlers of the framework are called with: its request, or its context. */
export interface Framework<C extends object> {
  /** The address of who asks: of the socket, or what the framework's own setting of trusted proxies makes of it. */
  ip(c: C): string | undefined;
  method(c: C): string;
  /** The path of the URL, as it was sent, without the query. */
  path(c: C): string;
  /** The pattern of the route that was found, as `/posts/:id`; `undefined` where there is none, or it is not known. */
  route(c: C): string | undefined;
  /** A header of the request. @param name in lower case */
  header(c: C, name: string): string | undefined;
}

/** An answer instead of the handler's. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON: a problem by RFC 9457. */
  readonly body: string;
}
