/** The contract: faults of the program. */
import { type Case, permission, throws } from "./case.ts";

/** Faults of the program: 500 by the application's own error handler, and never a yes. */
const fault = (error: string) => ({ status: 500, body: { error } });
export const FAULTS: readonly Case[] = [
  {
    name: "user throws",
    guard: { user: throws(new Error("no session store")) },
    need: permission("posts:read"),
    ...fault("no session store"),
  },
  {
    name: "claims throws",
    guard: { claims: throws(new Error("no keys")) },
    need: ({ g }) => g.requireScopes("docs:read"),
    as: "ann",
    ...fault("no keys"),
  },
  {
    name: "load throws",
    need: permission("posts:update", () => ({
      load: throws(new Error("no table")),
      owner: (_: object, __: object) => "x",
    })),
    as: "ben",
    ...fault("no table"),
  },
  {
    name: "owner throws",
    need: permission("posts:update", () => ({ owner: throws(new Error("no owner")) })),
    as: "ben",
    ...fault("no owner"),
  },
  {
    name: "on is undefined",
    need: permission("posts:publish", () => ({ on: () => undefined })),
    as: "cleo",
    ...fault("the option on is undefined: leave it out or give it a value"),
  },
  {
    name: "owner is undefined",
    need: permission("posts:update", () => ({ owner: () => undefined })),
    as: "ben",
    ...fault("the option owner is undefined: leave it out or give it a value"),
  },
  {
    name: "given is given twice",
    guard: { given: () => ({ context: { a: 1 } }) },
    need: permission("posts:read", () => ({ given: { context: { b: 2 } } })),
    as: "ann",
    ...fault("the attributes of context are given twice"),
  },
  {
    name: "a permission that the policy has not",
    need: permission("posts:raed"),
    as: "ann",
    status: 500,
  },
];
