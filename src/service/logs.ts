/** Where the access log goes. */
import { type LinesOut, linesInto } from "./operations/access-log.ts";

/** Writes, and calls `done` once that was done, or with an error. */
type Write = (text: string, done: (error?: Error | null) => void) => void;

/**
 * @param file `-` for what `write` writes to
 * @throws RbacError `FILE_UNWRITABLE`, `FILE_INVALID` (exit 2)
 */
export function accessLogInto(file: string | undefined, write: Write): LinesOut | undefined {
  if (file === undefined || file !== "-") return file === undefined ? undefined : linesInto(file);
  let waiting = 0;
  return {
    get waitingBytes() {
      return waiting;
    },
    append: (lines, onLost) => {
      waiting += lines.length;
      write(lines, (error) => {
        waiting -= lines.length;
        if (error) onLost(); // Nobody reads any more, or there is no room.
      });
      return undefined;
    },
    reopen: () => {},
    close: () => {},
  };
}
