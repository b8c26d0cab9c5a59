/** Views of API keys. A secret is in the one that makes it, once; digests are in none. */
import type { View } from "../output/render.ts";
import { safe } from "../output/sanitize.ts";
import { timeCell } from "../output/table.ts";
import { type Change, type ChangeOf, kindOf } from "../policy/model/change.ts";
import type { ApiKey } from "../policy/model/policy.ts";
import { hasEnded } from "../policy/model/times.ts";

/** `rotating` while the secret before the last rotation counts, too. */
const stateOf = (key: ApiKey, at: string): "active" | "ended" | "rotating" => {
  if (hasEnded(key, at)) return "ended";
  return key.overlap !== null && !hasEnded({ until: key.overlap }, at) ? "rotating" : "active";
};

export function apiKeysView({ revision, keys }: { revision: number; keys: readonly ApiKey[] }, at: string): View {
  const shown = keys.map((key) => ({
    id: key.id,
    user: key.user,
    rights: key.rights,
    until: key.until,
    state: stateOf(key, at),
    overlap: stateOf(key, at) === "rotating" ? key.overlap : null,
  }));
  return {
    json: { revision, apiKeys: shown },
    table: {
      head: ["id", "user", "rights", "until", "state"],
      rows: shown.map(({ id, user, rights, until, state }) => [
        id,
        user,
        rights === null ? "all" : rights.join(", "),
        timeCell(until),
        state,
      ]),
      least: ["rights"],
    },
    notices: shown.length === 0 ? ["no API keys"] : [],
  };
}

/**
 * The view of a write that made a secret: as text the key alone, for a shell variable.
 * @param written the view of that write, with its one change
 * @param key the secret; `null` for a dry run, which makes none
 */
export function secretView(written: View, key: string | null): View {
  const { changes } = written.json as { readonly changes: readonly Change[] };
  const change = changes.find(isMadeOrRotated);
  if (!change) return written;
  const { id, user, after } = change;
  const { rights, until, overlap } = after;
  const { isReport: _, ...view } = written;
  const may = rights === null ? safe`whatever ${user} may` : rights.join(", ");
  const end = until === null ? "" : `, until ${until}`;
  return {
    ...view,
    json: { ...written.json, key, id, user, rights, until, overlap },
    table: { head: ["key", "id", "user", "until"], rows: [[key, id, user, timeCell(until)]] },
    ...(key !== null && { text: () => [key] }),
    notices: [
      ...(written.notices ?? []),
      ...(key === null ? [] : [safe`API key ${id} of ${user}, for ${may}${end}: it is shown once, and kept nowhere`]),
      ...(overlap === null ? [] : [`the secret before counts until ${overlap}`]),
    ],
  };
}

type Made = ChangeOf<"api-key"> & { readonly after: object };

const isMadeOrRotated = (change: Change): change is Made => kindOf(change) === "api-key" && change.after !== null;
