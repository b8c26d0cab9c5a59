/**
 * An open SQLite file that is opened again when another has taken its place. With a write-ahead log, whoever has the
 * file open holds a lock, and `db restore` is refused; a file without one, as a backup is, may be moved aside at any
 * time, and would go on to answer from there.
 */
import { statSync } from "node:fs";

/** What of an open file of the driver is needed here. */
interface SqliteFile {
  readonly inTransaction: boolean;
  pragma(text: string, options: { readonly simple: true }): unknown;
  close(): unknown;
}

/** An open file, or a copy in memory of one that cannot be opened where it lies. */
export interface OpenedFile<File extends SqliteFile> {
  readonly file: File;
  readonly isCopy: boolean;
}

export class CurrentFile<File extends SqliteFile> {
  /** `undefined` for a file that this process makes, whose place nobody takes. */
  readonly #path: string | undefined;
  readonly #open: () => OpenedFile<File>;
  #opened: OpenedFile<File>;
  /** What tells whether the path still leads to the file; `undefined` where nothing can take its place. */
  #identity: string | undefined;

  constructor(path: string | undefined, open: () => OpenedFile<File>) {
    this.#path = path;
    this.#open = open;
    this.#opened = this.#openWithIdentity();
  }

  /** The file that is at the path. A transaction stays with the file that it began in. @throws RbacError (exit 4). */
  get(): File {
    const { file, isCopy } = this.#opened;
    if (this.#path === undefined || this.#identity === undefined || file.inTransaction) return file;
    if (this.#identity === identityOf(this.#path, isCopy)) return file;
    this.#opened = this.#openWithIdentity();
    file.close();
    return this.#opened.file;
  }

  close(): void {
    this.#opened.file.close();
  }

  /** The identity is that before the opening: a file that takes its place meanwhile differs from it. */
  #openWithIdentity(): OpenedFile<File> {
    if (this.#path === undefined) return this.#open();
    const [ofFile, ofCopy] = [identityOf(this.#path, false), identityOf(this.#path, true)];
    const opened = this.#open();
    const isLocked = !opened.isCopy && opened.file.pragma("journal_mode", { simple: true }) === "wal";
    this.#identity = isLocked ? undefined : opened.isCopy ? ofCopy : ofFile;
    return opened;
  }
}

/** The file at a path. Of a copy also when it was last written, since later writes never reach the copy. */
function identityOf(path: string, isCopy: boolean): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!isCopy) return `${stats?.dev} ${stats?.ino}`;
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  return [stats, log].map((of) => `${of?.dev} ${of?.ino} ${of?.size} ${of?.mtimeMs}`).join(" ");
}
