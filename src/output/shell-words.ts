/** Words of command lines: those that a person can copy, and those that a variable holds. */

/** Quotes a word for a POSIX shell if it must be: an unquoted `*:*` would be expanded to file names. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** A flag with its value. One that begins with `-` would be taken for a flag of its own in a word of its own. */
const flagWords = (flag: string, value: string): string[] =>
  value.startsWith("-") ? [`--${flag}=${value}`] : [`--${flag}`, value];

/** The same as text. */
const flagOption = (flag: string, value: string): string => flagWords(flag, value).map(quoted).join(" ");

export const scopeWords = (scope: string): string[] => flagWords("on", scope);
export const scopeOption = (scope: string): string => flagOption("on", scope);

/** The flags of what a grant leaves out, and of its condition. */
export const conditionOptions = ({ but, when }: { but: readonly string[]; when: string | null }): string[] => [
  ...but.map((pattern) => flagOption("but", pattern)),
  ...(when === null ? [] : [flagOption("when", when)]),
];

/** The words of a text as a shell splits it: by spaces, but for what is quoted or behind a backslash. */
export const wordsOf = (text: string): string[] =>
  [...text.matchAll(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/gs)].map(([word]) =>
    word.replace(
      /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs,
      (_, plain, quotedText, escaped) => escaped ?? plain ?? quotedText.replace(/\\(["\\$`])/g, "$1"),
    ),
  );
