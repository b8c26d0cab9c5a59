/** Where a database lies: a file with what belongs to it, or a schema of a server. */

export interface DatabaseLocation {
  /** What messages call it: never with a password. */
  readonly name: string;
  exists(): Promise<boolean>;
  /**
   * Makes a database that appears whole or not at all: it is made beside its place and put there when it is done.
   * @param make is given the URL of the draft
   * @param settle runs just before it appears
   * @throws RbacError `DATABASE_EXISTS` (exit 3) when something lies there already.
   */
  appear<T>(make: (draft: string) => Promise<T>, settle?: () => Promise<void>): Promise<T>;
  /** Moves what lies there aside, and tells where to; `undefined` where nothing does. */
  moveAside(stamp: string): Promise<string | undefined>;
  /** Puts back what was moved aside. */
  moveBack(aside: string): Promise<void>;
  /** What can be said of it from outside. */
  describe(): Promise<LocationDescription>;
}

export interface LocationDescription {
  /** Bytes and permission bits of the files that it is made of. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly mode: string }[];
  readonly warnings: readonly string[];
}
