/** Certificates made for a test: of an authority, and signed by it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificate {
  /** Files of PEM. */
  readonly cert: string;
  readonly key: string;
}

/** Makes certificates in a folder that is removed when the process ends. */
export function certificates() {
  const folder = mkdtempSync(join(tmpdir(), "rbac-certificates-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const openssl = (...args: readonly string[]) => execFileSync("openssl", [...args], { cwd: folder, stdio: "pipe" });
  const at = (name: string): Certificate => ({ cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) });
  const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  return {
    authority: (name: string): Certificate => {
      const { cert, key } = at(name);
      openssl("req", "-x509", ...EC, "-keyout", key, "-out", cert, "-days", "2", "-subj", `/CN=${name}`);
      return at(name);
    },
    signed: (name: string, by: Certificate): Certificate => {
      const { cert, key } = at(name);
      openssl("req", ...EC, "-keyout", key, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
      const signing = ["-CA", by.cert, "-CAkey", by.key, "-CAcreateserial", "-days", "2"];
      openssl("x509", "-req", "-in", `${name}.csr`, "-out", cert, ...signing);
      return at(name);
    },
  };
}
