/** The record behind a place, in pages that hold little, so that any length of it can be sent. */
import type { Compiled, Entry } from "../../index.ts";

/** Entries of a page. */
const MOST = 200;

/** The last entry that was read; 0 and `""` before the first. */
export interface RecordPlace {
  readonly seq: number;
  readonly hash: string;
}

interface Page {
  readonly entries: readonly Entry[];
  /** False where more entries may follow, perhaps of the same revision. */
  readonly isWhole: boolean;
  readonly place: RecordPlace;
}

type Read = Pick<Compiled, "beside">;

export const placeAt = (policy: Read, revision: number): Promise<RecordPlace> =>
  policy.beside((database) => database.read((reading) => reading.headAt(revision)));

/** The next entries up to a revision; `undefined` where the record does not go on from that place. */
export async function pageBehind(policy: Read, place: RecordPlace, revision: number): Promise<Page | undefined> {
  const { seq, hash } = place;
  const read = await policy.beside((database) =>
    database.read((reading) => reading.entriesFrom(seq, seq === 0 ? MOST : MOST + 1)),
  );
  if (seq > 0 && read[0]?.hash !== hash) return undefined;
  const behind = seq > 0 ? read.slice(1) : read;
  const entries = behind.filter((entry) => entry.revision <= revision);
  const isWhole = behind.length < MOST || entries.length < behind.length;
  return { entries, isWhole, place: entries.at(-1) ?? place };
}
