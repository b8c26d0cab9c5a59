/** Which files lint reads, and which it writes beside its reports. */
import { existsSync } from "node:fs";
import { wrong } from "../../errors.ts";

interface PlaceFlags {
  readonly live: boolean;
  readonly out?: string | undefined;
  readonly baseline?: string | undefined;
  readonly "write-baseline": boolean;
}

/**
 * Where fixed documents go may be where they come from: of that is judged once it is known which have something to fix.
 * @throws RbacError `USAGE` (exit 2) for standard output, or for standard input that would be read twice
 */
export function placesOf(paths: readonly string[] = [], { live, out, baseline, ...flags }: PlaceFlags) {
  if (out === "-") throw wrong("USAGE", "--out names a file or a folder, not standard output");
  if (baseline === "-" && flags["write-baseline"])
    throw wrong("USAGE", "a baseline is written to a file, not to standard output");
  if (baseline === "-" && paths.includes("-"))
    throw wrong("USAGE", "standard input cannot be both a document and the baseline");
  const isNew = out !== undefined && (live || !existsSync(out));
  const given = (file: string | undefined, isGiven: boolean) => (file !== undefined && isGiven ? [file] : []);
  return {
    reads: [...paths, ...given(baseline, !flags["write-baseline"]), ...given(out, !isNew)],
    writes: [...given(out, isNew), ...given(baseline, flags["write-baseline"])],
  };
}
