/** Commands that a person can copy: a shell reads the words that were meant. */
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { messageWithFlags } from "../../src/cli/error-words.ts";
import { changeText } from "../../src/output/views/change-commands.ts";

const wordsOf = (line: string): string[] =>
  execFileSync("sh", ["-c", `printf '%s\\n' ${line}`], { encoding: "utf8" })
    .trimEnd()
    .split("\n");

it.each(["acme", "team a/Größe", "-x/-y", 'it\'s/"so"', "$HOME/`id`", "a\\b", "#1/&x;y", "~", "{todo,Id}/?", "100%"])(
  "of the scope %s",
  (scope) => {
    const key = { kind: "assignment.add", user: "ann b", role: "r'", scope } as const;
    const [flag, ...rest] = wordsOf(changeText({ ...key, before: null, after: { from: null, until: null } })).slice(4);
    expect([flag, ...rest]).toEqual(scope.startsWith("-") ? [`--on=${scope}`] : ["--on", scope]);
    const told = messageWithFlags({ message: "held elsewhere", hint: { option: "on", value: scope } });
    expect(wordsOf(told.replace("held elsewhere: say ", "")).join(" ")).toBe([flag, ...rest].join(" "));
  },
);
