/** Words of a command line that a person can copy. */

/** Quotes a word for a POSIX shell if it must be: an unquoted `*:*` would be expanded to file names. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** The flag of a scope. One that begins with `-` would be taken for a flag of its own in a word of its own. */
export const scopeWords = (scope: string): string[] => (scope.startsWith("-") ? [`--on=${scope}`] : ["--on", scope]);

/** The same as text. */
export const scopeOption = (scope: string): string => scopeWords(scope).map(quoted).join(" ");
