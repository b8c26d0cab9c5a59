/** What a log is worth as evidence: the time that it covers, the share of decisions that it has, and confidence. */

import type { LoggedDecision } from "../review/lines-of-database.ts";
import type { LogCounts } from "../review/not-asked.ts";

const DAY = 86_400_000;

/** A proposal needs so many days. */
export const DAYS_FOR_PROPOSAL = 90;

export interface LogWindow {
  /** RFC 3339 UTC; `null` where the log has no line in it. */
  readonly from: string | null;
  readonly until: string | null;
  /** How long that is, in days. Less than half a day at either end, in which nothing was asked, counts as covered. */
  readonly days: number;
  /** The longest time without a line, in days. */
  readonly longestGap: number;
}

export interface Evidence {
  readonly window: LogWindow;
  /** Of the allowed decisions of that time, the share whose lines were read, as far as the log tells: 0 to 1. */
  readonly share: number;
  readonly confidence: "low" | "medium" | "high";
  /** Why it is not high, in words. */
  readonly because: readonly string[];
}

/** Gathers what is needed while lines are read. */
export class Coverage {
  #first: string | null = null;
  #last: string | null = null;
  /** True where there are lines before the time that was asked for. */
  #beginsBefore = false;
  readonly #days = new Set<number>();
  #allowed = 0;
  /** As many decisions as the lines of allowed ones stand for. */
  #standFor = 0;
  #keepsNone = false;

  /** @returns false for a line before `since` */
  add({ at, decision, share }: LoggedDecision, since: string | undefined): boolean {
    if (since !== undefined && at < since) {
      this.#beginsBefore = true;
      return false;
    }
    if (this.#first === null || at < this.#first) this.#first = at;
    if (this.#last === null || at > this.#last) this.#last = at;
    this.#days.add(Math.floor(Date.parse(at) / DAY));
    if (share === 0) this.#keepsNone = true;
    if (decision) {
      this.#allowed += 1;
      this.#standFor += share > 0 ? 1 / share : 1;
    }
    return true;
  }

  get first(): string | null {
    return this.#first;
  }

  /** @param since the time that was asked for. @param now when it is asked */
  evidence(since: string | undefined, now: string, { dropped, cut }: LogCounts): Evidence {
    const window = this.#window(since, now);
    const share = this.#allowed === 0 ? 0 : this.#allowed / (this.#standFor + dropped + cut);
    const because = [
      ...(this.#allowed === 0 ? ["the log has no allowed decision"] : []),
      ...(this.#keepsNone ? ["a part of the log keeps no allowed decisions"] : []),
      ...(window.days < DAYS_FOR_PROPOSAL ? [`the log covers ${inDays(window.days)}, not ${DAYS_FOR_PROPOSAL}`] : []),
      ...(window.longestGap > 7 ? [`there are ${inDays(window.longestGap)} without a line`] : []),
      ...(share < 0.99 && this.#allowed > 0
        ? [`${(share * 100).toFixed(1)} % of the allowed decisions are in the log`]
        : []),
    ];
    const isMedium = window.days >= 30 && window.longestGap <= 30 && share >= 0.9 && !this.#keepsNone;
    return { window, share, confidence: because.length === 0 ? "high" : isMedium ? "medium" : "low", because };
  }

  #window(since: string | undefined, now: string): LogWindow {
    if (this.#first === null || this.#last === null) return { from: null, until: null, days: 0, longestGap: 0 };
    const reaches = (from: string, to: string) => Date.parse(to) - Date.parse(from) < DAY / 2;
    const isWhole = since !== undefined && (this.#beginsBefore || reaches(since, this.#first));
    const from = isWhole && since !== undefined ? since : this.#first;
    const until = this.#last < now && reaches(this.#last, now) ? now : this.#last;
    const days = (Date.parse(until) - Date.parse(from)) / DAY;
    return { from, until, days: Math.floor(days * 10) / 10, longestGap: this.#longestGap(from, until) };
  }

  #longestGap(from: string, until: string): number {
    const dayOf = (time: string) => Math.floor(Date.parse(time) / DAY);
    const days = [...this.#days].sort((a, b) => a - b);
    let [last, longest] = [dayOf(from) - 1, 0];
    for (const day of [...days, dayOf(until) + 1]) {
      longest = Math.max(longest, day - last - 1);
      last = day;
    }
    return longest;
  }
}

const inDays = (days: number): string => `${days} ${days === 1 ? "day" : "days"}`;
