/** The words for names that somebody or something had before. */
import type { FormerName, Renaming } from "../../policy/model/results.ts";
import { safe } from "../sanitize.ts";

/** A notice of a former name: the entries of that time are listed under it. */
export const formerNameText = ({ of, name, until, actor, at }: FormerName): string =>
  safe`the ${of} was named ${name} until @${until}, renamed by ${actor}, ${at}`;

/** What follows the stamp of a row that renamings moved: the names since, each with who ended it. */
export const renamingsText = (renamings: readonly Renaming[]): string =>
  renamings.map(({ former, revision, actor }) => safe`, as ${former} until @${revision} by ${actor}`).join("");
