/** CEL's own answer to a condition, by `@marcbachmann/cel-js`: true, false, or an error, which is `undefined`. */
import { Environment } from "@marcbachmann/cel-js";
import { isInBlock } from "./oracle.ts";
import type { PlainQuestion } from "./plain.ts";

const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });
environment.registerFunction("cidr(dyn, string): bool", (address: unknown, block: string) => {
  const degree = isInBlock(address, block);
  if (degree === 0.5) throw new Error("no address");
  return degree === 1;
});

export function celOf(text: string): (question: PlainQuestion) => boolean | undefined {
  const ask = environment.parse(text);
  return (question) => {
    try {
      const value: unknown = ask(variablesOf(question));
      return typeof value === "boolean" ? value : undefined;
    } catch {
      return undefined;
    }
  };
}

/** Null is absent for us, and a value in CEL. The user and the permission are variables like others. */
function variablesOf({ given, user, permission }: PlainQuestion): Record<string, unknown> {
  const { subject, action, ...rest } = withoutNull(given) as Record<string, Record<string, unknown>>;
  return {
    ...rest,
    ...((subject || user) && { subject: { ...subject, ...(user && { user }) } }),
    action: { ...action, permission },
  };
}

function withoutNull(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null)
      .map(([name, one]) => [name, withoutNull(one)]),
  );
}
