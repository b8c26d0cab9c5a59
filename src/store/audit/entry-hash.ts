/** What makes the record tamper-evident: the hash of an entry, and the code that only the holder of a key can make. */
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { wrong } from "../../errors.ts";

/** What the hash of an entry covers besides its change. */
interface Hashed {
  readonly seq: number;
  readonly revision: number;
  readonly at: string;
  readonly actor: string;
  readonly osUser: string;
  readonly reason: string | null;
  readonly prev: string;
}

/**
 * SHA-256 over a domain tag and the canonical JSON (RFC 8785) of everything else in the entry, in lower-case hex.
 * @param change the canonical JSON of its change, which is needed by itself too
 */
export function hashWith(entry: Hashed, change: string): string {
  const { seq, revision, at, actor, osUser, reason, prev } = entry;
  const text = JSON.stringify;
  const who = `"actor":${text(actor)},"at":${text(at)},"change":${change},"osUser":${text(osUser)}`;
  const rest = `"prev":${text(prev)},"reason":${text(reason)},"revision":${revision},"seq":${seq}`;
  return hash("sha256", `rbac-entry-v1\n{${who},${rest}}`);
}

/** HMAC-SHA256 of a domain tag and the entry's hash, in lower-case hex: who lacks the key cannot write a record that fits it. */
export const macOf = (key: Uint8Array, hash: string): string =>
  createHmac("sha256", key).update(`rbac-entry-mac-v1\n${hash}`).digest("hex");

export function sameMac(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

/**
 * A record begun with a key goes on with that key, and one begun without goes on without: its first entries would never verify.
 * @throws RbacError `AUDIT_KEY_NEEDED`, `AUDIT_KEY_WRONG` or `AUDIT_KEY_LATE` (exit 2).
 */
export function requireAuditKey(
  last: { readonly seq: number; readonly hash: string; readonly mac: string | null },
  key: Uint8Array | undefined,
): void {
  if (last.mac === null) {
    if (key && last.seq > 0)
      throw wrong(
        "AUDIT_KEY_LATE",
        "this record was begun without a key: restore a snapshot with the key to begin anew",
      );
    return;
  }
  if (!key)
    throw wrong("AUDIT_KEY_NEEDED", "this record is kept with a key: say --audit-key-file or RBAC_AUDIT_KEY_FILE");
  if (!sameMac(last.mac, macOf(key, last.hash)))
    throw wrong("AUDIT_KEY_WRONG", "the audit key is not the one that the record is kept with");
}
