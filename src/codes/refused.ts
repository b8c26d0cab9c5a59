/** The codes of what was understood, but is not allowed or not confirmed: exit code 3. */
import type { CodeMeaning } from "./code-meaning.ts";

export const REFUSED = {
  EXISTS: ["The new name is taken.", "Choose another name."],
  EXISTS_DIFFERENTLY: ["It exists already, with other fields.", "Set its fields instead."],
  CONFUSABLE: ["A new name looks like one that is there.", "Take that one, or allow both."],
  WINDOW_NARROWED: ["An assignment would become shorter, or lose its end.", "Ask for the window to be replaced."],
  API_KEY_ENDED: ["An API key has ended, and no key comes back.", "Make a new one."],
  CHANGED_SINCE: [
    "A later revision changed a row of the revision to undo, or a row refers to one.",
    "Undo what the message names, alone or together with the revisions before it, as 12..15.",
  ],
  PLAN_UNBOUND: ["A plan of a database without a record cannot be saved.", "Seed the database first."],
  PLAN_STALE: ["A row that a plan changes is another now.", "Plan again."],
  PLAN_EXPIRED: ["A plan is older than it may be, or dated ahead.", "Plan again, or allow a greater age."],
  PLAN_UNEXPECTED: ["A plan is another than the one that was approved.", "Take that one, or have this one approved."],
  IMPACT_CHANGED: ["People would now gain or lose something else than planned.", "Plan again, and look."],
  GATE_CROSSED: ["A plan does what its gates do not allow.", "Change less, or plan with other gates."],
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
  SERVER_EXPOSED: [
    "A server would be reached by others without TLS, or without a way to say who they are.",
    "Listen on 127.0.0.1, or give it certificates and keys.",
  ],
  REFUSED: ["Something stands in the way; refusals lists all of it.", "Look each of them up here."],
  NOT_OWNER: ["Only the owner of the database may go past the guard.", "Let the owner do it."],
  CONFIRMATION_NEEDED: ["It must be confirmed, and nobody can be asked.", "Confirm it in the call."],
  NOT_CONFIRMED: ["A person has not confirmed it.", "Repeat it, and confirm."],
  DATABASE_EXISTS: ["There is a database already where one should be made.", "Open it, or choose another place."],
} as const satisfies Readonly<Record<string, CodeMeaning>>;
