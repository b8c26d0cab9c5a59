/** What is wrong with a text, and where: thrown inside the reading of a condition, and never out of it. */
export class Fault extends Error {
  /** The offset in the text, in UTF-16 units from 0; `undefined` where the whole is meant. */
  readonly at: number | undefined;

  constructor(message: string, at?: number) {
    super(message);
    this.at = at;
  }
}
