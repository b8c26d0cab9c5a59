/** Names that a database has now, as long as it gives them quickly. */
import type { Listed } from "../store/read/names-beginning.ts";

const MOST = 200;

export interface LiveNames {
  readonly listed: Listed;
  readonly prefix: string;
  /** How long they may take, the opening of the database included. */
  readonly longestMs: number;
  /** Finds the path or URL of the database. */
  url(): Promise<string>;
}

/** The first names that begin with a prefix. None where the database has none, cannot be read, or takes too long. */
export async function liveNames({ listed, prefix, longestMs, url }: LiveNames): Promise<string[]> {
  const tooLong = new Promise<string[]>((resolve) => {
    setTimeout(resolve, longestMs, []);
  });
  const read = async (): Promise<string[]> => {
    const { Database } = await import("../database/database.ts");
    const database = await Database.open(await url(), "glance");
    return database.lists.namesBeginning(listed, prefix, MOST); // Closing it would take longer than to end.
  };
  return Promise.race([read().catch(() => []), tooLong]);
}
