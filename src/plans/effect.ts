/** What people gain and lose as canonical text (rule 38): the same for the same effect, whatever brings it about. */
import type { GainsAndLosses, Impact, ImpactOnPerson, ImpactRow } from "../policy/impact/values.ts";
import { by, byBytes } from "../policy/model/byte-order.ts";
import { canonicalJson } from "../policy/model/canonical-json.ts";

/** What of an impact is an effect. */
export type EffectOf = Pick<Impact, "outcomes" | "strangers">;

/**
 * The canonical JSON of an effect in pieces: `{database, everyone, people, rows}`. `rows` has each row once, in the
 * order of its text; what is gained and lost are the places of rows in it, in order. `everyone` has what happens to
 * strangers; people to whom just that happens are in it, not named, so that one more of them makes no other text.
 * `people` has each other effect, with the `users`, in the order of the first of them. Causes and counts are left out.
 */
export function* effectText({ outcomes, strangers }: EffectOf, database: string | null): Iterable<string> {
  const rows = new RowPlaces([strangers, ...outcomes]);
  const everyone = effectOf(strangers, rows);
  const usersOf = new Map<string, string[]>();
  for (const outcome of outcomes) {
    const text = effectOf(outcome, rows);
    if (text === everyone) continue;
    const known = usersOf.get(text);
    // Outcomes that only differ in their causes are one effect.
    if (known) for (const user of outcome.users) known.push(user);
    else usersOf.set(text, [...outcome.users]);
  }
  const effects = [...usersOf].map(([text, users]) => ({ text, users: users.sort(byBytes) }));
  yield `{"database":${JSON.stringify(database)},"everyone":{${everyone}},"people":[`;
  let mark = "";
  for (const { text, users } of effects.sort(by(({ users: [first = ""] }) => first))) {
    yield `${mark}{${text},"users":${JSON.stringify(users)}}`;
    mark = ",";
  }
  yield `],"rows":[${rows.texts.join(",")}]}`;
}

/** The places of rows in the list of all their texts, in order. */
class RowPlaces {
  readonly texts: readonly string[];
  readonly #places: ReadonlyMap<ImpactRow, number>;

  constructor(effects: readonly ImpactOnPerson[]) {
    const texts = new Map<ImpactRow, string>(); // Many outcomes share a row.
    for (const { gains, losses, later } of effects)
      for (const then of [{ gains, losses }, ...later])
        for (const side of [then.gains, then.losses])
          for (const row of side) if (!texts.has(row)) texts.set(row, rowText(row));
    this.texts = [...new Set(texts.values())].sort(byBytes);
    const places = new Map(this.texts.map((text, place) => [text, place]));
    this.#places = new Map([...texts].map(([row, text]) => [row, places.get(text) as number]));
  }

  of(rows: readonly ImpactRow[]): string {
    if (rows.length === 0) return "[]";
    const places = rows.map((row) => this.#places.get(row) as number);
    return `[${places.sort((a, b) => a - b).join(",")}]`;
  }
}

/** What happens to somebody: the members of its object, without braces. */
function effectOf({ later, gains, losses }: ImpactOnPerson, rows: RowPlaces): string {
  const sides = (then: GainsAndLosses) => [rows.of(then.gains), rows.of(then.losses)] as const;
  const moments = [...later].sort(by(({ at }) => at)).map(({ at, ...then }) => {
    const [gained, lost] = sides(then);
    return `{"at":${JSON.stringify(at)},"gains":${gained},"losses":${lost}}`;
  });
  const [gained, lost] = sides({ gains, losses });
  return `"gains":${gained},"later":[${moments.join(",")}],"losses":${lost}`;
}

/** Canonical JSON of a row, without its cause and its count; written out, since there may be a million. */
function rowText({ permission, own, scope, except, before, after }: ImpactRow): string {
  let text = "{";
  if (after !== undefined) text += `"after":${canonicalJson(after)},`;
  if (before !== undefined) text += `"before":${canonicalJson(before)},`;
  const left = except.length === 0 ? "[]" : JSON.stringify([...except].sort(by((one) => one ?? "")));
  text += `"except":${left},"own":"${own}","permission":${JSON.stringify(permission)},`;
  return `${text}"scope":${JSON.stringify(scope)}}`;
}
