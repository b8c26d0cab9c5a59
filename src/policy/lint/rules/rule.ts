/** A rule of lint: what it is called and how grave it is, what it finds in a policy, and what would mend it. */
import type { LintSettings } from "../../document/facts.ts";
import type { DocumentPlace } from "../../document/problems.ts";
import type { PolicyIndex } from "../../evaluate/policy-index.ts";
import type { Change } from "../../model/change.ts";
import type { AnyRow, Kind } from "../../model/rows.ts";
import type { LintTables } from "./lint-tables.ts";

/** The gravest first. */
export const SEVERITIES = ["error", "warning", "note"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The row that a finding is about: its kind and its key. */
export interface LintSubject {
  readonly kind: Kind;
  readonly key: AnyRow;
}

/** What a rule finds. */
export interface Found {
  /** `null` for the policy as a whole. */
  readonly subject: LintSubject | null;
  /** What tells it from other findings of the same rule and subject: never what changes by the day, as a count does. */
  readonly apart?: string;
  /** Where it stands, where that is not the row of its subject. */
  readonly place?: DocumentPlace;
  /**
   * One line of plain words that follow the subject, such as `nobody holds it`; names in quotes as `quote` writes them
   * where they are not the subject.
   */
  readonly message: string;
  /** The way to the grant that makes it so, the nearest role first. */
  readonly because?: { readonly roles: readonly string[]; readonly grant: string | null };
  /** Changes that would mend it; a person decides where it is left out. Whether they are safe is proved elsewhere. */
  readonly fix?: readonly Change[];
  /** Graver or less grave than the rule is mostly. */
  readonly severity?: Severity;
}

/** What rules look at. */
export interface LintInput {
  readonly index: PolicyIndex;
  /** RFC 3339 UTC: the moment at which windows are judged. */
  readonly at: string;
  /** What documents say to lint. */
  readonly settings: LintSettings;
  /** What roles reach, arranged once for all rules. */
  readonly tables: LintTables;
}

export interface Rule {
  /** A frozen word: it is written into documents, baselines and reports. */
  readonly id: string;
  readonly severity: Severity;
  /** True for a rule that only runs where it is asked for by name. */
  readonly isOff?: boolean;
  /** What it finds, as a phrase without a full stop. */
  readonly title: string;
  /** Why that matters and what to do, in a few plain sentences, for `--explain` and docs/lint.md. */
  readonly help: string;
  find(input: LintInput): Iterable<Found>;
}
