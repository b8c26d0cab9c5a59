/** One decision as a line of a log: what was asked, of which policy, and what was answered. NDJSON, one object a line. */

/** The version of the format of a line. */
export const LINE_VERSION = 1;

/** What was asked, so that it can be asked again. What is left out was not said. */
interface LoggedQuestion {
  /** `null` for nobody by name: a stranger. */
  readonly user: string | null;
  readonly permission: string;
  /** The scope; left out at the root. */
  readonly on?: string;
  readonly owner?: string;
  readonly activate?: readonly string[];
  readonly assume?: readonly string[];
  readonly existing?: true;
  readonly strangers?: true;
  /** The time for which was asked, where it is another than `at`: a time to come. */
  readonly for?: string;
  /** The names of all attributes that were given, as `resource.status`, in byte order. Never their values. */
  readonly given?: readonly string[];
  /** The values of those attributes that `logGiven` names, by root: `{ resource: { status: "draft" } }`. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What was answered. */
interface LoggedAnswer {
  readonly decision: boolean;
  /** As `can` says it: `allow`, `none`, `deny`, `disabled`, `condition` … */
  readonly reason: string;
  /** The role through which the deciding grant is held, its pattern, and its scope where it is not the root. */
  readonly held?: string;
  readonly grant?: string;
  readonly scope?: string;
}

/** A question that had no answer: the code of its error, as `USER_NOT_FOUND`. */
interface LoggedError {
  readonly error: string;
}

/** `v` is the version; `at` RFC 3339 UTC with milliseconds; `db` the id of the database; `us` how long it took, in µs. */
export type DecisionLine = {
  readonly v: typeof LINE_VERSION;
  /** Unique in the log: as the answer has it, so that other logs can name it. */
  readonly id: string;
  readonly at: string;
  readonly db: string | null;
  readonly revision: number;
  readonly us?: number;
  readonly requestId?: string;
} & LoggedQuestion &
  (LoggedAnswer | LoggedError);
