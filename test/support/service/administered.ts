/** A server with administration, and keys of some people, over real connections. */
import { expect } from "vitest";
import { z } from "zod";
import { assembled } from "../../../src/service/assembled.ts";
import type { Route } from "../../../src/service/http/route.ts";
import { cli } from "../cli.ts";
import { type Started, started } from "./started.ts";

interface AdministeredAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface AdministeredServer extends Started {
  readonly routes: readonly Route[];
  /** Asks as somebody, and holds the answer against the schema of its route. @param key of `keyOf`; left out, none */
  ask(method: string, path: string, how?: AskHow): Promise<AdministeredAnswer>;
}

interface AskHow {
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes an API key by the command. */
export async function keyOf(db: string, user: string, flags = ""): Promise<string> {
  const { stdout } = await cli(`api-key create --principal ${user} ${flags} --json`, { db });
  return (JSON.parse(stdout) as { readonly key: string }).key;
}

/** Starts the server that `rbac serve --admin` starts. */
export async function administeredServer(database: string): Promise<AdministeredServer> {
  const routes: Route[] = [];
  const parts = assembled({ authzen: {}, tokens: undefined, tls: undefined });
  const { callers, hasCallers } = parts;
  const server = await started({
    ...{ database, isAdministered: true, maxBody: 1 << 20, hasCallers },
    callers,
    routes: async (serving, administering) => {
      const all = await parts.routes(serving, administering);
      routes.push(...all);
      return all;
    },
  });
  const ask: AdministeredServer["ask"] = async (method, path, { key, body, headers = {} } = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const answer = {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as AdministeredAnswer["body"],
    };
    requireDescribed(routes, method, path, answer);
    return answer;
  };
  return { ...server, routes, ask };
}

/** An answer is what its route says: strictly, so that a member that no schema names is found. */
function requireDescribed(routes: readonly Route[], method: string, path: string, answer: AdministeredAnswer): void {
  const [plain = ""] = path.split("?");
  const fits = (route: Route) =>
    route.method === method && new RegExp(`^${route.path.replace(/:\w+/g, "[^/]+")}$`).test(plain);
  if (answer.status >= 400) {
    expect(FAULT.safeParse(answer.body).error?.issues ?? [], `${method} ${path}`).toEqual([]);
    return;
  }
  const schema = routes.find(fits)?.shape?.answer;
  expect(schema, `${method} ${path} has a schema`).toBeDefined();
  const made = schema && z.toJSONSchema(schema, { io: "output" });
  const read = made && z.fromJSONSchema(made as Parameters<typeof z.fromJSONSchema>[0]).safeParse(answer.body);
  expect(read?.error?.issues ?? [], `${method} ${path}`).toEqual([]);
}

const FAULT = z.strictObject({
  error: z.strictObject({
    code: z.string().regex(/^[A-Z_]+$/),
    message: z
      .string()
      .min(1)
      .regex(/^[^\n]*$/),
    suggestions: z.array(z.string()).optional(),
    exitCode: z.int(),
  }),
});
