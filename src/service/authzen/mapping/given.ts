/** What a request says of attributes, each object of properties read once. */
import type { Given } from "../../../index.ts";
import { type AttributeBranch, attributesOf, withTime } from "./attributes.ts";
import type { Parts } from "./counted-names.ts";
import type { Properties } from "./reading.ts";

/**
 * What is known of attributes; `undefined` where the request has no properties. A root without properties is unknown,
 * so that no condition counts by what was not sent.
 */
export function givenOf({ subject, action, resource, context }: Parts): Given | undefined {
  if (!subject.properties && !action?.properties && !resource.properties && !context) return undefined;
  return {
    ...(subject.properties && { subject: once("subject", subject.properties) }),
    ...(resource.properties && { resource: once("resource", resource.properties) }),
    ...(action?.properties && { action: once("action", action.properties) }),
    ...(context && { context: once("context", context) }),
  };
}

/** What was made of objects that many evaluations share: those that stand above all of them, and those of a search. */
const made = {
  subject: new WeakMap(),
  resource: new WeakMap(),
  action: new WeakMap(),
  context: new WeakMap(),
} as const;
const MAKING: { readonly [R in keyof typeof made]: (properties: Properties) => AttributeBranch } = {
  subject: (properties) => attributesOf(properties, "user"),
  resource: (properties) => attributesOf(properties),
  action: (properties) => attributesOf(properties, "permission"),
  context: (properties) => withTime(attributesOf(properties), properties),
};

function once(root: keyof typeof made, properties: Properties): AttributeBranch {
  const known: AttributeBranch | undefined = made[root].get(properties);
  if (known) return known;
  const branch = MAKING[root](properties);
  made[root].set(properties, branch);
  return branch;
}
