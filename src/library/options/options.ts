/** What the options of the library's calls share, and how a database is opened. */
import type { DecisionLogOptions } from "../values/log-options.ts";

/** A time: a `Date`, or text as on the command line: RFC 3339 with its zone, a date (00:00Z), or a duration. */
export type Time = Date | string;

/** One name or several. */
export type OneOrMore<Name extends string = string> = Name | readonly Name[];

/** A user by name, or everyone: users who hold a role without an assignment. */
export type UserOrAll = string | { readonly everyone: true };

/**
 * A part of a policy, with at least one of these. Of names a `*` at the end stands for any rest, `\*` for the sign; a
 * scope has all that is below it. Values of one key are alternatives; a row must fit every key that its kind has.
 */
export interface PartOption {
  readonly roles?: OneOrMore;
  readonly users?: OneOrMore;
  readonly permissions?: OneOrMore;
  readonly scopes?: OneOrMore;
}

/** How to open a database. */
export interface OpenOptions {
  /**
   * Who makes the changes, for the audit record: a claim, not a proof. It can also be said by each call, or by
   * `rbac.as(actor)`; a change without one is refused.
   */
  readonly actor?: string;
  /** The user of the operating system, or the service that runs the program; by default the actor. */
  readonly osUser?: string;
  /** `read` never writes, and needs neither an actor nor a writable folder. By default `write`. */
  readonly mode?: "read" | "write";
  /** How long a change waits for other writers, in milliseconds; by default 30 seconds. */
  readonly wait?: number;
  /** The key of the audit record, at least 16 bytes. Required for writes if the record was begun with a key. */
  readonly auditKey?: Uint8Array;
  /** Where and how decisions are logged: what `can` and `has` answer. By default nowhere. */
  readonly decisions?: DecisionLogOptions;
}
export const OPEN = ["actor", "osUser", "mode", "wait", "auditKey", "decisions"] as const;
export const CREATE = ["actor", "osUser", "wait", "auditKey", "decisions"] as const;
