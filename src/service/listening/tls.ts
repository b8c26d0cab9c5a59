/** TLS of the server: its certificate, and who vouches for those who call. */
import { readFileSync } from "node:fs";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { wrong } from "../../errors.ts";
import { withFileErrors } from "../../files/bytes.ts";

/** Files of PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** Who vouches for those who call; nobody is asked for a certificate without it. */
  readonly clientCa?: string | undefined;
}

/** The files, as they were read. */
interface ReadTls extends SecureContextOptions {
  readonly ca?: Buffer;
}

/**
 * Reads the files.
 * @throws RbacError `FILE_UNREADABLE`, `CERTIFICATE_INVALID` (exit 2)
 */
export function readTls({ cert, key, clientCa }: TlsFiles): ReadTls {
  const read = (path: string) => withFileErrors(path, () => readFileSync(path));
  const context = {
    cert: read(cert),
    key: read(key),
    ...(clientCa !== undefined && { ca: read(clientCa) }),
    minVersion: "TLSv1.2" as const,
  };
  try {
    createSecureContext(context);
  } catch (cause) {
    const files = [cert, key, ...(clientCa === undefined ? [] : [clientCa])].join(", ");
    throw wrong("CERTIFICATE_INVALID", `no certificate with its key is in ${files}: ${whyOf(cause)}`, { cause });
  }
  if (clientCa !== undefined && !/-----BEGIN (?:TRUSTED )?CERTIFICATE-----/.test(String(context.ca)))
    throw wrong("CERTIFICATE_INVALID", `no certificate is in ${clientCa}`);
  return context;
}

/** The words of OpenSSL without its numbers. */
const whyOf = (cause: unknown): string => String((cause as Error).message).replace(/^error:[^:]*:(?:[^:]*:)*/, "");
