/** Answers that go on: what is written as it comes about, until nobody reads any more or the server ends. */

export interface OpenAnswer {
  /** False once nobody reads, the server ends, or what the caller showed at the beginning counts no more. */
  readonly isOpen: boolean;
  /** Is aborted once nobody reads, or the server ends. */
  readonly ended: AbortSignal;
  /** @returns once more may be written. Whoever reads nothing for too long is cut off. */
  write(text: string): Promise<void>;
}

export interface GoesOn {
  /** Takes a place right before the headers are sent. @throws HttpFault where there is none */
  begin(): Writing;
}

interface Writing {
  /** How many people were named so far. */
  readonly people: number;
  /** Writes until there is an end. It is called once, and hears of every end by `out`. @throws HttpFault, RbacError */
  write(out: OpenAnswer): Promise<void>;
}
