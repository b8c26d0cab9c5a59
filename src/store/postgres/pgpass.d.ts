/** Types for the package `pgpass`, which has none of its own. */
declare module "pgpass" {
  /** Looks up a password in the file named by PGPASSFILE, or in ~/.pgpass. */
  export default function pgpass(
    connection: { readonly host: string; readonly port: number; readonly user?: string; readonly database?: string },
    found: (password: string | undefined) => void,
  ): void;
}
