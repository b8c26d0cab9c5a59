/** The description of the interface, as OpenAPI 3.1 has it, made from the table of routes. */
import type { Route } from "../http/route.ts";

interface Described {
  readonly version: string;
  readonly publicUrl: string | undefined;
  routes(): readonly Route[];
}

/** A document of OpenAPI 3.1. */
export function describeInterface({ version, publicUrl, routes }: Described): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes()) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "rbac", summary: "Decisions of one policy over HTTP", version },
    ...(publicUrl !== undefined && { servers: [{ url: publicUrl }] }),
    paths,
    components: { securitySchemes: SCHEMES, schemas: SCHEMAS },
  };
}

const SCHEMES = {
  key: { type: "http", scheme: "bearer", description: "An API key, or a token of the issuer that is trusted" },
  certificate: { type: "mutualTLS", description: "A certificate whose CN names a user" },
};

const SCHEMAS = {
  Message: { type: "string", description: "What is wrong, in one sentence" },
  Fault: {
    type: "object",
    required: ["error"],
    properties: {
      error: {
        type: "object",
        required: ["code", "message", "exitCode"],
        properties: {
          code: { type: "string" },
          message: { type: "string" },
          suggestions: { type: "array", items: { type: "string" } },
          exitCode: { type: "integer" },
        },
      },
    },
  },
};

const FAULTS: Readonly<Record<number, string>> = {
  400: "The request cannot be read, or asks for what is not there",
  401: "Nobody who is known sent the request",
  403: "Who sent the request lacks the right",
  413: "The body is too large",
  429: "Too many attempts failed",
  500: "A bug; the log of the server says more",
  503: "The database does not answer, or not in time",
};

function operationOf({ path, summary, access, right, body, faults }: Route): object {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  const schema = { $ref: `#/components/schemas/${faults === "message" ? "Message" : "Fault"}` };
  const fault = (description: string) => ({ description, content: { "application/json": { schema } } });
  const isOpen = access === "everybody";
  const kept = Object.entries(FAULTS).filter(
    ([status]) => !(isOpen && /401|403|429/.test(status)) && !(body === "none" && status === "413"),
  );
  return {
    summary,
    ...(right !== null && { description: `Asks for the right ${right}` }),
    security: isOpen ? [] : [{ key: [] }, { certificate: [] }, ...(access === "loopback" ? [{}] : [])],
    ...(names.length > 0 && { parameters: names.map(parameterOf) }),
    ...(body === "json" && { requestBody: { required: true, content: { "application/json": { schema: OBJECT } } } }),
    responses: {
      200: { description: "The answer" },
      ...Object.fromEntries(kept.map(([status, text]) => [status, fault(text)])),
    },
  };
}

const OBJECT = { type: "object" };

const parameterOf = (name: string | undefined) => ({ name, in: "path", required: true, schema: { type: "string" } });
