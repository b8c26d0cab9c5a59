/**
 * The cases of certification as data, and the policy of their scenario. Those named `authzen-pdp-…` say what the modules
 * of openid-certification/conformance-suite @ 12f2a4d (authzen/scenarios) send and expect; those named `scenario-…` what
 * openid/authzen @ e287920 certification/authorization-api-1_0-scenario.md asks for beyond them, by its sections. The two
 * modules about credentials are tested where callers are.
 */
import { readFileSync } from "node:fs";
import type { AuthzenOptions } from "../../../src/service/authzen/mapping/options.ts";

/** One case: what is sent, as it goes over HTTP, and what must come back. */
export interface CertificationCase {
  readonly case: string;
  readonly level: "basic" | "batch" | "search" | "discovery";
  readonly part: "core" | "properties";
  /** Cases of the transport are the server's: bodies that are no JSON, methods, headers. */
  readonly about: "answers" | "errors" | "transport";
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent as JSON; `text` is sent as it is. */
  readonly body?: unknown;
  readonly text?: string;
  /** Any of these. */
  readonly status: readonly number[];
  /** What the answer says: decisions by place, results that are among its own. */
  readonly expect?: ExpectedAnswer;
  /** How often it is sent, each time with the same answer. */
  readonly times?: number;
  /** Pages are followed by their tokens, with `token` without the limit; the results of all count. */
  readonly follow?: boolean | "token";
  /** No further results may be there. */
  readonly exact?: boolean;
  /** Why the case is not held: what it contradicts. */
  readonly contradicts?: string;
}

interface ExpectedAnswer extends Readonly<Record<string, unknown>> {
  readonly decision?: boolean;
  readonly evaluations?: readonly { readonly decision: boolean }[];
  readonly results?: readonly object[];
}

const FILE = new URL("../../service/authzen/conformance.jsonl", import.meta.url);

export const certificationCases: readonly CertificationCase[] = readFileSync(FILE, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));

/**
 * The fixture of the scenario as a document. Archived records are written by admins alone: bob is one, and whoever a
 * request says is one. That it may say so is a decision of this policy.
 */
export const SCENARIO = {
  rbac: 1,
  permissions: ["record:read", "record:write", "record:delete"],
  roles: {
    reader: { grants: ["record:read"] },
    writer: {
      inherits: ["reader"],
      grants: [
        { permission: "record:write", when: 'resource.status != "archived"' },
        { permission: "record:delete", when: "action.soft" },
      ],
    },
    archivist: {
      inherits: ["reader"],
      grants: [{ permission: "record:write", when: 'resource.status == "archived"' }],
    },
    "said to be an admin": {
      grants: [{ permission: "record:write", when: 'resource.status == "archived" && subject.role == "admin"' }],
    },
  },
  users: { alice: { roles: ["writer"] }, bob: { roles: ["archivist"] } },
  everyone: ["said to be an admin"],
};

/** How AuthZEN is set up for it: the records, with what the scenario says is known of them. */
export const SCENARIO_OPTIONS: AuthzenOptions = {
  publicUrl: "https://pdp.example.com",
  resources: [
    { type: "record", id: "record-1", properties: { status: "active" } },
    { type: "record", id: "record-2", properties: { status: "archived" } },
  ],
};
