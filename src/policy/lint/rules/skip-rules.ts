/** What is wrong with the skips of documents. */
import type { LintSkip } from "../../document/facts.ts";
import { quote } from "../../model/names.ts";
import { hasEnded } from "../../model/times.ts";
import type { Found, Rule } from "./rule.ts";

export const EXPIRED_SKIP: Rule = {
  id: "expired-skip",
  severity: "warning",
  title: "a skip of a document that has ended",
  help:
    "It skips nothing any more, so what it skipped is shown again. Mend that, or say anew until when it may stand, " +
    "and why.",
  *find({ settings, at }) {
    for (const skip of settings.skips)
      if (hasEnded(skip, at)) yield ofSkip(skip, `ended at ${skip.until}, and skips nothing now`);
  },
};

export const UNMATCHED_SKIP: Rule = {
  id: "unmatched-skip",
  severity: "warning",
  title: "a skip of a document that no finding matches",
  help:
    "What it skipped is mended, or is called something else now. Left in place it would hide a finding of that name " +
    "to come. Delete it, or correct its rule or its on.",
  // Only who ran the other rules knows it: `withoutSkipped` asks `unmatched` for each.
  *find() {},
};

export const unmatched = (skip: LintSkip): Found => ofSkip(skip, "matches no finding");

const ofSkip = (skip: LintSkip, what: string): Found => ({
  subject: null,
  apart: `${skip.rule} ${skip.on ?? ""}`,
  place: skip.place,
  message: `the skip of ${skip.rule}${skip.on === null ? "" : ` on ${quote(skip.on)}`} ${what}`,
});
