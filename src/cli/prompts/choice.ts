/** What a person chooses from. */

/** What can be chosen. Its texts may hold anything. */
export interface Choice {
  readonly value: string;
  /** What stands in its row; the value when left out. */
  readonly shown?: string;
  /** What is said below the list while the choice is pointed at. */
  readonly note?: string;
  /** The flags that go with the value. */
  readonly flags?: readonly string[];
}

export interface Searched {
  readonly choices: readonly Choice[];
  /** What a person may have typed that is not in the list. @throws Error that says why it is nothing. */
  readonly other?: ((term: string) => Promise<Choice | undefined>) | undefined;
  /** The text of a first row that chooses nothing. */
  readonly enough?: string | undefined;
}
