/** The error for words that name no command, with what may have been meant. Loaded only where it is needed. */
import { didYouMean, type RbacError, wrong } from "../errors.ts";
import { nearest } from "../policy/model/name-suggestions.ts";
import { GROUPS } from "./command-groups.ts";
import { commandId, NAMES } from "./command-names.ts";
import { COMMANDS } from "./command-table.ts";
import { HABITS } from "./habits.ts";
import { PAGES } from "./help-pages.ts";

const MOST = 4;

/** Every command and topic as it is typed, in the order of the root page. */
const TYPED: readonly string[] = Object.values(GROUPS)
  .flat()
  .flatMap((word) => [...NAMES].filter((id) => id === word || id.startsWith(`${word}:`)))
  .map((id) => id.replaceAll(":", " "));

/**
 * Suggests commands, and never runs one: what the word means elsewhere, else what is spelt nearly so.
 * @param ofHelp true for the words behind `help`, where a page may be meant
 */
export function unknownCommand(words: readonly string[], ofHelp: boolean): RbacError {
  const topic = commandId(words)?.replaceAll(":", " ");
  const habitual =
    topic === undefined ? meantByHabit(words) : meantInTopic(topic, words[topic.split(" ").length] ?? "");
  const suggestions = habitual.length > 0 ? habitual.slice(0, MOST) : spelt(words, topic, ofHelp);
  const typed = words.slice(0, topic === undefined ? 1 : topic.split(" ").length + 1).join(" ");
  const kind = ofHelp && topic === undefined ? "command or page" : "command";
  const help = ["rbac", topic ?? [], "--help"].flat().join(" ");
  const next = topic === undefined ? undefined : words[topic.split(" ").length];
  if (next?.startsWith("-"))
    throw wrong("COMMAND_NOT_FOUND", `which command of ${topic}? Flags stand behind it, or before all (see ${help})`);
  return wrong("COMMAND_NOT_FOUND", `there is no ${kind} "${typed}"${didYouMean(suggestions)} (see ${help})`, {
    suggestions,
  });
}

/** What a word does here: by the table of habits, else every command that ends with it. */
function meant(word: string): string[] {
  const targets = Object.hasOwn(HABITS, word) ? HABITS[word] : [word];
  const found = targets?.flatMap((target) =>
    target.includes(" ") || TYPED.includes(target) ? [target] : TYPED.filter((typed) => typed.endsWith(` ${target}`)),
  );
  return [...new Set(found)];
}

/** `list users` is about users. */
function meantByHabit([word = "", next = ""]: readonly string[]): string[] {
  const found = meant(word);
  const about = found.filter((typed) => typed.startsWith(`${next.replace(/s$/, "")} `));
  return about.length > 0 ? about : found;
}

/**
 * A verb of the topic, or else a command that stands under none: `role add` is `role create`, `role grant` is `grant`,
 * and `audit list` is `audit`.
 */
function meantInTopic(topic: string, word: string): string[] {
  const found = meant(word);
  const inside = found.filter((typed) => typed.startsWith(`${topic} `));
  if (inside.length > 0) return inside;
  const outside = found.filter((typed) => COMMANDS[typed] !== undefined);
  return outside.length === 0 && found.length > 0 && COMMANDS[topic] ? [topic] : outside;
}

function spelt(words: readonly string[], topic: string | undefined, ofHelp: boolean): string[] {
  const two = words.slice(0, topic === undefined ? 2 : topic.split(" ").length + 1).join(" ");
  if (topic !== undefined)
    return nearest(
      two,
      TYPED.filter((typed) => typed.startsWith(`${topic} `)),
    );
  const [word = ""] = words;
  const pages = ofHelp ? Object.keys(PAGES) : [];
  const near = [two, word].flatMap((text) => nearest(text, [...TYPED, ...pages, "help", "version"]));
  const shown = near.length > 0 ? near : nearest(word, Object.keys(PAGES)).map((page) => `help ${page}`);
  return [...new Set(shown)].slice(0, MOST - 1);
}
