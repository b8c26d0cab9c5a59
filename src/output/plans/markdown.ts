/**
 * A plan as a comment on a pull request. Its first line marks it, so that a bot finds the comment that it wrote before.
 */
import { EXIT, type RbacError } from "../../errors.ts";
import type { Plan } from "../../plans/plan.ts";
import { counted, countText, peopleText } from "../count-text.ts";
import { impactSentence, termsText } from "../impact/impact-lines.ts";
import { type ImpactSpan, spansBy } from "../impact/impact-spans.ts";
import { quoted } from "../shell-words.ts";
import { PLAIN } from "../style.ts";
import { changeLine } from "../views/change-lines.ts";
import { inert } from "./inert.ts";
import { exitCodeOf } from "./plan-view.ts";
import { changesText, gateFinding, gateName, keptTexts, laterTexts, strangerTexts, timeText } from "./words.ts";

/** A comment on GitHub has at most 65,536 characters. */
const MOST_BYTES = 60_000;
/** What the changes may take of it, and the names of one outcome. */
const BYTES_OF_CHANGES = 15_000;
const BYTES_OF_NAMES = 4_000;
/** What is kept for the lines behind the outcomes. */
const BYTES_BEHIND = 1_000;

interface HowReported {
  /** How many names to show of people to whom the same happens. */
  readonly people: number;
  readonly isCheck: boolean;
  /** Where the whole plan is saved. */
  readonly file?: string | undefined;
}

/** @returns the text, below 60,000 bytes */
export function planMarkdown(plan: Plan, { people, isCheck, file }: HowReported): string {
  const sign = exitCodeOf(plan, isCheck) === EXIT.yes ? "✅" : "❌";
  const text = new Bounded(MOST_BYTES - BYTES_BEHIND);
  text.add([marker(plan.command), `### ${sign} ${impactSentence(plan.impact, plan.impact.total)}`, ""]);
  if (plan.command) text.add([`${inert(["rbac", ...plan.command.map(quoted)].join(" "))}`, ""]);
  if (plan.refusal) text.add([`**refused**: ${inert(plan.refusal.message)}`, ""]);
  text.add([`${changesText(plan)}. Digest: ${inert(plan.digest)}`, ""]);
  const gates = plan.gates.map((gate) => [
    `- ${gate.passed ? "✅" : "❌"} ${inert(gateName(gate))}: ${gateFinding(gate)}`,
  ]);
  closeList(text, gates, BYTES_OF_CHANGES, "gates");
  if (plan.changes.length > 0) {
    text.add([`<details><summary>${counted(plan.changes.length, "change")}</summary>`, ""]);
    const changes = plan.changes.map((change) => [`- ${inert(changeLine(change, PLAIN))}`]);
    closeList(text, changes, BYTES_OF_CHANGES, "changes");
    text.add(["</details>", ""]);
  }
  const told = [...strangerTexts(plan), ...keptTexts(plan), ...laterTexts(plan)].map((one) => [`- ${inert(one)}`]);
  closeList(text, told, BYTES_OF_CHANGES, "notes");
  const whole = file === undefined ? "rbac plan --json --people all" : file;
  const { outcomes } = plan.impact;
  const { spansOf } = spansBy(plan.changes);
  const blocks = outcomes.map((outcome) => () => outcomeLines(outcome, spansOf(outcome), people));
  const leftOut = outcomes.length - text.addWhileFits(blocks);
  text.room += BYTES_BEHIND;
  if (leftOut > 0) text.add([`${counted(leftOut, "outcome")} left out, the whole is in ${inert(whole)}`]);
  return text.toString();
}

/** What could not be planned, so that an older comment does not stand as if it held. */
export function faultMarkdown({ code, message }: RbacError): string {
  return [marker(null), "### ❌ there is no plan", "", `${inert(code)}: ${inert(message)}`, ""].join("\n");
}

/** The words of the command as a key: the same command writes the same first line. */
function marker(command: Plan["command"]): string {
  const key = (command ?? [])
    .join("-")
    .replace(/[^A-Za-z0-9.]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80);
  return `<!-- rbac-plan ${key || "plan"} -->`;
}

function closeList(text: Bounded, lines: readonly (readonly string[])[], most: number, name: string): void {
  if (lines.length === 0) return;
  const added = text.addWhileFits(
    lines.map((line) => () => line),
    most,
  );
  if (added < lines.length) text.add([`- … and ${countText(lines.length - added)} more ${name}`]);
  text.add([""]);
}

/** One outcome: who, then what happens to them. */
function outcomeLines({ users }: { users: readonly string[] }, spans: readonly ImpactSpan[], people: number): string[] {
  const verbs = (["gain", "lose"] as const).flatMap((verb) => {
    const mine = spans.filter(({ happens }) => happens === verb);
    const names = new Map(mine.map(({ row: { permission, count = 1 } }) => [permission, count]));
    const count = [...names.values()].reduce((sum, one) => sum + one, 0);
    return count === 0 ? [] : [`${verb} ${counted(count, "permission")}`];
  });
  const who = peopleText(users.length);
  return [
    `<details><summary>${who}: ${verbs.join(", ")}</summary>`,
    "",
    `${fittingNames(users, people)}`,
    "",
    ...spans.map((span) => {
      const because = span.because === null ? "" : ` because ${inert(span.because)}`;
      return `- ${span.happens} ${inert(rowText(span.row))}${timeText(span)}${because}`;
    }),
    "",
    "</details>",
    "",
  ];
}

function rowText(row: ImpactSpan["row"]): string {
  const { permission, count, own, scope, except, before, after } = row;
  const many = count === undefined ? "" : ` (${counted(count, "permission")})`;
  const owner = own === "any" ? "" : own === "only" ? " as owners" : " but not as owners";
  const where = scope === null ? "" : ` on ${scope}`;
  const less = except.length === 0 ? "" : ` except on ${except.map((one) => one ?? "everywhere").join(", ")}`;
  const terms =
    before === undefined && after === undefined
      ? ""
      : ` (${termsText(row, before ?? null)} → ${termsText(row, after ?? null)})`;
  return `${permission}${many}${owner}${where}${less}${terms}`;
}

/** So many names as are asked for, but no more than have room: an outcome is left out as a whole. */
function fittingNames(users: readonly string[], people: number): string {
  let bytes = 0;
  let count = 0;
  for (const user of users.slice(0, people)) {
    bytes += Buffer.byteLength(inert(user)) + 2;
    if (bytes > BYTES_OF_NAMES) break;
    count += 1;
  }
  const [named, more] = [users.slice(0, count), users.length - count];
  return [named.map(inert).join(", "), more > 0 ? `and ${countText(more)} more` : []].flat().filter(Boolean).join(" ");
}

/** Lines that together stay below so many bytes. */
class Bounded {
  room: number;
  readonly #lines: string[] = [];

  constructor(room: number) {
    this.room = room;
  }

  /** Adds lines that are known to be short. */
  add(lines: readonly string[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.room -= bytesOf(line);
    }
  }

  /** Adds blocks as long as each fits. @returns how many */
  addWhileFits(blocks: readonly (() => readonly string[])[], most = this.room): number {
    const least = this.room - most;
    for (const [at, block] of blocks.entries()) {
      const lines = block();
      if (this.room - lines.reduce((sum, line) => sum + bytesOf(line), 0) < Math.max(0, least)) return at;
      this.add(lines);
    }
    return blocks.length;
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}

const bytesOf = (line: string): number => Buffer.byteLength(line) + 1;
