/** What goes wrong with a service, as errors: none of them is a no, and none shows a secret. */
import { type ErrorCode, RbacError } from "../index.ts";

const RETRY = { retry: true };

/** A fault of the line, by the code of the system: the error itself may hold what was sent, and is not kept. */
export function unreachable(url: string, error: unknown): RbacError {
  const code = systemCode(error);
  return new RbacError(4, "SERVICE_UNREACHABLE", `${url} cannot be reached${code ? ` (${code})` : ""}`, RETRY);
}

export const tooSlow = (url: string, timeout: number): RbacError =>
  new RbacError(4, "SERVICE_TIMEOUT", `${url} gave no answer within ${timeout} ms`, RETRY);

/** @param what what is wrong with the answer */
export const noAnswer = (url: string, what: string): RbacError =>
  new RbacError(4, "SERVICE_ANSWER_INVALID", `${url} gave no answer of rbac: ${what}`, RETRY);

const CLOSED_LINE = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"];

/** True where the other end closed the connection: what was kept open may have been closed while nothing was asked. */
export const isClosedLine = (error: unknown): boolean => CLOSED_LINE.includes(systemCode(error) ?? "");

function systemCode(error: unknown): string | undefined {
  const { cause } = (error ?? {}) as { readonly cause?: { readonly code?: unknown } };
  const code = cause?.code ?? (error as { readonly code?: unknown } | null)?.code;
  return typeof code === "string" && /^[A-Z_0-9]{1,40}$/.test(code) ? code : undefined;
}

/** What is wrong with a question, as it is told; `undefined` for what has not that form. */
export function errorFrom(value: unknown): RbacError | undefined {
  const { error } = (value ?? {}) as { readonly error?: unknown };
  const { code, message, exitCode, suggestions = [] } = (error ?? {}) as Record<string, unknown>;
  if (exitCode !== 2 || typeof message !== "string") return undefined;
  if (typeof code !== "string" || !/^[A-Z][A-Z_]{1,60}$/.test(code)) return undefined;
  if (!Array.isArray(suggestions) || suggestions.some((name) => typeof name !== "string")) return undefined;
  return new RbacError(2, code as ErrorCode, message, { suggestions });
}

/** The error for a status that is no answer. @param text the body, without secrets */
export function faultOfStatus(url: string, status: number, text: string): RbacError {
  const body = parsed(text);
  const told = status === 400 ? errorFrom(body) : undefined;
  if (told) return told;
  const { error } = (body ?? {}) as { readonly error?: { readonly message?: unknown } };
  const said = typeof error?.message === "string" ? `: ${error.message.slice(0, 500)}` : "";
  if (status === 401 || status === 403) return new RbacError(4, "SERVICE_DENIED", `${url} refuses who asks${said}`);
  if (status === 408 || status === 429 || status >= 500)
    return new RbacError(4, "SERVICE_UNREACHABLE", `${url} cannot answer now (${status})${said}`, RETRY);
  return noAnswer(url, `status ${status}${said}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
