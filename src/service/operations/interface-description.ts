/** The description of the interface, as OpenAPI 3.1 has it, made from the table of routes. */
import type { ZodType } from "zod";
import type { Route } from "../http/route.ts";

interface Described {
  readonly version: string;
  readonly publicUrl: string | undefined;
  routes(): readonly Route[];
}

/** A document of OpenAPI 3.1. */
export async function describeInterface({ version, publicUrl, routes }: Described): Promise<object> {
  const all = routes();
  const schemaOf = all.some(({ shape }) => shape) ? await schemas() : undefined;
  const paths: Record<string, Record<string, object>> = {};
  for (const route of all) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, schemaOf) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "rbac", summary: "Decisions of one policy over HTTP", version },
    ...(publicUrl !== undefined && { servers: [{ url: publicUrl }] }),
    paths,
    components: { securitySchemes: SCHEMES, schemas: SCHEMAS },
  };
}

type SchemaOf = (schema: ZodType, io: "input" | "output") => Readonly<Record<string, unknown>>;

/** The schemas by which requests are read, as those of JSON. Only a server with such routes loads what reads them. */
async function schemas(): Promise<SchemaOf> {
  const { z } = await import("zod");
  return (schema, io) => {
    const { $schema: _, ...made } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
    return made;
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
  404: "What the path names is not there",
  409: "The change makes a policy that is not allowed, or was made of what is no more so",
  412: "The policy is at another revision",
  413: "The body is too large",
  429: "Too many attempts failed",
  500: "A bug; the log of the server says more",
  503: "The database does not answer, or not in time",
};

function operationOf(route: Route, schemaOf: SchemaOf | undefined): object {
  const { path, summary, access, right, changes, body, faults, shape } = route;
  const schema = { $ref: `#/components/schemas/${faults === "message" ? "Message" : "Fault"}` };
  const fault = (description: string) => ({ description, content: { "application/json": { schema } } });
  const isOpen = access === "everybody";
  const kept = Object.entries(FAULTS).filter(
    ([status]) =>
      !(isOpen && /401|403|429/.test(status)) &&
      !(body === "none" && status === "413") &&
      !(!path.includes("/:") && status === "404") &&
      !(!changes && /409|412/.test(status)),
  );
  const parameters = parametersOf(route, schemaOf);
  const sent = shape?.body && schemaOf ? schemaOf(shape.body, "input") : OBJECT;
  const answer = shape?.answer && schemaOf?.(shape.answer, "output");
  const needs = changes
    ? "Asks for the right of what it changes: rbac:assignment, rbac:role and their like"
    : undefined;
  const description = right === null ? needs : `Asks for the right ${right}`;
  return {
    summary,
    ...(description !== undefined && { description }),
    security: isOpen ? [] : [{ key: [] }, { certificate: [] }, ...(access === "loopback" ? [{}] : [])],
    ...(parameters.length > 0 && { parameters }),
    ...(body === "json" && { requestBody: { required: true, content: { "application/json": { schema: sent } } } }),
    responses: {
      200: { description: "The answer", ...(answer && { content: { "application/json": { schema: answer } } }) },
      ...Object.fromEntries(kept.map(([status, text]) => [status, fault(text)])),
    },
  };
}

const OBJECT = { type: "object" };

const TEXT = { type: "string" };

function parametersOf({ path, changes, shape }: Route, schemaOf: SchemaOf | undefined): object[] {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  const query = shape?.query && schemaOf?.(shape.query, "input");
  const { properties = {}, required = [] } = (query ?? {}) as {
    readonly properties?: Readonly<Record<string, object>>;
    readonly required?: readonly string[];
  };
  return [
    ...names.map((name) => ({ name, in: "path", required: true, schema: TEXT })),
    ...Object.entries(properties).map(([name, schema]) => ({
      ...{ name, in: "query", required: required.includes(name), schema },
    })),
    ...(changes ? [{ name: "If-Match", in: "header", schema: TEXT, description: 'The revision expected: "41"' }] : []),
  ];
}
