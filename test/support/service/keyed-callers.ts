/** Callers by a table of keys, and by the names of certificates: what the server needs, without a policy of rights. */
import type { Callers } from "../../../src/service/http/callers.ts";
import { HttpFault } from "../../../src/service/http/fault.ts";
import type { Caller } from "../../../src/service/http/route.ts";

interface KeyedCallers extends Callers {
  /** Each principal's key and rights. A key that is taken away is refused by what is judged from then on. */
  readonly keys: Map<string, { readonly principal: string; readonly rights: readonly string[] }>;
  /** From now on what was judged before is not current. */
  move(): void;
}

export function keyedCallers(keys: Readonly<Record<string, readonly [principal: string, ...rights: string[]]>>) {
  let moves = 0;
  const judgedAt = new WeakMap<Caller, number>();
  const table: KeyedCallers["keys"] = new Map(
    Object.entries(keys).map(([key, [principal, ...rights]]) => [key, { principal, rights }]),
  );
  const judged = (caller: Caller): Caller => {
    judgedAt.set(caller, moves);
    return caller;
  };
  const callers: KeyedCallers = {
    keys: table,
    move: () => {
      moves += 1;
    },
    identify: ({ authorization, certificate }) => {
      const key = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
      const found = table.get(key ?? "");
      if (found && key) return judged({ principal: found.principal, by: "key", key: `id-${key}` });
      const name = certificate?.subject.CN;
      if (authorization === undefined && typeof name === "string")
        return judged({ principal: name, by: "certificate" });
      throw new HttpFault(401, "UNAUTHENTICATED", "this needs a key", { "www-authenticate": "Bearer" });
    },
    requireRight: async ({ principal, by }, right) => {
      const rights = [...table.values()].find((known) => known.principal === principal)?.rights ?? [];
      if (by === "certificate" || rights.includes(right)) return;
      throw new HttpFault(403, "RIGHT_MISSING", `this needs ${right}`);
    },
    rightsOf: async ({ principal }) => {
      const rights = [...table.values()].find((known) => known.principal === principal)?.rights ?? [];
      const require = (right: string) => {
        if (!rights.includes(right)) throw new HttpFault(403, "RIGHT_MISSING", `this needs ${right}`);
      };
      return { principal: principal ?? "", revision: 0, require };
    },
    look: async () => {},
    isCurrent: (caller) => judgedAt.get(caller) === moves,
  };
  return callers;
}
