/**
 * Every code that an error or a problem of a file can have, by the name of its exit code in `EXIT`: what happened, and
 * what to do about it. `docs/errors.md` is printed from this table. The program only uses its types, so a start does
 * not load it.
 */

import type { CodeMeaning } from "./code-meaning.ts";
import { REFUSED } from "./refused.ts";
import { WRONG } from "./wrong.ts";

export const CODES = {
  wrong: WRONG,
  refused: REFUSED,
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
    SERVICE_UNREACHABLE: ["A service of decisions cannot be reached, or cannot answer now.", "Try again later."],
    SERVICE_TIMEOUT: ["A service of decisions took longer than it may.", "Try again, or give it more time."],
    SERVICE_DENIED: ["A service of decisions refuses who asks.", "Correct the key or the token, or give it the right."],
    SERVICE_ANSWER_INVALID: ["What a service answered is no answer of rbac.", "Correct its URL, or what lies between."],
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
} as const satisfies Readonly<Record<string, Readonly<Record<string, CodeMeaning>>>>;

/** The codes of the errors with one exit code. */
export type CodeOf<E extends keyof typeof CODES> = keyof (typeof CODES)[E];

export type ErrorCode = { [E in keyof typeof CODES]: CodeOf<E> }[keyof typeof CODES];
