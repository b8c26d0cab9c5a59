/** Words of command lines: those that a person can copy, and those that a variable holds. */

/** Quotes a word for a POSIX shell if it must be: an unquoted `*:*` would be expanded to file names. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** The flag of a scope. One that begins with `-` would be taken for a flag of its own in a word of its own. */
export const scopeWords = (scope: string): string[] => (scope.startsWith("-") ? [`--on=${scope}`] : ["--on", scope]);

/** The same as text. */
export const scopeOption = (scope: string): string => scopeWords(scope).map(quoted).join(" ");

/** The words of a text as a shell splits it: by spaces, but for what is quoted or behind a backslash. */
export const wordsOf = (text: string): string[] =>
  [...text.matchAll(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/gs)].map(([word]) =>
    word.replace(
      /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs,
      (_, plain, quotedText, escaped) => escaped ?? plain ?? quotedText.replace(/\\(["\\$`])/g, "$1"),
    ),
  );
