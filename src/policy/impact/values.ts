/** What changes do to people, as a value (rule 37). */
import type { ChangedExtent } from "./difference.ts";

/** A permission of which the answer changes, and where. */
export interface ImpactRow extends ChangedExtent {
  /** A name; with `count`, a pattern. */
  readonly permission: string;
  /** How many of the permissions that the pattern covers change so; left out for a single one. */
  readonly count?: number;
  /**
   * Why; left out where it was not asked for. It is told for the first of the people, in byte order; of several causes
   * an allow comes before a deny, then the one with the shortest way.
   */
  readonly because?: Cause;
}

/** The change that makes the difference, and the way from it to the permission. */
export interface Cause {
  /** Its place among the changes, from 0. */
  readonly change: number;
  /** From the role that is held to the one that has the grant. */
  readonly roles: readonly string[];
  /** The pattern of the grant; `null` where the change is none of a grant. */
  readonly grant: string | null;
}

/** What somebody gains and loses at a moment. */
export interface GainsAndLosses {
  readonly gains: readonly ImpactRow[];
  readonly losses: readonly ImpactRow[];
}

/** The same from a later moment on, at which a window opens or closes, until the next. */
export interface LaterDifference extends GainsAndLosses {
  /** RFC 3339 UTC. */
  readonly at: string;
}

/** What somebody gains and loses, now and later. All are empty where nothing happens. */
export interface ImpactOnPerson extends GainsAndLosses {
  /** Each moment at which something else happens than just before, the earliest first. */
  readonly later: readonly LaterDifference[];
}

/** People to whom the same happens, now or later. */
export interface ImpactOnPeople extends ImpactOnPerson {
  /** Their names after the changes, in byte order; who is deleted has the name of before. */
  readonly users: readonly string[];
}

/** People of whom a change takes nothing, or to whom it gives nothing, because they have it otherwise. */
export interface Kept {
  /** The place of the change among the changes, from 0. */
  readonly change: number;
  readonly people: number;
  /** Roles by which they keep it, or had it before: up to ten, those of most people first. */
  readonly through: readonly string[];
}

export interface Impact {
  /** How many gain anything, how many lose anything, and how many do both: at the moment, not later. */
  readonly people: { readonly gain: number; readonly lose: number; readonly both: number };
  /** Those with most people first. */
  readonly outcomes: readonly ImpactOnPeople[];
  /** What strangers gain and lose, who hold what everyone holds. */
  readonly strangers: ImpactOnPerson;
  /** Later moments at which windows open or close, and to how many people something else happens then. */
  readonly later: readonly { readonly at: string; readonly people: number }[];
  /** Where nothing is gained or lost though a change speaks of it. */
  readonly kept: readonly Kept[];
  /** For each role that was asked about: who holds it afterwards, now or later, and did not before. */
  readonly newHolders: readonly { readonly role: string; readonly users: readonly string[] }[];
}

/** How an impact is computed. */
export interface ImpactOptions {
  /** Name each permission, where a changed pattern covers many; else a row may be a pattern with `count`. */
  readonly expand?: boolean;
  /** The roles of which to tell who newly holds them. */
  readonly holdersOf?: readonly string[];
  /** Tell the cause of each row (`because`), and who keeps what otherwise (`kept`). */
  readonly causes?: boolean;
}
