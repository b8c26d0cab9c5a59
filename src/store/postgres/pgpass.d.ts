/** What the package `pgpass` is, which brings no types. */
declare module "pgpass" {
  /** Looks a password up in the file that PGPASSFILE names, or in ~/.pgpass. */
  export default function pgpass(
    connection: { readonly host: string; readonly port: number; readonly user?: string; readonly database?: string },
    found: (password: string | undefined) => void,
  ): void;
}
