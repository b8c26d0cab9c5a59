/** The digests of a plan (rule 38): of its effect on people, of the whole that is approved, and of its file. */
import { createHash } from "node:crypto";
import { wrong } from "../errors.ts";
import { canonicalJson } from "../policy/model/canonical-json.ts";
import { quote } from "../policy/model/names.ts";
import { type EffectOf, effectText } from "./effect.ts";
import type { Plan } from "./plan.ts";

/** The digest of what people gain and lose, and when: never of causes, counts, totals or revisions. */
export const digestOfImpact = (impact: EffectOf, database: string | null): string =>
  sha256(effectText(impact, database));

/** The digest that is approved. */
export const digestOfPlan = ({
  database,
  at,
  changes,
  gates,
  impactDigest,
}: Pick<Plan, "database" | "at" | "changes" | "gates" | "impactDigest">): string =>
  sha256(canonicalPieces({ database, at, changes, gates, impactDigest }));

/** The digest of all that a file of a plan holds, apart from itself: that nothing of it was changed by accident. */
export const digestOfContent = (content: object): string => sha256(canonicalPieces(content));

/** Reads a digest: `sha256:` and 64 hexadecimal digits, or these alone. @throws RbacError `VALUE_INVALID` (exit 2). */
export function parseDigest(text: string): string {
  const [, digits] = /^(?:sha256:)?([0-9a-f]{64})$/i.exec(text.trim()) ?? [];
  if (digits !== undefined) return `sha256:${digits.toLowerCase()}`;
  throw wrong("VALUE_INVALID", `${quote(text)} is no digest of a plan: it is sha256: and 64 hexadecimal digits`);
}

/** So many characters are hashed at once: most pieces are short. */
const AT_ONCE = 1 << 16;

/** Hashes pieces one after another: the text of all may be longer than a text can be. */
function sha256(pieces: Iterable<string>): string {
  const hash = createHash("sha256");
  let waiting = "";
  for (const piece of pieces) {
    waiting += piece;
    if (waiting.length < AT_ONCE) continue;
    hash.update(waiting);
    waiting = "";
  }
  return `sha256:${hash.update(waiting).digest("hex")}`;
}

/** The canonical JSON of an object, its lists element by element. */
function* canonicalPieces(value: object): Iterable<string> {
  let mark = "{";
  for (const key of Object.keys(value).sort()) {
    yield `${mark}${JSON.stringify(key)}:`;
    mark = ",";
    const member: unknown = (value as { readonly [key: string]: unknown })[key];
    if (Array.isArray(member)) yield* elementPieces(member);
    else if (typeof member === "object" && member !== null) yield* canonicalPieces(member);
    else yield canonicalJson(member);
  }
  yield mark === "{" ? "{}" : "}";
}

function* elementPieces(list: readonly unknown[]): Iterable<string> {
  let mark = "[";
  for (const element of list) {
    yield mark + canonicalJson(element);
    mark = ",";
  }
  yield mark === "[" ? "[]" : "]";
}
