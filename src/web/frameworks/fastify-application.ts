/** What is used of an application of Fastify, of its requests and replies, as types: Fastify itself is not imported. */
import type { NodeResponse } from "./node-response.ts";

/** What is used of a request of Fastify. */
export interface FastifyRequest {
  readonly method: string;
  readonly originalUrl: string;
  /** As the setting `trustProxy` has it: by default the address of the socket. */
  readonly ip: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly routeOptions: { readonly url?: string | undefined };
}

/** What is used of a reply of Fastify. */
export interface FastifyReply {
  readonly raw: NodeResponse;
  code(status: number): unknown;
  headers(values: Record<string, string>): unknown;
  send(body: Uint8Array): unknown;
}

/** The hooks that a need may be given as, of a route and of the part of the application that it lies in. */
export const HOOKS = ["onRequest", "preParsing", "preValidation", "preHandler"] as const;
export type Hooks = { readonly [name in (typeof HOOKS)[number]]?: unknown } & { readonly handler?: unknown };

/** What is used of an application. */
export interface FastifyApp {
  addHook(name: "onRoute", hook: (this: FastifyApp, route: RouteOptions) => void): unknown;
  addHook(name: "onRequest", hook: (request: FastifyRequest, reply: FastifyReply, next: () => void) => void): unknown;
  addHook(name: "onReady", hook: (next: () => void) => void): unknown;
  printRoutes(): string;
}

/** What is used of a route while it is declared. */
export type RouteOptions = { readonly method: string | readonly string[]; readonly url: string } & Hooks;
