/**
 * Every code that an error or a problem of a file can have, by the name of its exit code in `EXIT`: what happened, and
 * what to do about it. `docs/errors.md` is printed from this table. The program only uses its types, so a start does
 * not load it.
 */

type Explanation = readonly [meaning: string, advice: string];

export const CODES = {
  wrong: {
    // The call
    USAGE: ["A command line or a call says too little, or contradicts itself.", "Correct it as the message says."],
    COMMAND_NOT_FOUND: ["There is no such command.", "Take one of the suggestions, or look into the help."],
    ARGUMENT_MISSING: ["An argument that is needed was left out.", "Give the argument."],
    OPTION_UNKNOWN: ["An option that the call does not have.", "Take one of the suggestions, or leave it out."],
    NOT_AT_ONCE: ["A server, the past, or evidence: none of them answers without a promise.", "Ask can."],
    CLOSED: ["A call after close().", "Make the call before, or open the database again."],
    VALUE_EMPTY: ["A value is empty.", "Give a value, or leave it out; a variable of the shell may be unset."],
    VALUE_INVALID: ["A value is of the wrong type or form.", "Give what the message asks for."],
    PASSWORD_ON_ARGV: ["A password stands on the command line.", "Give it in a variable or a file: see postgres.md."],
    // Names and values
    USER_NOT_FOUND: ["There is no such user.", "Take one of the suggestions, or create the user."],
    USER_GONE: [
      "A name that was a user's is asked about, where strangers are admitted: it is none of theirs.",
      "Ask about the user's name now, or create the user again.",
    ],
    ACTOR_NOT_FOUND: ["Nobody made a change under this name, but under a near one.", "Take one of the suggestions."],
    ROLE_NOT_FOUND: ["There is no such role.", "Take one of the suggestions, or create the role."],
    PERMISSION_NOT_FOUND: ["There is no such permission.", "Take one of the suggestions, or create the permission."],
    CONSTRAINT_NOT_FOUND: ["There is no such constraint.", "Take one of the suggestions, or create the constraint."],
    RESOURCE_NOT_FOUND: ["No permission is of this resource.", "Take one of the suggestions."],
    REVISION_NOT_FOUND: ["There is no such revision.", "Take one that the audit record lists."],
    GIVEN_INVALID: [
      "What is given of attributes cannot be read, or says one of them twice.",
      "Correct what the message names.",
    ],
    CONDITION_INVALID: ["This is no condition.", "Correct it; docs/conditions.md has the language."],
    CONDITION_NOT_SQL: [
      "A condition asks of a row what SQL cannot say: of addresses, times, or a column as a list.",
      "Ask can for each row, or say it by another attribute.",
    ],
    COLUMN_MISSING: [
      "A condition asks for an attribute of the rows that is neither given nor in a column.",
      "Add it to the columns, or give it.",
    ],
    COLUMN_INVALID: ["What names a column cannot be read.", "Write a name such as p.published, and its type."],
    BUT_INVALID: ["A grant cannot leave out what it names.", "Correct it as the message says."],
    ATTRIBUTE_NOT_FOUND: [
      "A condition asks for an attribute that its resource does not have.",
      "Take one of the suggestions, or declare it.",
    ],
    ATTRIBUTE_TYPE: [
      "A condition asks for an attribute of another type than is declared.",
      "Correct the condition or the declaration.",
    ],
    ATTRIBUTE_VALUE: [
      "A condition compares an attribute with a value that it cannot have.",
      "Take one of the suggestions, or declare it.",
    ],
    PATTERN_COVERS_NOTHING: [
      "A pattern covers no permission of the catalogue.",
      "Correct the pattern, or create the permission first.",
    ],
    NAME_INVALID: ["A name has a form that no name may have.", "Choose another; the message says what is wrong."],
    NAME_HAS_COMMA: ["The name of a new user has a comma.", "Name each user by itself, or allow the comma."],
    NAME_TOO_LONG: ["Names are longer together than an index can hold.", "Choose shorter names."],
    TEXT_INVALID: ["A text has a form that no text may have.", "Correct it; the message says what is wrong."],
    SCOPE_INVALID: ["A scope cannot be read.", "Write its parts with / between them, such as acme/billing."],
    PERMISSION_INVALID: [
      "A permission or a pattern cannot be read.",
      "Write resource:action, or up to six parts between colons; quote a *.",
    ],
    TIME_INVALID: ["A time or a duration cannot be read.", "Write 2027-01-31T09:00:00Z, or a duration such as 8h."],
    KIND_UNKNOWN: ["There is no such kind of row or change.", "Take one that the message names."],
    EFFECT_INVALID: ["An effect is neither allow nor deny.", "Write allow or deny."],
    SETTING_UNKNOWN: ["The policy has no such setting.", "Take one that the message names."],
    CONSTRAINT_INVALID: ["A constraint does not fit its type.", "Correct its roles, its limit or its prerequisites."],
    ROLE_NOT_NAMED: ["A role to drop is not one that the constraint names.", "Drop a role that it names."],
    HELD_OTHERWISE: [
      "A role to revoke is held, or a right to ungrant stands, but in another way.",
      "Take it away where the message says.",
    ],
    OWN_TWICE: ["A question has both an owner and :own.", "Ask with one of them."],
    WINDOW_EMPTY: ["A window ends before it begins.", "Correct one of its times."],
    WINDOW_PAST: ["A window to be given has ended already.", "Give a later end, or revoke what is to end now."],
    INTERVAL_EMPTY: ["An interval ends before it begins.", "Correct one of its times."],
    SAID_TWICE: ["Two things that contradict each other are said of one row.", "Say one of them."],
    // Questions of a batch
    BATCH_EMPTY: ["A batch has no questions.", "Look whether its input was made."],
    LINE_INVALID: [
      "A line of a batch, or of a decision log, cannot be read.",
      "Write a JSON object, or as many cells as there are columns.",
    ],
    OTHER_DATABASE: ["A line of a decision log was asked of another database.", "Ask that one."],
    LINE_TOO_LONG: ["A line of the input is longer than may be.", "Look whether the input is of lines."],
    // Documents
    DOCUMENT_INVALID: ["A document has faults, listed as problems.", "Correct each at its line."],
    SYNTAX_INVALID: ["A file is not written in its format.", "Correct it at the line that the message names."],
    HEADER_MISSING: ["A file does not begin as its format must.", "Write the first line that the message shows."],
    VERSION_UNKNOWN: ["A document is of another version of the format.", "Write rbac: 1."],
    SECTION_MISSING: ["A section is missing, or is not listed in the first line.", "Add the section."],
    OUTSIDE_PART: [
      "A document, or a call, states a row outside of the part that it keeps to.",
      "State it where it belongs, or widen the part; in a document a name alone may stand there.",
    ],
    PARTS_MEET: [
      "Documents of one command speak for the same rows.",
      "Say parts that do not meet, or seed the documents one by one.",
    ],
    RECORDS_MISSING: ["A CSV file has no line below its header.", "Look whether it was cut."],
    COLUMNS_WRONG: ["A line of a CSV file has more or fewer cells than its header.", "Correct the line."],
    KEY_UNKNOWN: ["A key, a column or a section is not known.", "Correct its name; the message names those known."],
    KEY_MISSING: ["A key that is needed is missing.", "Add the key."],
    KEY_TWICE: ["A key stands in a mapping twice.", "Remove one of them."],
    KEY_INVALID: ["A key of a YAML file is not plain text.", "Write it as plain text."],
    QUOTE_NEEDED: ["A value that must be text is read as something else.", "Quote it."],
    DIRECTIVE: ["A YAML file has a directive, and none is read.", "Remove it."],
    ALIAS: ["A YAML file has an alias or an anchor, and none is read.", "Write the value out."],
    TAG: ["A YAML file has a tag, and none is read.", "Remove it."],
    TOO_DEEP: ["A file is nested or indented too deeply.", "Write it flatter."],
    TOO_MANY_KEYS: ["A YAML file has more keys than are read.", "Write JSON or NDJSON."],
    TOO_LARGE_FOR_YAML: ["A policy is too large to be read again as YAML.", "Export JSON or NDJSON."],
    INPUT_CUT: ["The end of a file is missing.", "Make the file again."],
    INPUT_OPEN: [
      "A prune by standard input that may have been cut.",
      "End YAML with a line of three dots, or read another format or a file.",
    ],
    // Settings files
    SETTINGS_INVALID: ["A settings file has faults, listed as problems.", "Correct each at its line."],
    SETTINGS_DISTRUSTED: [
      "A settings file may have been written by somebody else, so it does not count.",
      "Own the file and close it to others, or name the database.",
    ],
    SETTING_FORBIDDEN: ["A project's settings file says what it may not.", "Say it in your own settings file."],
    PASSWORD_IN_FILE: ["A settings file has a password.", "Give it in PGPASSFILE, or in a file of its own."],
    CONTEXT_NOT_FOUND: ["No settings file has such a context.", "Take one of the suggestions, or write it."],
    // Files
    TOKEN_KEY_MISSING: [
      "There are no keys of tokens, or nothing says where.",
      "Create a key, or name the file of the keys.",
    ],
    TOKEN_KEY_INVALID: ["What should hold keys of tokens does not.", "Name the file that rbac token key made."],
    TOKEN_KEY_EXPOSED: ["Others may read or write the keys of tokens.", "Close the file to them, and rotate the key."],
    FILE_INVALID: ["A path is not of a file that may be read or replaced.", "Name another."],
    FILE_UNREADABLE: ["A file cannot be read.", "Correct the path, or the rights of the file."],
    FILE_UNWRITABLE: ["A file cannot be written.", "Correct the path, or the rights of its folder."],
    FILE_NOT_UTF8: ["A file is not UTF-8 text.", "Save it as UTF-8."],
    FILE_TOO_LARGE: ["A file is larger than is read of its format.", "Split it, or write JSON or NDJSON."],
    FILE_EMPTY: ["A document is empty.", "Look whether it was made; the empty policy is rbac: 1."],
    FOLDER_EMPTY: ["A folder has no documents.", "Name another folder, or the files."],
    // The database and its audit record
    URL_INVALID: ["The URL of a database cannot be read.", "Write postgres://USER@HOST:PORT/DATABASE."],
    DATABASE_UNSUPPORTED: ["A URL of a kind of database that is not supported.", "Give a path or a postgres: URL."],
    PREFIX_INVALID: ["A prefix of roles of the server cannot be read.", "Write small letters, digits and _."],
    ORIGIN_INVALID: ["What would be restored does not verify.", "Restore another copy."],
    RECORD_INVALID: ["A line of an exported record is no entry.", "Take the file as it was exported."],
    ANCHOR_INVALID: ["A trusted head cannot be read.", "Write SEQ:HASH."],
    AUDIT_KEY_NEEDED: ["The audit record is kept with a key.", "Give the key."],
    AUDIT_KEY_WRONG: ["The audit key is not that of the record.", "Give the key that the record was begun with."],
    AUDIT_KEY_LATE: ["The audit record was begun without a key.", "Leave the key out, or restore a snapshot with it."],
    KEY_TOO_SHORT: ["An audit key is too short.", "Take 16 random bytes or more."],
  },
  refused: {
    EXISTS: ["The new name is taken.", "Choose another name."],
    EXISTS_DIFFERENTLY: ["It exists already, with other fields.", "Set its fields instead."],
    CONFUSABLE: ["A new name looks like one that is there.", "Take that one, or allow both."],
    WINDOW_NARROWED: ["An assignment would become shorter, or lose its end.", "Ask for the window to be replaced."],
    CHANGED_SINCE: [
      "A later revision changed a row of the revision to undo, or a row refers to one.",
      "Undo what the message names, alone or together with the revisions before it, as 12..15.",
    ],
    REVISION_MOVED: ["The database stands at another revision than expected.", "Look again, and repeat."],
    TOO_MANY_REMOVALS: ["More rows would be removed than may be.", "Look at what is missing, or raise the limit."],
    OUTSIDE_PART: [
      "What would be removed or changed is referred to, or stands, outside of the part.",
      "Let it be taken away there first, or state it again.",
    ],
    TOO_MANY_ROWS: [
      "The table to JOIN would have more rows than it may.",
      "Ask for fewer permissions, or raise the limit.",
    ],
    TABLE_NOT_OURS: [
      "A table has the name of one to JOIN, and is none that rbac made.",
      "Rename it, or remove it yourself.",
    ],
    CYCLE: ["Roles would inherit in a circle.", "Remove one step of the circle."],
    PATTERN_COVERS_NOTHING: ["A rename would leave a pattern that covers nothing.", "Ungrant the pattern first."],
    CONSTRAINT_NAMES: ["A constraint names the role to delete.", "Delete the constraint first."],
    CONDITIONAL_NAMES: [
      "A conditional grant names what would be removed or changed.",
      "Take the grant away first, or change it.",
    ],
    CONSTRAINT_CHAIN: ["A role would inherit one that it is kept apart from.", "Change one of the two."],
    CONSTRAINT_VIOLATED: ["A constraint would be broken; violations lists where.", "Change less, or the constraint."],
    GUARDED: ["The guard is on, and the actor lacks the right.", "Let somebody do it who holds the right."],
    LAST_ESCALATOR: [
      "The guard is on, and nobody would hold rbac:escalate everywhere for ever.",
      "Give it to somebody else first.",
    ],
    WINDOWS_APART: ["Both hold the role there at times apart: one assignment has one window.", "Change or revoke one."],
    TOKEN_KEY_EXISTS: ["There is a key of tokens already.", "Use it, or rotate it."],
    TOKEN_TOO_LARGE: ["A token would be longer than may be.", "Let it say roles, or less; or raise the limit."],
    USER_DISABLED: ["A disabled user would be given what nobody could use.", "Enable the user, or name another."],
    REFUSED: ["Something stands in the way; refusals lists all of it.", "Look each of them up here."],
    NOT_OWNER: ["Only the owner of the database may go past the guard.", "Let the owner do it."],
    CONFIRMATION_NEEDED: ["It must be confirmed, and nobody can be asked.", "Confirm it in the call."],
    NOT_CONFIRMED: ["A person has not confirmed it.", "Repeat it, and confirm."],
    DATABASE_EXISTS: ["There is a database already where one should be made.", "Open it, or choose another place."],
  },
  unavailable: {
    DATABASE_MISSING: ["There is no database.", "Correct the path or the URL, or create a database."],
    DATABASE_INVALID: ["It is no database of rbac, or it is damaged.", "Correct the path, or restore a backup."],
    DATABASE_OLDER: ["The database has an older format.", "Migrate it."],
    DATABASE_NEWER: ["The database has a newer format, or entries of a newer kind.", "Use a newer rbac."],
    DATABASE_LOCKED: ["Others are using the database.", "Try again."],
    DATABASE_READONLY: ["The database cannot be written here.", "Correct the rights of the file and its folder."],
    DATABASE_FULL: ["There is no room left to write.", "Make room."],
    DATABASE_UNREADABLE: ["The database cannot be opened.", "Correct the rights of the file and its folder."],
    DATABASE_IO: ["Reading or writing the database failed.", "Look at the disk, and verify the record."],
    DATABASE_UNREACHABLE: ["The server cannot be reached, or not safely.", "Try again, or correct the URL."],
    DATABASE_DENIED: ["The server refuses the user, the password or the act.", "Correct them, or the user's rights."],
    DECISION_UNLOGGED: ["The log of decisions cannot be written, and is a must.", "Make room, or set its rights."],
    DATABASE_TIMEOUT: ["The server took longer than it may.", "Raise statement_timeout."],
    ENCODING_UNSUPPORTED: ["The database of the server is not in UTF8.", "Make one in UTF8."],
    OUTCOME_UNKNOWN: ["The server was lost while it committed.", "Look into the record whether the change is there."],
    TOKEN_KEYS_AWAY: ["The keys that verify tokens cannot be fetched.", "Try again, or correct their URL."],
    CHANGES_UNKNOWN: ["What changed is not known recently enough to judge a token.", "Look whether changes answers."],
    RECORD_REFUSED: ["The database refused the audit entry; nothing was changed.", "Verify the record."],
    RECORD_DAMAGED: ["An entry of the audit record cannot be read.", "Verify the record, and restore a backup."],
  },
  bug: {
    INTERNAL: ["A bug.", "Report it; RBAC_DEBUG=1 prints where it happened."],
    DRIVER_MISSING: ["The SQLite driver is missing, or needs another Node.", "Install it as the message says."],
  },
  interrupted: {
    INTERRUPTED: ["A prompt was interrupted, and nothing was changed.", "Repeat it."],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Explanation>>>>;

/** The codes of the errors with one exit code. */
export type CodeOf<E extends keyof typeof CODES> = keyof (typeof CODES)[E];

export type ErrorCode = { [E in keyof typeof CODES]: CodeOf<E> }[keyof typeof CODES];
