/** A decision as a line of a log: what was asked, of which policy, and what was answered. NDJSON, one object a line. */

/** The version of the format of a line. */
export const LINE_VERSION = 1;

/** What was asked about: whether somebody may do something, or holds a role. */
type LoggedTopic =
  | { readonly permission: string; readonly role?: undefined }
  | { readonly role: string; readonly permission?: undefined };

/** What was asked, so that it can be asked again. What is left out was not said. */
type LoggedQuestion = LoggedTopic & {
  /** `null` for nobody by name: a stranger. */
  readonly user: string | null;
  /** The scope; left out at the root. */
  readonly on?: string | undefined;
  readonly owner?: string | undefined;
  readonly activate?: readonly string[] | undefined;
  readonly assume?: readonly string[] | undefined;
  readonly existing?: true | undefined;
  readonly strangers?: true | undefined;
  /** The time for which was asked, where it is another than `at`: a time to come. */
  readonly for?: string | undefined;
  /**
   * The names of all attributes that were given, as `resource.status`, in byte order; of a root that was given without
   * attributes its name alone, as `resource`. Never their values.
   */
  readonly given?: readonly string[] | undefined;
  /** The values of those attributes that `logGiven` names, by their names: `{ "resource.status": "draft" }`. */
  readonly values?: Readonly<Record<string, unknown>> | undefined;
};

/** The grant that decided, and how it is held. Of several that decide alike it is one of them. */
export interface DecidingGrant {
  /** The role that is held: assigned, by everyone, or assumed; and the scope of the assignment if not the root. */
  readonly held: string;
  readonly heldOn?: string | undefined;
  /** The role that has the grant, where `held` inherits it. */
  readonly granting?: string | undefined;
  /** Its pattern, and its scope if not the root; left out for a question about a role. */
  readonly grant?: string | undefined;
  readonly scope?: string | undefined;
}

/** What was answered. The deciding grant is left out where none decides, and where a condition has a part in it. */
type LoggedAnswer = {
  readonly decision: boolean;
  /** As `can` says it: `allow`, `none`, `deny`, `disabled`, `condition` … */
  readonly reason: string;
  readonly error?: undefined;
} & Partial<DecidingGrant>;

/** A question that had no answer: the code of its error, as `USER_NOT_FOUND`. */
interface LoggedError {
  readonly error: string;
  readonly decision?: undefined;
}

/** What every line of a decision has. */
interface LoggedCircumstances {
  readonly v: typeof LINE_VERSION;
  /** Unique in the log: as the answer has it, so that other logs can name it. */
  readonly id: string;
  /** When it was asked: RFC 3339 UTC with milliseconds. */
  readonly at: string;
  /** The id of the database; `null` while it has none, and where it could not be reached. */
  readonly db: string | null;
  /** The revision that was asked; `null` where the database could not be reached. */
  readonly revision: number | null;
  /** How long it took, in µs. */
  readonly us?: number | undefined;
  readonly requestId?: string | undefined;
  /** The share of allowed decisions that the log keeps; left out where it keeps all of them. */
  readonly share?: number | undefined;
}

export type DecisionLine = LoggedCircumstances & LoggedQuestion & (LoggedAnswer | LoggedError);

/** Written once there is room again: how many decisions were not logged since the line before. */
export interface DroppedLine {
  readonly v: typeof LINE_VERSION;
  readonly at: string;
  readonly dropped: number;
}
