/** Makes the audit record tamper-evident: the hash of an entry, and its MAC, which needs the audit key. */
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { unavailable, wrong } from "../../errors.ts";

/** The fields that the hash of an entry covers, in addition to its change. */
interface HashedFields {
  readonly seq: number;
  readonly revision: number;
  readonly at: string;
  readonly actor: string;
  readonly osUser: string;
  readonly reason: string | null;
  readonly prev: string;
}

/**
 * SHA-256 of a domain tag and the canonical JSON (RFC 8785) of the entry without its hash and MAC, in lower-case hex.
 * @param change the canonical JSON of the change, which the caller has at hand
 */
export function hashWith(entry: HashedFields, change: string): string {
  const { seq, revision, at, actor, osUser, reason, prev } = entry;
  const json = JSON.stringify;
  const who = `"actor":${json(actor)},"at":${json(at)},"change":${change},"osUser":${json(osUser)}`;
  const rest = `"prev":${json(prev)},"reason":${json(reason)},"revision":${revision},"seq":${seq}`;
  return hash("sha256", `rbac-entry-v1\n{${who},${rest}}`);
}

/** HMAC-SHA256 of a domain tag and the entry's hash, in lower-case hex; only holders of the key can compute it. */
export const macOf = (key: Uint8Array, hash: string): string =>
  createHmac("sha256", key).update(`rbac-entry-mac-v1\n${hash}`).digest("hex");

/** True for what can be a MAC. */
export const isMac = (mac: string): boolean => /^[0-9a-f]{64}$/.test(mac);

/** Compares two MACs in constant time. */
export function sameMac(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

/**
 * Requires the audit key of the record, or no key if the record was begun without one: its first entries have no MAC.
 * @throws RbacError `AUDIT_KEY_NEEDED`, `AUDIT_KEY_WRONG` or `AUDIT_KEY_LATE` (exit 2), `RECORD_DAMAGED` (exit 4) if no
 * key gives the MAC of the last entry.
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
  if (!isMac(last.mac))
    throw unavailable("RECORD_DAMAGED", "the code of the last entry is none that an audit key gives");
  if (!key) throw wrong("AUDIT_KEY_NEEDED", "this record is kept with a key", { hint: { option: "auditKey" } });
  if (!sameMac(last.mac, macOf(key, last.hash)))
    throw wrong("AUDIT_KEY_WRONG", "the audit key is not the one that the record is kept with");
}
