/** API keys as text: made of random bits, read in one fixed form, and compared by their digests in constant time. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Rows } from "../policy/model/rows.ts";
import { hasEnded } from "../policy/model/times.ts";

/** A key that was just made. Its text is told once, and kept nowhere. */
export interface NewSecret {
  readonly id: string;
  readonly text: string;
  /** SHA-256 of the text, in hex. */
  readonly digest: string;
}

const ID_LENGTH = 12;
const SECRET_BYTES = 32;
/** No letter or digit of these is taken for another. */
const ID_LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

/** The last character of 256 bits in base64url has four of them: any other would be a second text of the same key. */
const KEY = /^rbac_([a-z2-7]{12})_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** A new key. @param id that of a standing key, which gets another secret */
export function newSecret(id = randomId()): NewSecret {
  const text = `rbac_${id}_${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { id, text, digest: digestOf(text) };
}

const randomId = (): string => [...randomBytes(ID_LENGTH)].map((byte) => ID_LETTERS[byte % 32]).join("");

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A key as it was presented. */
export interface PresentedKey {
  readonly id: string;
  readonly digest: string;
}

/** Reads a key that was presented, strictly in the one form that keys have; `undefined` for any other text. */
export function readApiKey(text: string): PresentedKey | undefined {
  const id = KEY.exec(text)?.[1];
  return id === undefined ? undefined : { id, digest: digestOf(text) };
}

/**
 * True if a presented key is that of a row at a time: its secret, or the one before until the overlap ends. Both are
 * always compared, in constant time. Neither the end of the key nor its user is judged.
 */
export function isKeyOf(
  presented: PresentedKey,
  { id, digest, previous, overlap }: Pick<Rows["api-key"], "id" | "digest" | "previous" | "overlap">,
  at: string,
): boolean {
  const isCurrent = isSame(presented.digest, digest);
  const isPrevious = isSame(presented.digest, previous ?? "");
  const overlaps = previous !== null && overlap !== null && !hasEnded({ until: overlap }, at);
  return presented.id === id && (isCurrent || (isPrevious && overlaps));
}

/** Compares digests in constant time; one that is damaged equals none. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, "hex"), Buffer.from(other, "hex")];
  return a.length === 32 && b.length === 32 && timingSafeEqual(a, b);
}
