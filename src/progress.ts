/** How those who do long work tell how far they are. Only `cli/progress.ts` shows it to anybody. */

/** What is being done, and how much of it is done: `writing 120,000 of 181,430 changes`. */
export interface ProgressStep {
  /** The work as a person reads it: `reading people.csv`, `writing`. */
  readonly step: string;
  /** What is counted, in the plural: the same things that the result counts. */
  readonly unit?: "changes" | "entries" | "rows";
  readonly done?: number;
  readonly total?: number;
  /** True for work that may take a second before it tells more. Nobody can be told while it lasts. */
  readonly isLong?: boolean;
}

/** Called often: at the beginning of each step, and while it lasts many times a second if that can be. */
export type OnProgress = (step: ProgressStep) => void;
