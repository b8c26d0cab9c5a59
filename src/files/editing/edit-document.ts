/** Takes items of lists out of the text of a document; all else stays as people wrote it. */
import { itemsByList, textWithout } from "./cuts.ts";
import { jsonCuts } from "./json-lists.ts";

/**
 * The text without some items of its lists: of YAML whole lines with the comments that are about these items alone; an
 * emptied list is `[]`. Whoever calls it reads the text again, to see that it says what it should.
 * @param paths of the items: each ends with the place of an item
 * @returns undefined where they are written in a way that is not understood
 */
export async function withoutItems(
  text: string,
  format: "yaml" | "json",
  paths: readonly (readonly (string | number)[])[],
): Promise<string | undefined> {
  const gone = itemsByList(paths);
  const cuts = format === "json" ? jsonCuts(text, gone) : (await import("./yaml-lists.ts")).yamlCuts(text, gone);
  return cuts && textWithout(text, cuts);
}
