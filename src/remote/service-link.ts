/** The way to a service: requests to it, over connections that Node keeps open between them. */
import { RbacError } from "../index.ts";
import type { ServiceSettings } from "./remote-options.ts";
import { faultOfStatus, isClosedLine, noAnswer, tooSlow, unreachable } from "./service-faults.ts";

export class ServiceLink {
  readonly #settings: ServiceSettings;
  readonly #running = new Set<AbortController>();
  #isClosed = false;

  constructor(settings: ServiceSettings) {
    this.#settings = settings;
  }

  /**
   * Asks something. What is asked changes nothing, so it is sent again where the connection was closed meanwhile.
   * @param name the last part of the path @param body JSON
   * @param read makes something of the answer; `undefined` where it has not its form
   * @throws RbacError as it was thrown there (exit 2, 4), or `SERVICE_…` (exit 4) for no answer.
   */
  async ask<T>(name: string, body: string, read: (value: unknown) => T | undefined): Promise<T> {
    this.requireOpen();
    const { url, timeout, secret } = this.#settings;
    const token = await secret?.();
    const running = new AbortController();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      running.abort();
    }, timeout);
    this.#running.add(running);
    let answer: unknown;
    try {
      answer = await this.#answerTo(name, body, token, running.signal);
    } catch (error) {
      if (error instanceof RbacError) throw error;
      this.requireOpen();
      throw isLate ? tooSlow(url, timeout) : unreachable(url, error);
    } finally {
      clearTimeout(timer);
      this.#running.delete(running);
    }
    const answered = read(answer);
    if (answered === undefined) throw noAnswer(url, "another form");
    return answered;
  }

  async #answerTo(name: string, body: string, token: string | undefined, signal: AbortSignal): Promise<unknown> {
    const { url } = this.#settings;
    const [status, text] = await this.#sent(name, body, token, signal).catch((error: unknown) => {
      if (signal.aborted || !isClosedLine(error)) throw error;
      return this.#sent(name, body, token, signal);
    });
    if (status !== 200) throw faultOfStatus(url, status, token === undefined ? text : text.replaceAll(token, "…"));
    try {
      return JSON.parse(text);
    } catch {
      throw noAnswer(url, "no JSON");
    }
  }

  async #sent(name: string, body: string, token: string | undefined, signal: AbortSignal) {
    const { url, fetch } = this.#settings;
    const headers: Record<string, string> = { "content-type": "application/json", accept: "application/json" };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    // A redirect would take the key to wherever it says.
    const response = await fetch(`${url}/v1/${name}`, { method: "POST", headers, body, redirect: "manual", signal });
    return [response.status, await response.text()] as const;
  }

  /** Ends what is under way. */
  close(): void {
    this.#isClosed = true;
    for (const running of this.#running) running.abort();
  }

  /** @throws RbacError `CLOSED` (exit 2). */
  requireOpen(): void {
    if (this.#isClosed) throw new RbacError(2, "CLOSED", "this remote policy is closed: connect again");
  }
}
