/** Flags as rows of help: a term, and what it means. */

export interface FlagHelp {
  readonly description?: string | undefined;
  readonly char?: string | undefined;
  readonly env?: string | undefined;
  readonly helpGroup?: string | undefined;
  readonly helpValue?: unknown;
  readonly options?: readonly string[] | undefined;
  readonly type?: string;
  readonly default?: unknown;
}

export type FlagsHelp = Readonly<Record<string, FlagHelp>>;

/** A flag as it is typed: `-q, --quiet`, `--on SCOPE`. */
export function flagTerm(name: string, { char, type, helpValue, options }: FlagHelp): string {
  const value = type === "option" ? ` ${String(helpValue ?? (options ? name.toUpperCase() : "VALUE"))}` : "";
  return `${char ? `-${char}, ` : ""}--${name}${value}`;
}

/** What a flag does, with the values that it can have and what it is when left out. */
export function flagMeaning({ description = "", options, default: usual }: FlagHelp): string {
  const values = options ? ` (${options.join(", ")})` : "";
  return `${description}${values}${typeof usual === "string" ? `; ${usual} when left out` : ""}`;
}

/** Flags in the order of their names. Those without a letter stand below the names of those that have one. */
export function flagRows(flags: FlagsHelp): [term: string, meaning: string][] {
  const hasLetters = Object.values(flags).some(({ char }) => char);
  return Object.entries(flags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => {
      const indent = hasLetters && !flag.char ? "    " : "";
      return [`${indent}${flagTerm(name, flag)}`, flagMeaning(flag)];
    });
}
