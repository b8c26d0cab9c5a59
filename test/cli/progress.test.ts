/** When a line of progress is drawn, what it says, and that it gives way to everything else. The clock is the test's. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Progress } from "../../src/cli/progress.ts";
import { systemShell } from "../../src/cli/shell.ts";
import type { ProgressStep } from "../../src/progress.ts";

const ERASED = "\r\x1b[K";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A screen of some width, on which stderr is shown and, unless it is a pipe, stdout. */
function screenOf({ columns = 80, isPiped = false } = {}) {
  let written = "";
  const stream = (isTerminal: boolean) => {
    const write = (text: string) => {
      if (isTerminal) written += text;
    };
    const drained = async (text: string) => {
      write(text);
      return true;
    };
    return { isTerminal, width: isTerminal ? columns : undefined, height: undefined, write, drained };
  };
  const progress = new Progress({ ...systemShell(), stdout: stream(!isPiped), stderr: stream(true) });
  /** What was written since the last look. */
  const shown = () => {
    const text = written;
    written = "";
    return text;
  };
  return { progress, shown };
}

/** The line that one step has become after some time. */
function lineOf(step: ProgressStep, after = 500, columns = 80): string {
  const { progress, shown } = screenOf({ columns });
  progress.report(step);
  vi.advanceTimersByTime(after);
  shown();
  progress.report({ ...step });
  return shown().replace(ERASED, "");
}

const WRITING = { step: "writing", unit: "changes", total: 181_430 } as const;

describe("when it is drawn", () => {
  it("never for what is done within half a second", () => {
    const { progress, shown } = screenOf();
    progress.report({ step: "reading people.csv" });
    vi.advanceTimersByTime(390);
    progress.report({ step: "checking people.csv" });
    progress.end();
    vi.advanceTimersByTime(10_000);
    expect(shown()).toBe("");
  });

  it("within half a second for work that waits, without another report", () => {
    const { progress, shown } = screenOf();
    progress.report({ step: "reading the policy" });
    vi.advanceTimersByTime(500);
    expect(shown()).toBe(`${ERASED}reading the policy`);
  });

  it("at once for work that will tell nothing for long, and for each step behind it", () => {
    const { progress, shown } = screenOf();
    progress.report({ step: "reading people.csv", isLong: true });
    progress.report({ step: "comparing with the policy" });
    expect(shown()).toBe(`${ERASED}reading people.csv${ERASED}comparing with the policy`);
  });

  it("ten times a second, however often it is told", () => {
    const { progress, shown } = screenOf();
    vi.advanceTimersByTime(500);
    for (let done = 0; done < 1000; done++) {
      progress.report({ ...WRITING, done });
      vi.advanceTimersByTime(1);
    }
    expect(shown().split(ERASED)).toHaveLength(1 + 10);
  });
});

describe("what it says", () => {
  it.each([
    [{ step: "reading people.csv" }, "reading people.csv"],
    [{ step: "checking", unit: "changes", total: 181_430 }, "checking 181,430 changes"],
    [{ step: "copying", unit: "rows", done: 12_000 }, "copying 12,000 rows"],
    [{ ...WRITING, done: 120_000 }, "writing 120,000 of 181,430 changes"],
    [{ step: "reading \x1b[31m\u202e.csv" }, "reading \\x1b[31m\\u202e.csv"],
  ] as const)("%o", (step, line) => {
    expect(lineOf(step)).toBe(line);
  });

  it.each([
    ["nothing in the first three seconds", 90_000, 2900, ""],
    ["nothing before a twentieth is done", 9000, 60_000, ""],
    ["tens of seconds", 90_715, 32_000, ", 40 s left"],
    ["single seconds at the end", 145_144, 28_000, ", 7 s left"],
    ["minutes", 45_400, 60_000, ", 3 min left"],
    ["nothing in the last second", 181_000, 100_000, ""],
  ])("of the time that is left: %s", (_, done, after, said) => {
    const line = `writing ${done.toLocaleString("en")} of 181,430 changes${said}`;
    expect(lineOf({ ...WRITING, done }, after)).toBe(line);
  });

  it("no more than fits: a second line could not be removed", () => {
    expect(lineOf({ step: "reading a/rather/long/path/people.csv" }, 500, 20)).toBe("reading a/rather/lo…");
    expect(lineOf({ step: "reading 名前名前名前名前名前名前" }, 500, 20)).toBe("reading 名前名前名…");
  });
});

describe("what stands in its place", () => {
  it.each(["stdout", "stderr"] as const)("is all that is written to %s", async (name) => {
    const { progress, shown } = screenOf();
    progress.report({ step: "comparing", isLong: true });
    shown();
    progress.shell[name].write("a\n");
    await progress.shell[name].drained("b\n");
    expect(shown()).toBe(`${ERASED}a\nb\n`);
  });

  it("nothing draws over an answer on the same screen, nor over a question", () => {
    const answered = screenOf();
    answered.progress.report({ step: "reading", isLong: true });
    answered.progress.shell.stdout.write('{"half":');
    answered.shown();
    answered.progress.report({ step: "writing", isLong: true });
    vi.advanceTimersByTime(10_000);
    expect(answered.shown()).toBe("");

    const asked = screenOf();
    asked.progress.report({ step: "comparing" });
    asked.progress.erase();
    vi.advanceTimersByTime(10_000);
    expect(asked.shown()).toBe("");
    asked.progress.report({ step: "writing" });
    expect(asked.shown()).toBe(`${ERASED}writing`);
  });

  it("an answer in a pipe leaves it where it is", () => {
    const { progress, shown } = screenOf({ isPiped: true });
    for (const done of [2000, 4000]) {
      progress.report({ step: "reading", unit: "entries", done, total: 6000, isLong: true });
      progress.shell.stdout.write("an entry\n");
      vi.advanceTimersByTime(200);
    }
    progress.end();
    expect(shown()).toBe(
      `${ERASED}reading 2,000 of 6,000 entries${ERASED}${ERASED}reading 4,000 of 6,000 entries${ERASED}`,
    );
  });
});
