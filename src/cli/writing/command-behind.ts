/** A command line behind `--`: the flags that every command has count on either side of it. */
import { wrong } from "../../errors.ts";
import { GLOBAL_FLAGS, WRITE_FLAGS } from "../flags/shared-flags.ts";

export interface BothSides {
  /** The words before `--`, with the flags of every command that stand behind it. */
  readonly own: readonly string[];
  /** The words of the command without those flags; `undefined` where there is no `--`. */
  readonly command: readonly string[] | undefined;
  /** The words of these flags, of both sides. */
  readonly shared: readonly string[];
}

/** @throws RbacError `USAGE` (exit 2) where a flag has two values */
export function bothSides(argv: readonly string[]): BothSides {
  const dashes = argv.indexOf("--");
  const before = sorted(dashes < 0 ? argv : argv.slice(0, dashes));
  const behind = sorted(dashes < 0 ? [] : argv.slice(dashes + 1));
  for (const [name, { said }] of behind.shared) {
    const other = before.shared.get(name);
    if (other && other.said !== said)
      throw wrong("USAGE", `--${name} says one thing before -- and another behind it: give it once`);
  }
  const shared = [...new Map([...before.shared, ...behind.shared]).values()].flatMap(({ words }) => words);
  return { own: [...before.rest, ...shared], command: dashes < 0 ? undefined : behind.rest, shared };
}

/** The words of a command with flags, which may not stand behind its own `--`. */
export function withFlags(words: readonly string[], flags: readonly string[]): string[] {
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  return [...words.slice(0, end), ...flags, ...words.slice(end)];
}

interface SaidFlag {
  /** As it was typed. */
  readonly words: readonly string[];
  /** Its value; for a switch that it is on. */
  readonly said: string;
}

const KNOWN: Readonly<Record<string, { readonly type: string; readonly char?: string }>> = {
  ...GLOBAL_FLAGS,
  ...WRITE_FLAGS,
};

/** `--json` is another word for a format. */
const SAME: Readonly<Record<string, readonly [name: string, said: string]>> = { json: ["format", "json"] };

/**
 * Takes the flags of every command out of the words of one. That the value of another flag looks like one of them is
 * no matter: it would be refused when it is parsed.
 */
function sorted(words: readonly string[]): { shared: Map<string, SaidFlag>; rest: string[] } {
  const shared = new Map<string, SaidFlag>();
  const rest: string[] = [];
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  for (let at = 0; at < end; at++) {
    const word = words[at] ?? "";
    const name = nameOf(word);
    if (name === undefined) {
      rest.push(word);
      continue;
    }
    const takesNext = KNOWN[name]?.type === "option" && !word.includes("=") && at + 1 < end;
    const typed = words.slice(at, takesNext ? at + 2 : at + 1);
    if (takesNext) at += 1;
    const value = takesNext ? typed[1] : word.split(/=([\s\S]*)/)[1];
    const [key, said] = SAME[name] ?? [name, value ?? "on"];
    const earlier = shared.get(key);
    // Twice on one side is for the parser to refuse.
    shared.set(key, { words: [...(earlier?.words ?? []), ...typed], said });
  }
  return { shared, rest: [...rest, ...words.slice(end)] };
}

/** The name of the flag of every command that a word says. */
function nameOf(word: string): string | undefined {
  if (/^-[a-z]$/.test(word)) return Object.keys(KNOWN).find((name) => KNOWN[name]?.char === word[1]);
  const [, name = ""] = /^--([^=]+)/.exec(word) ?? [];
  return Object.hasOwn(KNOWN, name) ? name : undefined;
}
